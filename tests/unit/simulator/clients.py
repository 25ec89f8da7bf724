"""Clients of the simulator, and the requests that they send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from reqsift.simulator import Script, Settings, Simulator, simulated

SCHEMA = {
    "type": "object",
    "properties": {
        "risk": {"enum": ["low", "high"]},
        "findings": {"type": "array", "items": {"type": "string"}},
        "note": {"type": "string"},
    },
    "required": ["risk", "findings"],
    "additionalProperties": False,
}
ANSWER = {"risk": "low", "findings": []}
MESSAGES = "/v1/messages"
COMPLETIONS = "/v1/chat/completions"

Json = dict[str, Any]


@asynccontextmanager
async def client_of(
    settings: Settings, key: str = "any", script: Script | None = None
) -> AsyncIterator[tuple[Simulator, httpx.AsyncClient]]:
    """A simulator, and a client of it with a key in both headers."""
    headers = {"x-api-key": key, "authorization": f"Bearer {key}"} if key else {}
    async with (
        simulated(settings, script) as simulator,
        httpx.AsyncClient(base_url=simulator.base_url, headers=headers, timeout=20) as client,
    ):
        yield simulator, client


def anthropic(**more: object) -> Json:
    """A request for structured output."""
    form = {"type": "json_schema", "schema": SCHEMA}
    return {
        "model": "claude-haiku-4-5",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": "Hello"}],
        "output_config": {"format": form},
    } | more


def openai(**more: object) -> Json:
    """A request for structured output."""
    form = {"name": "answer", "strict": True, "schema": SCHEMA}
    return {
        "model": "gpt",
        "messages": [{"role": "user", "content": "Hello"}],
        "response_format": {"type": "json_schema", "json_schema": form},
    } | more


def raw(body: Json, path: str = MESSAGES) -> bytes:
    """A request as it goes over the wire."""
    encoded = msgspec.json.encode(body)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: any\r\nContent-Length: {len(encoded)}"
    return head.encode() + b"\r\n\r\n" + encoded


async def connect(simulator: Simulator) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection."""
    return await asyncio.open_connection("127.0.0.1", int(simulator.base_url.rpartition(":")[2]))


async def until(simulator: Simulator, *, calls: int, in_flight: int) -> None:
    """Wait until so many calls have arrived, and so many of them are under way."""
    while True:
        stats = simulator.stats()
        if (stats.calls, stats.in_flight) == (calls, in_flight):
            return
        await asyncio.sleep(0.001)
