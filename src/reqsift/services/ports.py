"""What the services want from outside. Adapters fill these; `bootstrap` decides which."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    Failure,
    ItemError,
    ItemOutcome,
    StoredAnalysis,
)
from reqsift.domain.captures import (
    Capture,
    Exchange,
    RequestFilter,
    RequestRow,
    SkippedEntry,
    StoredExchange,
)
from reqsift.domain.findings import FindingFilter, StoredFinding
from reqsift.domain.paging import Page, PageRequest


class Clock(Protocol):
    """Time, so that no service has to look at the wall."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never goes back."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What is to be known about a batch before it exists."""

    model: str
    note: str
    concurrency: int
    request_ids: tuple[str, ...]
    """Distinct."""
    created_at: datetime


class BatchStore(Protocol):
    """Keeps batches and what their items brought. Each call is one transaction."""

    async def create_batch(self, new: NewBatch) -> tuple[Batch, tuple[BatchItem, ...]]:
        """Store a batch; unknown ids fail at once, the items to analyze are returned."""
        ...

    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        """The exchanges with these ids, in that order; unknown ids are left out."""
        ...

    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], at: datetime
    ) -> None:
        """Store how items ended, with their findings, and count them in the batch."""
        ...

    async def end_batch(self, batch_id: str, state: BatchState, duration_ms: int) -> Batch:
        """Store the end of a batch."""
        ...

    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        """What the batch brought, in the order of the ids asked for."""
        ...

    async def item_errors(self, batch_id: str) -> tuple[ItemError, ...]:
        """The items without an analysis, in the order of the ids asked for."""
        ...


class FindingStore(Protocol):
    """Looks findings up."""

    async def findings(self, wanted: FindingFilter, page: PageRequest) -> Page[StoredFinding]:
        """A page of findings, the most severe and surest first."""
        ...


class Analyzer(Protocol):
    """Says what is wrong with exchanges: the offline rules, or a model."""

    @property
    def name(self) -> str:
        """As it stands in results, such as `offline`."""
        ...

    @property
    def largest_pack(self) -> int:
        """How many exchanges one call takes at most."""
        ...

    async def analyze(self, exchanges: Sequence[Exchange]) -> Sequence[Analysis | Failure]:
        """Analyze exchanges together; one result for each, in the same order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerChoice:
    """The analyzer that a model's name stands for."""

    analyzer: Analyzer
    note: str = ""
    """Why this one, where the name leaves the choice open."""


class AnalyzerChooser(Protocol):
    """Knows the analyzers by name."""

    def choose(self, model: str) -> AnalyzerChoice:
        """Resolve a model's name.

        Raises:
            InvalidSetting: There is no such model.
            ModelUnavailable: Its key is missing.
        """
        ...
