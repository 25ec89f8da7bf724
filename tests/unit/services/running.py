"""The batch engine at work in tests: on a real store, with scripted analyzers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from reqsift.domain.captures import RequestFilter
from reqsift.services.batch_options import BatchOptions
from reqsift.services.batches import Batches
from reqsift.services.captures import Captures
from reqsift.services.engine import Engine
from reqsift.services.ports.analyzers import AnalyzerChooser
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.clock import Clock
from tests.conftest import Stores
from tests.factories import exchange
from tests.fakes import ListReader, RunningClock, StillClock

ANY = BatchOptions(model="any")


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    batches: Batches
    engine: Engine


async def imported(stores: Stores, count: int) -> list[str]:
    reader = ListReader(*(exchange(index) for index in range(count)))
    service = Captures(stores.captures, reader, StillClock())
    await service.import_file(Path("shop.har"))
    return await service.request_ids(RequestFilter())


async def nothing_more(_: str) -> str:
    """The exchanges of a batch tell nothing together."""
    return ""


@asynccontextmanager
async def working(
    store: BatchStore,
    analyzers: AnalyzerChooser,
    *,
    maximum: int = 5,
    chance: float = 0.0,
    clock: Clock | None = None,
    conclude: Callable[[str], Awaitable[str]] = nothing_more,
) -> AsyncIterator[Working]:
    """The engine, until the end of the block; with the chance of 0 no retry waits."""
    clock = clock or RunningClock()
    engine = Engine(store, analyzers, conclude, clock, lambda: chance, maximum)
    async with engine.working():
        yield Working(batches=Batches(store, analyzers, clock, engine), engine=engine)


async def until(true: Callable[[], bool]) -> None:
    """Let others work until something is so; a test that waits in vain is ended."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 -- of what is asked there is no event
            await asyncio.sleep(0.001)
