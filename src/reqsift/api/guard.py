"""The guard before everything: right host, right origin, right token.

A web page in the user's browser must not reach the tool: not by DNS rebinding (the `Host` header
then names the attacker's domain), not by a forged request (the `Origin` header names the page),
and not without the token.
"""

import hmac
from hashlib import sha256
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reqsift.api.problems import problem

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OPEN_PATH = "/healthz"

_SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # The page's framework compiles templates and sets styles at run time; nothing comes from
    # outside, and captured content is only ever text.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
}


class Guard:
    """ASGI middleware; refuses with 403 (host, origin) or 401 (token)."""

    def __init__(self, app: ASGIApp, *, token: str, allowed_hosts: tuple[str, ...] = ()) -> None:
        """Guard `app`.

        Args:
            app: What is behind the guard.
            token: The access token.
            allowed_hosts: Names besides the loopback's under which the server may be reached.
        """
        self._app = app
        self._token = token
        self._hosts = _LOOPBACK | {host.lower() for host in allowed_hosts}
        # The cookie opens the page, but is not the token: who sees one cannot make the other.
        self._cookie = hmac.new(token.encode(), b"reqsift page", sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the connection pass, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope) or self._entry(scope)
        if answer is None:
            await self._app(scope, receive, _with_safe_headers(send))
        elif scope["type"] == "http":
            await answer(scope, receive, _with_safe_headers(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _host_name(hosts[0]) not in self._hosts:
            detail = "This host name is not allowed; use 127.0.0.1, or set REQSIFT_ALLOWED_HOSTS."
            return problem(HTTPStatus.FORBIDDEN, detail)
        if not _same_origin(headers, hosts[0]):
            return problem(HTTPStatus.FORBIDDEN, "Requests from other web pages are refused.")
        return None

    def _entry(self, scope: Scope) -> Response | None:
        """What to answer instead of passing: the cookie for the link's token, or 401."""
        if scope["path"] == _OPEN_PATH or self._authorized(scope):
            return None
        token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["type"] == "http" and scope["path"] == "/" and self._is_token(token):
            answer = RedirectResponse("/", status_code=HTTPStatus.SEE_OTHER)
            answer.set_cookie(_cookie_name(scope), self._cookie, httponly=True, samesite="strict")
            answer.headers["cache-control"] = "no-store"
            return answer
        return problem(
            HTTPStatus.UNAUTHORIZED,
            "Open the link that `reqsift serve` printed, or send the token as "
            "`Authorization: Bearer TOKEN`.",
            headers={"www-authenticate": "Bearer"},
        )

    def _authorized(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is_token(token.strip()):
            return True
        cookies = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return False
        morsel = cookies.get(_cookie_name(scope))
        return morsel is not None and _same(morsel.value, self._cookie)

    def _is_token(self, token: str) -> bool:
        return _same(token, self._token)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_origin(headers: Headers, host: str) -> bool:
    """Whether the request comes from our own page, or from no page at all."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return False
    # Without Origin (images, scripts, navigation) the browser still tells the relation; following
    # a link from elsewhere is fine, embedding us is not.
    elsewhere = headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"}
    return not elsewhere or headers.get("sec-fetch-mode") == "navigate"


def _cookie_name(scope: Scope) -> str:
    """Cookies do not heed the port, so the name does: two servers on one machine coexist."""
    _, _, port = Headers(scope=scope).get("host", "").rpartition(":")
    return f"reqsift_{port}" if port.isdecimal() else "reqsift"


def _with_safe_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFE_HEADERS.items():
                headers.setdefault(name, value)
            if headers.get("content-type", "").startswith(("application/json", "application/pro")):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return wrapped
