"""Live events over real connections: nothing is missed or told twice, nobody waits for others."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from reqsift.bootstrap import Services
from reqsift.simulator import Fault, Settings, Simulator
from tests import hars
from tests.integration.asking import BATCHES, ended, imported, in_flight, is_problem, started
from tests.integration.conftest import TOKEN, Served

Event = dict[str, Any]


@asynccontextmanager
async def calling(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=served.url, headers=served.headers, limits=limits, timeout=60
    ) as client:
        yield client


@pytest.fixture
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(served) as opened:
        yield opened


async def sse(
    client: httpx.AsyncClient, batch_id: str, last: int | None = None, query: str = ""
) -> AsyncIterator[Event]:
    headers = {} if last is None else {"last-event-id": str(last)}
    path = f"{BATCHES}/{batch_id}/events{query}"
    async with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        fields: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if not line and fields:
                number = {"id": int(fields["id"])} if "id" in fields else {}
                data = json.loads(fields["data"])
                yield {"event": fields["event"], "data": data} | number
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields |= {name: value} if name else {}


def socket_to(served: Served, batch_id: str, query: str = "", token: str = TOKEN) -> connect:
    return connect(
        f"ws://127.0.0.1:{served.port}{BATCHES}/{batch_id}/ws{query}",
        additional_headers={"authorization": f"Bearer {token}"},
        proxy=None,
    )


async def messages(connection: ClientConnection) -> AsyncIterator[Event]:
    async for message in connection:
        yield json.loads(message)


def ids_of(events: list[Event]) -> list[int]:
    return [event["id"] for event in events if event["event"] == "item"]


async def test_events_tell_a_batch_from_snapshot_to_end(
    client: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="20"))
    ids = await imported(client, 30)
    batch = await started(client, ids, model="haiku-4.5")

    events = [event async for event in sse(client, batch["id"], 0)]

    kinds = [event["event"] for event in events]
    assert (kinds[0], kinds[-1]) == ("snapshot", "end")
    assert set(kinds[1:-1]) == {"item", "progress"}
    assert ids_of(events) == list(range(1, 31))
    items = [event["data"] for event in events if event["event"] == "item"]
    assert sorted(item["requestId"] for item in items) == sorted(ids)
    assert {item["error"] for item in items} == {None}
    assert all(item["cost"] > 0 and item["model"] and item["at"] for item in items)
    last = next(event["data"] for event in reversed(events) if event["event"] == "progress")
    assert (last["batchId"], last["successful"], last["lastEventId"]) == (batch["id"], 30, 30)
    assert last.keys() >= {"inFlight", "rate", "etaSeconds", "retries", "cost", "breakerOpen"}
    assert (events[-1]["data"]["state"], events[-1]["data"]["successful"]) == ("completed", 30)


async def test_who_comes_back_misses_nothing_and_hears_nothing_twice(
    client: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="20"))
    ids = await imported(client, 40)
    batch = await started(client, ids, model="haiku-4.5")
    heard: list[int] = []
    over = False
    while not over:
        stream = sse(client, batch["id"], heard[-1] if heard else 0)
        news = 0
        async for event in stream:
            over = event["event"] == "end"
            if event["event"] == "item":
                heard.append(event["id"])
                news += 1
            if news == 7:
                break
        await stream.aclose()  # type: ignore[attr-defined]

    assert heard == list(range(1, 41))


async def test_the_past_is_told_from_the_store(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 9)
    batch = await started(client, [*ids, "nope"])
    await ended(client, batch["id"])

    whole = [event async for event in sse(client, batch["id"], 0)]
    rest = [event async for event in sse(client, batch["id"], 6)]
    by_query = [event async for event in sse(client, batch["id"], None, "?lastEventId=8")]
    both = [event async for event in sse(client, batch["id"], 7, "?lastEventId=1")]
    now = [event async for event in sse(client, batch["id"])]

    assert ids_of(whole) == list(range(1, 10))
    assert ids_of(rest) == [7, 8, 9]
    assert ids_of(by_query) == [9]
    assert ids_of(both) == [8, 9]
    assert [event["event"] for event in now] == ["snapshot", "end"]
    assert now[0]["data"]["failed"] == 1


async def test_a_failed_item_says_why(client: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.reset(Settings(latency="1", faults={Fault.REFUSAL: 1.0}))
    ids = await imported(client, 1)
    batch = await started(client, ids, model="haiku-4.5")

    events = [event async for event in sse(client, batch["id"], 0)]

    (item,) = [event["data"] for event in events if event["event"] == "item"]
    assert item["error"]
    assert item["model"] is None
    assert item["findings"] > 0  # those of the offline rules stay


async def test_the_stream_ends_though_an_ended_item_was_taken_back(
    client: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="1", faults={Fault.REFUSAL: 1.0}))
    ids = await imported(client, 3)
    batch = await started(client, ids, model="haiku-4.5")
    await ended(client, batch["id"])
    simulator.reset(Settings(latency="600000"))
    await client.post(f"{BATCHES}/{batch['id']}/retry-failed")
    await in_flight(client, batch["id"], 3)
    await client.post(f"{BATCHES}/{batch['id']}/cancel")

    events = [event async for event in sse(client, batch["id"], 0)]

    assert events[-1]["event"] == "end"
    assert events[-1]["data"]["state"] == "cancelled"


@pytest.mark.parametrize("last", ["x", "-1", "1.5", str(10**30), ""])
async def test_an_id_that_no_event_has_is_refused(client: httpx.AsyncClient, last: str) -> None:
    batch = await started(client, ["nope"])
    path = f"{BATCHES}/{batch['id']}/events"

    is_problem(await client.get(path, headers={"last-event-id": last}), 422)
    is_problem(await client.get(path, params={"lastEventId": last}), 422)


async def test_messages_are_the_same_events(
    client: httpx.AsyncClient, served: Served, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="20"))
    ids = await imported(client, 20)
    batch = await started(client, ids, model="haiku-4.5")

    async with socket_to(served, batch["id"], "?lastEventId=0") as connection:
        await connection.send("nobody listens to this")
        events = [event async for event in messages(connection)]
        code = connection.close_code
    async with socket_to(served, batch["id"], "?lastEventId=15") as connection:
        rest = [event async for event in messages(connection)]

    assert (events[0]["event"], events[-1]["event"], code) == ("snapshot", "end", 1000)
    assert ids_of(events) == list(range(1, 21))
    assert ids_of(rest) == list(range(16, 21))
    streamed = [event async for event in sse(client, batch["id"], 15)]
    assert streamed == rest
    assert [one for one in events if one["event"] == "item"][15:] == [
        one for one in rest if one["event"] == "item"
    ]


@pytest.mark.parametrize(
    ("batch_id", "query", "code"),
    [("b99", "", 4404), ("x" * 500, "", 4404), ("b1", "?lastEventId=x", 4422)],
)
async def test_a_socket_says_why_it_closes(
    client: httpx.AsyncClient, served: Served, batch_id: str, query: str, code: int
) -> None:
    await started(client, ["nope"])
    async with socket_to(served, batch_id, query) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == code
        assert connection.close_reason


async def test_a_socket_needs_the_token_and_the_right_page(served: Served) -> None:
    for refused in (
        socket_to(served, "b1", token="wrong-token-of-16-chars"),
        connect(
            f"ws://127.0.0.1:{served.port}{BATCHES}/b1/ws",
            additional_headers=served.headers,
            origin="https://evil.example",  # type: ignore[arg-type]
            proxy=None,
        ),
    ):
        with pytest.raises(InvalidStatus, match="403"):
            await refused


async def test_streams_end_when_the_server_does(
    client: httpx.AsyncClient, served: Served, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="600000"))
    ids = await imported(client, 3)
    batch = await started(client, ids, model="haiku-4.5")
    listening = asyncio.Barrier(3)

    async def listen() -> list[str]:
        kinds: list[str] = []
        async for event in sse(client, batch["id"]):
            if not kinds:
                await listening.wait()
            kinds.append(event["event"])
        return kinds

    async def listen_by_socket() -> list[str]:
        async with socket_to(served, batch["id"]) as connection:
            kinds = [json.loads(await connection.recv())["event"]]
            await listening.wait()
            with pytest.raises(ConnectionClosed):
                while True:
                    kinds.append(json.loads(await connection.recv())["event"])
            return kinds

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(listen()), group.create_task(listen_by_socket())]
        await listening.wait()
        served.stop()

    for task in tasks:
        assert task.result()[0] == "snapshot"
        assert "end" not in task.result()


def never_reads(served: Served, batch_id: str) -> socket.socket:
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    deaf.connect(("127.0.0.1", served.port))
    deaf.sendall(
        f"GET {BATCHES}/{batch_id}/events?lastEventId=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {TOKEN}\r\n\r\n".encode()
    )
    return deaf


async def test_a_hundred_listeners_of_which_ten_never_read(
    client: httpx.AsyncClient, served: Served, with_models: Services, tmp_path: Path
) -> None:
    path = tmp_path / "shop.har"
    path.write_bytes(hars.shop(3000))
    await with_models.captures.import_file(path)
    ids = [f"r{number}" for number in range(1, 3001)]
    batch = await started(client, ids, model="offline")

    async def listen() -> list[int]:
        events = [event async for event in sse(client, batch["id"], 0)]
        assert events[-1]["data"]["state"] == "completed"
        return ids_of(events)

    deaf = [never_reads(served, batch["id"]) for _ in range(10)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(listen()) for _ in range(90)]
    waiting = [
        connection.transport.get_write_buffer_size()
        for connection in served.server.server_state.connections
    ]
    for one in deaf:
        one.close()

    assert all(task.result() == list(range(1, 3001)) for task in tasks)
    assert max(waiting) < 2_000_000
