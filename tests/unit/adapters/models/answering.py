"""A server that answers as a test says, and keeps what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from reqsift.adapters.models.client import Connection


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: Any
    method: str = "POST"


@dataclass
class Server:
    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Asked] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = msgspec.json.decode(await request.read() or b"null")
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.path, headers, body, request.method))
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        if self.hangs:
            await self.over.wait()
        return web.Response(status=self.status, body=self.body, headers=self.headers)

    def says(
        self, document: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.body = document if isinstance(document, bytes) else msgspec.json.encode(document)
        self.headers = headers or {}


@asynccontextmanager
async def answering() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield server
    finally:
        server.over.set()
        await runner.cleanup()


@asynccontextmanager
async def raw(answer: bytes) -> AsyncIterator[str]:
    """A server that writes these bytes to whoever sends something, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "http://{}:{}".format(*server.sockets[0].getsockname()[:2])


def to(
    url: str, *, provider: str = "Anthropic", key: str | None = "sk-made-up", timeout: float = 10.0
) -> Connection:
    return Connection(
        provider=provider,
        base_url=url,
        url_variable=f"{provider.upper()}_BASE_URL",
        key=key,
        key_variable=f"{provider.upper()}_API_KEY",
        model="some-model",
        direct=True,
        call_timeout=timeout,
    )


def anthropic_message(text: str, stop: str = "end_turn", **usage: object) -> dict[str, object]:
    return {
        "id": "msg_1",
        "type": "message",
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop,
        "usage": {"input_tokens": 100, "output_tokens": 20} | usage,
    }


def openai_completion(
    text: str | None, finish: str = "stop", refusal: str | None = None
) -> dict[str, object]:
    message = {"role": "assistant", "content": text, "refusal": refusal}
    return {
        "id": "chatcmpl-1",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "prompt_tokens_details": {"cached_tokens": 60},
        },
    }
