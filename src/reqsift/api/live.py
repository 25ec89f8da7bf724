"""Live events of a batch: Server-Sent Events, and the same by WebSocket.

Nothing waits for a listener: each reads on from the run's memory, or from the store, once the
connection has taken what it was sent before. What a listener does not read stays in one chunk.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, WebSocket, WebSocketDisconnect, status
from fastapi.responses import StreamingResponse
from pydantic import Field, TypeAdapter, ValidationError
from starlette.types import Receive, Scope, Send

from reqsift.api.deps import UseServices
from reqsift.api.schemas.live import EndEvent, ItemEvent, LiveEvent, ProgressEvent, SnapshotEvent
from reqsift.domain.errors import NotFound, ReqsiftError
from reqsift.domain.events import ItemEnded
from reqsift.services.batch_watch import Happened
from reqsift.services.batches import Batches

router = APIRouter(prefix="/api/ai/batches", tags=["live"])

_HEARTBEAT_S = 15.0
_REMEMBERED = 16_384
"""Encoded events, for all batches and listeners together."""
_LONGEST_REASON = 120
"""Bytes of the reason in a WebSocket's close frame; the protocol has room for 123."""

EventId = Annotated[int, Field(ge=0, le=2**53)]
_event_id: TypeAdapter[int | None] = TypeAdapter(EventId | None)


class EventStream(StreamingResponse):
    """Server-Sent Events, with heartbeats, until they end, the client goes or the server does."""

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncIterator[bytes], closing: asyncio.Event) -> None:
        """Stream `chunks` until `closing` is set."""
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(chunks, headers=headers)
        self._closing = closing

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        await _first_of(
            self._tell(send), _beat(send), self.listen_for_disconnect(receive), self._closing.wait()
        )
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        with contextlib.suppress(ReqsiftError):  # without `end`, the client asks again
            async for chunk in self.body_iterator:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})


@router.get(
    "/{batch_id}/events",
    status_code=status.HTTP_200_OK,
    response_class=EventStream,
    responses={
        200: {
            "model": LiveEvent,
            "description": (
                "First `snapshot`, then `item` for each item that ends and `progress` now and "
                "then, at last `end`. The schema's `event` and `id` are the fields of those "
                "names of each event, its `data` is the JSON in the data field; only `item` has "
                "an id. The WebSocket at `/api/ai/batches/{batch_id}/ws` sends these objects as "
                "text messages; it closes with 4404 if there is no such batch, and with 4422 if "
                "`lastEventId` is no id."
            ),
        }
    },
)
async def batch_events(
    request: Request,
    services: UseServices,
    batch_id: str,
    last_event_id: Annotated[EventId | None, Header(alias="Last-Event-ID")] = None,
    since: Annotated[
        EventId | None,
        Query(
            alias="lastEventId",
            description="For clients that cannot send the header, which counts before this.",
        ),
    ] = None,
) -> EventStream:
    """Follow a batch: what happens from now on, or since the last event that is known."""
    known = since if last_event_id is None else last_event_id
    happenings = services.batches.watch(batch_id, known)
    first = await anext(happenings)
    chunks = _chunks(services.batches, batch_id, first, happenings)
    return EventStream(chunks, request.app.state.closing)


async def _chunks(
    batches: Batches, batch_id: str, first: Happened, happenings: AsyncIterator[Happened]
) -> AsyncIterator[bytes]:
    yield _frame(SnapshotEvent.of(first.progress))
    async for happened in happenings:
        items = b"".join(map(_item_frame, happened.ended))
        yield items + _frame(ProgressEvent.of(happened.progress))
    yield _frame(EndEvent.of(await batches.batch(batch_id)))


@lru_cache(maxsize=_REMEMBERED)
def _item_frame(ended: ItemEnded) -> bytes:
    return _frame(ItemEvent.of(ended))


def _frame(event: LiveEvent) -> bytes:
    number = f"id: {event.id}\n" if isinstance(event, ItemEvent) else ""
    data = event.data.model_dump_json(by_alias=True)  # one line: JSON escapes line feeds
    return f"event: {event.event}\n{number}data: {data}\n\n".encode()


@router.websocket("/{batch_id}/ws")
async def batch_socket(websocket: WebSocket, services: UseServices, batch_id: str) -> None:
    """The same events as messages."""
    await websocket.accept()
    try:
        since = _event_id.validate_python(websocket.query_params.get("lastEventId"))
        happenings = services.batches.watch(batch_id, since)
        first = await anext(happenings)
    except ValidationError:
        await _close(websocket, 4422, "lastEventId must be the id of an event.")
    except NotFound as error:
        await _close(websocket, 4404, str(error))
    except ReqsiftError as error:
        await _close(websocket, 1011, str(error))
    else:
        messages = _messages(services.batches, batch_id, first, happenings)
        await _first_of(_say(websocket, messages), _gone(websocket))


async def _say(websocket: WebSocket, messages: AsyncIterator[str]) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        try:
            async for message in messages:
                await websocket.send_text(message)
        except ReqsiftError as error:
            await _close(websocket, 1011, str(error))
        else:
            await _close(websocket, 1000, "")


async def _messages(
    batches: Batches, batch_id: str, first: Happened, happenings: AsyncIterator[Happened]
) -> AsyncIterator[str]:
    yield _message(SnapshotEvent.of(first.progress))
    async for happened in happenings:
        for ended in happened.ended:
            yield _item_message(ended)
        yield _message(ProgressEvent.of(happened.progress))
    yield _message(EndEvent.of(await batches.batch(batch_id)))


@lru_cache(maxsize=_REMEMBERED)
def _item_message(ended: ItemEnded) -> str:
    return _message(ItemEvent.of(ended))


def _message(event: LiveEvent) -> str:
    return event.model_dump_json(by_alias=True)


async def _beat(send: Send) -> None:
    """Send comments, so that nobody in between takes the silence for an end."""
    while True:
        await asyncio.sleep(_HEARTBEAT_S)
        await send({"type": "http.response.body", "body": b":\n\n", "more_body": True})


async def _gone(websocket: WebSocket) -> None:
    """Wait until the client goes; what it says until then does not matter."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    short = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
    await websocket.close(code, short)


async def _first_of(*jobs: Coroutine[Any, Any, object]) -> None:
    """Do these at the same time until one of them ends; the others are dropped."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job) for job in jobs]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
