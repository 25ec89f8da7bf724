"""What a batch keeps when its process dies, or its disk is full."""

import resource
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.engine import open_database
from reqsift.adapters.storage.ownership import FileOwnership
from reqsift.domain.batches import Analysis, Batch, BatchState, Failure, ItemOutcome, Stop
from reqsift.domain.captures import Exchange
from reqsift.domain.errors import StoreError
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from reqsift.services.batch_options import BatchOptions
from reqsift.services.ports.batches import Account, Orders
from tests.conftest import Stores
from tests.factories import analysis, finding
from tests.fakes import NamedAnalyzers, OneAnalyzer, ScriptedAnalyzer
from tests.unit.services.running import ANY, imported, until, working

EACH = analysis().usage


class Remembering:
    """Answers, and knows what it has answered: all of it is recorded when the next is asked for."""

    def __init__(self, odd: frozenset[int] = frozenset()) -> None:
        self.odd = odd
        self.said: list[int] = []
        self.then: tuple[int, Callable[[], None]] | None = None
        """What happens after so many answers."""

    def __call__(self, seen: Exchange) -> Analysis | Failure:
        if self.then is not None and self.then[0] == len(self.said):
            self.then[1]()
        self.said.append(seen.entry_index)
        if seen.entry_index in self.odd:
            return Failure(reason="No.", cause=Cause.REFUSED)
        return analysis(finding())


def dead_copy(stores: Stores, name: str) -> Path:
    """The store as it would be found if the process died at this moment."""
    path = stores.database.path
    folder = path.parent / name
    folder.mkdir()
    for file in path.parent.glob("store.db*"):
        if file.is_file() and file.suffix in {".db", ".db-wal"}:
            shutil.copy(file, folder)
    shutil.copytree(f"{path}.batches", folder / "store.db.batches")
    return folder / path.name


@asynccontextmanager
async def reopened(path: Path) -> AsyncIterator[SqlBatches]:
    async with open_database(path, throw_away=True) as database:
        yield SqlBatches(database)


def total_of(count: int) -> Usage:
    return Usage(
        input_tokens=EACH.input_tokens * count,
        output_tokens=EACH.output_tokens * count,
        cost=EACH.cost * count,
    )


class Death:
    """Copies the store in the middle of a run, as it would be found if the process died there."""

    def __init__(self, stores: Stores, name: str, answer: Remembering, after: int) -> None:
        self.path = Path()
        self.said: set[int] = set()
        self.done = False
        answer.then = (after, lambda: self.come(stores, name, answer))

    def come(self, stores: Stores, name: str, answer: Remembering) -> None:
        self.path, self.said, self.done = dead_copy(stores, name), set(answer.said), True


def whole(batch: Batch, *, failed: int = 0) -> bool:
    assert batch.state is BatchState.COMPLETED
    assert batch.left == 0
    return batch.failed == failed


@pytest.mark.parametrize("after", [1, 20, 63, 150, 199])
async def test_a_killed_run_loses_nothing_and_repeats_what_was_under_way_only(
    stores: Stores, after: int
) -> None:
    ids = await imported(stores, 200)
    answer = Remembering(frozenset({3, 77}))
    death = Death(stores, "copy", answer, after)
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer(answer))) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(lambda: death.done)
        await at_work.batches.wait(batch.id)
    said = death.said

    again = Remembering(frozenset({3, 77}))
    async with (
        reopened(death.path) as store,
        working(store, OneAnalyzer(ScriptedAnalyzer(again))) as at_work,
    ):
        assert [one.id for one in await store.unfinished()] == [batch.id]
        resumed = await at_work.batches.resume(batch.id)
        assert resumed.successful + resumed.failed == len(said)
        done = await at_work.batches.wait(batch.id)
        analyses = await at_work.batches.analyses(batch.id)
        ended = await store.ended(batch.id, 0, 1_000)

    assert whole(done, failed=2)
    assert not said & set(again.said)
    assert said | set(again.said) == set(range(200))
    assert 1 <= done.repeated <= 5
    assert done.spent == total_of(198)
    assert len({one.request_id for one in analyses}) == 198
    assert {one.findings[0].member_count for one in analyses} == {198}
    assert [one.sequence for one in ended] == list(range(1, 201))


async def test_a_second_death_is_survived_too(stores: Stores) -> None:
    ids = await imported(stores, 60)
    answer = Remembering()
    first_death = Death(stores, "one", answer, 10)
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer(answer))) as at_work:
        batch = await at_work.batches.run(ids, ANY)

    async with open_database(first_death.path, throw_away=True) as database:
        second = Stores(
            database=database,
            captures=stores.captures,
            batches=SqlBatches(database),
            findings=stores.findings,
        )
        answer = Remembering()
        second_death = Death(second, "two", answer, 20)
        async with working(second.batches, OneAnalyzer(ScriptedAnalyzer(answer))) as at_work:
            await at_work.batches.resume(batch.id)
            await at_work.batches.wait(batch.id)
    said = first_death.said | second_death.said

    answer = Remembering()
    async with (
        reopened(second_death.path) as store,
        working(store, OneAnalyzer(ScriptedAnalyzer(answer))) as w,
    ):
        await w.batches.resume(batch.id)
        done = await w.batches.wait(batch.id)

    assert whole(done)
    assert not said & set(answer.said)
    assert done.spent == total_of(60)
    assert done.repeated <= 10  # at most five at once, twice


@pytest.mark.parametrize("first", ["pause", "cancel"])
async def test_what_the_dead_had_done_is_kept_whatever_is_asked_first(
    stores: Stores, first: str
) -> None:
    ids = await imported(stores, 100)
    answer = Remembering()
    death = Death(stores, "copy", answer, 30)
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer(answer))) as at_work:
        batch = await at_work.batches.run(ids, ANY)
    said = death.said

    answer = Remembering()
    async with (
        reopened(death.path) as store,
        working(store, OneAnalyzer(ScriptedAnalyzer(answer))) as at_work,
    ):
        if first == "cancel":
            await at_work.batches.cancel(batch.id)
            done = await at_work.batches.batch(batch.id)
            assert done.successful == len(said)
        else:
            await at_work.batches.pause(batch.id)
            await at_work.batches.resume(batch.id)
            assert whole(await at_work.batches.wait(batch.id))
            assert not said & set(answer.said)


async def test_calls_that_wait_for_another_try_were_not_under_way(stores: Stores) -> None:
    """What was answered, be it with a failure, is paid once."""
    ids = await imported(stores, 12)
    analyzer = ScriptedAnalyzer(lambda _: Failure(reason="Slower.", cause=Cause.OVERLOADED))
    async with working(stores.batches, OneAnalyzer(analyzer), chance=1.0) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(lambda: len(analyzer.seen) >= 3)
        await at_work.batches.pause(batch.id)
        await at_work.batches.wait(batch.id)
        analyzer.answer = Remembering()
        await at_work.batches.resume(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert whole(done)
    assert done.repeated == 0


async def test_an_interrupted_batch_then_its_failures_tried_again(stores: Stores) -> None:
    """The journal of the interrupted run must not bring the old failures back."""
    ids = await imported(stores, 40)
    answer = Remembering(frozenset(range(10)))
    analyzer = ScriptedAnalyzer(answer)
    analyzer.close_after = 20
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        # The end of the block drops what is under way.
    answer.odd = frozenset()
    analyzer.gate.set()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        await at_work.batches.retry_failed(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert whole(done)
    assert done.successful == 40


class Filling(SqlBatches):
    """Its disk is full after some calls, until there is room again."""

    left = 1_000_000

    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], account: Account
    ) -> Orders:
        self.left -= 1
        if self.left < 0:
            raise StoreError("The disk is full.")
        return await super().save_outcomes(batch_id, outcomes, account)


@pytest.mark.parametrize("saves", [0, 1])
async def test_a_store_that_fails_stops_the_batch_and_loses_nothing(
    stores: Stores, saves: int
) -> None:
    ids = await imported(stores, 200)
    answer = Remembering()
    analyzer = ScriptedAnalyzer(answer)
    other = ScriptedAnalyzer(name="other")
    store = Filling(stores.database)
    both = NamedAnalyzers(any=analyzer, other=other)
    async with working(store, both) as at_work:
        store.left = saves
        batch = await at_work.batches.start(ids, ANY)
        stopped = await at_work.batches.wait(batch.id)

        assert (stopped.state, stopped.stop) == (BatchState.STOPPED, Stop.STORE)
        assert stopped.reason == "The disk is full."
        # The engine still works, and a second failure loses nothing either.
        with pytest.raises(StoreError):
            await at_work.batches.resume(batch.id)
        store.left = 1_000_000
        fine = await at_work.batches.run(ids, BatchOptions(model="other"))
        assert whole(fine)
        said, answer.said = set(answer.said), []
        await at_work.batches.resume(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert whole(done)
    assert not said & set(answer.said)
    assert done.spent == total_of(200)


class FullJournal(FileOwnership):
    """Its disk is full: what begins, or what ends, cannot be written."""

    full_for = ""

    def began(self, positions: Sequence[int]) -> None:
        with self._disk("began"):
            super().began(positions)

    def ended(self, outcomes: Sequence[ItemOutcome]) -> None:
        with self._disk("ended"):
            super().ended(outcomes)

    @contextmanager
    def _disk(self, what: str) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        if FullJournal.full_for == what:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class FullJournals(SqlBatches):
    def own(self, batch_id: str) -> FileOwnership | None:
        owned = super().own(batch_id)
        if owned is not None:
            owned.__class__ = FullJournal
        return owned


@pytest.mark.parametrize("what", ["began", "ended"])
async def test_a_full_journal_stops_the_batch_and_not_the_others(stores: Stores, what: str) -> None:
    ids = await imported(stores, 100)
    answer = Remembering()
    answer.then = (20, lambda: setattr(FullJournal, "full_for", what))
    analyzer = ScriptedAnalyzer(answer)
    slow = ScriptedAnalyzer(name="slow")
    slow.gate.clear()
    store = FullJournals(stores.database)
    FullJournal.full_for = ""
    both = NamedAnalyzers(any=analyzer, slow=slow)
    async with working(store, both) as at_work:
        other = await at_work.batches.start(ids, BatchOptions(model="slow"))
        await until(lambda: slow.running == 5)
        batch = await at_work.batches.start(ids, ANY)
        stopped = await at_work.batches.wait(batch.id)
        FullJournal.full_for = ""
        slow.gate.set()
        assert whole(await at_work.batches.wait(other.id))

        assert (stopped.state, stopped.stop) == (BatchState.STOPPED, Stop.STORE)
        assert stopped.successful >= 19
        await at_work.batches.resume(batch.id)
        assert whole(await at_work.batches.wait(batch.id))
