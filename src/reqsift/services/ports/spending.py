"""What usage reports and estimates need from a store."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from reqsift.domain.spending import Spending, UsageReport


class SpendingStore(Protocol):
    """Sums up what was spent."""

    async def report(self, since: date | None = None) -> UsageReport:
        """What was spent from that day on, or ever."""
        ...

    async def experience(self) -> Mapping[str, Spending]:
        """The sum over all calls of each model; `day` and `batch_id` are the last ones."""
        ...
