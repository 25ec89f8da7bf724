"""What a capture holds: exchanges, as they were seen on the wire."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Header(NamedTuple):
    """One header field; name and value exactly as captured, order and duplicates kept."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The payload of a message, after transfer and content decoding."""

    content: bytes = b""
    mime_type: str = ""
    """As captured, parameters included, such as `text/html; charset=utf-8`; empty if unknown."""
    size: int = 0
    """Bytes before any cut; may be more than `len(content)`."""
    truncated: bool = False
    """True when the import's cap, or the capturing tool, cut the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the client sent."""

    method: str
    url: str
    http_version: str = ""
    headers: tuple[Header, ...] = ()
    body: Body = field(default_factory=Body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the server answered."""

    status: int
    reason: str = ""
    http_version: str = ""
    headers: tuple[Header, ...] = ()
    body: Body = field(default_factory=Body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One captured HTTP request with its response (RFC 9110's word)."""

    entry_index: int
    """0-based position in the capture file, skipped entries counted."""
    request: Request
    response: Response | None = None
    """None when the request was blocked, aborted or never answered."""
    started_at: datetime | None = None
    duration_ms: float | None = None

    @property
    def truncated(self) -> bool:
        """Whether either body was cut."""
        response = self.response
        return self.request.body.truncated or (response is not None and response.body.truncated)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedEntry:
    """An entry of a capture file that could not be read; the others go on."""

    entry_index: int
    reason: str
    """One sentence for the user."""


class CaptureState(StrEnum):
    """Whether a capture may be looked at."""

    IMPORTING = "importing"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An imported file: a set of exchanges."""

    id: str
    source: str
    """The file's name, without its folder."""
    content_hash: str
    """SHA-256 of the file's bytes, hex."""
    imported_at: datetime
    state: CaptureState = CaptureState.READY
    imported: int = 0
    truncated: int = 0
    """Exchanges with a body that was cut."""
    skipped: tuple[SkippedEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExchange:
    """An exchange with the identity that the store gave it."""

    id: str
    capture_id: str
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """The facts of one stored exchange that a list shows."""

    id: str
    capture_id: str
    entry_index: int
    method: str
    url: str
    host: str
    path: str
    status: int | None
    """None when there was no response."""
    mime_type: str
    """Of the response, lower case, without parameters."""
    response_size: int
    """Bytes of the response body before any cut."""
    findings: int
    """How many findings have this exchange as a member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFilter:
    """Which requests are wanted; None leaves a condition out."""

    capture_id: str | None = None
    host: str | None = None
    """The whole host, in any case."""
    method: str | None = None
    """In any case."""
    status: int | None = None
    text: str | None = None
    """Part of the method, the URL or the media type, in any case."""
