"""Captures and requests on the wire."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from reqsift.api.schemas.wire import Wire
from reqsift.domain.bodies import body_text
from reqsift.domain.captures import Body, Capture, RequestRow, StoredExchange
from reqsift.domain.paging import Page


class SkippedOut(Wire):
    """An entry of a capture file that could not be read."""

    entry_index: int
    reason: str


class ImportOut(Wire):
    """What became of a capture file."""

    capture_id: str
    imported: int
    skipped: int
    truncated: int = 0
    duplicate: bool = False
    errors: list[SkippedOut] = Field(default_factory=list)

    @classmethod
    def of(cls, capture: Capture, *, duplicate: bool) -> Self:
        """Of a fresh import, or of one that found the file known and stored nothing."""
        skipped = () if duplicate else capture.skipped
        return cls(
            capture_id=capture.id,
            imported=0 if duplicate else capture.imported,
            skipped=len(skipped),
            truncated=0 if duplicate else capture.truncated,
            duplicate=duplicate,
            errors=[SkippedOut.model_validate(entry) for entry in skipped],
        )


class CaptureOut(Wire):
    """An imported file."""

    id: str
    source: str
    imported_at: datetime
    imported: int
    skipped: int = 0
    truncated: int = 0

    @classmethod
    def of(cls, capture: Capture) -> Self:
        """Of a capture."""
        return cls(
            id=capture.id,
            source=capture.source,
            imported_at=capture.imported_at,
            imported=capture.imported,
            skipped=len(capture.skipped),
            truncated=capture.truncated,
        )


class CapturesOut(Wire):
    """All captures."""

    items: list[CaptureOut]


class RequestRowOut(Wire):
    """A request in a list; `status` is null when there was no response."""

    id: str
    capture_id: str
    entry_index: int
    method: str
    url: str
    host: str
    path: str
    status: int | None
    mime_type: str
    response_size: int = 0
    findings: int = 0


class RequestPageOut(Wire):
    """A page of requests."""

    items: list[RequestRowOut]
    next_cursor: str | None = None
    total: int = 0

    @classmethod
    def of(cls, page: Page[RequestRow]) -> Self:
        """Of a page."""
        return cls(
            items=[RequestRowOut.model_validate(row) for row in page.items],
            next_cursor=page.next_cursor,
            total=page.total,
        )


class HeaderOut(Wire):
    """A header field."""

    name: str
    value: str


class BodyOut(Wire):
    """A body; binary content is in `base64`, and `text` is null then."""

    mime_type: str
    size: int
    truncated: bool
    text: str | None
    base64: str | None


def _body(body: Body) -> BodyOut:
    text = body_text(body)
    return BodyOut(
        mime_type=body.mime_type,
        size=body.size,
        truncated=body.truncated,
        text=text,
        base64=b64encode(body.content).decode() if text is None else None,
    )


class RequestOut(Wire):
    """What the client sent."""

    method: str
    url: str
    http_version: str
    headers: list[HeaderOut]
    body: Annotated[BodyOut, BeforeValidator(_body)]


class ResponseOut(Wire):
    """What the server answered."""

    status: int
    reason: str
    http_version: str
    headers: list[HeaderOut]
    body: Annotated[BodyOut, BeforeValidator(_body)]


class ExchangeOut(Wire):
    """A request with its response; `response` is null when there was none."""

    id: str
    capture_id: str
    entry_index: int
    started_at: datetime | None
    duration_ms: float | None
    request: RequestOut
    response: ResponseOut | None

    @classmethod
    def of(cls, stored: StoredExchange) -> Self:
        """Of a stored exchange."""
        exchange = stored.exchange
        return cls(
            id=stored.id,
            capture_id=stored.capture_id,
            entry_index=exchange.entry_index,
            started_at=exchange.started_at,
            duration_ms=exchange.duration_ms,
            request=RequestOut.model_validate(exchange.request),
            response=exchange.response and ResponseOut.model_validate(exchange.response),
        )
