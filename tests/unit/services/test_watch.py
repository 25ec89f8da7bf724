"""Who watches a batch sees each item once, whenever he comes and however slow he is."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from reqsift.domain.batches import Analysis, BatchState, Failure
from reqsift.domain.captures import Exchange
from reqsift.domain.events import ItemEnded
from reqsift.domain.retries import Cause
from reqsift.services.batch_watch import Happened
from reqsift.services.feeds import Feed
from reqsift.services.surroundings import Ending
from tests.conftest import Stores
from tests.factories import NOW, analysis
from tests.fakes import OneAnalyzer, ScriptedAnalyzer
from tests.unit.services.running import ANY, imported, until, working


async def heard(happened: AsyncIterator[Happened]) -> tuple[list[Happened], list[int]]:
    async with asyncio.timeout(20):
        all_of_it = [one async for one in happened]
    return all_of_it, [ended.sequence for one in all_of_it for ended in one.ended]


async def test_first_comes_how_it_is_then_each_item_once(stores: Stores) -> None:
    ids = await imported(stores, 300)
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer())) as at_work:
        batch = await at_work.batches.start([*ids, "nope"], ANY)
        happened, sequences = await heard(at_work.batches.watch(batch.id))

    assert happened[0].ended == ()
    assert happened[0].progress.total == 301
    assert sequences == list(range(1, 301))
    assert happened[-1].progress.state is BatchState.COMPLETED
    assert happened[-1].progress.done == 301


@pytest.mark.parametrize("since", [0, 1, 150, 299, 300, 5_000])
async def test_an_ended_batch_tells_what_came_behind(stores: Stores, since: int) -> None:
    ids = await imported(stores, 300)
    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer())) as at_work:
        batch = await at_work.batches.run(ids, ANY)
        happened, sequences = await heard(at_work.batches.watch(batch.id, since))
        _, from_now = await heard(at_work.batches.watch(batch.id))

    assert happened[0].progress.done == 300
    assert sequences == list(range(since + 1, 301))
    assert from_now == []


async def test_whoever_comes_at_any_time_with_any_past_misses_nothing(stores: Stores) -> None:
    ids = await imported(stores, 400)
    analyzer = ScriptedAnalyzer()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        tasks: dict[int, asyncio.Task[tuple[list[Happened], list[int]]]] = {}
        async with asyncio.TaskGroup() as group:
            for past in (0, 1, 7, 40, 133, 399):
                await until(lambda past=past: len(analyzer.seen) >= past)  # type: ignore[misc]
                watched = at_work.batches.watch(batch.id, past)
                tasks[past] = group.create_task(heard(watched))

    for past, task in tasks.items():
        assert task.result()[1] == list(range(past + 1, 401))


async def test_a_resumed_batch_begins_where_it_stands(stores: Stores) -> None:
    ids = await imported(stores, 50)
    analyzer = ScriptedAnalyzer()
    analyzer.close_after = 20
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await at_work.batches.pause(batch.id)
        analyzer.gate.set()
        paused = await at_work.batches.wait(batch.id)
        await at_work.batches.resume(batch.id)
        happened, sequences = await heard(at_work.batches.watch(batch.id))

    assert happened[0].progress.last_event_id >= paused.successful
    assert sequences == list(range(happened[0].progress.last_event_id + 1, 51))


async def test_a_slow_listener_hinders_nobody_and_gets_the_rest_from_the_store(
    stores: Stores,
) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        slow = at_work.batches.watch(batch.id, 0)
        first = await anext(slow)
        done = await at_work.batches.wait(batch.id)
        rest, sequences = await heard(slow)

    assert first.ended == ()
    assert done.successful == 30
    assert sequences == list(range(1, 31))
    assert rest[-1].progress.state is BatchState.COMPLETED


async def test_a_batch_that_is_paused_ends_its_watch(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(heard(at_work.batches.watch(batch.id)))
            await at_work.batches.pause(batch.id)
            analyzer.gate.set()

    assert task.result()[0][-1].progress.state is BatchState.PAUSED


async def test_a_watch_ends_though_its_newest_item_is_pending_again(stores: Stores) -> None:
    ids = await imported(stores, 6)

    def answer(seen: Exchange) -> Analysis | Failure:
        return Failure(reason="No.", cause=Cause.REFUSED) if seen.entry_index == 5 else analysis()

    analyzer = ScriptedAnalyzer(answer)
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        batch = await at_work.batches.run(ids, ANY)
        analyzer.gate.clear()
        await at_work.batches.retry_failed(batch.id)
        await until(lambda: analyzer.running == 1)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(heard(at_work.batches.watch(batch.id, 0)))
            await asyncio.sleep(0.05)
            await at_work.engine.drop(batch.id, Ending(state=BatchState.PAUSED))
        _, sequences = await heard(at_work.batches.watch(batch.id, 0))

    assert task.result()[1] == sequences == [1, 2, 3, 4, 5]


async def test_another_process_can_watch_too(stores: Stores) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with (
        working(stores.batches, OneAnalyzer(analyzer)) as owner,
        working(stores.batches, OneAnalyzer(ScriptedAnalyzer())) as other,
    ):
        batch = await owner.batches.start(ids, ANY)
        await until(analyzer.stuck)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(heard(other.batches.watch(batch.id, 0)))
            await asyncio.sleep(0.1)
            analyzer.gate.set()

    assert task.result()[1] == list(range(1, 41))


def event(sequence: int) -> ItemEnded:
    return ItemEnded(sequence=sequence, request_id=f"r{sequence}", at=NOW)


def test_a_feed_remembers_the_last_events() -> None:
    feed = Feed(10)
    assert feed.behind(10) == []
    assert feed.behind(9) is None  # only the store knows
    for sequence in range(11, 6_000):
        feed.publish(event(sequence))

    assert feed.behind(5_998) == [event(5_999)]
    assert feed.behind(5_999) == feed.behind(9_999) == []
    assert feed.behind(11) is None
    for after in range(11, 6_000):
        known = feed.behind(after)
        assert known is None or known == [event(one) for one in range(after + 1, 6_000)]


async def test_every_listener_is_woken() -> None:
    feed = Feed(0)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(feed.changed())
        await asyncio.sleep(0)
        feed.publish(event(1))
