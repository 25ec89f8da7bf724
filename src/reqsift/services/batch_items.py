"""Load the items of a running batch and make their calls ready, a little ahead of their turn."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from reqsift.domain.batches import Analysis, Batch, BatchItem, Failure
from reqsift.domain.retries import Cause
from reqsift.services.jobs import Job, unpreparable
from reqsift.services.packs import largest_packs, packed
from reqsift.services.ports.analyzers import Analyzer, Inquirer, Inquiry, Purpose
from reqsift.services.ports.batches import BatchStore
from reqsift.services.twins import Asked, Twins

_ITEMS_AHEAD = 64
"""Loading one by one would cost more than the calls; more would only fill the memory."""
_GONE = Failure(reason="The request was removed while the batch ran.", cause=Cause.GONE)


class Taker(Protocol):
    """Takes what the loader has made ready."""

    @property
    def queued(self) -> int:
        """Jobs that are not under way."""
        ...

    def add(self, job: Job) -> None:
        """A call to be made."""
        ...

    def end(self, items: Sequence[tuple[BatchItem, Analysis | Failure]]) -> None:
        """These items have ended without a call; with none, there is nothing more to load."""
        ...


class Loader:
    """Feeds a batch with jobs."""

    def __init__(
        self, store: BatchStore, batch: Batch, inquirer: Inquirer, analyzers: Sequence[Analyzer]
    ) -> None:
        """Load the items of a batch.

        Args:
            store: Has them.
            batch: Its `concurrency` is the highest that it may reach.
            inquirer: Decides who is asked.
            analyzers: All that may be.
        """
        self._store = store
        self._batch = batch
        self._inquirer = inquirer
        self._packs = largest_packs(analyzers, batch.handling, batch.left, batch.concurrency)
        largest = max(self._packs.values())
        self._items_ahead = max(_ITEMS_AHEAD, largest * batch.concurrency)
        self._low = max(batch.concurrency, self._items_ahead // largest // 2)
        self._purpose = Purpose(batch_id=batch.id, cache=batch.handling.cache)
        self._twins = Twins()
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

    def concluded(self, inquiries: Sequence[Inquiry], taker: Taker) -> None:
        """What was asked about these is settled, well or not: let those go on that waited."""
        if waiting := self._twins.release(inquiries):
            self.enter(waiting, taker)

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

    async def work(self, taker: Taker) -> None:
        """Load until cancelled."""
        while True:
            await self._hungry.wait()
            self._hungry.clear()
            round_ = self._round
            pending = await self._store.pending(self._batch.id, self._after, self._items_ahead)
            if round_ != self._round:
                continue  # read before items were pending again
            if not pending:
                self._exhausted = True
                taker.end(())
                continue
            self._after = pending[-1].position
            items = [item for item in pending if item.position not in self._held]
            self._held.update(item.position for item in items)
            await self._load(items, taker)
            self.launched(taker.queued)

    async def _load(self, items: Sequence[BatchItem], taker: Taker) -> None:
        stored = await self._store.exchanges([item.request_id for item in items])
        item_of = {item.request_id: item for item in items}
        inquiries = await self._inquirer.inquire(stored, self._purpose)
        asked: list[Asked] = []
        ended: list[tuple[BatchItem, Analysis | Failure]] = []
        for exchange, inquiry in zip(stored, inquiries, strict=True):
            item = item_of.pop(exchange.id)
            if isinstance(inquiry, Failure):
                ended.append((item, inquiry))
            else:
                asked.append(Asked(item, inquiry))
        ended += [(item, _GONE) for item in item_of.values()]
        if ended:
            taker.end(ended)
        self.enter(asked, taker)

    def enter(self, asked: Sequence[Asked], taker: Taker) -> None:
        """Take the analyses that are known; make calls of the others, packed."""
        known: list[tuple[BatchItem, Analysis | Failure]] = []
        calls: list[Asked] = []
        for item, given in asked:
            remembered = given.analyzer.remembered(given) if given.key and not given.known else None
            inquiry = remembered or given
            if inquiry.known is not None:
                known.append((item, inquiry.known))
            elif not self._twins.hold(Asked(item, inquiry)):
                calls.append(Asked(item, inquiry))
        if known:
            taker.end(known)
        for these in packed(calls, self._packs):
            self._add(these, taker)

    def _add(self, asked: Sequence[Asked], taker: Taker) -> None:
        items = [one.item for one in asked]
        inquiries = [one.inquiry for one in asked]
        try:
            job = Job.of(items, inquiries)
        except Exception as error:  # noqa: BLE001 -- one odd exchange must not stop the batch
            failure = unpreparable(error)
            taker.end([(item, failure) for item in items])
            self.concluded(inquiries, taker)
        else:
            taker.add(job)
