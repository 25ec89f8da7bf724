"""Money: estimates that hold, budgets that are kept, and what saves it, on the sample capture."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from reqsift.adapters.analyzers import HttpModels
from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.storage.spending import SqlSpending
from reqsift.domain.batches import BatchState, Handling, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import Exchange
from reqsift.services.batch_options import BatchOptions
from reqsift.services.costs import Costs
from reqsift.simulator import Asked
from tests.conftest import Stores
from tests.fakes import RunningClock
from tests.trials import Trial, answered, trial
from tests.unit.adapters.analyzers.replies import finding
from tests.wiring import access

DEMO = Path(__file__).parents[2] / "examples/demo.har"


def _demo(count: int) -> Sequence[Exchange]:
    read = CaptureFileReader(max_body=5_000_000).read(DEMO, lambda _: None)
    return [entry for entry in read if isinstance(entry, Exchange)][:count]


def _speaks(asked: Asked) -> str:
    """At length about some exchanges, briefly about others; not sure of every eighth."""
    kind = sum(asked.body) % 8
    sure = 40 if kind == 0 and "haiku" in asked.model else 80
    return answered(asked, *[finding(severity="low")] * (kind % 3), confidence=sure)


def _costs(stores: Stores, one: Trial) -> Costs:
    clock = RunningClock()
    models = HttpModels(access("http://127.0.0.1:1"), lambda: clock.now().date())
    spending = SqlSpending(stores.database)
    return Costs((stores.batches, spending), one.analyzers, models, clock, 5)


@pytest.mark.parametrize(
    ("model", "handling"),
    [
        ("sonnet-5.5", Handling(pack=False)),
        ("haiku-4.5", Handling()),
        ("auto", Handling()),
        ("haiku-4.5", Handling(economy=True)),
    ],
)
async def test_the_estimate_contains_what_it_really_costs(
    stores: Stores, model: str, handling: Handling
) -> None:
    # The smallest beginning that the provider caches, as the catalogue says.
    least = 4_096 if model == "haiku-4.5" else 512
    async with trial(stores, _demo(263), _speaks, least) as one:
        costs = _costs(stores, one)
        options = BatchOptions(model=model, handling=handling)
        first = await costs.estimate(one.ids, options)
        batch = await one.at_work.batches.run(one.ids, options)
        again = await costs.estimate(
            one.ids,
            BatchOptions(
                model=model,
                handling=Handling(pack=handling.pack, cache=False, economy=handling.economy),
            ),
        )

    assert batch.successful == 263
    for told in (first, again):
        assert told.requests == 263
        assert told.cost is not None
        assert told.cost.low <= batch.spent.cost <= told.cost.high
        assert told.input_tokens.low <= batch.spent.input_tokens <= told.input_tokens.high
        assert told.output_tokens.low <= batch.spent.output_tokens <= told.output_tokens.high
    assert again.cost is not None
    assert first.cost is not None
    # What was learned makes it narrower.
    assert again.cost.high / again.cost.low < first.cost.high / first.cost.low


@pytest.mark.parametrize("most", [0.001, 0.01, 0.05])
async def test_a_budget_is_kept_with_packs_cache_and_escalation(
    stores: Stores, most: float
) -> None:
    async with trial(stores, _demo(200), _speaks) as one:
        budget = Budget(max_cost=most)
        batch = await one.run("auto", budget)
        spent = [batch.spent.cost]
        while batch.state is BatchState.STOPPED and len(spent) < 4:
            assert batch.stop is Stop.BUDGET
            assert batch.failed == 0
            budget = Budget(max_cost=budget.max_cost and budget.max_cost * 3)
            await one.at_work.batches.resume(batch.id, budget)
            batch = await one.at_work.batches.wait(batch.id)
            spent.append(batch.spent.cost)

    assert spent == sorted(spent)
    assert batch.spent.cost <= (budget.max_cost or 0)


async def test_the_same_batch_again_costs_nothing(stores: Stores) -> None:
    async with trial(stores, _demo(80), _speaks) as one:
        first = await one.run("auto")
        second = await one.run("auto")
        calls = len(one.received)
        third = await one.run("auto", cache=False)

    assert first.spent.cost > 0
    assert second.spent.cost == 0
    assert third.spent.cost > 0
    assert len(one.received) > calls


async def test_usage_is_what_the_batches_spent(stores: Stores) -> None:
    async with trial(stores, _demo(80), _speaks) as one:
        batches = [await one.run("auto"), await one.run("haiku-4.5"), await one.run("auto")]
        report = await _costs(stores, one).usage()

    total = sum(batch.spent.cost for batch in batches)
    assert report.total.usage.cost == pytest.approx(total)
    assert sum(day.usage.cost for day in report.days) == pytest.approx(total)
    assert sum(model.usage.cost for model in report.models) == pytest.approx(total)
    by_batch = {one.name: one.usage.cost for one in report.batches}
    assert by_batch["b1"] == pytest.approx(batches[0].spent.cost)
    assert report.total.calls == len(one.received)
