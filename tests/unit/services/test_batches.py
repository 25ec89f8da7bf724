from pathlib import Path

import pytest

from reqsift.domain.batches import Analysis, BatchState, Failure, Progress
from reqsift.domain.captures import Exchange, RequestFilter
from reqsift.domain.errors import InvalidSetting, StoreError
from reqsift.services.batches import Batches
from reqsift.services.captures import Captures
from reqsift.services.ports.batches import BatchStore
from tests.conftest import Stores
from tests.factories import analysis, exchange, finding
from tests.fakes import ListReader, OneAnalyzer, ScriptedAnalyzer, StillClock


async def imported(stores: Stores, count: int) -> list[str]:
    reader = ListReader(*(exchange(index) for index in range(count)))
    service = Captures(stores.captures, reader, StillClock())
    await service.import_file(Path("shop.har"))
    return await service.request_ids(RequestFilter())


def batches(
    stores: Stores,
    analyzer: ScriptedAnalyzer,
    *,
    maximum: int = 5,
    store: BatchStore | None = None,
) -> Batches:
    clock = StillClock()
    return Batches(store or stores.batches, OneAnalyzer(analyzer), clock, maximum)


async def test_every_item_has_its_outcome_in_the_order_asked_for(stores: Stores) -> None:
    ids = await imported(stores, 10)
    asked = [ids[7], "r999", ids[2], ids[7], ids[0]]
    service = batches(stores, ScriptedAnalyzer(lambda _: analysis(finding())))

    batch = await service.run(asked, model="any")

    assert (batch.total, batch.successful, batch.failed) == (4, 3, 1)
    assert batch.state is BatchState.COMPLETED
    results = await service.analyses(batch.id)
    assert [stored.request_id for stored in results] == [ids[7], ids[2], ids[0]]
    assert results[0].analysis.summary == "Looked at it."
    assert [stored.finding.fingerprint for stored in results[0].findings] == ["v1-one"]
    (error,) = await service.errors(batch.id)
    assert (error.request_id, error.entry_index) == ("r999", None)


async def test_one_failing_item_is_its_own_outcome_only(stores: Stores) -> None:
    ids = await imported(stores, 10)

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index == 3:
            return Failure(reason="It did not work.")
        return analysis()

    service = batches(stores, ScriptedAnalyzer(answer))

    batch = await service.run(ids, model="any")

    assert (batch.successful, batch.failed) == (9, 1)
    (error,) = await service.errors(batch.id)
    assert (error.request_id, error.reason, error.entry_index) == (ids[3], "It did not work.", 3)


async def test_an_analyzer_that_raises_fails_its_items_and_the_rest_goes_on(
    stores: Stores,
) -> None:
    ids = await imported(stores, 8)

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index == 0:
            raise RuntimeError("boom")
        return analysis()

    service = batches(stores, ScriptedAnalyzer(answer, largest_pack=2), maximum=1)

    batch = await service.run(ids, model="any", concurrency=1)

    assert (batch.successful, batch.failed) == (6, 2)
    assert "RuntimeError: boom" in (await service.errors(batch.id))[0].reason


@pytest.mark.parametrize(("asked", "maximum", "effective"), [(None, 5, 5), (99, 5, 5), (2, 5, 2)])
async def test_concurrency_is_used_and_never_exceeded(
    stores: Stores, asked: int | None, maximum: int, effective: int
) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer(together=effective)
    service = batches(stores, analyzer, maximum=maximum)

    batch = await service.run(ids, model="any", concurrency=asked)

    assert batch.concurrency == effective
    assert analyzer.peak == effective


@pytest.mark.parametrize("concurrency", [0, -1])
async def test_a_concurrency_below_one_is_refused(stores: Stores, concurrency: int) -> None:
    with pytest.raises(InvalidSetting):
        await batches(stores, ScriptedAnalyzer()).run(["r1"], model="any", concurrency=concurrency)


async def test_progress_is_told_from_start_to_end(stores: Stores) -> None:
    ids = await imported(stores, 12)
    seen: list[Progress] = []

    await batches(stores, ScriptedAnalyzer()).run(
        [*ids, "nope"], model="any", on_progress=seen.append
    )

    assert (seen[0].done, seen[-1].done) == (1, 13)
    assert [progress.done for progress in seen] == sorted({progress.done for progress in seen})


async def test_an_empty_batch_is_complete_at_once(stores: Stores) -> None:
    service = batches(stores, ScriptedAnalyzer())

    batch = await service.run([], model="any")

    assert (batch.total, batch.average_ms, batch.state) == (0, 0, BatchState.COMPLETED)
    assert await service.analyses(batch.id) == ()


async def test_a_request_removed_meanwhile_fails_alone(stores: Stores) -> None:
    ids = await imported(stores, 2)

    class Forgetful(type(stores.batches)):  # type: ignore[misc]
        async def exchanges(self, request_ids: list[str]) -> list[object]:
            found: list[object] = await super().exchanges(request_ids)
            return [stored for stored in found if stored.id != ids[0]]  # type: ignore[attr-defined]

    service = batches(stores, ScriptedAnalyzer(), store=Forgetful(stores.database))

    batch = await service.run(ids, model="any")

    assert (batch.successful, batch.failed) == (1, 1)


async def test_a_failing_store_stops_the_batch_and_keeps_what_is_stored(stores: Stores) -> None:
    ids = await imported(stores, 10)

    class Filling(type(stores.batches)):  # type: ignore[misc]
        saved = 0

        async def save_outcomes(self, *arguments: object) -> None:
            Filling.saved += 1
            if Filling.saved > 4:
                raise StoreError("The disk is full.")
            await super().save_outcomes(*arguments)

    service = batches(stores, ScriptedAnalyzer(), store=Filling(stores.database))

    with pytest.raises(StoreError, match="disk is full"):
        await service.run(ids, model="any", concurrency=2)

    assert len(await service.analyses("b1")) == 4
