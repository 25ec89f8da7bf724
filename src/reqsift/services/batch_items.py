"""Load the items of a running batch and make their calls ready, a little ahead of their turn."""

import asyncio
from collections.abc import Callable, Sequence

from reqsift.domain.batches import BatchItem, Failure
from reqsift.domain.retries import Cause
from reqsift.services.jobs import Job
from reqsift.services.lanes import Lane
from reqsift.services.ports.analyzers import Analyzer
from reqsift.services.ports.batches import BatchStore

_ITEMS_AHEAD = 64
"""Loading one by one would cost more than the calls; more would only fill the memory."""
_GONE = Failure(reason="The request was removed while the batch ran.", cause=Cause.GONE)


class Loader:
    """Feeds a lane with jobs."""

    def __init__(
        self, store: BatchStore, batch_id: str, analyzer: Analyzer, pack: int, concurrency: int
    ) -> None:
        """Load the items of a batch for `analyzer`, `pack` of them to a call."""
        self._store = store
        self._batch_id = batch_id
        self._analyzer = analyzer
        self._pack = pack
        self._items_ahead = max(_ITEMS_AHEAD, pack * concurrency)
        self._low = max(concurrency, self._items_ahead // pack // 2)
        self._after = -1
        self._held: set[int] = set()
        self._hungry = asyncio.Event()
        self._hungry.set()
        self.exhausted = False
        """Whether all items have been loaded."""

    def launched(self, queued: int) -> None:
        """A call has been launched, that many jobs are left."""
        if queued < self._low and not self.exhausted:
            self._hungry.set()

    def ended(self, items: Sequence[BatchItem]) -> None:
        """These items have their outcomes in the store."""
        self._held.difference_update(item.position for item in items)

    def start_again(self) -> None:
        """Items that had ended are pending again."""
        self._after = -1
        self.exhausted = False
        self._hungry.set()

    async def work(self, lane: Lane, fail: Callable[[Sequence[BatchItem], Failure], None]) -> None:
        """Load until cancelled.

        Args:
            lane: Where jobs go.
            fail: Told of items that cannot be analyzed, with the reason; of none when all are in.
        """
        while True:
            await self._hungry.wait()
            self._hungry.clear()
            pending = await self._store.pending(self._batch_id, self._after, self._items_ahead)
            if not pending:
                self.exhausted = True
                fail((), _GONE)
                continue
            self._after = pending[-1].position
            items = [item for item in pending if item.position not in self._held]
            self._held.update(item.position for item in items)
            await self._add(items, lane, fail)
            self.launched(lane.queued)

    async def _add(
        self,
        items: Sequence[BatchItem],
        lane: Lane,
        fail: Callable[[Sequence[BatchItem], Failure], None],
    ) -> None:
        stored = await self._store.exchanges([item.request_id for item in items])
        known = {exchange.id: exchange.exchange for exchange in stored}
        present = [item for item in items if item.request_id in known]
        if gone := [item for item in items if item.request_id not in known]:
            fail(gone, _GONE)
        for start in range(0, len(present), self._pack):
            pack = present[start : start + self._pack]
            exchanges = [known[item.request_id] for item in pack]
            try:
                prepared = self._analyzer.prepare(exchanges)
            except Exception as error:  # noqa: BLE001 -- one odd exchange must not stop the batch
                reason = f"It cannot be analyzed: {type(error).__name__}: {error}"
                fail(pack, Failure(reason=reason))
                continue
            lane.add(
                Job(analyzer=self._analyzer, items=pack, exchanges=exchanges, prepared=prepared)
            )
