"""One connection of a client: HTTP/1.1 with keep-alive, one write for each answer."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import cast
from wsgiref.handlers import format_date_time

import httptools
import msgspec

_KEPT_HEADERS = {b"x-api-key", b"authorization"}
_REASONS = {status.value: status.phrase.encode() for status in HTTPStatus} | {529: b"Overloaded"}
_HEAD = (
    b"HTTP/1.1 %d %b\r\ncontent-type: %b\r\ncontent-length: %d\r\ndate: %b\r\n"
    b"server: reqsift-simulator\r\n%b\r\n"
)


class Request(msgspec.Struct, gc=False):
    """What a client asked."""

    method: bytes
    target: bytes
    key: str | None
    """Of `x-api-key` or a bearer token."""
    body: bytes
    keep_alive: bool


class Connection(asyncio.Protocol):
    """Serves one request after the other, also when the client does not wait for answers."""

    __slots__ = (
        "_arrived",
        "_body",
        "_busy",
        "_headers",
        "_keep_alive",
        "_open",
        "_parser",
        "_serve",
        "_target",
        "_transport",
        "on_lost",
    )

    def __init__(
        self, serve: "Callable[[Connection, Request], None]", connections: "set[Connection]"
    ) -> None:
        """Take a client's connection.

        Args:
            serve: Called with each request; it has to `send` or `close`, now or later.
            connections: All that are open; the connection keeps its own place in it.
        """
        self.on_lost: Callable[[], None] | None = None
        """Called when the client leaves before its answer was sent."""
        self._serve = serve
        self._open = connections
        self._arrived: deque[Request] = deque()
        self._busy = False
        self._keep_alive = True
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []

    # --- asyncio ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- the reason is all the same
        self._open.discard(self)
        self._arrived.clear()
        if self.on_lost:
            self.on_lost()
            self.on_lost = None

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # The offer of another protocol is not taken up: the request itself is answered.
            self._parser = httptools.HttpRequestParser(self)
        except httptools.HttpParserError:
            self._keep_alive = False
            self.send(400, b'{"error":"This is no HTTP request."}')
            return
        # Not within the parser's callbacks: it would turn our errors into its own.
        self._next()

    # --- httptools ----------------------------------------------------------------------------

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in _KEPT_HEADERS:
            self._headers[name] = value
        elif name == b"expect":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        parser, body = self._parser, self._body
        whole = body[0] if len(body) == 1 else b"".join(body)
        key = _key(self._headers)
        keep_alive = parser.should_keep_alive()
        self._arrived.append(Request(parser.get_method(), self._target, key, whole, keep_alive))
        self._target = b""
        self._headers = {}
        self._body = []

    # --- answers ------------------------------------------------------------------------------

    @property
    def is_lost(self) -> bool:
        """Whether nobody would receive an answer."""
        return self._transport.is_closing()

    def send(
        self,
        status: int,
        body: bytes,
        lines: bytes = b"",
        *,
        kind: bytes = b"application/json",
        cut: bool = False,
    ) -> None:
        """Answer the request.

        Args:
            status: Of HTTP.
            body: All of it.
            lines: More headers, each with its line end.
            kind: The content type.
            cut: Close in the middle of the body that is announced.
        """
        if not self._keep_alive:
            lines += b"connection: close\r\n"
        date = _date(int(time.time()))
        head = _HEAD % (status, _REASONS[status], kind, len(body), date, lines)
        self._transport.write(head + (body[: len(body) // 2] if cut else body))
        if cut or not self._keep_alive:
            self.close()
            return
        self.on_lost = None
        self._busy = False
        if self._arrived:
            asyncio.get_running_loop().call_soon(self._next)

    def close(self) -> None:
        """End the connection after what was sent."""
        self.on_lost = None
        self._arrived.clear()
        self._transport.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._transport.abort()

    def _next(self) -> None:
        if self._arrived and not self._busy:
            self._busy = True
            request = self._arrived.popleft()
            self._keep_alive = request.keep_alive
            self._serve(self, request)


def _key(headers: dict[bytes, bytes]) -> str | None:
    key = headers.get(b"x-api-key")
    if key is None:
        scheme, _, key = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            return None
    return key.strip().decode("latin-1") or None


@lru_cache(maxsize=8)
def _date(seconds: int) -> bytes:
    return format_date_time(seconds).encode()
