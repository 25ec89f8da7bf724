"""Clients that follow a batch by Server-Sent Events."""

import asyncio
import re
import socket
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from bench.engine_parts.server import Server

_ID = re.compile(rb"^id: (\d+)", re.MULTILINE)
_END = b"event: end\n"
_BREAK_AFTER = 300
"""Events after which a listener leaves and comes back; every third does."""
_LONGEST = 120


async def listening(server: Server, batch: str, reading: int, deaf: int) -> list[set[int]]:
    """Follow a batch to its end; the ids of the events that each reader has heard."""
    async with AsyncExitStack() as stack:
        for _ in range(deaf):
            connection = await asyncio.to_thread(_ask, server, batch, None)
            stack.callback(connection.close)
        async with asyncio.timeout(_LONGEST), asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_follow(server, batch, leaves=number % 3 == 0))
                for number in range(reading)
            ]
        return [task.result() for task in tasks]


async def _follow(server: Server, batch: str, *, leaves: bool) -> set[int]:
    heard: list[int] = [0]
    if leaves:
        await _read(server, batch, heard, _BREAK_AFTER)
    await _read(server, batch, heard, None)
    return set(heard) - {0}


async def _read(server: Server, batch: str, heard: list[int], most: int | None) -> None:
    """Read events after the last that was heard, to the end or until there are so many."""
    connection = await asyncio.to_thread(_ask, server, batch, heard[-1])
    connection.settimeout(0)
    reader, writer = await asyncio.open_connection(sock=connection)
    rest = b""
    try:
        while chunk := await reader.read(1 << 16):
            complete, _, rest = (rest + chunk).rpartition(b"\n\n")
            heard += map(int, _ID.findall(complete))
            if _END in complete or (most is not None and len(heard) > most):
                return
    finally:
        writer.close()


def _ask(server: Server, batch: str, last: int | None) -> socket.socket:
    """A connection on which the events come."""
    to = urlsplit(str(server.client.base_url))
    connection = socket.create_connection((to.hostname or "", to.port or 0), timeout=20)
    since = "" if last is None else f"last-event-id: {last}\r\n"
    connection.sendall(
        f"GET /api/ai/batches/{batch}/events HTTP/1.1\r\nhost: {to.netloc}\r\n"
        f"authorization: Bearer {server.token}\r\n{since}\r\n".encode()
    )
    return connection
