"""The client for programs without an event loop."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx

from reqsift.api.schemas.batches import (
    BatchDataOut,
    BatchDetailOut,
    BatchStateOut,
    ItemErrorOut,
    ResultOut,
)
from reqsift.api.schemas.captures import CaptureOut, ImportOut, RequestRowOut
from reqsift.api.schemas.findings import FindingOut
from reqsift.api.schemas.live import LiveEvent
from reqsift.client import calls, lists
from reqsift.client.calls import DEFAULT_URL, KEEP, Bounds, Call, Concurrency, Kept
from reqsift.client.errors import Unavailable, connection_failed
from reqsift.client.following import Following
from reqsift.client.lists import Part

T = TypeVar("T")


class Client:
    """A connection to a server; what goes wrong is a `ReqsiftClientError`."""

    def __init__(self, base_url: str = DEFAULT_URL, *, token: str) -> None:
        """Connect to the server at `base_url`; `token` is the one that opens it."""
        self._http = httpx.Client(**calls.connection(base_url, token))

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def batch_analyze(
        self, request_ids: Sequence[str], model: str = "auto", concurrency: Concurrency = 5
    ) -> BatchDataOut:
        """Analyze requests in parallel and wait; an item's failure is an entry of `errors`."""
        return self._do(calls.batch_analyze(request_ids, model, concurrency))

    def start_batch(  # noqa: PLR0913 -- the options of the route, by name
        self,
        request_ids: Sequence[str],
        model: str = "auto",
        concurrency: Concurrency = 5,
        *,
        priority: str = "normal",
        max_cost: float | None = None,
        max_tokens: int | None = None,
        deadline: float | None = None,
        fallback: str | None = None,
        idempotency_key: str | None = None,
    ) -> BatchStateOut:
        """Begin to analyze requests; with the same key again, the same batch comes."""
        bounds = Bounds(max_cost=max_cost, max_tokens=max_tokens, deadline=deadline)
        options = {
            "model": model,
            "concurrency": concurrency,
            "priority": priority,
            "fallback": fallback,
        }
        return self._do(calls.start_batch(request_ids, options, bounds, idempotency_key))

    def batch(self, batch_id: str) -> BatchDetailOut:
        """A batch, and how it is doing."""
        return self._do(calls.batch(batch_id))

    def batches(self) -> Iterator[BatchStateOut]:
        """All batches, newest first."""
        return self._all(lists.batches)

    def results(self, batch_id: str) -> Iterator[ResultOut | ItemErrorOut]:
        """The items of a batch that have ended, in the order of the ids asked for."""
        return self._all(lambda cursor: lists.results(batch_id, cursor))

    def pause(self, batch_id: str) -> BatchStateOut:
        """Begin no further calls; those under way end and are kept."""
        return self._do(calls.act(batch_id, "pause"))

    def resume(
        self,
        batch_id: str,
        *,
        max_cost: float | Kept | None = KEEP,
        max_tokens: int | Kept | None = KEEP,
        deadline: float | Kept | None = KEEP,
    ) -> BatchStateOut:
        """Go on with a batch that was paused or stopped, perhaps within other bounds."""
        bounds = Bounds(max_cost=max_cost, max_tokens=max_tokens, deadline=deadline)
        return self._do(calls.act(batch_id, "resume", bounds))

    def cancel(self, batch_id: str) -> BatchStateOut:
        """Give a batch up for good; what is done is kept."""
        return self._do(calls.act(batch_id, "cancel"))

    def retry_failed(self, batch_id: str) -> BatchStateOut:
        """Try the failed requests of a batch again."""
        return self._do(calls.act(batch_id, "retry-failed"))

    def change(
        self,
        batch_id: str,
        *,
        priority: str | None = None,
        concurrency: int | None = None,
        max_cost: float | Kept | None = KEEP,
        max_tokens: int | Kept | None = KEEP,
        deadline: float | Kept | None = KEEP,
    ) -> BatchStateOut:
        """Change a batch, while it runs or before it is resumed."""
        bounds = Bounds(max_cost=max_cost, max_tokens=max_tokens, deadline=deadline)
        return self._do(calls.change(batch_id, priority, concurrency, bounds))

    def events(self, batch_id: str, last_event_id: int | None = None) -> Iterator[LiveEvent]:
        """What happens in a batch, until it ends, over as many connections as it takes.

        A connection begins with a `SnapshotEvent`. No `ItemEvent` is missed or comes twice.

        Args:
            batch_id: Which.
            last_event_id: The last one that is known; 0 tells all from the start, None what
                happens from now on.
        """
        following = Following(batch_id, last_event_id)
        while not following.over:
            lost: Exception | None = None
            try:
                with self._http.stream(**following.arguments()) as answer:
                    if not answer.is_success:
                        answer.read()
                        raise following.refusal(answer)
                    for chunk in answer.iter_bytes():
                        yield from following.read(chunk)
            except httpx.RequestError as error:
                lost = connection_failed(error)
            except Unavailable as error:
                lost = error
            if not following.over:
                time.sleep(following.lost(lost))

    def upload(self, path: str | Path, *, partial: bool = False) -> ImportOut:
        """Import a capture file; `partial` keeps the intact part of one that is cut."""
        return self._do(calls.upload(Path(path), partial=partial))

    def captures(self) -> list[CaptureOut]:
        """All captures, newest first."""
        return self._do(lists.captures())

    def requests(
        self,
        *,
        capture_id: str | None = None,
        host: str | None = None,
        method: str | None = None,
        status: int | None = None,
        text: str | None = None,
    ) -> Iterator[RequestRowOut]:
        """The requests that fit, in capture order."""
        wanted = lists.request_filter(capture_id, host, method, status, text)
        return self._all(lambda cursor: lists.requests(wanted, cursor))

    def findings(
        self,
        *,
        capture_id: str | None = None,
        request_id: str | None = None,
        severities: Sequence[str] = (),
        types: Sequence[str] = (),
    ) -> Iterator[FindingOut]:
        """The findings that fit, the most severe and surest first."""
        wanted = lists.finding_filter(capture_id, request_id, severities, types)
        return self._all(lambda cursor: lists.findings(wanted, cursor))

    def _do(self, call: Call[T]) -> T:
        try:
            with call.opened() as opened:
                return call.read(self._http.request(**call.arguments(opened)))
        except httpx.RequestError as error:
            raise connection_failed(error) from error

    def _all(self, page: Callable[[str | None], Call[Part[T]]]) -> Iterator[T]:
        cursor = None
        while True:
            part = self._do(page(cursor))
            yield from part.items
            cursor = part.next_cursor
            if cursor is None:
                return
