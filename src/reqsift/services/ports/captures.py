"""What captures need: a reader of files, and a store."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reqsift.domain.captures import (
    Capture,
    Exchange,
    RequestFilter,
    RequestRow,
    SkippedEntry,
    StoredExchange,
)
from reqsift.domain.paging import Page, PageRequest


class CaptureReader(Protocol):
    """Reads capture files; blocking, so the service calls it in a thread."""

    def content_hash(self, path: Path) -> str:
        """SHA-256 of the file's bytes, hex.

        Raises:
            UnreadableCapture: The file is missing or cannot be read.
        """
        ...

    def read(self, path: Path, advance: Callable[[int], None]) -> Iterator[Exchange | SkippedEntry]:
        """Yield every entry of the file in order, in memory that does not grow with the file.

        Args:
            path: The capture file.
            advance: Told the number of further bytes of the file that were read.

        Raises:
            UnreadableCapture: The file is no capture, is missing or cannot be read.
            TruncatedCapture: The file ends in the middle; raised after its intact entries.
        """
        ...


class CaptureStore(Protocol):
    """Keeps captures and their exchanges. Each call is one transaction.

    Every call raises `StoreError` when the database cannot do its work.
    """

    def import_turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for the turn to import; one import at a time per store, over all processes.

        On entry, whatever an import left behind that never finished is removed.
        """
        ...

    async def find_capture(self, content_hash: str) -> Capture | None:
        """The capture of a file with these bytes."""
        ...

    async def begin_import(self, source: str, content_hash: str, at: datetime) -> str:
        """Open a capture that nobody sees yet; returns its id."""
        ...

    async def add_exchanges(self, capture_id: str, exchanges: Sequence[Exchange]) -> None:
        """Store exchanges of an open capture."""
        ...

    async def finish_import(self, capture: Capture) -> None:
        """Store the final counts and make the capture visible."""
        ...

    async def abandon_import(self, capture_id: str) -> None:
        """Remove an open capture with all it holds."""
        ...

    async def captures(self) -> tuple[Capture, ...]:
        """All captures, newest first."""
        ...

    async def requests(self, wanted: RequestFilter, page: PageRequest) -> Page[RequestRow]:
        """A page of requests in capture order."""
        ...

    async def request_ids(self, wanted: RequestFilter) -> list[str]:
        """Ids of all requests that fit, in capture order."""
        ...

    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        """The exchanges with these ids, in that order; unknown ids are left out."""
        ...
