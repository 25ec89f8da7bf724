"""What the economy lane needs from a store: which requests wait at a provider."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class SubmissionStore(Protocol):
    """Remembers what was handed to a provider's batch API, so that nothing is paid twice."""

    async def submitted(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The provider's batch id of those of these requests that were handed in.

        Args:
            keys: Each names one request of one of our batches, as its `custom_id` does.
        """
        ...

    async def submit(self, provider_batch: str, keys: Sequence[str]) -> None:
        """Remember that these requests wait there."""
        ...

    async def collected(self, keys: Sequence[str]) -> None:
        """Forget these requests: their results are here."""
        ...
