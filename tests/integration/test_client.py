"""The client against the real server, and against servers of other versions."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reqsift import client as wire
from reqsift.client import AsyncClient, Client, EndEvent, ItemEvent, SnapshotEvent
from reqsift.simulator import Settings, Simulator
from tests import hars
from tests.integration.conftest import TOKEN, Served


@pytest.fixture
async def client(served: Served) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(served.url, token=TOKEN) as opened:
        yield opened


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "shop.har"
    path.write_bytes(hars.shop(12))
    return path


IDS = [f"r{number}" for number in range(1, 13)]


async def test_from_a_capture_to_findings(client: AsyncClient, capture: Path) -> None:
    brought = await client.upload(capture)
    done = await client.batch_analyze([*IDS, "nope"], concurrency=3)

    assert (brought.imported, brought.duplicate) == (12, False)
    assert [one.source for one in await client.captures()] == ["shop.har"]
    assert [one.request_id for one in done.results] == IDS
    assert [one.request_id for one in done.errors] == ["nope"]
    assert (done.summary.total, done.summary.successful, done.summary.concurrency) == (13, 12, 3)
    assert [row.id async for row in client.requests(method="get", host="shop.example")] == IDS
    low = [one async for one in client.findings(severities=["low"], request_id="r1")]
    assert low
    assert {one.severity for one in low} == {"low"}
    assert [row async for row in client.requests(status=404)] == []


async def test_a_batch_is_started_steered_and_read(
    client: AsyncClient, capture: Path, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="600000"))
    await client.upload(capture)

    begun = await client.start_batch(
        IDS, "haiku-4.5", 2, priority="bulk", max_cost=1.5, deadline=600, idempotency_key="once"
    )
    same = await client.start_batch(
        IDS, "haiku-4.5", 2, priority="bulk", max_cost=1.5, deadline=600, idempotency_key="once"
    )
    changed = await client.change(begun.id, priority="normal", concurrency=4, max_cost=None)
    paused = await client.pause(begun.id)
    resumed = await client.resume(begun.id, max_tokens=10**6)
    now = await client.batch(begun.id)
    cancelled = await client.cancel(begun.id)

    assert same.id == begun.id
    assert (begun.priority, begun.budget.max_cost, begun.budget.deadline) == ("bulk", 1.5, 600)
    assert (changed.priority, changed.concurrency, changed.budget.max_cost) == ("normal", 4, None)
    assert (paused.state, resumed.state, cancelled.state) == ("paused", "running", "cancelled")
    assert (now.budget.max_tokens, now.budget.deadline) == (10**6, 600)
    assert now.in_flight >= 2
    assert [one.id async for one in client.batches()] == [begun.id]


async def test_results_and_retries(client: AsyncClient, capture: Path) -> None:
    await client.upload(capture)
    batch = await client.start_batch([IDS[3], "nope", IDS[0]])
    assert [event async for event in client.events(batch.id)]

    again = await client.retry_failed(batch.id)
    last = [event async for event in client.events(batch.id)][-1]
    items = [item async for item in client.results(batch.id)]

    assert again.state == "running"
    assert isinstance(last, EndEvent)
    assert last.data.state == "completed"
    assert [item.request_id for item in items] == [IDS[3], "nope", IDS[0]]
    assert isinstance(items[0], wire.ResultOut)
    assert items[0].analysis.vulnerabilities[0].evidence
    assert isinstance(items[1], wire.ItemErrorOut)


def use(url: str, capture: Path) -> list[int]:
    """The same without an event loop; returns the ids of the events."""
    with Client(url, token=TOKEN) as client:
        assert client.upload(capture).imported == 12
        assert client.batch_analyze(IDS).summary.successful == 12
        batch = client.start_batch(IDS)
        events = list(client.events(batch.id, 0))
        assert isinstance(events[0], SnapshotEvent)
        assert isinstance(events[-1], EndEvent)
        assert client.batch(batch.id).state == "completed"
        assert [item.request_id for item in client.results(batch.id)] == IDS
        assert client.change(batch.id, priority="bulk").priority == "bulk"
        assert client.retry_failed(batch.id).id == batch.id
        assert len(list(client.events(batch.id))) >= 2
        for refused in (client.pause, client.resume, client.cancel):
            with pytest.raises(wire.Conflict):
                refused(batch.id)
        assert len(list(client.batches())) == 2
        assert [row.id for row in client.requests()] == IDS
        assert list(client.findings(types=["security_misconfiguration"]))
        assert len(client.captures()) == 1
        return [event.id for event in events if isinstance(event, ItemEvent)]


async def test_the_plain_client_does_the_same(served: Served, capture: Path) -> None:
    assert await asyncio.to_thread(use, served.url, capture) == list(range(1, 13))


async def test_a_server_that_is_not_there_is_told() -> None:
    async with AsyncClient("http://127.0.0.1:9", token=TOKEN) as lost:
        with pytest.raises(wire.ConnectionFailed) as unreachable:
            await lost.captures()
        with pytest.raises(wire.ConnectionFailed):
            await anext(lost.events("b1"))
    assert isinstance(unreachable.value, wire.ReqsiftClientError)


async def test_refusals_are_typed(served: Served, client: AsyncClient, tmp_path: Path) -> None:
    async with AsyncClient(served.url, token="wrong-token-of-16-chars") as stranger:
        with pytest.raises(wire.Unauthorized) as unauthorized:
            await stranger.captures()
    with pytest.raises(wire.NotFound) as missing:
        await client.batch("b99?x=1")
    with pytest.raises(wire.NotFound):
        await anext(client.events("b99"))
    with pytest.raises(wire.Invalid) as invalid:
        await client.start_batch([])
    with pytest.raises(wire.Invalid) as too_many:
        await client.batch_analyze([f"x{number}" for number in range(101)])
    with pytest.raises(wire.Conflict) as unavailable:
        await client.start_batch(["r1"], "openai:x")
    text = tmp_path / "text.har"
    text.write_text("no capture")
    with pytest.raises(wire.Invalid, match=r"text\.har"):
        await client.upload(text)

    assert (unauthorized.value.status, unauthorized.value.type) == (401, "about:blank")
    assert missing.value.type == "urn:reqsift:problem:not-found"
    assert missing.value.title == "Not Found"
    assert "b99?x=1" in missing.value.detail
    assert invalid.value.detail.startswith("requestIds")
    assert too_many.value.type == "urn:reqsift:problem:too-many-for-one-answer"
    assert "OPENAI_API_KEY" in str(unavailable.value)


@asynccontextmanager
async def cutting(served: Served, after: int) -> AsyncIterator[str]:
    """The address of a relay that breaks each connection after so many bytes of the answer."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, to = await asyncio.open_connection("127.0.0.1", served.port)
        to.write(await reader.readuntil(b"\r\n\r\n"))
        writer.write(await upstream.readuntil(b"\r\n\r\n"))
        left = after
        while left > 0 and (chunk := await upstream.read(left)):
            writer.write(chunk)
            await writer.drain()
            left -= len(chunk)
        to.close()
        writer.transport.abort()

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("last", [0, None])
async def test_events_go_on_over_connections_that_break(
    client: AsyncClient, served: Served, capture: Path, simulator: Simulator, last: int | None
) -> None:
    simulator.reset(Settings(latency="150"))
    await client.upload(capture)
    batch = await client.start_batch(IDS, "haiku-4.5", concurrency=2)

    async with cutting(served, after=1500) as url, AsyncClient(url, token=TOKEN) as cut:
        events = [event async for event in cut.events(batch.id, last)]

    assert sum(isinstance(event, SnapshotEvent) for event in events) > 1
    assert isinstance(events[-1], EndEvent)
    heard = [event.id for event in events if isinstance(event, ItemEvent)]
    assert heard == list(range(heard[0], 13))


@asynccontextmanager
async def answering(*answers: tuple[int, str, str]) -> AsyncIterator[str]:
    """The address of a server that says these (status, media type, body), the last for ever."""
    left = list(answers)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        status, kind, body = left.pop(0) if len(left) > 1 else left[0]
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nConnection: close\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


JSON = "application/json"
OLD_BATCH = {"id": "b1", "state": "running", "total": 2, "successful": 1, "failed": 0}


async def test_an_older_server_is_understood() -> None:
    analysis = {
        "id": "a1-0",
        "requestId": "r1",
        "model": "offline",
        "aiResponse": "Nothing.",
        "vulnerabilities": [],
        "suggestions": [],
        "tokensUsed": 0,
        "confidence": 90,
        "timestamp": "2026-01-01T00:00:00Z",
        "requestUrl": "https://shop.example/",
        "requestMethod": "GET",
    }
    names = ("total", "successful", "failed", "duration", "averageTime", "concurrency")
    old = {
        "success": True,
        "data": {
            "results": [{"requestId": "r1", "analysis": analysis}],
            "errors": [],
            "summary": dict.fromkeys(names, 1),
        },
        "message": "",
    }
    answers = [(200, JSON, json.dumps(content)) for content in (old, OLD_BATCH)]
    async with answering(*answers) as url, AsyncClient(url, token=TOKEN) as client:
        done = await client.batch_analyze(["r1"])
        batch = await client.batch("b1")

    assert (done.batch_id, done.summary.model) == ("", "")
    assert (done.results[0].analysis.cost, done.results[0].analysis.fallback) == (0.0, False)
    assert (batch.in_flight, batch.eta_seconds, batch.budget.max_cost) == (0, None, None)


async def test_a_newer_server_is_understood() -> None:
    new = OLD_BATCH | {"state": "hibernating", "mood": {"good": True}, "stop": "moon"}
    stream = (
        'event: surprise\ndata: {"x":1}\n\n'
        'event: item\r\nid: 7\r\ndata: {"requestId":"r\u2028","smell":1}\r\n\r\n'
        f": nothing\n\nevent: end\ndata: {json.dumps(new)}\n\n"
    )
    answers = [(200, JSON, json.dumps(new)), (200, "text/event-stream", stream)]
    async with answering(*answers) as url, AsyncClient(url, token=TOKEN) as client:
        batch = await client.batch("b1")
        item, end = [event async for event in client.events("b1")]

    assert (batch.state, batch.stop) == ("hibernating", "moon")
    assert isinstance(item, ItemEvent)
    assert (item.id, item.data.request_id) == (7, "r\u2028")
    assert isinstance(end, EndEvent)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, JSON, "[]"), wire.UnexpectedAnswer),
        ((200, "text/html", "<html>"), wire.UnexpectedAnswer),
        ((502, "text/html", "<html>Bad gateway"), wire.Unavailable),
        ((503, "application/problem+json", '{"detail":"Later."}'), wire.Unavailable),
        ((500, JSON, "[]"), wire.Problem),
        ((599, JSON, "{}"), wire.Problem),
    ],
)
async def test_whatever_is_answered_is_an_error_of_the_client(
    answer: tuple[int, str, str], kind: type[wire.ReqsiftClientError]
) -> None:
    async with answering(answer) as url, AsyncClient(url, token=TOKEN) as client:
        with pytest.raises(wire.ReqsiftClientError) as raised:
            await client.batch("b1")
    assert type(raised.value) is kind


async def test_a_stream_that_cannot_be_read_is_told() -> None:
    stream = (200, "text/event-stream", "event: item\nid: x\ndata: {}\n\n")
    async with answering(stream) as url, AsyncClient(url, token=TOKEN) as client:
        with pytest.raises(wire.UnexpectedAnswer):
            await anext(client.events("b1"))
    async with (
        answering((200, "text/event-stream", "")) as url,
        AsyncClient(url, token=TOKEN) as client,
    ):
        with pytest.raises(wire.UnexpectedAnswer):
            await anext(client.events("b1"))


def test_the_client_loads_no_server() -> None:
    code = (
        "import sys, reqsift.client\n"
        "heavy = {'fastapi', 'starlette', 'nicegui', 'sqlalchemy', 'uvicorn', 'aiohttp'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
