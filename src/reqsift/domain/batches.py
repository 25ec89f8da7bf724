"""Batches: exchanges analysed together, item by item, each outcome a value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reqsift.domain.findings import Finding, StoredFinding

DEFAULT_CONCURRENCY = 5


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    """Every item has an outcome, be it a failure."""
    STOPPED = "stopped"
    """Ended before every item had an outcome."""


class ItemState(StrEnum):
    """Where one item of a batch stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one analyzer said about one exchange."""

    model: str
    """The analyzer that really answered, such as `offline`."""
    summary: str
    """In words, for people."""
    findings: tuple[Finding, ...] = ()
    next_checks: tuple[str, ...] = ()
    """Harmless manual checks worth doing next."""
    confidence: int
    """0 to 100."""
    tokens_used: int = 0
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an item has no analysis; never confused with 'nothing found'."""

    reason: str
    """One sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One place of a batch: an exchange to analyze."""

    position: int
    """0-based, in the order of the ids asked for."""
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOutcome:
    """How one item of a batch ended."""

    item: BatchItem
    result: Analysis | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnalysis:
    """An analysis as the store keeps it."""

    id: str
    request_id: str
    request_method: str
    request_url: str
    finished_at: datetime
    analysis: Analysis
    findings: tuple[StoredFinding, ...]
    """The analysis' findings with their ids and members, evidence of this exchange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemError:
    """An item that has no analysis."""

    request_id: str
    reason: str
    entry_index: int | None = None
    """Position in the capture file; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A set of exchanges analysed together, as the store keeps it."""

    id: str
    model: str
    """The analyzer in use, such as `offline`."""
    note: str = ""
    """Why this analyzer, where the user left the choice open."""
    concurrency: int
    """The limit in force."""
    state: BatchState
    total: int
    """Distinct ids, unknown ones included."""
    successful: int = 0
    failed: int = 0
    created_at: datetime
    duration_ms: int = 0
    """Whole milliseconds from the start to the last item stored."""

    @property
    def average_ms(self) -> int:
        """Milliseconds per request, over all of them."""
        return round(self.duration_ms / self.total) if self.total else 0

    @property
    def in_words(self) -> str:
        """The batch in figures, as people read it."""
        average = self.duration_ms / self.total / 1000 if self.total else 0.0
        shown = f"{average:.2f}s" if average >= 0.1 else f"{average:.4f}s"
        return (
            f"completed in {self.duration_ms / 1000:.1f}s; successful {self.successful}; "
            f"failed {self.failed}; total {self.total}; average time {shown} per request; "
            f"concurrency {self.concurrency} parallel requests"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A look at a running batch."""

    batch_id: str
    total: int
    successful: int
    failed: int
    elapsed_ms: int

    @property
    def done(self) -> int:
        """Items that have ended."""
        return self.successful + self.failed


def effective_concurrency(asked: int | None, maximum: int) -> int:
    """The limit in force: the default if none was asked for, never more than `maximum`."""
    return min(DEFAULT_CONCURRENCY if asked is None else asked, maximum)


def pack_size(total: int, concurrency: int, largest: int) -> int:
    """Items in one call: few enough for 4 calls per worker, and at most `largest`."""
    return max(1, min(largest, total // (concurrency * 4)))
