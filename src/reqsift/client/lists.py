"""The calls that read lists: a page at a time, and how the pages are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from reqsift.api.schemas.batches import (
    BatchPageOut,
    BatchStateOut,
    ItemErrorOut,
    ResultOut,
    ResultPageOut,
)
from reqsift.api.schemas.captures import CaptureOut, CapturesOut, RequestPageOut, RequestRowOut
from reqsift.api.schemas.findings import FindingOut, FindingPageOut
from reqsift.client.calls import BATCHES, Call, path_of, reader

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """A page of a list."""

    items: Sequence[T]
    next_cursor: str | None


def captures() -> Call[list[CaptureOut]]:
    """All captures."""
    read = reader(CapturesOut)
    return Call(path="/api/captures", parse=lambda content: read(content).items)


def batches(cursor: str | None) -> Call[Part[BatchStateOut]]:
    """A page of batches."""
    read = reader(BatchPageOut)
    return Call(path=BATCHES, query=_window(cursor), parse=lambda content: _part(read(content)))


def results(batch_id: str, cursor: str | None) -> Call[Part[ResultOut | ItemErrorOut]]:
    """A page of the ended items of a batch."""
    read = reader(ResultPageOut)
    return Call(
        path=f"{path_of(batch_id)}/results",
        query=_window(cursor),
        parse=lambda content: _part(read(content)),
    )


def request_filter(
    capture_id: str | None,
    host: str | None,
    method: str | None,
    status: int | None,
    text: str | None,
) -> dict[str, str | int | None]:
    """Which requests are wanted."""
    return {
        "captureId": capture_id,
        "host": host,
        "method": method,
        "status": status,
        "text": text,
    }


def requests(
    wanted: Mapping[str, str | int | None], cursor: str | None
) -> Call[Part[RequestRowOut]]:
    """A page of requests that fit."""
    read = reader(RequestPageOut)
    query = [(name, value) for name, value in wanted.items() if value is not None]
    return Call(
        path="/api/requests",
        query=[*query, *_window(cursor)],
        parse=lambda content: _part(read(content)),
    )


def finding_filter(
    capture_id: str | None, request_id: str | None, severities: Sequence[str], types: Sequence[str]
) -> dict[str, str | Sequence[str] | None]:
    """Which findings are wanted."""
    return {
        "captureId": capture_id,
        "requestId": request_id,
        "severity": severities,
        "type": types,
    }


def findings(
    wanted: Mapping[str, str | Sequence[str] | None], cursor: str | None
) -> Call[Part[FindingOut]]:
    """A page of findings that fit."""
    read = reader(FindingPageOut)
    query = [
        (name, value)
        for name, values in wanted.items()
        for value in ((values,) if isinstance(values, str) else values or ())
    ]
    return Call(
        path="/api/findings",
        query=[*query, *_window(cursor)],
        parse=lambda content: _part(read(content)),
    )


class _Page(Protocol[T_co]):
    @property
    def items(self) -> Sequence[T_co]: ...

    @property
    def next_cursor(self) -> str | None: ...


def _part(page: _Page[T]) -> Part[T]:
    return Part(items=page.items, next_cursor=page.next_cursor)


def _window(cursor: str | None) -> list[tuple[str, str | int]]:
    window: list[tuple[str, str | int]] = [("limit", _PAGE)]
    return window if cursor is None else [*window, ("cursor", cursor)]
