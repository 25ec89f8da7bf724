"""The server: which path is for whom, and its life from start to end."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import msgspec

from reqsift.simulator.anthropic import Anthropic
from reqsift.simulator.batches import PATH
from reqsift.simulator.connection import Connection, Request
from reqsift.simulator.dialect import Dialect, Trouble
from reqsift.simulator.ledger import Call, Stats
from reqsift.simulator.openai import OpenAI
from reqsift.simulator.provider import Provider
from reqsift.simulator.script import Script
from reqsift.simulator.settings import InvalidSettings, Settings, changed

_ANTHROPIC = Anthropic()
_DIALECTS: tuple[tuple[bytes, Dialect], ...] = (
    (b"/v1/messages", _ANTHROPIC),
    (b"/chat/completions", OpenAI()),
)
_CONNECTIONS_WAITING = 4096


class Simulator:
    """A running simulator."""

    def __init__(self, settings: Settings, script: Script | None = None) -> None:
        """Play a provider whose model says what the script decides, or the smallest answers."""
        self._provider = Provider(settings, script)
        self._connections: set[Connection] = set()
        self.base_url = ""
        """Without a slash at its end; OpenAI's clients want `/v1` behind it."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._provider.settings

    def stats(self) -> Stats:
        """The sums since the last reset."""
        return self._provider.ledger.stats()

    def calls(self) -> list[Call]:
        """The last 200,000 calls since the last reset, in the order of their arrival."""
        return self._provider.ledger.calls()

    def reset(self, settings: Settings | None = None, script: Script | None = None) -> None:
        """Begin anew: no statistics, full buckets, an empty cache, the dice at their seed.

        Calls under way end by the old settings, and are counted nowhere.

        Args:
            settings: Those from now on; `None` keeps them.
            script: That from now on; `None` keeps it.
        """
        self._provider = Provider(settings or self.settings, script or self._provider.script)

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[None]:
        """Serve in the running event loop; port 0 takes a free one.

        Raises:
            InvalidSettings: The host is not of this machine alone.
            OSError: The port cannot be used.
        """
        if not _is_loopback(host):
            raise InvalidSettings(
                f"The simulator serves this machine only: give a loopback --host, not {host}."
            )
        if host == "localhost":
            # It may be two addresses, and port 0 would be another port on each.
            host = "127.0.0.1"
        server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._serve, self._connections),
            host,
            port,
            backlog=_CONNECTIONS_WAITING,
        )
        shown = f"[{host}]" if ":" in host else host
        self.base_url = f"http://{shown}:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            for connection in tuple(self._connections):
                connection.abort()
            await server.wait_closed()

    def _serve(self, connection: Connection, request: Request) -> None:
        dialect = _dialect(request.method, request.target)
        if PATH in request.target:
            self._provider.serve_batches(connection, request, self.base_url)
        elif dialect:
            self._provider.serve(connection, request, dialect)
        else:
            connection.send(*self._control(request))

    def _control(self, request: Request) -> tuple[int, bytes]:
        match request.method, request.target.partition(b"?")[0]:
            case b"GET", b"/healthz":
                return 200, b'{"status":"ok"}'
            case b"GET", b"/stats":
                return 200, msgspec.json.encode(self.stats())
            case b"GET", b"/calls":
                return 200, msgspec.json.encode(self.calls())
            case b"POST", b"/reset":
                return self._reset(request.body)
            case _, path:
                return _ANTHROPIC.error(Trouble.NO_PATH, f"No such path: {path.decode()}", 0)

    def _reset(self, body: bytes) -> tuple[int, bytes]:
        try:
            self.reset(changed(self.settings, body))
        except InvalidSettings as error:
            return 400, msgspec.json.encode({"error": str(error)})
        return 200, msgspec.json.encode(self.settings)


@asynccontextmanager
async def simulated(
    settings: Settings | None = None, script: Script | None = None
) -> AsyncIterator[Simulator]:
    """A simulator in the running event loop, on a free port of 127.0.0.1.

    Args:
        settings: Its limits, latency and faults.
        script: Decides what its model says; `None` says the smallest answers that obey.
    """
    simulator = Simulator(settings or Settings(), script)
    async with simulator.listening("127.0.0.1", 0):
        yield simulator


@lru_cache(maxsize=256)
def _dialect(method: bytes, target: bytes) -> Dialect | None:
    path = target.partition(b"?")[0]
    if method != b"POST":
        return None
    return next((dialect for end, dialect in _DIALECTS if path.endswith(end)), None)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
