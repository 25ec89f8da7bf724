"""WebSockets: unencrypted ones, and those that pages of other sites may open."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, in_clear, is_loopback, session_cookies
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_OPENED = re.compile(r"new WebSocket\(\s{0,5}[\"'`](ws://([\w.-]{1,200}))", re.ASCII)
_EXAMPLES = ("example.com", "example.org", "your-server", "yourserver", "0.0.0.0")  # noqa: S104


def _is_upgrade(view: View) -> bool:
    """Whether the client asked for a WebSocket; captures write its scheme in either way."""
    return (
        view.url.scheme in {"ws", "wss"}
        or (view.request_header("upgrade") or "").strip().lower() == "websocket"
    )


def _websocket_in_clear(view: View) -> Iterator[Match]:
    if _is_upgrade(view):
        refused = view.status in {301, 302, 307, 308, 403, 404, 426}
        if in_clear(view) and not refused:
            yield Match(evidence=(view.whole(URL),), kind="websocket-in-clear", proof=90)
        return
    if (view.is_script or view.is_html) and "ws://" in view.body:
        for found in _OPENED.finditer(view.body):
            host = found.group(2).lower()
            if not is_loopback(host) and not host.startswith(_EXAMPLES):
                evidence = view.span(RESPONSE_BODY, *found.span())
                yield Match(evidence=(evidence,), kind="websocket-opened-in-clear", proof=65)
                return


WEBSOCKET_IN_CLEAR = Rule(
    id="websocket-in-clear",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="WebSocket is not encrypted",
    description="Everybody between the user and the server can read and change what goes through "
    "this connection, its handshake with the cookies included.",
    remediation='Open `new WebSocket("wss://shop.example/live")`, and let the server refuse '
    "upgrades over plain HTTP.",
    fixes={
        Stack.NGINX: "proxy the upgrade in the `listen 443 ssl` server only.",
        Stack.RAILS: "`config.force_ssl = true`, and `config.action_cable.url = "
        '"wss://shop.example/cable"`.',
        Stack.LARAVEL: "`REVERB_SCHEME=https`, and `forceTLS: true` in Echo.",
        Stack.DJANGO: "serve Channels behind the same TLS proxy as the site.",
    },
    cwe=319,
    owasp=("A02:2021", "API8:2023"),
    references=("RFC 6455", "OWASP WebSocket Security Cheat Sheet"),
    silent="It says nothing of this machine itself (loopback), of handshakes that the server "
    "refuses or redirects, and of scripts that build the address from parts.",
    check=_websocket_in_clear,
)


def _foreign_origin(view: View) -> Iterator[Match]:
    if view.status != 101 or not _is_upgrade(view):
        return
    origin = (view.request_header("origin") or "").strip()
    host = foreign_host(view, origin)
    if is_loopback(host) or not (host or origin == "null"):
        return
    sessions = session_cookies(view)
    cookie = view.quote("request.headers[cookie]", sessions[0].name) if sessions else None
    if cookie:
        yield Match(
            evidence=(view.whole("request.headers[origin]"), cookie),
            kind="websocket-foreign-origin" if host else "websocket-null-origin",
            proof=70 if host else 60,
            detail="An entry of an allow-list would look the same: check whether this is one.",
        )


WEBSOCKET_FOREIGN_ORIGIN = Rule(
    id="websocket-foreign-origin",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.HIGH,
    title="A page of another site may open a WebSocket with the user's session",
    description="The server accepts a handshake from a foreign Origin along with the session "
    "cookie; browsers leave this check to the server, so that site can read and send as the user.",
    remediation="Compare `Origin` with a fixed list of own origins during the handshake and answer "
    "403 otherwise; set the session cookie with `SameSite=Lax`.",
    fixes={
        Stack.DJANGO: "Channels: `AllowedHostsOriginValidator(AuthMiddlewareStack(...))`.",
        Stack.EXPRESS: "`verifyClient` of ws, or `cors: {origin: [...]}` and `allowRequest` of "
        "Socket.IO.",
        Stack.SPRING: '`registry.addHandler(...).setAllowedOrigins("https://shop.example")`.',
        Stack.RAILS: '`config.action_cable.allowed_request_origins = ["https://shop.example"]`.',
        Stack.LARAVEL: "`allowed_origins` in `config/reverb.php`.",
        Stack.ASP_NET: '`new WebSocketOptions { AllowedOrigins = { "https://shop.example" } }`.',
    },
    cwe=1385,
    owasp=("A01:2021", "API8:2023"),
    references=("RFC 6455", "OWASP WebSocket Security Cheat Sheet"),
    silent="It says nothing without a session cookie, as with public feeds, chats of other "
    "companies and tokens in the address, nor of origins of the same site or this machine.",
    check=_foreign_origin,
)
