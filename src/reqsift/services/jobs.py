"""Calls to be made for items of a batch, and what has become of earlier tries."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reqsift.domain.batches import Analysis, BatchItem, Failure
from reqsift.domain.retries import Cause, retry_delay
from reqsift.services.ports.analyzers import Analyzer, Inquiry, PreparedCall

_ASKED_DIFFERENTLY = frozenset({Cause.MALFORMED, Cause.TRUNCATED})


def unpreparable(error: Exception) -> Failure:
    """For items whose call could not be made ready."""
    return Failure(reason=f"It cannot be analyzed: {type(error).__name__}: {error}")


@dataclass(eq=False, slots=True, kw_only=True)
class Job:
    """One call: some items of a batch that are analyzed together."""

    analyzer: Analyzer
    items: Sequence[BatchItem]
    inquiries: Sequence[Inquiry]
    prepared: PreparedCall
    failures: Counter[Cause] = field(default_factory=Counter)
    """How often it has failed, by cause; rate limits are no failures."""
    first_failure_at: float | None = None
    """Seconds on the monotonic clock."""
    fallback: bool = False
    """Whether its analyzer stands in for another."""
    task: asyncio.Task[None] | None = None
    """The call, once it is under way."""

    @classmethod
    def of(cls, items: Sequence[BatchItem], inquiries: Sequence[Inquiry]) -> "Job":
        """A call for items whose inquiries go to one analyzer."""
        analyzer = inquiries[0].analyzer
        prepared = analyzer.prepare(inquiries)
        return cls(analyzer=analyzer, items=items, inquiries=inquiries, prepared=prepared)

    def part(self, places: Sequence[int]) -> "Job":
        """The same call for some of its items only."""
        if len(places) == len(self.items):
            return self
        inquiries = [self.inquiries[place] for place in places]
        return replace(
            self,
            items=[self.items[place] for place in places],
            inquiries=inquiries,
            prepared=self.analyzer.prepare(inquiries),
            failures=self.failures.copy(),
        )

    def split(self) -> "list[Job]":
        """A call for each of its items, as if nothing had failed yet."""
        return [
            Job.of([item], [inquiry])
            for item, inquiry in zip(self.items, self.inquiries, strict=True)
        ]

    def diverted(self, fallback: Analyzer) -> "Job":
        """The same items for another analyzer."""
        inquiries = [
            replace(inquiry, analyzer=fallback, key="", matter=None) for inquiry in self.inquiries
        ]
        return replace(Job.of(self.items, inquiries), fallback=True)

    def what_stays(self, failure: Failure) -> list[tuple[BatchItem, Analysis | Failure]]:
        """Its items, given up: with a cheaper analyzer's answer, or what the rules found."""
        return [
            (item, _what_stays(inquiry, failure))
            for item, inquiry in zip(self.items, self.inquiries, strict=True)
        ]

    def first_answers(self) -> list[tuple[BatchItem, Analysis]]:
        """What a cheaper analyzer said of its items."""
        return [
            (item, inquiry.before)
            for item, inquiry in zip(self.items, self.inquiries, strict=True)
            if inquiry.before is not None
        ]

    def failed(self, cause: Cause, now: float, chance: float) -> float | None:
        """Count a failure; returns seconds until the next try, None if there is to be none."""
        self.failures[cause] += 1
        if self.first_failure_at is None:
            self.first_failure_at = now
        return retry_delay(cause, self.failures[cause], now - self.first_failure_at, chance)

    def ask_differently(self, failure: Failure) -> None:
        """After an answer that was no good, tell the analyzer what was wrong with it."""
        if failure.cause in _ASKED_DIFFERENTLY:
            self.prepared = self.analyzer.prepare(self.inquiries, failure.reason)


def _what_stays(inquiry: Inquiry, failure: Failure) -> Analysis | Failure:
    if inquiry.before is not None:
        choice = f"{inquiry.choice} It gave no answer: {failure.reason}"
        return replace(inquiry.before, choice=choice)
    return replace(failure, findings=inquiry.rules)
