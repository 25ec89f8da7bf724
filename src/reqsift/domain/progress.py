"""How a running batch is doing: counts, pace, and when it will be done."""

import math
from collections import deque
from dataclasses import dataclass, field

from reqsift.domain.batches import Batch, BatchState
from reqsift.domain.limits import Usage

_REMEMBERED = 200
_CERTAINTY = 1.64
"""Standard deviations of an interval that holds nine times out of ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A look at a running batch."""

    batch_id: str
    state: BatchState
    total: int
    successful: int
    failed: int
    elapsed_ms: int
    """Of running, pauses left out."""
    in_flight: int = 0
    """Calls under way."""
    concurrency: int = 0
    """Calls that may be under way at this moment."""
    rate: float = 0.0
    """Items a second, of late."""
    eta_s: float | None = None
    """Seconds to the end; None if it cannot be told."""
    eta_uncertainty_s: float | None = None
    """Seconds by which `eta_s` may be off, nine times out of ten."""
    spent: Usage = field(default_factory=Usage)
    retries: int = 0
    """Calls made again after a failure."""
    rate_limited: int = 0
    """Calls that met a rate limit."""
    breaker_open: bool = False
    """Whether the provider seems to be down."""
    trouble: str = ""
    """What it said last, or why it could not be reached."""
    held_s: float = 0.0
    """Seconds for which a rate limit still holds all calls."""
    last_event_id: int = 0
    """Sequence number of the item that ended last."""

    @property
    def done(self) -> int:
        """Items that have ended."""
        return self.successful + self.failed

    @property
    def in_words(self) -> str:
        """How it is doing, as people read it; without the counts of what is done."""
        parts = [f"{self.rate:,.0f}/s" if self.rate >= 10 else f"{self.rate:.1f}/s"]
        if self.eta_s is not None and self.eta_uncertainty_s is not None:
            parts.append(f"{_span(self.eta_s)} left ± {_span(self.eta_uncertainty_s)}")
        parts.append(f"{self.in_flight} of {self.concurrency} under way")
        if self.spent.cost:
            parts.append(f"${self.spent.cost:.4f}")
        for count, words in (
            (self.failed, "failed"),
            (self.retries, "tried again"),
            (self.rate_limited, "rate-limited"),
        ):
            if count:
                parts.append(f"{count:,} {words}")
        if self.held_s >= 1:
            parts.append(f"the rate limit holds for {_span(self.held_s)}")
        if self.breaker_open:
            parts.append(f"the provider does not answer, waiting for it: {self.trouble}")
        return " · ".join(parts)

    @classmethod
    def of(cls, batch: Batch, last_event_id: int) -> "Progress":
        """Of a batch that does not run in this process."""
        return cls(
            batch_id=batch.id,
            state=batch.state,
            total=batch.total,
            successful=batch.successful,
            failed=batch.failed,
            elapsed_ms=batch.duration_ms,
            concurrency=batch.concurrency,
            spent=batch.spent,
            last_event_id=last_event_id,
        )


class Speed:
    """Measures how fast items end; the caller says what time it is."""

    def __init__(self) -> None:
        """Nothing has ended."""
        self._ends: deque[float] = deque(maxlen=_REMEMBERED)

    def ended(self, count: int, now: float) -> None:
        """That many items have just ended."""
        self._ends.extend([now] * min(count, _REMEMBERED))

    def rate(self, now: float) -> float:
        """Items a second, of the last 200 that ended."""
        if len(self._ends) < 2:
            return 0.0
        span = now - self._ends[0]
        return (len(self._ends) - 1) / span if span > 0 else 0.0

    def eta(self, left: int, now: float) -> tuple[float, float] | None:
        """Seconds until `left` more have ended, and by how much that may be off."""
        rate = self.rate(now)
        if rate <= 0:
            return None
        seconds = left / rate
        # Both the measured rate and what is left scatter like counts.
        share = math.sqrt(1.0 / len(self._ends) + 1.0 / max(left, 1))
        return seconds, _CERTAINTY * share * seconds


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
