"""A message as people read it, line by line, and where evidence lies in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reqsift.domain.captures import Header
from reqsift.domain.findings import Evidence
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL, View

SHOWN = 20_000
"""Characters of one text that are shown; of a longer one, what lies around the evidence."""
_AROUND = 1_000


class Span(NamedTuple):
    """Characters `start` to `end` of a text, the end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a text, or the mark of a piece that is not shown."""

    text: str = ""
    marked: bool = False
    left_out: int = 0
    """Characters that are not shown here; `text` is empty then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A stretch of a message that evidence can point into."""

    before: str = ""
    """What stands before it, such as `Host: `; no evidence points there."""
    part: str
    start: int = 0
    """Where `text` begins in the part's text."""
    text: str
    after: str = ""


def request_lines(view: View) -> list[Line]:
    """Request line and headers, in captured order."""
    request = view.request
    version = f" {request.http_version}" if request.http_version else ""
    first = Line(before=f"{request.method} ", part=URL, text=request.url, after=version)
    return [first, *_header_lines("request", request.headers)]


def response_lines(view: View) -> list[Line]:
    """Status line and headers, in captured order; nothing without a response."""
    response = view.response
    if response is None:
        return []
    before = f"{response.http_version} " if response.http_version else ""
    after = f" {response.reason}" if response.reason else ""
    first = Line(before=before, part=STATUS, text=str(response.status), after=after)
    return [first, *_header_lines("response", response.headers)]


def body_line(part: str, text: str) -> Line:
    """A body's text; `part` is `REQUEST_BODY` or `RESPONSE_BODY`."""
    if part not in {REQUEST_BODY, RESPONSE_BODY}:
        raise ValueError(part)
    return Line(part=part, text=text)


def _header_lines(side: str, headers: Sequence[Header]) -> Iterator[Line]:
    """Each field as it was sent; fields of one name share a part, joined by line feeds."""
    ends: dict[str, int] = {}
    for name, value in headers:
        key = name.lower()
        start = ends[key] + 1 if key in ends else 0
        ends[key] = start + len(value)
        yield Line(before=f"{name}: ", part=f"{side}.headers[{key}]", start=start, text=value)


def standing(view: View, evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence that stands in the exchange, word for word, where it says."""
    return [
        piece
        for piece in evidence
        if piece.text and (view.part_text(piece.part) or "").startswith(piece.text, piece.offset)
    ]


def line_segments(line: Line, evidence: Iterable[Evidence]) -> list[Segment]:
    """The text of `line`, cut where evidence begins and ends."""
    spans = [
        Span(piece.offset - line.start, piece.offset - line.start + len(piece.text))
        for piece in evidence
        if piece.part == line.part
    ]
    return segments(line.text, spans)


def segments(text: str, spans: Iterable[Span], shown: int = SHOWN) -> list[Segment]:
    """Cut `text` at `spans`; they may overlap, touch, or reach beyond it.

    Args:
        text: What is cut.
        spans: What is to be marked.
        shown: A longer text is shown around its marks only, or from its start without any.

    Returns:
        Pieces in order. Their texts and what they leave out add up to `text`.
    """
    marks = _merged(Span(max(0, span.start), min(len(text), span.end)) for span in spans)
    pieces: list[Segment] = []
    at = 0
    for window in _windows(len(text), marks, shown):
        if window.start > at:
            pieces.append(Segment(left_out=window.start - at))
        pieces += _cut(text, window, marks)
        at = window.end
    if at < len(text):
        pieces.append(Segment(left_out=len(text) - at))
    return pieces


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.end > span.start):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _windows(length: int, marks: Sequence[Span], shown: int) -> list[Span]:
    """What is shown: everything, or the surroundings of as many marks as fit."""
    if length <= shown or not marks:
        return [Span(0, min(length, shown))] if length else []
    around = min(_AROUND, shown // 2)
    room = shown
    near: list[Span] = []
    for mark in marks:
        window = Span(max(0, mark.start - around), min(length, mark.end + around))
        room -= window.end - window.start
        if near and room < 0:
            break
        near.append(window)
    return _merged(near)


def _cut(text: str, window: Span, marks: Sequence[Span]) -> Iterator[Segment]:
    at = window.start
    for mark in marks:
        start, end = max(mark.start, at), min(mark.end, window.end)
        if start >= end:
            continue
        if start > at:
            yield Segment(text=text[at:start])
        yield Segment(text=text[start:end], marked=True)
        at = end
    if at < window.end:
        yield Segment(text=text[at : window.end])
