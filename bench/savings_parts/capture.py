"""Writes a capture as a browser makes one: a session in a web shop, with all that comes along.

`python -m bench.savings_parts.capture PATH [ENTRIES]`. The same seed gives the same file. Of
the entries 55 % are assets, 15 % polling, 14 % JSON APIs, 7 % pages, and 9 % GraphQL, telemetry,
preflights and errors. Weaknesses are planted in APIs, pages and errors, never in an asset; a
preflight has the URL of the request that it is for, whatever stands in it.
"""

import json
import random
import sys
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.savings_parts.bodies import markup, record, script, style, words
from bench.savings_parts.endpoints import ENDPOINTS, PAGES, Endpoint

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
KINDS = {
    "asset": 0.55,
    "polling": 0.15,
    "api": 0.14,
    "page": 0.07,
    "graphql": 0.03,
    "telemetry": 0.03,
    "preflight": 0.015,
    "error": 0.015,
}
WWW, API, CDN = "www.shop.example", "api.shop.example", "cdn.shop.example"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
POLLED = ("/v2/notifications", "/v2/cart/count", "/v2/presence", "/v2/stock/changes")
CHANGES_OF = 40
"""One polling answer in so many differs from those before."""
NOT_MODIFIED = 0.3
"""Of the assets."""
QUERIES = (
    "query Product($id: ID!) { product(id: $id) { id name price images { url } } }",
    "query Recommended($id: ID!) { recommended(id: $id) { id name } }",
    "mutation AddToCart($id: ID!, $n: Int!) { addToCart(id: $id, quantity: $n) { count } }",
)


def write_capture(path: Path, entries: int = 2000, seed: int = 11) -> None:
    """Write a HAR file of so many entries."""
    session = Session(random.Random(seed))
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log":{"version":"1.2","creator":{"name":"session","version":"1"},"pages":[]')
        file.write(',"entries":[')
        for number in range(entries):
            file.write("," if number else "")
            json.dump(session.entry(number), file, ensure_ascii=False)
        file.write("]}}")


class Content(NamedTuple):
    """What an answer holds."""

    kind: str = ""
    text: str = ""
    encoding: str = ""


class Session:
    """What one signed-in person's browser asks for."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.cookie = f"sid={dice.getrandbits(128):032x}; theme=dark; consent=yes"
        self.bearer = b64encode(dice.randbytes(24)).decode()
        self.assets = [self._asset() for _ in range(240)]
        self.polled = dict.fromkeys(POLLED, 0)
        self.number = 0

    def entry(self, number: int) -> object:
        self.number = number
        (kind,) = self.dice.choices(list(KINDS), list(KINDS.values()))
        return getattr(self, f"_{kind}_entry")()

    def _asset_entry(self) -> object:
        path, content = self.dice.choice(self.assets)
        asked: dict[str, object] = {
            "method": "GET",
            "url": f"https://{CDN}{path}",
            "headers": self._asked(CDN),
        }
        if self.dice.random() < NOT_MODIFIED:
            return self._made(asked, 304, Content(), caching="public, max-age=31536000")
        long = "public, max-age=31536000, immutable"
        return self._made(asked, 200, content, caching=long)

    def _polling_entry(self) -> object:
        path = self.dice.choice(POLLED)
        if self.dice.randrange(CHANGES_OF) == 0:
            self.polled[path] += 1
        text = json.dumps({"version": self.polled[path], "items": [], "next": None})
        return self._json("GET", path, None, 200, text)

    def _api_entry(self) -> object:
        weights = [one.weight for one in ENDPOINTS]
        (one,) = self.dice.choices(ENDPOINTS, weights)
        return self._endpoint(one)

    def _error_entry(self) -> object:
        one = self.dice.choice(ENDPOINTS)
        status, text = self.dice.choice(ERRORS)
        sent = record(self.dice, one.sends) if one.sends else None
        return self._json(one.method, self._path(one.path), sent, status, text)

    def _page_entry(self) -> object:
        path, form = self.dice.choice(PAGES)
        path = self._path(path)
        size = _size(self.dice, 14_000)
        asked: dict[str, object] = {
            "method": "GET",
            "url": f"https://{WWW}{path}",
            "headers": self._asked(WWW),
        }
        query = path.partition("?q=")[2]
        text = markup(self.dice, size, form=form, said=query)
        shown = Content("text/html; charset=utf-8", text)
        return self._made(asked, 200, shown, caching="private, no-store")

    def _graphql_entry(self) -> object:
        query = self.dice.choices(QUERIES, (6, 5, 1))[0]
        asks = {"query": query, "variables": {"id": self.dice.randint(1, 400), "n": 1}}
        answer = {"data": {"result": _rows(self.dice, 900, {})}}
        return self._json("POST", "/graphql", asks, 200, json.dumps(answer))

    def _telemetry_entry(self) -> object:
        host = "www.google-analytics.com" if self.dice.random() < 0.5 else "t.shop.example"
        text = json.dumps({"event": words(self.dice, 1), "at": self.number, "page": "/"})
        asked = {
            "method": "POST",
            "url": f"https://{host}/collect",
            "headers": [*self._asked(host), _header("origin", f"https://{WWW}")],
            "postData": {"mimeType": "application/json", "text": text},
        }
        return self._made(asked, 204, Content())

    def _preflight_entry(self) -> object:
        one = self.dice.choice(ENDPOINTS)
        headers = [
            *self._asked(API),
            _header("origin", f"https://{WWW}"),
            _header("access-control-request-method", one.method),
        ]
        url = f"https://{API}{self._path(one.path)}"
        return self._made({"method": "OPTIONS", "url": url, "headers": headers}, 204, Content())

    def _endpoint(self, one: Endpoint) -> object:
        sent = record(self.dice, one.sends) if one.sends else None
        size = _size(self.dice, one.size)
        if one.many:
            answer: object = {"items": _rows(self.dice, size, one.answers), "next": None}
        else:
            answer = _rows(self.dice, 1, one.answers)[0]
        text = json.dumps(answer) if one.status != 204 else ""
        return self._json(one.method, self._path(one.path), sent, one.status, text, one.headers)

    def _json(
        self,
        method: str,
        path: str,
        sent: object,
        status: int,
        text: str,
        more: tuple[tuple[str, str], ...] = (),
    ) -> object:
        headers = [
            *self._asked(API),
            _header("authorization", f"Bearer {self.bearer}"),
            _header("origin", f"https://{WWW}"),
        ]
        asked: dict[str, object] = {
            "method": method,
            "url": f"https://{API}{path}",
            "headers": headers,
        }
        if sent is not None:
            headers.append(_header("content-type", "application/json"))
            asked["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
        return self._made(asked, status, Content("application/json", text), more=more)

    def _asked(self, host: str) -> list[dict[str, str]]:
        headers = [
            _header(":authority", host),
            _header("user-agent", AGENT),
            _header("accept", "*/*"),
            _header("accept-encoding", "gzip, deflate, br, zstd"),
            _header("accept-language", "en-GB,en;q=0.8"),
            _header("referer", f"https://{WWW}/"),
            _header("sec-fetch-dest", "empty"),
            _header("sec-fetch-mode", "cors"),
            _header("sec-fetch-site", "same-site"),
        ]
        return headers if host == CDN else [*headers, _header("cookie", self.cookie)]

    def _made(
        self,
        asked: Mapping[str, object],
        status: int,
        content: Content,
        caching: str = "no-store",
        more: tuple[tuple[str, str], ...] = (),
    ) -> object:
        kind = content.kind
        at = START + timedelta(milliseconds=420 * self.number)
        headers = [
            _header("date", at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
            _header("x-request-id", f"{self.dice.getrandbits(128):032x}"),
            _header("cf-ray", f"{self.dice.getrandbits(64):016x}-FRA"),
            _header("etag", f'W/"{self.dice.getrandbits(48):x}"'),
            _header("server", "cloudflare"),
            _header("strict-transport-security", "max-age=31536000; includeSubDomains"),
            _header("x-content-type-options", "nosniff"),
            _header("content-security-policy", "default-src 'self'; frame-ancestors 'none'"),
            _header("referrer-policy", "strict-origin-when-cross-origin"),
            _header("cache-control", caching),
            *(_header(*one) for one in more),
            *([_header("content-type", kind)] if kind else []),
        ]
        shown = {"size": len(content.text), "mimeType": kind, "text": content.text}
        return {
            "startedDateTime": at.isoformat(),
            "time": round(self.dice.expovariate(1 / 80), 3),
            "request": {"httpVersion": "h2", "queryString": [], "cookies": [], **asked}
            | {"headersSize": -1, "bodySize": -1},
            "response": {
                "status": status,
                "statusText": "",
                "httpVersion": "h2",
                "headers": headers,
                "cookies": [],
                "content": shown | ({"encoding": content.encoding} if content.encoding else {}),
                "redirectURL": "",
                "headersSize": -1,
                "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0.1, "wait": 30.2, "receive": 1.4},
        }

    def _path(self, pattern: str) -> str:
        return pattern.replace("{id}", str(self.dice.randint(1000, 1400))).replace(
            "{word}", words(self.dice, 1)
        )

    def _asset(self) -> tuple[str, Content]:
        """Path and content."""
        dice = self.dice
        name = f"{words(dice, 1)}.{dice.getrandbits(40):010x}"
        (kind,) = dice.choices(("js", "css", "image", "font", "svg"), (30, 12, 45, 5, 8))
        if kind == "js":
            return f"/js/{name}.js", Content("text/javascript", script(dice, _size(dice, 18_000)))
        if kind == "css":
            return f"/css/{name}.css", Content("text/css", style(dice, _size(dice, 8_000)))
        if kind == "svg":
            drawn = f"<svg><path d='M0 {name}'/></svg>" * 20
            return f"/i/{name}.svg", Content("image/svg+xml", drawn)
        mime = "image/webp" if kind == "image" else "font/woff2"
        raw = b64encode(dice.randbytes(_size(dice, 9_000))).decode()
        return f"/{kind}/{name}.{mime.rpartition('/')[2]}", Content(mime, raw, "base64")


ERRORS = (
    (500, json.dumps({"error": "Internal Server Error", "trace": "java.lang.NullPointerException\n"
                      "\tat example.shop.OrderService.load(OrderService.java:112)\n"
                      "\tat example.shop.OrderController.show(OrderController.java:58)"})),
    (500, json.dumps({"error": "SQLSTATE[42601]: syntax error at or near \"ORDER\" LINE 1"})),
    (502, json.dumps({"error": "upstream 10.12.4.17 did not answer"})),
    (404, json.dumps({"error": "not found"})),
    (429, json.dumps({"error": "slow down"})),
)  # fmt: skip


def _rows(dice: random.Random, size: int, more: dict[str, str]) -> list[object]:
    rows: list[object] = []
    length = 0
    while length < size:
        rows.append({"id": dice.randint(1, 9999), "name": words(dice, 3), **record(dice, more)})
        length += len(str(rows[-1]))
    return rows


def _size(dice: random.Random, median: int) -> int:
    """Characters, lognormal, from 0.5 to 60 thousand."""
    return int(min(60_000, max(500, median * dice.lognormvariate(0, 0.8))))


def _header(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


if __name__ == "__main__":
    write_capture(Path(sys.argv[1]), *map(int, sys.argv[2:]))
