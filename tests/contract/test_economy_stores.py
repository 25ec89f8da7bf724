"""What every store promises about money: what was spent, and what waits at a provider."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reqsift.adapters.storage.economy import SqlSubmissions
from reqsift.adapters.storage.spending import SqlSpending
from reqsift.domain.limits import Usage
from reqsift.domain.spending import Spending, Spent
from reqsift.services.ports.batches import Account, NewBatch
from tests.conftest import Stores
from tests.factories import NOW

DAY = date(2026, 3, 4)
CHEAP, STRONG = "haiku-4.5", "sonnet-4.5"
USAGE = Usage(input_tokens=100, output_tokens=10, cost=0.5, cached_tokens=40)
ONE = Spending(
    day=DAY, batch_id="", model=CHEAP, calls=2, bytes=9, answered=3, cached=1, usage=USAGE
)


async def begun(stores: Stores) -> str:
    new = NewBatch(model="auto", note="", concurrency=1, request_ids=(), created_at=NOW)
    return (await stores.batches.create_batch(new)).id


async def spend(stores: Stores, batch_id: str, *spendings: Spending) -> None:
    of_batch = [replace(one, batch_id=batch_id) for one in spendings]
    account = Account(
        spent=Usage(), duration_ms=0, concurrency=1, repeated=0, spendings=tuple(of_batch)
    )
    await stores.batches.save_outcomes(batch_id, [], account)


def spent(name: str, times: int = 1, cost: float = 0.5) -> Spent:
    usage = Usage(
        input_tokens=100 * times, output_tokens=10 * times, cost=cost, cached_tokens=40 * times
    )
    return Spent(name=name, calls=2 * times, answered=3 * times, cached=times, usage=usage)


async def test_nothing_was_spent_at_first(stores: Stores) -> None:
    report = await SqlSpending(stores.database).report()

    assert report.total == Spent(name="total", calls=0, answered=0, cached=0, usage=Usage())
    assert (report.days, report.models, report.batches) == ((), (), ())
    assert await SqlSpending(stores.database).experience() == {}


async def test_spendings_add_up_by_day_model_and_batch(stores: Stores) -> None:
    first, second = await begun(stores), await begun(stores)
    dear = replace(ONE, model=STRONG, usage=replace(USAGE, cost=4.0))
    await spend(stores, first, ONE)
    await spend(stores, first)
    await spend(stores, first, ONE, dear, ONE)
    await spend(stores, second, replace(ONE, day=DAY + timedelta(days=1)))

    report = await SqlSpending(stores.database).report()

    assert report.total == spent("total", 5, 6.0)
    assert report.days == (spent("2026-03-05"), spent("2026-03-04", 4, 5.5))
    assert report.models == (spent(STRONG, cost=4.0), spent(CHEAP, 4, 2.0))
    assert report.batches == (spent(second), spent(first, 4, 5.5))


async def test_a_report_since_a_day_leaves_out_what_was_before(stores: Stores) -> None:
    batch_id = await begun(stores)
    days = [DAY + timedelta(days=number) for number in range(4)]
    await spend(stores, batch_id, *(replace(ONE, day=day) for day in days))

    report = await SqlSpending(stores.database).report(days[2])

    assert report.total == spent("total", 2, 1.0)
    assert [day.name for day in report.days] == ["2026-03-07", "2026-03-06"]
    assert report.batches == (spent(batch_id, 2, 1.0),)


async def test_equally_dear_models_come_by_name(stores: Stores) -> None:
    batch_id = await begun(stores)
    names = ["c", "a", "d", "b"]
    await spend(stores, batch_id, *(replace(ONE, model=name) for name in names))

    report = await SqlSpending(stores.database).report()

    assert [model.name for model in report.models] == sorted(names)


async def test_only_the_last_hundred_batches_are_told_one_by_one(stores: Stores) -> None:
    made = [await begun(stores) for _ in range(103)]
    for batch_id in made:
        await spend(stores, batch_id, ONE)

    report = await SqlSpending(stores.database).report()

    assert [batch.name for batch in report.batches] == made[:2:-1]
    assert report.total.calls == 2 * 103


async def test_what_was_spent_outlives_its_batch(stores: Stores) -> None:
    batch_id = await begun(stores)
    await spend(stores, batch_id, ONE)
    async with stores.database.writing() as connection:
        await connection.exec_driver_sql("DELETE FROM batches")

    assert await stores.batches.batch(batch_id) is None
    assert (await SqlSpending(stores.database).report()).batches == (spent(batch_id),)


async def test_experience_is_the_sum_over_all_calls_of_a_model(stores: Stores) -> None:
    first, second = await begun(stores), await begun(stores)
    later = DAY + timedelta(days=1)
    await spend(stores, first, ONE, replace(ONE, day=later, model=STRONG))
    await spend(stores, second, replace(ONE, day=later))
    # What was answered for nothing teaches nothing.
    await spend(stores, second, Spending(day=DAY, batch_id="", model="offline", cached=9))

    known = await SqlSpending(stores.database).experience()

    assert known == {
        CHEAP: replace(ONE + ONE, day=later, batch_id=second),
        STRONG: replace(ONE, day=later, batch_id=first, model=STRONG),
    }


async def test_what_was_handed_in_is_remembered_until_it_is_collected(stores: Stores) -> None:
    store = SqlSubmissions(stores.database)
    await store.submit("msgbatch_1", ["b1-0", "b1-1"])
    await store.submit("msgbatch_2", ["b1-2"])
    asked = ["b1-0", "b1-1", "b1-2", "b1-3"]

    waiting = await store.submitted(asked)
    await store.collected(["b1-0", "b1-2", "b9-9"])

    assert waiting == {"b1-0": "msgbatch_1", "b1-1": "msgbatch_1", "b1-2": "msgbatch_2"}
    assert await store.submitted(asked) == {"b1-1": "msgbatch_1"}


async def test_what_is_handed_in_again_waits_in_the_new_place(stores: Stores) -> None:
    store = SqlSubmissions(stores.database)
    await store.submit("msgbatch_1", ["b1-0", "b1-1"])
    await store.submit("msgbatch_2", ["b1-1"])

    assert await store.submitted(["b1-0", "b1-1"]) == {"b1-0": "msgbatch_1", "b1-1": "msgbatch_2"}


@pytest.mark.parametrize("count", [0, 1, 1_201, 40_000])
async def test_any_number_of_requests_can_wait(stores: Stores, count: int) -> None:
    store = SqlSubmissions(stores.database)
    keys = [f"b1-{number}" for number in range(count)]

    await store.submit("msgbatch_1", keys)
    assert await store.submitted(keys) == dict.fromkeys(keys, "msgbatch_1")
    await store.collected(keys)
    assert await store.submitted(keys) == {}
