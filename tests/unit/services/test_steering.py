"""Pause, resume, cancel, try again: in any order, the counts stay right and the batch ends."""

import asyncio
import contextlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.captures import SqlCaptures
from reqsift.adapters.storage.engine import open_database
from reqsift.adapters.storage.findings import SqlFindings
from reqsift.domain.batches import Analysis, Batch, BatchItem, BatchState, Failure, Stop
from reqsift.domain.captures import Exchange
from reqsift.domain.errors import Conflict, InvalidSetting, NotFound
from reqsift.domain.findings import FindingFilter
from reqsift.domain.paging import PageRequest
from reqsift.domain.retries import Cause
from reqsift.services.batches import Batches
from reqsift.services.ports.analyzers import Answer, PreparedCall
from tests.conftest import Stores
from tests.factories import analysis, finding
from tests.fakes import NamedAnalyzers, OneAnalyzer, RunningClock, ScriptedAnalyzer
from tests.unit.services.running import ANY, Working, imported, until, working


async def test_a_pause_lets_calls_end_and_begins_none(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        asked = await at_work.batches.pause(batch.id)
        analyzer.gate.set()
        paused = await at_work.batches.wait(batch.id)

        assert asked.state is paused.state is BatchState.PAUSED
        assert (paused.successful, paused.left, analyzer.cancelled) == (5, 25, 0)
        await at_work.batches.resume(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful) == (BatchState.COMPLETED, 30)
    assert sorted(analyzer.seen) == list(range(30))


async def test_a_pause_can_be_taken_back_before_it_is_reached(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await at_work.batches.pause(batch.id)
        await at_work.batches.resume(batch.id)
        analyzer.gate.set()
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful) == (BatchState.COMPLETED, 30)
    assert sorted(analyzer.seen) == list(range(30))


async def test_a_cancelled_batch_drops_its_calls_and_keeps_what_is_done(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.close_after = 10
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await at_work.batches.cancel(batch.id)
        done = await at_work.batches.wait(batch.id)

        assert done.state is BatchState.CANCELLED
        assert done.successful == len(await at_work.batches.analyses(batch.id))
        assert (done.left > 0, analyzer.cancelled) == (True, 5)
        for refused in (at_work.batches.resume, at_work.batches.retry_failed):
            with pytest.raises(Conflict):
                await refused(batch.id)
        assert (await at_work.batches.cancel(batch.id)).state is BatchState.CANCELLED
        # Its calls have left room for others.
        analyzer.gate.set()
        assert (await at_work.batches.run(ids, ANY)).successful == 30


class Slow(ScriptedAnalyzer):
    """Needs a while to give a call up."""

    async def call(self, prepared: PreparedCall) -> Answer:
        try:
            return await super().call(prepared)
        except asyncio.CancelledError:
            await asyncio.sleep(0.05)
            raise


@pytest.mark.parametrize("then", ["resume", "pause"])
async def test_what_was_cancelled_stays_so_while_its_calls_are_given_up(
    stores: Stores, then: str
) -> None:
    ids = await imported(stores, 10)
    analyzer = Slow()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await at_work.batches.cancel(batch.id)
        with contextlib.suppress(Conflict):
            await getattr(at_work.batches, then)(batch.id)
        analyzer.gate.set()
        done = await at_work.batches.wait(batch.id)

    assert done.state is BatchState.CANCELLED


async def test_what_runs_at_the_end_goes_on_later(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.close_after = 10
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
    stored = await stores.batches.batch(batch.id)
    assert stored is not None
    assert stored.state is BatchState.RUNNING

    analyzer.gate.set()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        revived = await at_work.batches.resume_all()
        done = await at_work.batches.wait(batch.id)
        assert await at_work.batches.resume_all() == []

    assert [one.id for one in revived] == [batch.id]
    assert (done.state, done.successful, done.repeated) == (BatchState.COMPLETED, 30, 5)


async def test_cancelled_while_attended_it_is_paused(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(at_work.batches.run(ids, ANY))
            await until(analyzer.stuck)
            task.cancel()
        batch = await at_work.batches.batch("b1")

        assert (batch.state, batch.stop) == (BatchState.PAUSED, Stop.INTERRUPTED)
        analyzer.gate.set()
        assert await at_work.batches.resume_all() == []
        assert len(await at_work.batches.resume_all(interrupted=True)) == 1
        assert (await at_work.batches.wait("b1")).successful == 30


async def test_orders_of_another_process_are_followed(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    other = ScriptedAnalyzer()
    async with (
        working(stores.batches, OneAnalyzer(analyzer)) as owner,
        working(SqlBatches(stores.database), OneAnalyzer(other)) as second,
    ):
        batch = await owner.batches.start(ids, ANY)
        await until(analyzer.stuck)
        for refused in (second.batches.resume, second.batches.retry_failed):
            with pytest.raises(Conflict, match="Another process"):
                await refused(batch.id)
        await second.batches.pause(batch.id)
        await asyncio.sleep(1.2)  # it looks once a second
        analyzer.gate.set()
        paused = await owner.batches.wait(batch.id)
        assert (paused.state, paused.successful) == (BatchState.PAUSED, 5)

        analyzer.gate.clear()
        await second.batches.resume(batch.id)
        await second.batches.wait(batch.id)
        assert len(other.seen) == 25


async def test_a_refused_retry_by_another_process_changes_nothing(stores: Stores) -> None:
    """Its items would be pending, and nobody would make their calls."""
    ids = await imported(stores, 20)
    analyzer = ScriptedAnalyzer(
        lambda seen: (
            Failure(reason="No.", cause=Cause.REFUSED) if seen.entry_index < 5 else analysis()
        )
    )
    analyzer.close_after = 10
    async with (
        working(stores.batches, OneAnalyzer(analyzer)) as owner,
        working(SqlBatches(stores.database), OneAnalyzer(ScriptedAnalyzer())) as second,
    ):
        batch = await owner.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await asyncio.sleep(0.2)
        with pytest.raises(Conflict):
            await second.batches.retry_failed(batch.id)
        analyzer.gate.set()
        done = await owner.batches.wait(batch.id)

    assert (done.state, done.left, done.failed) == (BatchState.COMPLETED, 0, 5)


async def test_a_retry_without_its_model_changes_nothing(stores: Stores) -> None:
    ids = await imported(stores, 5)
    analyzer = ScriptedAnalyzer(lambda _: Failure(reason="No.", cause=Cause.REFUSED))
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.run(ids, ANY)
    async with working(stores.batches, NamedAnalyzers()) as at_work:
        with pytest.raises(InvalidSetting):
            await at_work.batches.retry_failed(batch.id)
        after = await at_work.batches.batch(batch.id)

    assert (after.state, after.failed, after.left) == (BatchState.COMPLETED, 5, 0)


async def test_failed_items_are_tried_again_while_the_batch_runs(stores: Stores) -> None:
    ids = await imported(stores, 100)
    bad = set(range(0, 60, 3))

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index in bad:
            return Failure(reason="No.", cause=Cause.REFUSED)
        return analysis()

    analyzer = ScriptedAnalyzer(answer)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start([*ids, "nope"], ANY)
        await until(lambda: len(analyzer.seen) >= 70)
        bad.clear()
        await at_work.batches.retry_failed(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful, done.failed) == (BatchState.COMPLETED, 100, 1)


class Late(SqlBatches):
    """Reads what is pending; the second time it waits before it tells."""

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores.database)
        self.gate = asyncio.Event()
        self.reads = 0

    async def pending(self, batch_id: str, after: int, limit: int) -> list[BatchItem]:
        found = await super().pending(batch_id, after, limit)
        self.reads += 1
        if self.reads == 2:
            await self.gate.wait()
        return found


@pytest.mark.parametrize("count", [10, 200])
async def test_items_made_pending_while_others_are_loaded_are_not_forgotten(
    stores: Stores, count: int
) -> None:
    ids = await imported(stores, count)
    bad = {0, 1}

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index in bad:
            return Failure(reason="No.", cause=Cause.REFUSED)
        return analysis()

    analyzer = ScriptedAnalyzer(answer)
    store = Late(stores)
    async with working(store, OneAnalyzer(analyzer), maximum=2) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(lambda: analyzer.running == 0 and len(analyzer.seen) >= min(count, 64))
        bad.clear()
        await at_work.batches.retry_failed(batch.id)
        store.gate.set()
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful, done.left) == (BatchState.COMPLETED, count, 0)


async def test_a_retry_at_the_very_end_is_not_lost(stores: Stores) -> None:
    ids = await imported(stores, 3)
    analyzer = ScriptedAnalyzer(lambda _: Failure(reason="No.", cause=Cause.REFUSED))
    for pause in range(12):
        analyzer.answer = lambda _: Failure(reason="No.", cause=Cause.REFUSED)
        async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
            batch = await at_work.batches.start(ids, ANY)
            before = len(analyzer.seen)
            await until(lambda before=before: len(analyzer.seen) >= before + 3)  # type: ignore[misc]
            await asyncio.sleep(pause * 0.004)
            analyzer.answer = lambda _: analysis()
            await at_work.batches.retry_failed(batch.id)
            done = await at_work.batches.wait(batch.id)
            if done.failed:  # it was asked before they had failed
                await at_work.batches.retry_failed(batch.id)
                done = await at_work.batches.wait(batch.id)
        assert (done.state, done.successful, done.left) == (BatchState.COMPLETED, 3, 0)


# Any order.


CAUSES = (
    Cause.RATE_LIMITED,
    Cause.OVERLOADED,
    Cause.DROPPED,
    Cause.TIMED_OUT,
    Cause.MALFORMED,
    Cause.TRUNCATED,
    Cause.REFUSED,
    Cause.REJECTED,
    Cause.KEY_REFUSED,
    Cause.BROKEN,
)
ACTIONS = ("pause", "resume", "cancel", "retry_failed", "leave", "kill", "wait")


class Dice:
    """Answers by chance, but for the end of the test, when all is well."""

    def __init__(self, seed: int, share: float) -> None:
        self.dice = Random(seed)
        self.share = share
        self.well = False
        self.analyzed: Counter[int] = Counter()

    def __call__(self, seen: Exchange) -> Analysis | Failure:
        if not self.well and self.dice.random() < self.share:
            cause = self.dice.choice(CAUSES)
            return Failure(reason=f"It is {cause.value}.", cause=cause)
        self.analyzed[seen.entry_index] += 1
        return analysis(finding("v1-all"), finding(f"v1-{seen.entry_index}"))


class World:
    """A store that can be left, and found again as a sudden end would have left it."""

    def __init__(self, folder: Path, analyzer: ScriptedAnalyzer) -> None:
        self.folder = folder
        self.analyzer = analyzer
        self.lives = 0

    @property
    def path(self) -> Path:
        return self.folder / str(self.lives) / "store.db"

    @contextlib.asynccontextmanager
    async def life(self) -> AsyncIterator[tuple[Stores, Working]]:
        async with open_database(self.path, throw_away=True) as database:
            stores = Stores(
                database=database,
                captures=SqlCaptures(database),
                batches=SqlBatches(database),
                findings=SqlFindings(database),
            )
            clock = RunningClock()
            async with working(stores.batches, OneAnalyzer(self.analyzer), clock=clock) as at_work:
                yield stores, at_work

    def kill(self) -> None:
        """The next life finds what is on the disk at this moment."""
        before = self.path
        self.lives += 1
        self.path.parent.mkdir()
        for suffix in ("", "-wal"):
            if (file := Path(f"{before}{suffix}")).exists():
                shutil.copy(file, self.path.parent)
        journals = Path(f"{before}.batches")
        if journals.exists():
            shutil.copytree(journals, f"{self.path}.batches")


@settings(max_examples=25, deadline=None)
@given(
    actions=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3)), max_size=8),
    seed=st.integers(0, 10_000),
    share=st.sampled_from([0.0, 0.1, 0.4]),
    pack=st.sampled_from([1, 4]),
)
def test_in_any_order_the_counts_are_right_and_the_batch_ends(
    actions: Sequence[tuple[str, int]], seed: int, share: float, pack: int
) -> None:
    with TemporaryDirectory() as folder:
        analyzer = ScriptedAnalyzer(Dice(seed, share), largest_pack=pack)
        world = World(Path(folder), analyzer)
        asyncio.run(_lived(world, actions))


async def _lived(world: World, actions: Sequence[tuple[str, int]]) -> None:
    dice = world.analyzer.answer
    assert isinstance(dice, Dice)
    batch_id, left = "", list(actions)
    world.analyzer.gate.set()
    while True:
        async with world.life() as (stores, at_work):
            if not batch_id:
                ids = await imported(stores, 40)
                batch_id = (await at_work.batches.start([*ids, "nope"], ANY)).id
            if not await _steered(world, at_work, batch_id, left):
                continue
            dice.well = True
            done = await _brought_to_an_end(at_work.batches, batch_id)
            await _check(stores, done, dice)
            return


async def _steered(
    world: World, at_work: Working, batch_id: str, left: list[tuple[str, int]]
) -> bool:
    """Whether all actions are done in this life."""
    while left:
        action, ticks = left.pop(0)
        for _ in range(ticks):
            await asyncio.sleep(0.003)
        if action == "kill":
            world.kill()
        if action in {"kill", "leave"}:
            return False
        if action == "wait":
            await asyncio.sleep(0.08)  # long enough for a commit
        else:
            with contextlib.suppress(Conflict):
                await getattr(at_work.batches, action)(batch_id)
        batch = await at_work.batches.batch(batch_id)
        assert 0 <= batch.left <= batch.total == 41
    return True


async def _brought_to_an_end(batches: Batches, batch_id: str) -> Batch:
    """All is well now: resumed and tried again, it is complete, unless it was cancelled."""
    done = await batches.batch(batch_id)
    for _ in range(6):
        with contextlib.suppress(Conflict):
            await batches.resume(batch_id)
        done = await batches.wait(batch_id)
        if done.state is BatchState.CANCELLED:
            return done
        if done.state is BatchState.COMPLETED and done.failed == 1 and not done.left:
            return done
        with contextlib.suppress(Conflict):
            await batches.retry_failed(batch_id)
        done = await batches.wait(batch_id)
    return done


async def _check(stores: Stores, done: Batch, dice: Dice) -> None:
    analyses = await stores.batches.analyses(done.id)
    errors = await stores.batches.item_errors(done.id)
    assert done.total == 41
    assert (done.successful, done.failed) == (len(analyses), len(errors))
    assert len({one.request_id for one in analyses}) == done.successful
    ended = [one.sequence for one in await stores.batches.ended(done.id, 0, 1_000)]
    assert len(set(ended)) == len(ended) == done.successful + done.failed - 1
    found = await stores.findings.findings(FindingFilter(), PageRequest(limit=200))
    everywhere = [one for one in found.items if one.finding.fingerprint == "v1-all"]
    assert found.total == done.successful + bool(done.successful)
    assert [one.member_count for one in everywhere] == [done.successful] * len(everywhere)
    assert done.spent.cost <= sum(dice.analyzed.values()) * analysis().usage.cost
    assert done.spent.cost >= done.successful * analysis().usage.cost
    if done.state is not BatchState.CANCELLED:
        assert (done.state, done.successful, done.left) == (BatchState.COMPLETED, 40, 0)


async def test_batches_of_nobody_are_not_found(stores: Stores) -> None:
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer())) as at_work:
        with pytest.raises(NotFound):
            await at_work.batches.cancel("b1")
