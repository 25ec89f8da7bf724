"""What rules over many exchanges need from a store."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from reqsift.domain.findings import Finding
from reqsift.domain.sightings import Group


class SightingStore(Protocol):
    """Groups what exchanges have left behind."""

    def groups(
        self, batch_id: str, kinds: Sequence[str], *, untouched: bool = False
    ) -> AsyncIterator[Group]:
        """The sightings in the captures that a batch looked at, group by group.

        Also those that earlier batches left. Of a very large group only the first come.

        Args:
            batch_id: The batch.
            kinds: Of sightings.
            untouched: Whether groups are wanted to which this batch has added nothing.
        """
        ...

    async def add_findings(self, batch_id: str, found: Mapping[str, Sequence[Finding]]) -> None:
        """Store what was found in these requests beside what the batch found there."""
        ...
