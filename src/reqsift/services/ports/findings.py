"""What findings need from a store."""

from typing import Protocol

from reqsift.domain.findings import FindingFilter, StoredFinding
from reqsift.domain.paging import Page, PageRequest


class FindingStore(Protocol):
    """Looks findings up."""

    async def findings(self, wanted: FindingFilter, page: PageRequest) -> Page[StoredFinding]:
        """A page of findings, the most severe and surest first."""
        ...
