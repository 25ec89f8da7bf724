"""Budgets and deadlines stop a batch; what is left can be resumed."""

import asyncio

import pytest

from reqsift.adapters.storage.batches import SqlBatches
from reqsift.domain.batches import Batch, BatchState, Failure, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import StoredExchange
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from reqsift.services.batch_options import BatchOptions, Changes
from tests.conftest import Stores
from tests.factories import analysis
from tests.fakes import OneAnalyzer, ScriptedAnalyzer
from tests.unit.services.running import ANY, imported, until, working

EACH = analysis().usage
AT_MOST = Usage(input_tokens=10, output_tokens=10, cost=0.5)


def within(budget: Budget) -> BatchOptions:
    return BatchOptions(model="any", budget=budget)


@pytest.mark.parametrize(
    ("budget", "larger"),
    [
        (Budget(max_cost=5.0), Budget(max_cost=100.0)),
        (Budget(max_tokens=140), Budget(max_tokens=10_000)),
        (Budget(max_cost=5.0, max_tokens=10_000), Budget(max_tokens=10_000)),
    ],
)
async def test_it_stops_before_more_is_spent_and_goes_on_with_a_larger_budget(
    stores: Stores, budget: Budget, larger: Budget
) -> None:
    ids = await imported(stores, 50)
    analyzer = ScriptedAnalyzer(bound=AT_MOST)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        stopped = await at_work.batches.run(ids, within(budget))

        assert (stopped.state, stopped.stop) == (BatchState.STOPPED, Stop.BUDGET)
        assert "larger" in stopped.reason
        assert 15 <= stopped.successful <= 20
        assert stopped.failed == 0
        assert stopped.left == 50 - stopped.successful
        assert stopped.budget == budget
        assert stopped.spent.cost == stopped.successful * EACH.cost
        again = await _resumed_without_more(stores, stopped, analyzer)
        assert again.successful == stopped.successful

        await at_work.batches.resume(stopped.id, larger)
        done = await at_work.batches.wait(stopped.id)

    assert (done.state, done.successful, done.stop) == (BatchState.COMPLETED, 50, None)
    assert done.budget == larger
    assert sorted(analyzer.seen) == list(range(50))


async def _resumed_without_more(stores: Stores, batch: Batch, analyzer: ScriptedAnalyzer) -> Batch:
    """With the same budget, it stops again without a call."""
    calls = len(analyzer.seen)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        await at_work.batches.resume(batch.id)
        again = await at_work.batches.wait(batch.id)
    assert again.stop is Stop.BUDGET
    assert len(analyzer.seen) == calls
    return again


async def test_calls_at_once_cannot_overspend(stores: Stores) -> None:
    ids = await imported(stores, 100)
    analyzer = ScriptedAnalyzer(lambda _: analysis(), bound=EACH)
    budget = Budget(max_cost=EACH.cost * 37)
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=30) as at_work:
        options = BatchOptions(model="any", concurrency=30, budget=budget)
        stopped = await at_work.batches.run(ids, options)

    assert stopped.successful == 37
    assert stopped.spent.cost == budget.max_cost


async def test_a_budget_below_one_call_makes_none(stores: Stores) -> None:
    ids = await imported(stores, 5)
    analyzer = ScriptedAnalyzer(bound=AT_MOST)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        stopped = await at_work.batches.run(ids, within(Budget(max_cost=0.1)))

    assert (stopped.stop, stopped.left, analyzer.seen) == (Stop.BUDGET, 5, [])


async def test_a_budget_can_be_raised_while_the_batch_runs(stores: Stores) -> None:
    ids = await imported(stores, 50)
    analyzer = ScriptedAnalyzer(bound=AT_MOST)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        analyzer.gate.clear()
        batch = await at_work.batches.start(ids, within(Budget(max_cost=5.0)))
        await until(analyzer.stuck)
        await at_work.batches.change(batch.id, Changes(budget=Budget(max_cost=500.0)))
        analyzer.gate.set()
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful) == (BatchState.COMPLETED, 50)


async def test_a_deadline_stops_it_and_calls_under_way_are_kept(stores: Stores) -> None:
    ids = await imported(stores, 50)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, within(Budget(deadline_s=0.1)))
        await until(lambda: at_work.engine.runs[batch.id]._ending is not None)  # noqa: SLF001
        analyzer.gate.set()
        stopped = await at_work.batches.wait(batch.id)
        assert (stopped.state, stopped.stop) == (BatchState.STOPPED, Stop.DEADLINE)
        assert "0.1 s" in stopped.reason
        assert (stopped.successful, stopped.left) == (5, 45)

        await at_work.batches.resume(batch.id, Budget(deadline_s=60.0))
        done = await at_work.batches.wait(batch.id)

    assert (done.state, done.successful) == (BatchState.COMPLETED, 50)


async def test_a_deadline_during_an_outage_tells_of_the_outage(stores: Stores) -> None:
    ids = await imported(stores, 50)
    gone = Failure(reason="The provider cannot be reached.", cause=Cause.DROPPED)
    analyzer = ScriptedAnalyzer(lambda _: gone)
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, within(Budget(deadline_s=0.5)))
        run = at_work.engine.runs[batch.id]
        await until(lambda: gone.reason in run.progress().in_words)
        stopped = await at_work.batches.wait(batch.id)

    assert stopped.stop is Stop.DEADLINE
    assert stopped.reason.endswith(gone.reason)
    assert (stopped.failed, stopped.left) == (0, 50)


async def test_a_deadline_given_to_a_running_batch_counts(stores: Stores) -> None:
    ids = await imported(stores, 50)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        batch = await at_work.batches.start(ids, ANY)
        await until(analyzer.stuck)
        await at_work.batches.change(batch.id, Changes(budget=Budget(deadline_s=0.1)))
        await asyncio.sleep(0.3)
        analyzer.gate.set()
        stopped = await at_work.batches.wait(batch.id)

    assert stopped.stop is Stop.DEADLINE


class Counting(SqlBatches):
    """Knows how many exchanges it has given out."""

    given = 0

    async def exchanges(self, request_ids: object) -> list[StoredExchange]:
        found = await super().exchanges(request_ids)  # type: ignore[arg-type]
        self.given += len(found)
        return found


@pytest.mark.parametrize(("maximum", "pack"), [(5, 1), (3, 16), (100, 1)])
async def test_no_more_is_loaded_than_a_window_ahead(
    stores: Stores, maximum: int, pack: int
) -> None:
    ids = await imported(stores, 1_500)
    store = Counting(stores.database)
    analyzer = ScriptedAnalyzer(largest_pack=pack)
    options = BatchOptions(model="any", concurrency=maximum)
    most = 0

    def answer(_: object) -> object:
        nonlocal most
        most = max(most, store.given - len(analyzer.seen))
        return analysis()

    analyzer.answer = answer  # type: ignore[assignment]
    async with working(store, OneAnalyzer(analyzer), maximum=maximum) as at_work:
        done = await at_work.batches.run(ids, options)

    assert done.successful == 1_500
    window = max(64, pack * maximum)
    assert most <= 2 * window
