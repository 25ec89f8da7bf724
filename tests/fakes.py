"""Ports filled for tests: what comes from outside, scripted."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Exchange, SkippedEntry
from reqsift.services.ports.analyzers import Analyzer, AnalyzerChoice
from tests import factories


class StillClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class ListReader:
    """Reads what it is given; the file's name is its content hash."""

    def __init__(self, *entries: Exchange | SkippedEntry, failure: Exception | None = None) -> None:
        self.entries = entries
        self.failure = failure

    def content_hash(self, path: Path) -> str:
        return f"hash of {path.name}"

    def read(self, path: Path, advance: Callable[[int], None]) -> Iterator[Exchange | SkippedEntry]:
        for entry in self.entries:
            advance(1)
            yield entry
        if self.failure is not None:
            raise self.failure


class ScriptedAnalyzer:
    """Answers by a function of the exchange; counts how many calls were under way at once.

    With `together`, the first calls wait until that many are under way.
    """

    name = "scripted"
    largest_pack = 1

    def __init__(
        self,
        answer: Callable[[Exchange], Analysis | Failure] = lambda _: factories.analysis(),
        *,
        largest_pack: int = 1,
        together: int = 1,
    ) -> None:
        self.answer = answer
        self.start = asyncio.Barrier(together)
        self.waiting = together
        self.largest_pack = largest_pack
        self.running = 0
        self.peak = 0
        self.seen: list[int] = []

    async def analyze(self, exchanges: Sequence[Exchange]) -> Sequence[Analysis | Failure]:
        self.running += 1
        self.peak = max(self.peak, self.running)
        if self.waiting:
            self.waiting -= 1
            await self.start.wait()
        await asyncio.sleep(0)
        self.running -= 1
        self.seen += [exchange.entry_index for exchange in exchanges]
        return [self.answer(exchange) for exchange in exchanges]


class OneAnalyzer:
    """Has the same analyzer for every name."""

    def __init__(self, analyzer: Analyzer, note: str = "") -> None:
        self.choice = AnalyzerChoice(analyzer=analyzer, note=note)

    def choose(self, model: str) -> AnalyzerChoice:
        return self.choice
