"""Who analyzes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from reqsift.domain.batches import AS_USUAL, Analysis, Failure, Handling
from reqsift.domain.captures import Exchange, StoredExchange
from reqsift.domain.findings import Finding
from reqsift.domain.ledger import Departure
from reqsift.domain.limits import RateLimits, Usage
from reqsift.domain.pacing import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaKey:
    """What a provider counts together; analyzers with the same key share a pacer."""

    provider: str
    """Base URL, or `offline`; a circuit breaker each."""
    account: str = ""
    """Digest of the key."""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inquiry:
    """One exchange, made ready to be asked about."""

    analyzer: "Analyzer"
    request_id: str
    exchange: Exchange
    batch_id: str = ""
    weight: float = 0.0
    """Input tokens, about; what shares a call is limited by their sum."""
    key: str = ""
    """Equal keys get equal answers; empty where none is kept."""
    known: Analysis | None = None
    """Its analysis, where no call is needed."""
    rules: tuple[Finding, ...] = ()
    """What the offline rules found: it stays, whatever becomes of the call."""
    choice: str = ""
    """Why this analyzer, where that was open."""
    before: Analysis | None = None
    """What a cheaper analyzer said; it stands if no better answer comes."""
    matter: object = None
    """The analyzer's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCall:
    """A call that is ready to be made."""

    payload: object
    """The analyzer's own."""
    body: bytes = b""
    """What will leave the machine."""
    prefix: int = 0
    """Bytes at its beginning that all calls share, so that the provider may cache them."""
    departure: Departure | None = None
    """What the ledger will say of it."""
    need: Need = field(default_factory=Need)
    """What it will probably take, for the pacer."""
    bound: Usage = field(default_factory=Usage)
    """What it can take at most, for budgets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one call."""

    results: Sequence[Analysis | Failure]
    """One for each exchange, in the same order."""
    usage: Usage = field(default_factory=Usage)
    """What the call took, failed or not."""
    limits: RateLimits = field(default_factory=RateLimits)
    """What the provider announced."""
    doubts: Mapping[int, Inquiry] = field(default_factory=dict)
    """By place in `results`: an exchange that a stronger analyzer had better look at too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What inquiries are for."""

    batch_id: str = ""
    """Empty for an estimate or a preview."""
    cache: bool = True
    """Whether answers that are kept are taken, and new ones kept."""


class Inquirer(Protocol):
    """Makes exchanges ready to be asked about."""

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """Make these exchanges ready; one result for each, in the same order."""
        ...


class Analyzer(Inquirer, Protocol):
    """Says what is wrong with exchanges: the offline rules, or a model."""

    @property
    def name(self) -> str:
        """As it stands in results, such as `offline`."""
        ...

    @property
    def largest_pack(self) -> int:
        """How many exchanges one call takes at most."""
        ...

    @property
    def heaviest_pack(self) -> float:
        """How many input tokens the exchanges of one call may have together."""
        ...

    @property
    def quota(self) -> QuotaKey:
        """What its calls count for."""
        ...

    @property
    def priced(self) -> bool:
        """Whether the cost of its calls is known, so that it can be limited."""
        ...

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:
        """Make a call ready; pure computation.

        Args:
            inquiries: Its own, at most `largest_pack`.
            complaint: What was wrong with the last answer, to ask again with.
        """
        ...

    async def call(self, prepared: PreparedCall) -> Answer:
        """Make the call, once: retries are the engine's. Failures are values, not exceptions.

        Raises:
            StoreError: What must be written down before anything leaves could not be.
        """
        ...

    def remembered(self, inquiry: Inquiry) -> Inquiry | None:
        """The inquiry as it stands after an answer of a moment ago to an equal payload.

        Its analysis is known then, or it goes to a stronger analyzer; None if there is no answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerChoice:
    """What a model's name stands for."""

    inquirer: Inquirer
    """Decides for each exchange which of the analyzers is asked."""
    analyzers: tuple[Analyzer, ...]
    """All that may be asked; the first is asked most."""
    note: str = ""
    """Why this one, where the name leaves the choice open."""
    model: str = ""
    """The name to keep for the batch, where it is not the one that was asked for."""

    @classmethod
    def of(cls, analyzer: Analyzer, note: str = "") -> Self:
        """One analyzer for every exchange."""
        return cls(inquirer=analyzer, analyzers=(analyzer,), note=note)


class AnalyzerChooser(Protocol):
    """Knows the analyzers by name."""

    def choose(self, model: str, handling: Handling = AS_USUAL) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model, or it cannot be handled so.
            ModelUnavailable: Its key is missing.
        """
        ...
