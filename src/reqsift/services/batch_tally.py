"""What a running batch has come to: outcomes, counts, spending, and who is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from reqsift.domain.batches import Analysis, Batch, BatchItem, BatchState, Failure, ItemOutcome
from reqsift.domain.budgets import Purse
from reqsift.domain.events import ItemEnded
from reqsift.domain.limits import Usage
from reqsift.domain.progress import Progress, Speed
from reqsift.services.books import Books
from reqsift.services.feeds import Feed
from reqsift.services.ports.batches import Account, BatchStore, Orders, Ownership
from reqsift.services.ports.clock import Clock
from reqsift.services.recorder import Recorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How the calls of a batch are doing at this moment."""

    in_flight: int
    concurrency: int
    breaker_open: bool
    held_s: float
    """Seconds for which a rate limit still holds all calls."""


async def unstored(store: BatchStore, batch_id: str, ownership: Ownership) -> Sequence[ItemOutcome]:
    """What the journal has of a run that died, and the store has not."""
    known = ownership.recovered
    if not known:
        return ()
    positions = [outcome.item.position for outcome in known]
    first, last = min(positions), max(positions)
    pending = set(await store.pending(batch_id, first - 1, last - first + 1))
    return [outcome for outcome in known if outcome.item in pending]


async def keep(store: BatchStore, batch: Batch, ownership: Ownership, clock: Clock) -> None:
    """Store what a run that died had done, without running the batch again."""
    known = await unstored(store, batch.id, ownership)
    if known:
        books = Books(batch.id, clock)
        books.enter_recovered(known)
        account = Account(
            spent=batch.spent + _usage(known),
            duration_ms=batch.duration_ms,
            concurrency=batch.concurrency,
            repeated=batch.repeated,
            spendings=books.take(),
        )
        await store.save_outcomes(batch.id, known, account)


def _usage(outcomes: Sequence[ItemOutcome]) -> Usage:
    results = [outcome.result for outcome in outcomes]
    return sum((one.usage for one in results if isinstance(one, Analysis)), Usage())


class Tally:
    """Records how items end, and answers how the batch is doing."""

    def __init__(
        self,
        store: BatchStore,
        clock: Clock,
        batch: Batch,
        ownership: Ownership,
        stored: Callable[[Sequence[ItemOutcome], Orders], None],
    ) -> None:
        """Go on where the stored batch stands.

        Args:
            store: Where outcomes go.
            clock: Wall and monotonic time.
            batch: As it is stored.
            ownership: Of the batch, with its journal.
            stored: Told what the store has now, and what was asked of the batch meanwhile.
        """
        self.batch = replace(batch, state=BatchState.RUNNING, stop=None, reason="")
        """As it would be stored now."""
        self.purse = Purse(batch.budget, batch.spent)
        self.feed = Feed(0)
        self.retries = 0
        """Calls that are made again after a failure."""
        self.refused = 0
        """Calls that met a rate limit."""
        self.trouble = ""
        """What a provider that seems to be down said last, or why it could not be reached."""
        self.books = Books(batch.id, clock)
        self.recorder = Recorder(batch.id, store, ownership, self._account, stored)
        self._store = store
        self._clock = clock
        self._ownership = ownership
        self._speed = Speed()
        self._sequence = 0
        self._earlier_ms = batch.duration_ms
        self._began = clock.monotonic()
        self.fresh = batch.state is BatchState.RUNNING and not (
            batch.successful or batch.duration_ms or ownership.recovered or ownership.in_flight
        )
        """Whether it has never run: there is nothing to recover."""

    async def recover(self) -> Batch:
        """Store what the journal has of a run that died, and count what must be called again."""
        known = await unstored(self._store, self.batch.id, self._ownership)
        self.purse.spent = self.purse.spent + _usage(known)
        self.books.enter_recovered(known)
        again = self._ownership.in_flight
        self.batch = replace(self.batch, repeated=self.batch.repeated + len(again))
        if self._ownership.recovered or again:
            await self._store.save_outcomes(self.batch.id, known, self._account())
            self._ownership.stored(self._ownership.recovered)
            self.batch = await self._store.batch(self.batch.id) or self.batch
        self._sequence = await self._store.last_sequence(self.batch.id)
        self.feed.last = self._sequence
        return self.batch

    def adopt(self, changed: Batch) -> None:
        """Go on with another priority, concurrency or budget."""
        self.batch = replace(
            self.batch,
            priority=changed.priority,
            concurrency=changed.concurrency,
            budget=changed.budget,
        )
        self.purse.budget = changed.budget

    def begin(self) -> None:
        """The run begins now."""
        self._began = self._clock.monotonic()

    def record(self, ended: Sequence[tuple[BatchItem, Analysis | Failure]]) -> None:
        """These items have ended; safe from a crash when this returns.

        Raises:
            StoreError: The disk is full.
        """
        now = self._clock.now()
        outcomes = [
            ItemOutcome(item=item, result=result, sequence=self._sequence + place, at=now)
            for place, (item, result) in enumerate(ended, start=1)
        ]
        self.recorder.record(outcomes)
        self.books.enter_cached(result for _, result in ended)
        self._sequence += len(outcomes)
        failed = sum(isinstance(result, Failure) for _, result in ended)
        self.batch = replace(
            self.batch,
            successful=self.batch.successful + len(ended) - failed,
            failed=self.batch.failed + failed,
        )
        self._speed.ended(len(ended), self._clock.monotonic())
        for outcome in outcomes:
            self.feed.publish(ItemEnded.of(outcome))

    async def retry_failed(self) -> Batch:
        """Make the failed items pending again in the store."""
        await self.recorder.flush()
        again = await self._store.retry_failed(self.batch.id)
        self.batch = replace(self.batch, failed=again.failed)
        return self.batch

    def progress(self, traffic: Traffic) -> Progress:
        """A look at it."""
        now, batch = self._clock.monotonic(), self.batch
        eta = self._speed.eta(batch.left, now)
        return Progress(
            batch_id=batch.id,
            state=batch.state,
            total=batch.total,
            successful=batch.successful,
            failed=batch.failed,
            elapsed_ms=self._duration_ms(),
            in_flight=traffic.in_flight,
            concurrency=traffic.concurrency,
            rate=self._speed.rate(now),
            eta_s=eta[0] if eta else None,
            eta_uncertainty_s=eta[1] if eta else None,
            spent=self.purse.spent,
            retries=self.retries,
            rate_limited=self.refused,
            breaker_open=traffic.breaker_open,
            trouble=self.trouble,
            held_s=traffic.held_s,
            last_event_id=self._sequence,
        )

    def _account(self) -> Account:
        return Account(
            spent=self.purse.spent,
            duration_ms=self._duration_ms(),
            concurrency=self.batch.concurrency,
            repeated=self.batch.repeated,
            spendings=self.books.take(),
        )

    def _duration_ms(self) -> int:
        return self._earlier_ms + round((self._clock.monotonic() - self._began) * 1000)
