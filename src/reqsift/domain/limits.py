"""What a provider says about its limits: facts read from an answer's header fields."""

from dataclasses import dataclass
from enum import StrEnum


class Resource(StrEnum):
    """What a limit counts."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    """Input and output together."""
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketLevel:
    """One limit as an answer announced it."""

    resource: Resource
    limit: float
    """Units per window; a minute, unless `reset_s` shows that the window is longer."""
    remaining: float
    """Units left at that moment, rounded down by the provider."""
    reset_s: float | None = None
    """Seconds from the answer until the bucket is full again; None if it was not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """All limits that one answer announced."""

    levels: tuple[BucketLevel, ...] = ()
    retry_after_s: float | None = None
    """Seconds to wait, where the provider asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a call took; the sum over its exchanges."""

    input_tokens: int = 0
    """All that was sent, the cached ones included."""
    output_tokens: int = 0
    cost: float = 0.0
    """US dollars; 0 where nothing is charged or no price is known."""
    cached_tokens: int = 0
    """Input tokens that the provider read from its prompt cache."""

    @property
    def tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """The sum of both."""
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=self.cost + other.cost,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )
