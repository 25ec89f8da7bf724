"""Batches: exchanges analysed together, item by item, each outcome a value."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reqsift.domain.budgets import Budget
from reqsift.domain.findings import Finding, StoredFinding
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from reqsift.domain.sightings import Sighting

DEFAULT_CONCURRENCY = 5


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    """A person asked for it; nothing new is begun until it is resumed."""
    STOPPED = "stopped"
    """Ended before every item had an outcome, for a reason that is told; may be resumed."""
    CANCELLED = "cancelled"
    """Given up by a person, for good."""
    COMPLETED = "completed"
    """Every item has an outcome, be it a failure."""


class Stop(StrEnum):
    """Why a batch was stopped before its end."""

    BUDGET = "budget"
    """Its money or tokens are used up."""
    DEADLINE = "deadline"
    NOT_THERE = "not_there"
    """The model or the provider does not exist at the address."""
    KEY_REFUSED = "key_refused"
    NO_CREDIT = "no_credit"
    INTERRUPTED = "interrupted"
    STORE = "store"
    """The store failed."""
    BUG = "bug"


class Priority(StrEnum):
    """Whose turn it is where batches share a quota."""

    INTERACTIVE = "interactive"
    """A person waits for it."""
    NORMAL = "normal"
    BULK = "bulk"

    @property
    def rank(self) -> int:
        """0 for the most urgent."""
        return _PRIORITIES.index(self)


_PRIORITIES = tuple(Priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How the calls of a batch are made."""

    pack: bool = True
    """Whether small exchanges share a call."""
    cache: bool = True
    """Whether a stored answer to the same payload is taken."""
    economy: bool = False
    """Whether the calls go through the provider's batch API: cheaper, and later."""


AS_USUAL = Handling()


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
    usage: Usage = field(default_factory=Usage)
    duration_ms: float = 0.0
    fallback: bool = False
    """Whether this analyzer stood in for one that did not answer."""
    choice: str = ""
    """Why this analyzer, where the choice was left open."""
    cached: bool = False
    """Whether it is the stored answer to the same payload, and free."""
    dropped: int = 0
    """Quotes of the model that do not stand in the exchange."""
    faults: tuple[str, ...] = ()
    """Rules that failed or did not run, a sentence each."""
    sightings: tuple[Sighting, ...] = ()
    """What the exchange adds to questions about the whole capture; kept apart in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an item has no analysis; never confused with 'nothing found'."""

    reason: str
    """One sentence for the user."""
    cause: Cause = Cause.BROKEN
    findings: tuple[Finding, ...] = ()
    """What the offline rules found all the same."""


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
    sequence: int
    """1-based, in the order in which the items of the batch ended."""
    at: datetime


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
    """As it was asked for, such as `offline` or `haiku-4.5`."""
    note: str = ""
    """Why this analyzer, where the user left the choice open."""
    concurrency: int
    """The limit in force; with `adaptive`, the highest that was reached."""
    adaptive: bool = False
    """Whether the pacer finds the concurrency by itself."""
    priority: Priority = Priority.NORMAL
    budget: Budget = field(default_factory=Budget)
    fallback: bool = False
    """Whether the offline rules stand in where the model does not answer."""
    handling: Handling = field(default_factory=Handling)
    state: BatchState
    stop: Stop | None = None
    """Why it was stopped."""
    reason: str = ""
    """The same in a sentence for the user."""
    total: int
    """Distinct ids, unknown ones included."""
    successful: int = 0
    failed: int = 0
    spent: Usage = field(default_factory=Usage)
    repeated: int = 0
    """Calls that were under way when the program died, and are made again: perhaps paid twice."""
    created_at: datetime
    duration_ms: int = 0
    """Whole milliseconds from the start to the last item stored, pauses left out."""

    @property
    def left(self) -> int:
        """Items without an outcome."""
        return self.total - self.successful - self.failed

    @property
    def wish(self) -> tuple[object, ...]:
        """What may be changed from outside; an adaptive concurrency is the run's own affair."""
        return self.priority, self.budget, None if self.adaptive else self.concurrency

    @property
    def average_ms(self) -> int:
        """Milliseconds per request, over all of them."""
        return round(self.duration_ms / self.total) if self.total else 0

    @property
    def in_words(self) -> str:
        """The batch in figures, as people read it."""
        average = self.duration_ms / self.total / 1000 if self.total else 0.0
        shown = f"{average:.2f}s" if average >= 0.1 else f"{average:.4f}s"
        left = f"left {self.left}; " if self.left else ""
        cost = f"; cost ${self.spent.cost:.4f}" if self.spent.cost else ""
        return (
            f"{self.state.value} in {self.duration_ms / 1000:.1f}s; successful {self.successful}; "
            f"failed {self.failed}; {left}total {self.total}; average time {shown} per request; "
            f"concurrency {self.concurrency} parallel requests{cost}"
        )


def effective_concurrency(asked: int | None, maximum: int) -> int:
    """The limit in force: the default if none was asked for, never more than `maximum`."""
    return min(DEFAULT_CONCURRENCY if asked is None else asked, maximum)


def pack_size(total: int, concurrency: int, largest: int) -> int:
    """Items in one call: few enough for 4 calls per worker, and at most `largest`."""
    return max(1, min(largest, total // (concurrency * 4)))
