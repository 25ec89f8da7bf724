"""The engine in front of a scripted model, on a real store and over real HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reqsift.adapters.rules import OfflineRules
from reqsift.adapters.storage.sightings import SqlSightings
from reqsift.domain.batches import Batch, Handling, StoredAnalysis
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import Exchange, RequestFilter
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.across.form import CaptureRule
from reqsift.services.analyzers import Analyzers
from reqsift.services.batch_options import BatchOptions
from reqsift.services.captures import Captures
from reqsift.services.correlation import Correlation
from reqsift.simulator import Asked, Settings, Spoken, simulated
from tests.conftest import Stores
from tests.fakes import ListReader, RunningClock, StillClock
from tests.unit.adapters.analyzers.replies import document, pack, reply
from tests.unit.services.running import Working, working
from tests.wiring import access, wired

Script = Callable[[Asked], str | Spoken | None]


@dataclass(frozen=True, slots=True)
class Trial:
    """An engine in front of a scripted model, and what that model received."""

    at_work: Working
    analyzers: Analyzers
    ids: list[str]
    received: list[bytes] = field(default_factory=list)

    async def run(
        self, model: str = "haiku-4.5", budget: Budget | None = None, **handling: bool
    ) -> Batch:
        options = BatchOptions(
            model=model, budget=budget or Budget(), handling=Handling(**handling)
        )
        return await self.at_work.batches.run(self.ids, options)

    async def analyses(self, batch: Batch) -> Sequence[StoredAnalysis]:
        return await self.at_work.batches.analyses(batch.id)


def concluding(
    stores: Stores, rules: Sequence[CaptureRule] = ACROSS
) -> Callable[[str], Awaitable[str]]:
    """What the program does when all items of a batch have ended."""
    known = OfflineRules()
    known.across = tuple(rules)
    return Correlation(stores.batches, SqlSightings(stores.database), known).conclude


@asynccontextmanager
async def trial(
    stores: Stores, exchanges: Sequence[Exchange], script: Script, least_cached: int = 512
) -> AsyncIterator[Trial]:
    captures = Captures(stores.captures, ListReader(*exchanges), StillClock())
    await captures.import_file(Path("a.har"))
    ids = await captures.request_ids(RequestFilter())
    received: list[bytes] = []

    def heard(asked: Asked) -> str | Spoken | None:
        received.append(asked.body)
        return script(asked)

    settings = Settings(latency="0", batch_seconds=0.1, least_cached_tokens=least_cached)
    async with (
        simulated(settings, heard) as simulator,
        wired(stores.database, access(simulator.base_url)) as analyzers,
        working(
            stores.batches, analyzers, clock=RunningClock(), conclude=concluding(stores)
        ) as at_work,
    ):
        yield Trial(at_work, analyzers, ids, received)


def answered(asked: Asked, *findings: dict[str, object], **changes: object) -> str:
    """The same answer about each exchange of a call."""
    if b'"analyses"' not in (asked.schema or b""):
        return reply(*findings, **changes)
    count = asked.user.count("\nExchange ") + asked.user.startswith("Exchange ")
    each = document(*findings, **changes)
    return pack(*({"exchange": number, **each} for number in range(1, count + 1)))
