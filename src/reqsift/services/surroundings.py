"""What every batch runs with, and how it may be ended from outside."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from reqsift.domain.batches import BatchState, Stop
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.clock import Clock
from reqsift.services.quotas import Quotas


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every batch runs with."""

    store: BatchStore
    clock: Clock
    quotas: Quotas
    chance: Callable[[], float]
    """0 to 1, evenly spread."""
    max_concurrency: int
    conclude: Callable[[str], Awaitable[str]]
    """Judges what a batch's exchanges tell together; returns what failed in doing so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a batch is to end early, once its calls under way have ended."""

    state: BatchState
    stop: Stop | None = None
    reason: str = ""

    @property
    def for_good(self) -> bool:
        """Whether nothing that is asked later changes it."""
        return self.state is BatchState.CANCELLED
