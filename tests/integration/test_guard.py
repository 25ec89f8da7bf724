"""Who may reach the server, and from where."""

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from reqsift.api.guard import Guard
from tests.integration.conftest import TOKEN


async def status(client: httpx.AsyncClient, path: str = "/api/captures", **headers: str) -> int:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await client.get(path, headers=sent)).status_code


async def test_without_a_token_only_the_health_is_told(client: httpx.AsyncClient) -> None:
    del client.headers["authorization"]

    refused = await client.get("/api/captures")
    health = await client.get("/healthz")

    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert await status(client, "/openapi.json") == 401
    assert await status(client, "/") == 401


@pytest.mark.parametrize(
    "credentials", ["Bearer wrong", "Bearer", "", "Basic eDp5", f"Bearer {TOKEN}x", "Bearer é"]
)
async def test_a_wrong_token_is_refused(client: httpx.AsyncClient, credentials: str) -> None:
    headers = {b"authorization": credentials.encode("latin-1")}
    assert (await client.get("/api/captures", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8787", 200),
        ("localhost:1", 200),
        ("LOCALHOST", 200),
        ("[::1]:8787", 200),
        ("sift.example", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost:8787@evil.example", 403),
        ("", 403),
        ("[::1", 403),
    ],
)
async def test_the_host_must_be_ours(client: httpx.AsyncClient, host: str, expected: int) -> None:
    assert await status(client, host=host) == expected
    assert await status(client, "/healthz", host=host) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://127.0.0.1:8787", 200),
        ("http://127.0.0.1:3000", 403),
        ("http://localhost:8787", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("http://[::1", 403),
    ],
)
async def test_a_foreign_page_is_refused(
    client: httpx.AsyncClient, origin: str, expected: int
) -> None:
    assert await status(client, origin=origin) == expected


@pytest.mark.parametrize(
    ("site", "mode", "expected"),
    [
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
        ("cross-site", "navigate", 200),
        ("cross-site", "no-cors", 403),
        ("same-site", "no-cors", 403),
    ],
)
async def test_a_page_elsewhere_may_link_here_but_not_embed(
    client: httpx.AsyncClient, site: str, mode: str, expected: int
) -> None:
    assert await status(client, sec_fetch_site=site, sec_fetch_mode=mode) == expected


async def test_the_link_sets_a_cookie_that_opens_the_page_and_the_api(
    client: httpx.AsyncClient,
) -> None:
    del client.headers["authorization"]

    answer = await client.get(f"/?token={TOKEN}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert TOKEN not in cookie
    assert await status(client) == 200
    # The name holds the port, since cookies do not heed it.
    assert await status(client, host="127.0.0.1:9999") == 401


@pytest.mark.parametrize("path", ["/?token=wrong", "/?token=", f"/api/captures?token={TOKEN}"])
async def test_a_link_with_a_wrong_token_or_place_opens_nothing(
    client: httpx.AsyncClient, path: str
) -> None:
    del client.headers["authorization"]
    assert await status(client, path) == 401


@pytest.mark.parametrize("cookie", ["reqsift_8787=wrong", "reqsift_8787", "\x01=;;", "a=b"])
async def test_a_wrong_cookie_opens_nothing(client: httpx.AsyncClient, cookie: str) -> None:
    del client.headers["authorization"]
    assert await status(client, cookie=cookie) == 401


async def test_answers_are_not_kept_nor_embedded(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/api/captures")).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"host": "127.0.0.1:8787", "authorization": f"Bearer {TOKEN}"}, "websocket.accept"),
        ({"host": "127.0.0.1:8787"}, "websocket.close"),
        ({"host": "evil.example", "authorization": f"Bearer {TOKEN}"}, "websocket.close"),
        (
            {
                "host": "127.0.0.1:8787",
                "authorization": f"Bearer {TOKEN}",
                "origin": "http://evil.example",
            },
            "websocket.close",
        ),
    ],
)
async def test_websockets_pass_the_same_guard(headers: dict[str, str], expected: str) -> None:
    sent: list[Message] = []

    async def behind(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/ws",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await Guard(behind, token=TOKEN)(scope, receive, send)

    assert [message["type"] for message in sent] == [expected]
