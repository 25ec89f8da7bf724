"""Batches that share a quota: turns, priorities, outages, and how calls end."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest

from reqsift.domain.batches import Analysis, BatchState, Failure, Priority, Stop
from reqsift.domain.breaker import Breaker
from reqsift.domain.captures import Exchange
from reqsift.domain.limits import BucketLevel, RateLimits, Resource
from reqsift.domain.retries import Cause
from reqsift.services.batch_options import BatchOptions, Changes
from reqsift.services.jobs import Job
from reqsift.services.ports.analyzers import Answer, PreparedCall
from reqsift.services.quotas import Quota
from tests.conftest import Stores
from tests.factories import analysis, exchange
from tests.fakes import NamedAnalyzers, OneAnalyzer, RunningClock, ScriptedAnalyzer
from tests.unit.services.running import ANY, imported, until, working


def failing(cause: Cause, times: int) -> Callable[[Exchange], Analysis | Failure]:
    left = [times]

    def answer(_: Exchange) -> Analysis | Failure:
        if left[0] > 0:
            left[0] -= 1
            return Failure(reason=f"It is {cause.value}.", cause=cause)
        return analysis()

    return answer


class Tagged(ScriptedAnalyzer):
    """One of several models with one quota; notes whose calls are made."""

    def __init__(self, name: str, order: list[str]) -> None:
        super().__init__(name=name, quota="shared")
        self.order = order

    async def call(self, prepared: PreparedCall) -> Answer:
        self.order.append(self.name)
        return await super().call(prepared)


async def test_equal_batches_take_turns(stores: Stores) -> None:
    ids = await imported(stores, 60)
    order: list[str] = []
    three = {name: Tagged(name, order) for name in "abc"}
    for analyzer in three.values():
        analyzer.gate.clear()
    async with working(stores.batches, NamedAnalyzers(**three), maximum=1) as at_work:
        for name in three:
            await at_work.batches.start(ids, BatchOptions(model=name))
        await until(lambda: order == ["a"])
        await asyncio.sleep(0.1)  # until all are loaded
        for analyzer in three.values():
            analyzer.gate.set()
        for number in (1, 2, 3):
            done = await at_work.batches.wait(f"b{number}")
            assert done.successful == 60

    assert max(Counter(order[1:91]).values()) <= 31


async def test_an_urgent_batch_overtakes(stores: Stores) -> None:
    ids = await imported(stores, 60)
    order: list[str] = []
    both = {name: Tagged(name, order) for name in ("bulk", "urgent")}
    both["bulk"].gate.clear()
    async with working(stores.batches, NamedAnalyzers(**both), maximum=1) as at_work:
        bulk = await at_work.batches.start(ids, BatchOptions(model="bulk", priority=Priority.BULK))
        await until(lambda: len(order) == 1)
        urgent = BatchOptions(model="urgent", priority=Priority.INTERACTIVE)
        first = await at_work.batches.start(ids[:10], urgent)
        await asyncio.sleep(0.1)
        both["bulk"].gate.set()
        await at_work.batches.wait(first.id)
        await at_work.batches.wait(bulk.id)

    assert order[1:11].count("urgent") >= 9


async def test_a_priority_can_be_changed(stores: Stores) -> None:
    ids = await imported(stores, 60)
    order: list[str] = []
    both = {name: Tagged(name, order) for name in ("one", "two")}
    both["one"].gate.clear()
    async with working(stores.batches, NamedAnalyzers(**both), maximum=1) as at_work:
        one = await at_work.batches.start(ids, BatchOptions(model="one"))
        await until(lambda: len(order) == 1)
        two = await at_work.batches.start(ids, BatchOptions(model="two"))
        await asyncio.sleep(0.1)
        await at_work.batches.change(two.id, Changes(priority=Priority.INTERACTIVE))
        both["one"].gate.set()
        await at_work.batches.wait(one.id)

    assert order[1:61].count("two") >= 59


async def test_together_they_stay_below_the_maximum(stores: Stores) -> None:
    ids = await imported(stores, 60)
    analyzer = ScriptedAnalyzer()
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=4) as at_work:
        for _ in range(3):
            await at_work.batches.start(ids, ANY)
        for number in (1, 2, 3):
            assert (await at_work.batches.wait(f"b{number}")).successful == 60

    assert analyzer.peak == 4
    assert analyzer.seen.count(0) == 3


async def test_quotas_do_not_wait_for_each_other(stores: Stores) -> None:
    ids = await imported(stores, 20)
    stuck = ScriptedAnalyzer(name="stuck")
    stuck.gate.clear()
    both = NamedAnalyzers(stuck=stuck, fine=ScriptedAnalyzer(name="fine"))
    async with working(stores.batches, both) as at_work:
        await at_work.batches.start(ids, BatchOptions(model="stuck"))
        assert (await at_work.batches.run(ids, BatchOptions(model="fine"))).successful == 20


async def test_a_rate_limit_spends_no_try_and_the_call_comes_first_again(stores: Stores) -> None:
    ids = await imported(stores, 3)
    analyzer = ScriptedAnalyzer(failing(Cause.RATE_LIMITED, 1))  # it has no tries to spend
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, ANY)

    assert (done.successful, done.failed) == (3, 0)
    assert analyzer.seen == [0, 0, 1, 2]


async def test_announced_limits_reach_the_pacer(stores: Stores) -> None:
    ids = await imported(stores, 30)
    analyzer = ScriptedAnalyzer()
    level = BucketLevel(resource=Resource.REQUESTS, limit=60_000, remaining=9)
    analyzer.limits = RateLimits(levels=(level,))
    options = BatchOptions(model="any", adaptive=True)
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=100) as at_work:
        done = await at_work.batches.run(ids, options)

    assert done.successful == 30
    assert analyzer.peak <= 11


@pytest.mark.parametrize("cause", [Cause.KEY_REFUSED, Cause.NO_CREDIT])
async def test_what_no_item_can_escape_stops_the_batch_at_once(
    stores: Stores, cause: Cause
) -> None:
    ids = await imported(stores, 200)
    analyzer = ScriptedAnalyzer(failing(cause, 1_000))
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.run(ids, ANY)

        assert (batch.state, batch.stop) == (BatchState.STOPPED, Stop(cause.value))
        assert batch.reason == f"It is {cause.value}."
        assert (batch.successful, batch.failed, batch.left) == (0, 0, 200)
        assert len(analyzer.seen) <= 5
        analyzer.answer = lambda _: analysis()
        await at_work.batches.resume(batch.id)
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful, done.repeated) == (BatchState.COMPLETED, 200, 0)
    assert (done.stop, done.reason) == (None, "")


@pytest.mark.parametrize("cause", [Cause.MALFORMED, Cause.TRUNCATED])
async def test_a_bad_answer_is_asked_for_again_with_the_complaint(
    stores: Stores, cause: Cause
) -> None:
    ids = await imported(stores, 5)
    analyzer = ScriptedAnalyzer(failing(cause, 2))
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, ANY)

    assert (done.successful, done.failed) == (5, 0)
    assert [complaint for _, complaint in analyzer.complaints] == [f"It is {cause.value}."] * 2


async def test_other_failures_are_tried_again_without_a_complaint(stores: Stores) -> None:
    ids = await imported(stores, 5)
    analyzer = ScriptedAnalyzer(failing(Cause.DROPPED, 2))
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, ANY)

    assert (done.successful, done.failed, analyzer.complaints) == (5, 0, [])


@pytest.mark.parametrize(
    ("cause", "calls"), [(Cause.REFUSED, 1), (Cause.REJECTED, 1), (Cause.TRUNCATED, 3)]
)
async def test_tries_are_limited(stores: Stores, cause: Cause, calls: int) -> None:
    ids = await imported(stores, 1)
    analyzer = ScriptedAnalyzer(failing(cause, 1_000))
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        done = await at_work.batches.run(ids, ANY)
        (error,) = await at_work.batches.errors(done.id)

    assert (len(analyzer.seen), done.failed) == (calls, 1)
    assert error.reason == f"It is {cause.value}."


async def test_only_the_failed_items_of_a_call_are_asked_for_again(stores: Stores) -> None:
    ids = await imported(stores, 64)
    failed = Counter[int]()

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index % 8 == 3 and not failed[seen.entry_index]:
            failed[seen.entry_index] += 1
            return Failure(reason="Odd.", cause=Cause.MALFORMED)
        return analysis()

    analyzer = ScriptedAnalyzer(answer, largest_pack=8)
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=2) as at_work:
        done = await at_work.batches.run(ids, ANY)

    assert (done.successful, done.failed) == (64, 0)
    again = Counter(analyzer.seen)
    assert [index for index, count in again.items() if count > 1] == list(range(3, 64, 8))


async def test_an_outage_fails_nobody(stores: Stores) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer(failing(Cause.OVERLOADED, 7))
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(lambda: len(analyzer.seen) >= 6)
        assert at_work.engine.runs[batch.id].progress().breaker_open
        done = await at_work.batches.wait(batch.id)

    assert (done.successful, done.failed) == (40, 0)


async def test_in_a_long_outage_the_fallback_stands_in_and_is_marked(stores: Stores) -> None:
    ids = await imported(stores, 40)
    model = ScriptedAnalyzer(failing(Cause.OVERLOADED, 10_000))
    offline = ScriptedAnalyzer(name="offline")
    clock = RunningClock()
    both = NamedAnalyzers(any=model, offline=offline)
    async with working(stores.batches, both, clock=clock) as at_work:
        batch = await at_work.batches.start(ids, BatchOptions(model="any", fallback=True))
        await until(lambda: at_work.engine.runs[batch.id].progress().breaker_open)
        clock.skipped += 11
        done = await at_work.batches.wait(batch.id)
        analyses = await at_work.batches.analyses(batch.id)

    assert (done.state, done.successful, done.failed) == (BatchState.COMPLETED, 40, 0)
    assert all(one.analysis.fallback for one in analyses)
    assert sorted(offline.seen) == list(range(40))


async def test_the_fallback_takes_what_was_tried_in_vain(stores: Stores) -> None:
    ids = await imported(stores, 20)

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index == 7:
            return Failure(reason="Slow.", cause=Cause.TIMED_OUT)
        return analysis()

    offline = ScriptedAnalyzer(name="offline")
    both = NamedAnalyzers(any=ScriptedAnalyzer(answer), offline=offline)
    async with working(stores.batches, both) as at_work:
        done = await at_work.batches.run(ids, BatchOptions(model="any", fallback=True))
        analyses = await at_work.batches.analyses(done.id)

    assert done.successful == 20
    assert [one.request_id for one in analyses if one.analysis.fallback] == [ids[7]]
    assert offline.seen == [7]


async def test_a_refusal_is_not_the_fallbacks_business(stores: Stores) -> None:
    ids = await imported(stores, 3)
    model = ScriptedAnalyzer(failing(Cause.REFUSED, 100))
    offline = ScriptedAnalyzer(name="offline")
    async with working(stores.batches, NamedAnalyzers(any=model, offline=offline)) as at_work:
        done = await at_work.batches.run(ids, BatchOptions(model="any", fallback=True))

    assert (done.failed, offline.seen) == (3, [])


async def test_a_model_may_be_its_own_fallback(stores: Stores) -> None:
    ids = await imported(stores, 30)
    both = NamedAnalyzers(offline=ScriptedAnalyzer(name="offline"))
    async with working(stores.batches, both) as at_work:
        done = await at_work.batches.run(ids, BatchOptions(model="offline", fallback=True))

    assert (done.state, done.successful) == (BatchState.COMPLETED, 30)


class OneJob:
    """A customer with one job, whose call is cancelled as it is launched."""

    id = "b1"
    priority = Priority.NORMAL

    def __init__(self, job: Job) -> None:
        self.job: Job | None = job
        self.launched: Job | None = None
        self.told: list[str] = []

    def next_job(self, now: float) -> Job | None:
        return self.job

    def next_at(self) -> float:
        return float("inf")

    def divert(self) -> bool:
        return False

    def launch(self, job: Job, ceiling: int) -> None:
        self.job, self.launched = None, job
        # Runs before the first step of the call.
        asyncio.get_running_loop().call_soon(self.cancel)

    def cancel(self) -> None:
        assert self.launched is not None
        assert self.launched.task is not None
        self.launched.task.cancel()

    def answered(self, job: Job, answer: Answer) -> None:
        self.told.append("answered")

    def abandoned(self, job: Job) -> None:
        self.told.append("abandoned")

    def crashed(self, error: Exception) -> None:
        self.told.append("crashed")


async def test_a_call_that_is_cancelled_before_its_first_step_leaves_no_trace() -> None:
    analyzer = ScriptedAnalyzer()
    job = Job.of((), [analyzer.inquiry(exchange(0))])
    customer = OneJob(job)
    quota = Quota(5, Breaker(), RunningClock())
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        work = group.create_task(quota.work())
        quota.join(customer)
        await until(lambda: bool(customer.told))
        assert quota.pacer.in_flight == 0
        work.cancel()

    assert customer.told == ["abandoned"]
    assert analyzer.seen == []
