"""Ports filled for tests: what comes from outside, scripted."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reqsift.domain.batches import AS_USUAL, Analysis, Failure, Handling
from reqsift.domain.captures import Exchange, SkippedEntry, StoredExchange
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.limits import RateLimits, Usage
from reqsift.services.ports.analyzers import (
    Analyzer,
    AnalyzerChoice,
    Answer,
    Inquiry,
    PreparedCall,
    Purpose,
    QuotaKey,
)
from tests import factories


class StillClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class RunningClock:
    """Runs; the wall clock can be set, and a while can be skipped."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 1, 1, tzinfo=UTC)
        self.skipped = 0.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped


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

    With `together`, the first calls wait until that many are under way. While `gate` is closed,
    all calls wait; it closes by itself before the call behind `close_after` others.
    """

    priced = True
    heaviest_pack = math.inf

    def __init__(
        self,
        answer: Callable[[Exchange], Analysis | Failure] = lambda _: factories.analysis(),
        *,
        name: str = "scripted",
        largest_pack: int = 1,
        together: int = 1,
        bound: Usage | None = None,
        quota: str = "",
    ) -> None:
        self.answer = answer
        self.name = name
        self.quota = QuotaKey(provider=quota or name)
        self.start = asyncio.Barrier(together)
        self.waiting = together if together > 1 else 0
        self.largest_pack = largest_pack
        self.bound = bound or Usage()
        self.limits = RateLimits(retry_after_s=0.0)
        self.weight: Callable[[Exchange], float] = lambda _: 0.0
        self.key: Callable[[Exchange], str] = lambda _: ""
        self.doubtful: Callable[[Inquiry, Analysis], Inquiry | None] = lambda _, __: None
        self.memory: dict[str, Analysis] = {}
        self.packs: list[tuple[int, ...]] = []
        """The entry indexes of each call."""
        self.close_after: int | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.running = 0
        self.peak = 0
        self.cancelled = 0
        self.seen: list[int] = []
        """Entry indexes in the order in which their calls were made."""
        self.complaints: list[tuple[int, str]] = []

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        return [self.inquiry(one.exchange, one.id, purpose.batch_id) for one in exchanges]

    def inquiry(self, exchange: Exchange, request_id: str = "r1", batch_id: str = "b1") -> Inquiry:
        return Inquiry(
            analyzer=self,
            request_id=request_id,
            exchange=exchange,
            batch_id=batch_id,
            weight=self.weight(exchange),
            key=self.key(exchange),
        )

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:
        exchanges = tuple(inquiry.exchange for inquiry in inquiries)
        if complaint:
            self.complaints += [(exchange.entry_index, complaint) for exchange in exchanges]
        return PreparedCall(payload=(exchanges, tuple(inquiries)), bound=self.bound)

    def remembered(self, inquiry: Inquiry) -> Inquiry | None:
        known = self.memory.get(inquiry.key) if inquiry.key else None
        return None if known is None else replace(inquiry, known=replace(known, cached=True))

    async def call(self, prepared: PreparedCall) -> Answer:
        assert isinstance(prepared.payload, tuple)
        exchanges, inquiries = prepared.payload
        self.running += 1
        self.peak = max(self.peak, self.running)
        if len(self.seen) == self.close_after:
            self.gate.clear()
        self.seen += [exchange.entry_index for exchange in exchanges]
        self.packs.append(tuple(exchange.entry_index for exchange in exchanges))
        try:
            if self.waiting:
                self.waiting -= 1
                await self.start.wait()
            await asyncio.sleep(0)
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        results = [self.answer(exchange) for exchange in exchanges]
        usages = [result.usage for result in results if isinstance(result, Analysis)]
        doubts = {}
        for place, (inquiry, result) in enumerate(zip(inquiries, results, strict=True)):
            if isinstance(result, Analysis):
                self.memory[inquiry.key] = result
                if doubt := self.doubtful(inquiry, result):
                    doubts[place] = doubt
        return Answer(
            results=results, usage=sum(usages, Usage()), limits=self.limits, doubts=doubts
        )

    def stuck(self, calls: int = 5) -> bool:
        """Whether the gate is closed, and so many calls wait for it."""
        return not self.gate.is_set() and self.running == calls


class OneAnalyzer:
    """Has the same analyzer for every name."""

    def __init__(self, analyzer: Analyzer, note: str = "") -> None:
        self.choice = AnalyzerChoice.of(analyzer, note)

    def choose(self, model: str, handling: Handling = AS_USUAL) -> AnalyzerChoice:
        return self.choice


class NamedAnalyzers:
    """Knows what it is given."""

    def __init__(self, **analyzers: Analyzer) -> None:
        self.analyzers: Mapping[str, Analyzer] = analyzers

    def choose(self, model: str, handling: Handling = AS_USUAL) -> AnalyzerChoice:
        if model not in self.analyzers:
            raise InvalidSetting(f"There is no model {model!r}.")
        return AnalyzerChoice.of(self.analyzers[model])
