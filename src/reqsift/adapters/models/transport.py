"""HTTP to one place of a provider: kept-alive connections, one try for each call."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.failures import said_by_provider
from reqsift.domain.batches import Failure
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.retries import Cause

_LARGEST_ANSWER = 8 * 1024 * 1024
_LONGEST_CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """By name in any case."""
    body: bytes


_Receive = Callable[[aiohttp.ClientResponse], Awaitable[Received | Failure]]


class Transport:
    """Sends JSON and receives it; redirects and cookies are not followed."""

    def __init__(self, to: Connection, path: str, headers: Mapping[str, str]) -> None:
        """Prepare; the first call opens a connection.

        Args:
            to: Where calls go.
            path: Behind its base URL.
            headers: Of each request, besides those of the content.

        Raises:
            InvalidSetting: The environment names a proxy that is none.
        """
        self._to = to
        self._url = to.base_url + path
        self._headers = {
            **headers,
            "content-type": "application/json",
            # An answer is small: to unpack it would take longer than to receive it.
            "accept-encoding": "identity",
            "user-agent": "reqsift",
        }
        self._proxy, self._proxy_headers = (None, None) if to.direct else _proxy_for(self._url)
        if self._proxy_headers and self._url.lower().startswith("http:"):
            self._headers |= self._proxy_headers
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, below: str = "") -> Received | Failure:
        """Send `body` once, and receive the whole answer; `below` is put behind the path."""
        return await self._call("POST", below, body, self._whole)

    async def get(self, below: str = "") -> Received | Failure:
        """Ask once, and receive the whole answer."""
        return await self._call("GET", below, None, self._whole)

    async def get_lines(self, below: str, take: Callable[[bytes], None]) -> Received | Failure:
        """Ask once, and receive any number of lines.

        Args:
            below: Put behind the path.
            take: Called with each line, without its end.

        Returns:
            An answer without body; one with another status than 200 is received whole.
        """

        async def lines(response: aiohttp.ClientResponse) -> Received | Failure:
            whole = response.status != HTTPStatus.OK
            return await (self._whole(response) if whole else self._lines(response, take))

        return await self._call("GET", below, None, lines)

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            total = self._to.call_timeout
            self._session = aiohttp.ClientSession(
                # How many calls are under way is the caller's business.
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(
                    total=total, sock_connect=min(total, _LONGEST_CONNECT_S)
                ),
            )
        return self._session

    async def _call(
        self, method: str, below: str, body: bytes | None, receive: _Receive
    ) -> Received | Failure:
        try:
            async with self._open().request(
                method,
                self._url + below,
                data=body,
                allow_redirects=False,
                proxy=self._proxy,
                proxy_headers=self._proxy_headers,
            ) as response:
                return await receive(response)
        except TimeoutError:
            wait = f"{self._to.call_timeout:g} seconds"
            reason = f"{self._to.provider} did not answer within {wait}; try again later."
            return Failure(reason=reason, cause=Cause.TIMED_OUT)
        except (aiohttp.ClientError, OSError) as error:
            return self._dropped(error)

    async def _whole(self, response: aiohttp.ClientResponse) -> Received | Failure:
        chunks: list[bytes] = []
        size = 0
        while chunk := await response.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > _LARGEST_ANSWER:
                return self._too_large(response)
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return Received(response.status, response.headers, body)

    async def _lines(
        self, response: aiohttp.ClientResponse, take: Callable[[bytes], None]
    ) -> Received | Failure:
        line = bytearray()
        while chunk := await response.content.readany():
            first, *others = chunk.split(b"\n")
            line += first
            for other in others:
                take(bytes(line))
                line = bytearray(other)
            if len(line) > _LARGEST_ANSWER:
                return self._too_large(response)
        if line:
            take(bytes(line))
        return Received(response.status, response.headers, b"")

    def _too_large(self, response: aiohttp.ClientResponse) -> Failure:
        response.close()
        reason = f"{self._to.provider} sent an answer that is too large to be one."
        return Failure(reason=reason, cause=Cause.MALFORMED)

    def _dropped(self, error: Exception) -> Failure:
        if isinstance(error, aiohttp.ClientConnectorError):
            what = f"{self._to.base_url} cannot be reached; check {self._to.url_variable}."
        else:
            what = f"The connection to {self._to.provider} broke; try again later."
        # The words are those of the system or the library, but hold what the other side sent.
        says = said_by_provider(str(error), self._to.key)
        return Failure(reason=what + says.replace("It says", "Details"), cause=Cause.DROPPED)


def _proxy_for(url: str) -> tuple[str | None, dict[str, str] | None]:
    """The proxy that the environment names for a URL, and the header with its credentials.

    aiohttp's `trust_env` would look it up again for each call, in two threads, and take keys from
    a `.netrc` file.

    Raises:
        InvalidSetting: What is named is no URL.
    """
    target = urlsplit(url)
    named = getproxies().get(target.scheme)
    if not named or proxy_bypass(target.hostname or ""):
        return None, None
    try:
        proxy = urlsplit(named if "://" in named else f"http://{named}")
    except ValueError:
        raise InvalidSetting(f"{target.scheme.upper()}_PROXY is no URL of a proxy.") from None
    credentials, _, place = proxy.netloc.rpartition("@")
    address = proxy._replace(netloc=place).geturl()
    if not credentials:
        return address, None
    pair = b64encode(unquote(credentials).encode()).decode()
    return address, {"Proxy-Authorization": f"Basic {pair}"}
