"""The demo's own tiny web framework: a table of routes per host, one port for all of them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from examples.shop.store import Shop

MAX_BODY = 64 * 1024
HTML = "text/html; charset=utf-8"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request, as handlers see it."""

    method: str
    host: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    parts: Mapping[str, str]
    """What the `{names}` in the route's path stood for."""

    def arg(self, name: str) -> str:
        return dict(parse_qsl(self.query, keep_blank_values=True)).get(name, "")

    def field(self, name: str) -> str:
        return dict(parse_qsl(self.body.decode(errors="replace"))).get(name, "")

    def cookie(self, name: str) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    def data(self) -> dict[str, Any]:
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response; the host's policy may add headers to it."""

    status: int = 200
    kind: str = ""
    body: bytes = b""
    headers: Headers = ()

    def plus(self, *headers: tuple[str, str]) -> "Answer":
        return replace(self, headers=(*self.headers, *headers))

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)


Handler = Callable[[Shop, Asked], Answer]
Route = Handler | Answer
Policy = Callable[[Asked, Answer], Headers]


def text(body: str, *headers: tuple[str, str], kind: str = TEXT, status: int = 200) -> Answer:
    return Answer(status=status, kind=kind, body=body.encode(), headers=headers)


def page(title: str, body: str, *headers: tuple[str, str], status: int = 200) -> Answer:
    html = (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}'
        f'</title>\n<link rel="stylesheet" href="/static/shop.css"></head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return text(html, *headers, kind=HTML, status=status)


def data(value: object, *headers: tuple[str, str], kind: str = JSON, status: int = 200) -> Answer:
    return text(json.dumps(value), *headers, kind=kind, status=status)


def problem(status: int, title: str, *headers: tuple[str, str]) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status}
    return data(body, *headers, kind="application/problem+json", status=status)


def redirect(target: str, *headers: tuple[str, str], status: int = 302) -> Answer:
    return Answer(status=status, headers=(("Location", target), *headers))


class Host:
    """One virtual host: `{"GET /orders/{id}": handler or ready answer}` and its header policy."""

    def __init__(self, routes: Mapping[str, Route], policy: Policy, missing: Answer) -> None:
        self._routes = [(_pattern(key), route) for key, route in routes.items()]
        self._policy = policy
        self._missing = missing

    def answer(self, shop: Shop, asked: Asked) -> Answer:
        answer = self._found(shop, asked)
        return answer.plus(*self._policy(asked, answer))

    def _found(self, shop: Shop, asked: Asked) -> Answer:
        method = "GET" if asked.method == "HEAD" else asked.method
        for pattern, route in self._routes:
            match = pattern.fullmatch(f"{method} {asked.path}")
            if match:
                if isinstance(route, Answer):
                    return route
                return route(shop, replace(asked, parts=match.groupdict()))
        return self._missing


def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(key)))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    wbufsize = MAX_BODY  # headers and body leave together
    server: "_Server"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(MAX_BODY)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._send(problem(413, "Too large"))
            return
        self._send(self.server.answer(self._asked(self.rfile.read(length))))

    def _asked(self, body: bytes) -> Asked:
        parts = urlsplit(self.path)
        return Asked(
            method=self.command,
            host=self.headers.get("Host", ""),
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            parts={},
        )

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)  # without the Date and Server of this machine
        if answer.kind:
            self.send_header("Content-Type", answer.kind)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in {101, 204, 304}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in {204, 304}:
            self.wfile.write(answer.body)
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._hosts = hosts
        self._shop = Shop()
        self._one_at_a_time = Lock()

    def server_close(self) -> None:
        super().server_close()
        self._shop.close()

    def answer(self, asked: Asked) -> Answer:
        host = self._hosts.get(asked.host)
        if host is None:
            return problem(421, "No such host")
        with self._one_at_a_time:
            return host.answer(self._shop, asked)


@contextmanager
def serving(hosts: Mapping[str, Host]) -> Iterator[int]:
    """Serve `hosts` on a free port of 127.0.0.1 with a fresh shop; the port, until the end."""
    with _Server(hosts) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def line(cells: Sequence[object], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(c))}</{tag}>" for c in cells) + "</tr>"

    return "\n".join(["<table>", line(head, "th"), *(line(r, "td") for r in rows), "</table>"])
