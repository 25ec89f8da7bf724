"""The client for programs with an event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
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


class AsyncClient:
    """A connection to a server; what goes wrong is a `ReqsiftClientError`."""

    def __init__(self, base_url: str = DEFAULT_URL, *, token: str) -> None:
        """Connect to the server at `base_url`; `token` is the one that opens it."""
        self._http = httpx.AsyncClient(**calls.connection(base_url, token))

    async def __aenter__(self) -> Self:
        """Use it in an `async with`."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def batch_analyze(
        self, request_ids: Sequence[str], model: str = "auto", concurrency: Concurrency = 5
    ) -> BatchDataOut:
        """Analyze requests in parallel and wait; an item's failure is an entry of `errors`."""
        return await self._do(calls.batch_analyze(request_ids, model, concurrency))

    async def start_batch(  # noqa: PLR0913 -- the options of the route, by name
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
        return await self._do(calls.start_batch(request_ids, options, bounds, idempotency_key))

    async def batch(self, batch_id: str) -> BatchDetailOut:
        """A batch, and how it is doing."""
        return await self._do(calls.batch(batch_id))

    def batches(self) -> AsyncIterator[BatchStateOut]:
        """All batches, newest first."""
        return self._all(lists.batches)

    def results(self, batch_id: str) -> AsyncIterator[ResultOut | ItemErrorOut]:
        """The items of a batch that have ended, in the order of the ids asked for."""
        return self._all(lambda cursor: lists.results(batch_id, cursor))

    async def pause(self, batch_id: str) -> BatchStateOut:
        """Begin no further calls; those under way end and are kept."""
        return await self._do(calls.act(batch_id, "pause"))

    async def resume(
        self,
        batch_id: str,
        *,
        max_cost: float | Kept | None = KEEP,
        max_tokens: int | Kept | None = KEEP,
        deadline: float | Kept | None = KEEP,
    ) -> BatchStateOut:
        """Go on with a batch that was paused or stopped, perhaps within other bounds."""
        bounds = Bounds(max_cost=max_cost, max_tokens=max_tokens, deadline=deadline)
        return await self._do(calls.act(batch_id, "resume", bounds))

    async def cancel(self, batch_id: str) -> BatchStateOut:
        """Give a batch up for good; what is done is kept."""
        return await self._do(calls.act(batch_id, "cancel"))

    async def retry_failed(self, batch_id: str) -> BatchStateOut:
        """Try the failed requests of a batch again."""
        return await self._do(calls.act(batch_id, "retry-failed"))

    async def change(
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
        return await self._do(calls.change(batch_id, priority, concurrency, bounds))

    async def events(
        self, batch_id: str, last_event_id: int | None = None
    ) -> AsyncIterator[LiveEvent]:
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
                async with self._http.stream(**following.arguments()) as answer:
                    if not answer.is_success:
                        await answer.aread()
                        raise following.refusal(answer)
                    async for chunk in answer.aiter_bytes():
                        for event in following.read(chunk):
                            yield event
            except httpx.RequestError as error:
                lost = connection_failed(error)
            except Unavailable as error:
                lost = error
            if not following.over:
                await asyncio.sleep(following.lost(lost))

    async def upload(self, path: str | Path, *, partial: bool = False) -> ImportOut:
        """Import a capture file; `partial` keeps the intact part of one that is cut."""
        return await self._do(calls.upload(Path(path), partial=partial))

    async def captures(self) -> list[CaptureOut]:
        """All captures, newest first."""
        return await self._do(lists.captures())

    def requests(
        self,
        *,
        capture_id: str | None = None,
        host: str | None = None,
        method: str | None = None,
        status: int | None = None,
        text: str | None = None,
    ) -> AsyncIterator[RequestRowOut]:
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
    ) -> AsyncIterator[FindingOut]:
        """The findings that fit, the most severe and surest first."""
        wanted = lists.finding_filter(capture_id, request_id, severities, types)
        return self._all(lambda cursor: lists.findings(wanted, cursor))

    async def _do(self, call: Call[T]) -> T:
        try:
            with call.opened() as opened:
                return call.read(await self._http.request(**call.arguments(opened)))
        except httpx.RequestError as error:
            raise connection_failed(error) from error

    async def _all(self, page: Callable[[str | None], Call[Part[T]]]) -> AsyncIterator[T]:
        cursor = None
        while True:
            part = await self._do(page(cursor))
            for item in part.items:
                yield item
            cursor = part.next_cursor
            if cursor is None:
                return
