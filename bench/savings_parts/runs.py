"""One capture, analyzed in each way, and what it took."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.savings_parts.script import Scripted
from reqsift.bootstrap import Services, open_services
from reqsift.domain.batches import BatchState, Handling
from reqsift.domain.captures import RequestFilter
from reqsift.domain.limits import Usage
from reqsift.services.batch_options import BatchOptions
from reqsift.settings import Settings
from reqsift.simulator import Settings as Provider
from reqsift.simulator import Simulator, simulated

_NEVER = 1_000_000_000
"""Tokens that no beginning of a request has: the prompt cache keeps nothing."""
_BATCH_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The models that take part, and when their provider caches."""

    cheap: str
    strong: str
    least_cached: int
    """Tokens; the larger of the two, so that no saving is claimed that one of them lacks."""
    least_cached_strong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to analyze a capture."""

    name: str
    auto: bool = False
    prompt_cache: bool = False
    pack: bool = False
    cache: bool = False
    economy: bool = False

    @property
    def handling(self) -> Handling:
        return Handling(pack=self.pack, cache=self.cache, economy=self.economy)


BASELINE = Way(name="one call per request, strong model")
WAYS = (
    BASELINE,
    Way(name="`auto`", auto=True),
    Way(name="packing", pack=True),
    Way(name="prompt cache", prompt_cache=True),
    Way(name="answer cache", cache=True),
    Way(name="economy lane", economy=True),
    Way(name="all but the economy lane", auto=True, prompt_cache=True, pack=True, cache=True),
    Way(name="all but the answer cache", auto=True, prompt_cache=True, pack=True, economy=True),
    Way(name="all, no hits in the prompt cache", auto=True, pack=True, cache=True, economy=True),
    Way(name="all", auto=True, prompt_cache=True, pack=True, cache=True, economy=True),
)


class Proof(NamedTuple):
    """A proven finding in one exchange."""

    request: str
    fingerprint: str
    type: str
    method: str
    url: str

    @property
    def weakness(self) -> tuple[str, str]:
        """The same whatever the method: a browser's preflight has the URL of what it is for."""
        return self.type, self.url


Proofs = frozenset[Proof]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a batch took, and what it brought."""

    name: str
    usage: Usage
    calls: int
    strong_calls: int
    failed: int
    trouble: str
    """Why it did not come to its end; its figures count for nothing then."""
    proofs: Proofs
    """With a model behind them."""
    unclaimed: Proofs
    """Of the rules, seconded by no model."""


async def taken(way: Way, store: Path, pair: Pair, *, twice: bool = False) -> list[Taken]:
    """Analyze all requests of a store's copy; `twice` does it again on what the first run left.

    What a run left that did not come to its end is no ground for a second.
    """
    least = pair.least_cached if way.auto else pair.least_cached_strong
    settings = Provider(
        latency="0",
        least_cached_tokens=least if way.prompt_cache else _NEVER,
        batch_seconds=_BATCH_SECONDS,
    )
    folder = store.with_name("copy")
    shutil.copytree(store, folder)
    script = Scripted()
    names = [way.name, f"{way.name}, the same batch again"] if twice else [way.name]
    try:
        async with (
            simulated(settings, script) as simulator,
            opened(folder, pair, simulator) as services,
        ):
            rows: list[Taken] = []
            for name in names:
                if not any(row.trouble for row in rows):
                    rows.append(await _once(name, way, services, pair, script))
            return rows
    finally:
        shutil.rmtree(folder)


async def imported(capture: Path, folder: Path, pair: Pair) -> int:
    """Import into a fresh store; returns the number of requests."""
    async with simulated() as simulator, opened(folder, pair, simulator) as services:
        await services.captures.import_file(capture)
        return len(await services.captures.request_ids(RequestFilter()))


@asynccontextmanager
async def opened(folder: Path, pair: Pair, simulator: Simulator) -> AsyncIterator[Services]:
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "cheap_model": pair.cheap,
            "strong_model": pair.strong,
            "ANTHROPIC_BASE_URL": simulator.base_url,
            "ANTHROPIC_API_KEY": "any",
        }
    )
    async with open_services(settings, f"sqlite:///{folder / 'reqsift.db'}") as services:
        yield services


async def _once(name: str, way: Way, services: Services, pair: Pair, script: Scripted) -> Taken:
    script.calls.clear()
    ids = await services.captures.request_ids(RequestFilter())
    options = BatchOptions(model="auto" if way.auto else pair.strong, handling=way.handling)
    batch = await services.batches.run(ids, options)
    proofs: set[Proof] = set()
    unclaimed: set[Proof] = set()
    for one in await services.batches.analyses(batch.id):
        for finding in (stored.finding for stored in one.findings):
            proof = Proof(
                request=one.request_id,
                fingerprint=finding.fingerprint,
                type=finding.type,
                method=one.request_method,
                url=one.request_url,
            )
            by_rules_only = set(finding.sources) <= {"offline"}
            if not finding.unproven:
                (unclaimed if by_rules_only else proofs).add(proof)
    completed = batch.state is BatchState.COMPLETED
    return Taken(
        name=name,
        usage=batch.spent,
        calls=script.calls.total(),
        strong_calls=sum(count for model, count in script.calls.items() if "sonnet" in model),
        failed=batch.failed,
        trouble="" if completed else f"{batch.state}, {batch.left} left: {batch.reason}",
        proofs=frozenset(proofs),
        unclaimed=frozenset(unclaimed),
    )
