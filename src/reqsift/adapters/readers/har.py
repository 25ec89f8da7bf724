"""From the JSON text of one HAR entry to an exchange; pure, and tolerant of every dialect."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from math import isfinite
from operator import attrgetter
from typing import cast

import msgspec

from reqsift.adapters.readers.har_bodies import HarText, body, form_text
from reqsift.adapters.readers.har_entry import (
    EntryPart,
    HeaderPart,
    RequestPart,
    ResponsePart,
    UnusableEntry,
)
from reqsift.adapters.readers.har_mending import mended_entry
from reqsift.domain.captures import Body, Exchange, Header, Request, Response, SkippedEntry

WANTED = (b"request", b"response", b"startedDateTime", b"time")
"""The members of an entry that are looked at; every entry has the first."""

_ENTRY = msgspec.json.Decoder(EntryPart)
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")
_NOT_HTTP = re.compile(
    r"\s*(data|blob|about|file|filesystem|javascript|chrome|edge|resource|devtools|view-source"
    r"|[a-z-]*-extension):",
    re.IGNORECASE,
)
_NOTHING_DROPPED: Mapping[bytes, int] = {}

# A capture has millions of headers: made without a step in Python for each of them.
_pair = attrgetter("name", "value")
_header = cast(
    "Callable[[tuple[str, str]], Header]",
    partial(tuple.__new__, Header),
)


def read_entry(
    index: int,
    text: bytes | msgspec.Raw,
    max_body: int,
    dropped: Mapping[bytes, int] = _NOTHING_DROPPED,
) -> Exchange | SkippedEntry:
    """Read one entry; nothing in `text` makes it fail.

    Args:
        index: 0-based position in the capture file.
        text: The raw JSON of the entry.
        max_body: Bytes of a body to keep.
        dropped: Bytes left out of the bodies before, by member (`request`, `response`).
    """
    try:
        return _exchange(index, _decoded(text), max_body, dropped)
    except UnusableEntry as error:
        return SkippedEntry(entry_index=index, reason=str(error))
    except RecursionError:
        return SkippedEntry(entry_index=index, reason="It is nested too deeply.")


def _decoded(text: bytes | msgspec.Raw) -> EntryPart:
    try:
        return _ENTRY.decode(text)
    except (ValueError, RecursionError):
        return mended_entry(bytes(text))


def _exchange(
    index: int, entry: EntryPart, max_body: int, dropped: Mapping[bytes, int]
) -> Exchange:
    request = entry.request
    _check(request)
    response = entry.response
    time = entry.time
    return Exchange(
        entry_index=index,
        request=_request(request, max_body, dropped.get(b"request", 0)),
        response=_response(response, max_body, dropped.get(b"response", 0)) if response else None,
        started_at=_moment(entry.started_date_time),
        duration_ms=time if time is not None and time >= 0 and isfinite(time) else None,
    )


def _check(request: RequestPart) -> None:
    if not request.url or request.url.isspace():
        raise UnusableEntry("It has no URL.")
    if not request.method:
        raise UnusableEntry("It has no method.")
    if not _METHOD.fullmatch(request.method):
        raise UnusableEntry("Its method is not one of HTTP.")
    found = _NOT_HTTP.match(request.url)
    if found:
        raise UnusableEntry(f"Its URL begins with {found[1].lower()}: and is no HTTP request.")


def _request(part: RequestPart, max_body: int, dropped: int) -> Request:
    headers = _headers(part.headers)
    return Request(
        method=part.method,
        url=part.url,
        http_version=part.http_version or "",
        headers=headers,
        body=_request_body(part, _content_type(headers), max_body, dropped),
    )


def _request_body(part: RequestPart, mime_type: str, max_body: int, dropped: int) -> Body:
    size = part.body_size or 0
    post = part.post_data
    if post is None:
        return body(HarText("", size=size), mime_type, max_body)
    mime_type = mime_type or post.mime_type or ""
    text = post.text or ""
    if not text and post.params:
        text = form_text(mime_type, post.params)
    return body(HarText(text, post.encoding, dropped, size), mime_type, max_body)


def _response(part: ResponsePart, max_body: int, dropped: int) -> Response | None:
    content = part.content
    status = part.status or 0
    if not status and not part.headers and not (content and content.text):
        return None
    headers = _headers(part.headers)
    return Response(
        status=status if 0 <= status <= 999 else 0,
        reason=part.status_text or "",
        http_version=part.http_version or "",
        headers=headers,
        body=_response_body(part, _content_type(headers), max_body, dropped),
    )


def _response_body(part: ResponsePart, mime_type: str, max_body: int, dropped: int) -> Body:
    content = part.content
    if content is None:
        return body(HarText("", size=part.body_size or 0), mime_type, max_body)
    if not mime_type and content.mime_type != "x-unknown":
        mime_type = content.mime_type or ""
    size = part.body_size if content.size is None else content.size
    return body(
        HarText(content.text or "", content.encoding, dropped, size or 0), mime_type, max_body
    )


def _headers(parts: list[HeaderPart]) -> tuple[Header, ...]:
    return tuple(map(_header, map(_pair, parts)))


def _content_type(headers: tuple[Header, ...]) -> str:
    for name, value in headers:
        if len(name) == 12 and name.lower() == "content-type":
            return value
    return ""


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
