"""WebSocket handshakes and the scripts that open them."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Headers,
    Table,
    exchange,
    page,
)

UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
SESSION = {"Cookie": "lang=en; sessionid=5c1de7f0a94b4be2"}
OPEN = "const socket = new WebSocket('{}');"


def upgraded(
    url: str, origin: str = "", sent: Headers | None = None, *, status: int = 101
) -> Exchange:
    given = {"Origin": origin} if origin else {}
    return exchange(url, kind="", status=status, sent={**UPGRADE, **given, **(sent or {})})


def script(address: str) -> Exchange:
    text = OPEN.format(address)
    return exchange("https://shop.example/live.js", text, SCRIPT)


TABLE: Table = {
    "websocket-in-clear": Cases(
        noticed=(
            upgraded("ws://shop.example/stream"),
            upgraded("http://shop.example/socket.io/?transport=websocket", "http://shop.example"),
            upgraded("ws://10.0.0.5:8080/cable"),
            script("ws://live.shop.example/feed"),
            page(f"<script>{OPEN.format('ws://shop.example:8080/ws')}</script>"),
        ),
        silent=(
            upgraded("wss://shop.example/stream"),
            upgraded("https://shop.example/stream"),
            upgraded("ws://localhost:5173/"),
            upgraded("ws://shop.example/stream", status=301),
            upgraded("http://shop.example/stream", status=426),
            exchange("http://shop.example/", sent={"Upgrade": "h2c"}),
            script("wss://live.shop.example/feed"),
            script("ws://localhost:35729/livereload"),
            script("ws://' + location.host + '/feed"),
            page("<p>Open ws://shop.example/live</p>"),
        ),
    ),
    "websocket-foreign-origin": Cases(
        noticed=(
            upgraded("wss://shop.example/stream", "https://evil.example", SESSION),
            upgraded("https://shop.example/cable", "https://attacker.test", SESSION),
            upgraded("wss://shop.example/stream", "null", SESSION),
            upgraded("ws://shop.example/stream", "http://shop.example.evil.test", SESSION),
        ),
        silent=(
            upgraded("wss://shop.example/stream", "https://shop.example", SESSION),
            upgraded("wss://live.shop.example/", "https://www.shop.example", SESSION),
            upgraded("wss://shop.example/stream", "https://evil.example"),
            upgraded("wss://shop.example/stream", "https://evil.example", SESSION, status=403),
            upgraded("wss://shop.example/stream", "http://localhost:3000", SESSION),
            upgraded("wss://shop.example/stream", sent=SESSION),
            upgraded("wss://chat.test/ws?token=a8f1", "https://shop.example", {"Cookie": "_ga=1"}),
        ),
    ),
}
