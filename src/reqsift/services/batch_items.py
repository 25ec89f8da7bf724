"""Load the items of a running batch and make their calls ready, a little ahead of their turn."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reqsift.domain.batches import BatchItem, Failure
from reqsift.domain.retries import Cause
from reqsift.services.jobs import Job, unpreparable
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
        self._round = 0
        self._exhausted = False
        self._changing = 0

    @property
    def exhausted(self) -> bool:
        """Whether all items have been loaded."""
        return self._exhausted and not self._changing

    def launched(self, queued: int) -> None:
        """A call has been launched, that many jobs are left."""
        if queued < self._low and not self._exhausted:
            self._hungry.set()

    def ended(self, items: Sequence[BatchItem]) -> None:
        """These items have their outcomes in the store."""
        self._held.difference_update(item.position for item in items)

    @contextmanager
    def starting_again(self) -> Iterator[None]:
        """Items that had ended become pending again within this block."""
        self._changing += 1
        try:
            yield
        finally:
            self._changing -= 1
            self._round += 1
            self._after = -1
            self._exhausted = False
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
            round_ = self._round
            pending = await self._store.pending(self._batch_id, self._after, self._items_ahead)
            if round_ != self._round:
                continue  # read before items were pending again
            if not pending:
                self._exhausted = True
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
                fail(pack, unpreparable(error))
                continue
            lane.add(
                Job(analyzer=self._analyzer, items=pack, exchanges=exchanges, prepared=prepared)
            )
