"""Who analyzes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import (
    Exchange,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCall:
    """A call that is ready to be made."""

    payload: object
    """The analyzer's own."""
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


class Analyzer(Protocol):
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
    def quota(self) -> QuotaKey:
        """What its calls count for."""
        ...

    @property
    def priced(self) -> bool:
        """Whether the cost of its calls is known, so that it can be limited."""
        ...

    def prepare(self, exchanges: Sequence[Exchange], complaint: str = "") -> PreparedCall:
        """Make a call ready; pure computation.

        Args:
            exchanges: At most `largest_pack`.
            complaint: What was wrong with the last answer, to ask again with.
        """
        ...

    async def call(self, prepared: PreparedCall) -> Answer:
        """Make the call, once: retries are the engine's. Failures are values, not exceptions."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerChoice:
    """The analyzer that a model's name stands for."""

    analyzer: Analyzer
    note: str = ""
    """Why this one, where the name leaves the choice open."""


class AnalyzerChooser(Protocol):
    """Knows the analyzers by name."""

    def choose(self, model: str) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model.
            ModelUnavailable: Its key is missing.
        """
        ...
