"""What was spent, by day, batch and model."""

from dataclasses import dataclass, field, replace
from datetime import date

from reqsift.domain.limits import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What the calls of one model took on one day for one batch."""

    day: date
    """UTC."""
    batch_id: str
    model: str
    calls: int = 0
    bytes: int = 0
    """Of the requests' bodies; with the tokens it tells how many bytes make one."""
    answered: int = 0
    """Requests answered by these calls."""
    cached: int = 0
    """Requests answered from the cache, for nothing."""
    usage: Usage = field(default_factory=Usage)

    def __add__(self, other: "Spending") -> "Spending":
        """The sum of both, under the name of the first."""
        return replace(
            self,
            calls=self.calls + other.calls,
            bytes=self.bytes + other.bytes,
            answered=self.answered + other.answered,
            cached=self.cached + other.cached,
            usage=self.usage + other.usage,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """The sum over a day, a batch or a model."""

    name: str
    """The day in ISO form, the batch's id, or the model."""
    calls: int
    answered: int
    cached: int
    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """The same sum in three orders; each list sums up to `total`."""

    total: Spent
    days: tuple[Spent, ...]
    """Newest first."""
    models: tuple[Spent, ...]
    """Dearest first."""
    batches: tuple[Spent, ...]
    """Newest first, at most the last 100."""
