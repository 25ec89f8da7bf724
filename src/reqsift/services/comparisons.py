"""Compare two batches."""

from reqsift.domain.comparison import BatchView, Comparison, compare
from reqsift.domain.errors import NotFound
from reqsift.services.ports.comparisons import ComparisonStore


class Comparisons:
    """The use case around history."""

    def __init__(self, store: ComparisonStore) -> None:
        """Look batches up in `store`."""
        self._store = store

    async def compare(self, before: str, after: str) -> Comparison:
        """Tell what became of each finding from one batch to another.

        Raises:
            NotFound: There is no such batch.
        """
        return compare(await self._view(before), await self._view(after))

    async def _view(self, batch_id: str) -> BatchView:
        view = await self._store.batch_view(batch_id)
        if view is None:
            raise NotFound(f"There is no batch {batch_id!r}.")
        return view
