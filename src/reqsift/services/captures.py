"""Import captures and look at what they hold."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from reqsift.domain.captures import (
    Capture,
    Exchange,
    RequestFilter,
    RequestRow,
    SkippedEntry,
    StoredExchange,
)
from reqsift.domain.errors import NotFound, ReqsiftError, TruncatedCapture
from reqsift.domain.paging import Page, PageRequest
from reqsift.services.ports.captures import CaptureReader, CaptureStore
from reqsift.services.ports.clock import Clock

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What became of a file."""

    capture: Capture
    duplicate: bool
    """True when these very bytes were imported before; nothing was stored then."""


class Captures:
    """The use cases around captures."""

    def __init__(self, store: CaptureStore, reader: CaptureReader, clock: Clock) -> None:
        """Work on `store`, with files read by `reader`."""
        self._store = store
        self._reader = reader
        self._clock = clock

    async def import_file(
        self,
        path: Path,
        *,
        source: str | None = None,
        partial: bool = False,
        advance: Callable[[int], None] = lambda _: None,
    ) -> ImportResult:
        """Import a capture file whole or not at all; the same bytes are never stored twice.

        Args:
            path: The file.
            source: Name to show instead of the file's own.
            partial: Keep the intact entries of a file that ends in the middle.
            advance: Told the number of further bytes of the file that were read.

        Raises:
            UnreadableCapture: The file is no capture or cannot be read; nothing was stored.
            StoreError: The database failed; nothing of the file is visible.
        """
        content_hash = await asyncio.to_thread(self._reader.content_hash, path)
        async with self._store.import_turn():
            known = await self._store.find_capture(content_hash)
            if known is not None:
                return ImportResult(capture=known, duplicate=True)
            at = self._clock.now()
            name = source or path.name
            capture_id = await self._store.begin_import(name, content_hash, at)
            capture = Capture(id=capture_id, source=name, content_hash=content_hash, imported_at=at)
            try:
                entries = self._reader.read(path, advance)
                counts = await self._copy(entries, capture_id, partial=partial)
            except BaseException:
                await self._store.abandon_import(capture_id)
                raise
            capture = replace(
                capture,
                imported=counts.imported,
                truncated=counts.truncated,
                skipped=tuple(counts.skipped),
            )
            await self._store.finish_import(capture)
            return ImportResult(capture=capture, duplicate=False)

    async def _copy(
        self, entries: Iterator[Exchange | SkippedEntry], capture_id: str, *, partial: bool
    ) -> "_Counts":
        # Reading ahead while the store writes was slower: the two threads fight over the GIL.
        counts = _Counts()
        while True:
            chunk = await asyncio.to_thread(_take, entries)
            exchanges = counts.add(chunk.entries)
            if exchanges:
                await self._store.add_exchanges(capture_id, exchanges)
            if isinstance(chunk.failure, TruncatedCapture) and partial:
                return counts
            if chunk.failure is not None:
                raise chunk.failure
            if chunk.last:
                return counts

    async def captures(self) -> tuple[Capture, ...]:
        """All captures, newest first."""
        return await self._store.captures()

    async def requests(self, wanted: RequestFilter, page: PageRequest) -> Page[RequestRow]:
        """A page of requests in capture order.

        Raises:
            InvalidSetting: The page's cursor is not one of ours.
        """
        return await self._store.requests(wanted, page)

    async def request_ids(self, wanted: RequestFilter) -> list[str]:
        """Ids of all requests that fit, in capture order.

        Raises:
            NotFound: The capture asked for does not exist.
        """
        if wanted.capture_id is not None:
            known = {capture.id for capture in await self._store.captures()}
            if wanted.capture_id not in known:
                raise NotFound(
                    f"There is no capture {wanted.capture_id}; `reqsift import` prints the ids."
                )
        return await self._store.request_ids(wanted)

    async def exchange(self, request_id: str) -> StoredExchange:
        """One request with its response.

        Raises:
            NotFound: There is no such request.
        """
        found = await self._store.exchanges([request_id])
        if not found:
            raise NotFound(f"There is no request {request_id}.")
        return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    entries: list[Exchange | SkippedEntry]
    failure: ReqsiftError | None

    @property
    def last(self) -> bool:
        return len(self.entries) < _CHUNK


@dataclass(slots=True)
class _Counts:
    imported: int = 0
    truncated: int = 0
    skipped: list[SkippedEntry] = field(default_factory=list)

    def add(self, entries: list[Exchange | SkippedEntry]) -> list[Exchange]:
        """Count `entries`; returns those to store."""
        exchanges = [entry for entry in entries if isinstance(entry, Exchange)]
        self.skipped += [entry for entry in entries if isinstance(entry, SkippedEntry)]
        self.imported += len(exchanges)
        self.truncated += sum(exchange.truncated for exchange in exchanges)
        return exchanges


def _take(entries: Iterator[Exchange | SkippedEntry]) -> _Chunk:
    taken: list[Exchange | SkippedEntry] = []
    try:
        taken.extend(islice(entries, _CHUNK))
    except ReqsiftError as error:
        return _Chunk(entries=taken, failure=error)
    return _Chunk(entries=taken, failure=None)
