"""Look findings up."""

from reqsift.domain.findings import FindingFilter, StoredFinding
from reqsift.domain.paging import Page, PageRequest
from reqsift.services.ports.findings import FindingStore


class Findings:
    """The use cases around findings."""

    def __init__(self, store: FindingStore) -> None:
        """Work on `store`."""
        self._store = store

    async def findings(self, wanted: FindingFilter, page: PageRequest) -> Page[StoredFinding]:
        """A page of findings, the most severe and surest first.

        Raises:
            InvalidSetting: The page's cursor is not one of ours.
        """
        return await self._store.findings(wanted, page)

    async def all_findings(self, wanted: FindingFilter) -> list[StoredFinding]:
        """Every finding that fits, the most severe and surest first."""
        found: list[StoredFinding] = []
        page = PageRequest(limit=500)
        while True:
            part = await self._store.findings(wanted, page)
            found += part.items
            if part.next_cursor is None:
                return found
            page = PageRequest(limit=page.limit, cursor=part.next_cursor)
