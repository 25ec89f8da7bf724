"""Time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, so that no service has to look at the wall."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...
