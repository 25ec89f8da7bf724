"""What the tests of the API ask again and again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx

from reqsift.simulator import Call, Simulator
from tests import hars

BATCHES = "/api/ai/batches"


def is_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= content.keys()
    assert content["status"] == status
    return content


async def imported(client: httpx.AsyncClient, count: int) -> list[str]:
    """The ids of that many requests."""
    files = {"file": ("shop.har", hars.shop(count))}
    assert (await client.post("/api/captures", files=files)).status_code == 201
    return [f"r{number}" for number in range(1, count + 1)]


async def started(client: httpx.AsyncClient, ids: list[str], **more: object) -> dict[str, Any]:
    """A batch that was accepted."""
    answer = await client.post(BATCHES, json={"requestIds": ids, **more})
    assert answer.status_code == 202, answer.text
    batch: dict[str, Any] = answer.json()
    return batch


async def told(client: httpx.AsyncClient, batch_id: str) -> dict[str, Any]:
    """What is known of a batch."""
    answer = await client.get(f"{BATCHES}/{batch_id}")
    assert answer.status_code == 200, answer.text
    batch: dict[str, Any] = answer.json()
    return batch


async def looks(client: httpx.AsyncClient, batch_id: str) -> AsyncIterator[dict[str, Any]]:
    """A batch, looked at again and again."""
    while True:
        yield await told(client, batch_id)
        await asyncio.sleep(0.01)


async def in_flight(client: httpx.AsyncClient, batch_id: str, calls: int) -> dict[str, Any]:
    """A batch, once that many calls are under way."""
    return await anext(one async for one in looks(client, batch_id) if one["inFlight"] >= calls)


async def ended(client: httpx.AsyncClient, batch_id: str) -> dict[str, Any]:
    """A batch, once it does not run any more."""
    return await anext(one async for one in looks(client, batch_id) if one["state"] != "running")


async def calls_of(simulator: Simulator) -> AsyncIterator[Call]:
    """The calls that reach a simulated provider, as they come."""
    seen = 0
    while True:
        for call in simulator.calls()[seen:]:
            seen += 1
            yield call
        await asyncio.sleep(0.01)
