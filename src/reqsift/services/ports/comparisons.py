"""What comparisons need from a store."""

from typing import Protocol

from reqsift.domain.comparison import BatchView


class ComparisonStore(Protocol):
    """Looks back at batches."""

    async def batch_view(self, batch_id: str) -> BatchView | None:
        """What a batch looked at and what it saw, with the verdicts of that batch."""
        ...
