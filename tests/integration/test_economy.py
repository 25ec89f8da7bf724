"""The economy lane: handed in once, answered later, also to a process that was not there before."""

from pathlib import Path

import pytest

from reqsift.domain.batches import Batch, BatchState, Handling
from reqsift.domain.captures import RequestFilter
from reqsift.domain.errors import InvalidSetting
from reqsift.services.batch_options import BatchOptions
from reqsift.services.captures import Captures
from reqsift.simulator import Asked, Settings, Simulator, simulated
from tests.conftest import Stores
from tests.factories import exchange
from tests.fakes import ListReader, StillClock
from tests.trials import answered
from tests.unit.services.running import until, working
from tests.wiring import access, wired

ECONOMY = BatchOptions(model="haiku-4.5", handling=Handling(economy=True, cache=False))


async def imported(stores: Stores, count: int) -> list[str]:
    pages = (exchange(place, url=f"https://shop.example/{place}") for place in range(count))
    captures = Captures(stores.captures, ListReader(*pages), StillClock())
    await captures.import_file(Path("a.har"))
    return await captures.request_ids(RequestFilter())


async def _run(stores: Stores, simulator: Simulator, ids: list[str]) -> Batch:
    async with (
        wired(stores.database, access(simulator.base_url)) as analyzers,
        working(stores.batches, analyzers) as at_work,
    ):
        return await at_work.batches.run(ids, ECONOMY)


async def test_a_restart_asks_for_the_results_and_hands_nothing_in_again(stores: Stores) -> None:
    ids = await imported(stores, 30)
    slow = Settings(latency="0", batch_seconds=1.5)
    async with simulated(slow, answered) as simulator:
        async with (
            wired(stores.database, access(simulator.base_url)) as analyzers,
            working(stores.batches, analyzers) as at_work,
        ):
            begun = await at_work.batches.start(ids, ECONOMY)
            await until(lambda: simulator.stats().batches == 1)
        assert (await stores.batches.batch(begun.id) or begun).state is BatchState.RUNNING
        async with (
            wired(stores.database, access(simulator.base_url)) as analyzers,
            working(stores.batches, analyzers) as at_work,
        ):
            await at_work.batches.resume_all()
            done = await at_work.batches.wait(begun.id)
        stats = simulator.stats()

    assert (done.state, done.successful, done.failed) == (BatchState.COMPLETED, 30, 0)
    assert (stats.batches, stats.batched_requests) == (1, 30)


@pytest.mark.parametrize("fault", ["batch_expired", "batch_errored"])
async def test_what_expired_or_failed_there_is_handed_in_again(stores: Stores, fault: str) -> None:
    ids = await imported(stores, 40)
    settings = Settings(latency="0", batch_seconds=0.05, **{fault: 0.3})  # type: ignore[arg-type]
    async with simulated(settings, answered) as simulator:
        done = await _run(stores, simulator, ids)
        stats = simulator.stats()

    assert (done.successful, done.failed) == (40, 0)
    assert stats.batches > 1


@pytest.mark.parametrize("model", ["haiku-4.5", "auto"])
@pytest.mark.parametrize("later", [True, False])
async def test_equal_requests_are_asked_about_once(
    stores: Stores, model: str, *, later: bool
) -> None:
    pages = [exchange(place, url="https://shop.example/account") for place in range(30)]
    captures = Captures(stores.captures, ListReader(*pages), StillClock())
    await captures.import_file(Path("a.har"))
    ids = await captures.request_ids(RequestFilter())
    options = BatchOptions(model=model, handling=Handling(economy=later))
    async with (
        simulated(Settings(latency="0", batch_seconds=0.05), _unsure) as simulator,
        wired(stores.database, access(simulator.base_url)) as analyzers,
        working(stores.batches, analyzers) as at_work,
    ):
        done = [await at_work.batches.run(ids, options) for _ in range(2)]
        stats = simulator.stats()

    assert [batch.successful for batch in done] == [30, 30]
    asked = stats.batched_requests if later else stats.calls
    assert asked == (2 if model == "auto" else 1)


def _unsure(asked: Asked) -> str:
    return answered(asked, confidence=30 if "haiku" in asked.model else 90)


async def test_a_model_without_a_batch_api_has_no_economy_lane(stores: Stores) -> None:
    ids = await imported(stores, 1)
    options = BatchOptions(model="openai:llama", handling=Handling(economy=True))
    async with (
        simulated(Settings(latency="0")) as simulator,
        wired(stores.database, access(simulator.base_url)) as analyzers,
        working(stores.batches, analyzers) as at_work,
    ):
        with pytest.raises(InvalidSetting, match="no economy lane"):
            await at_work.batches.start(ids, options)
