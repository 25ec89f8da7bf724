"""Records real exchanges with the demo, each with its labels, so that every run gives the same."""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from examples.shop.store import NOW

_AGENTS = {
    "anna": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "ben": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/145.0.0.0 Safari/537.36",
    "nobody": "curl/8.14.1",
}
_BROWSER = {"User-Agent": "", "Accept": "*/*", "Accept-Language": "en-GB,en;q=0.8"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request body."""

    kind: str
    content: bytes


def form(**fields: str) -> Sent:
    return Sent("application/x-www-form-urlencoded", urlencode(fields).encode())


def as_json(**members: object) -> Sent:
    return Sent("application/json", json.dumps(members).encode())


def xml(document: str) -> Sent:
    return Sent("application/xml", document.encode())


def multipart(
    fields: Mapping[str, str], file: bytes, name: str = "me.png", kind: str = "image/png"
) -> Sent:
    edge = "----demo7f3a9c"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields.items()
    ]
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    content = "".join([*parts, head]).encode() + file + f"\r\n--{edge}--\r\n".encode()
    return Sent(f"multipart/form-data; boundary={edge}", content)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(slots=True)
class Tape:
    """A client with a cookie jar per host; everything it does becomes a HAR entry and a label."""

    connection: http.client.HTTPConnection
    entries: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    who: str = "anna"
    _jars: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def become(self, who: str) -> None:
        """Go on as somebody else, at another machine: with their own browser and cookies."""
        self._jars[self.who] = self.cookies
        self.who, self.cookies = who, self._jars.pop(who, {})

    def visit(self, line: str, *labels: str, send: Sent | None = None, **headers: str) -> Seen:
        """Do `GET https://host/path`; label the exchange with `type` or `likely:type`."""
        method, _, url = line.partition(" ")
        request = self._request_headers(url, send, headers)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.connection.request(method, target, send.content if send else None, request)
        answer = self.connection.getresponse()
        seen = Seen(answer.status, tuple(answer.getheaders()), answer.read())
        self._keep_cookies(parts.netloc, seen)
        self.entries.append(_entry(len(self.entries), method, url, request, send, seen))
        self.labels.append(
            _label_line(len(self.labels), (*labels, *_host_wide(url, request, seen, labels)))
        )
        return seen

    def _request_headers(
        self, url: str, send: Sent | None, headers: Mapping[str, str]
    ) -> dict[str, str]:
        host = urlsplit(url).netloc
        all_headers = {"Host": host, **_BROWSER, "User-Agent": _AGENTS[self.who]}
        if send:
            all_headers |= {"Content-Type": send.kind, "Content-Length": str(len(send.content))}
        if self.cookies.get(host):
            jar = self.cookies[host].items()
            all_headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar)
        named = {
            name.replace("_", "-").title().replace("Websocket", "WebSocket"): value
            for name, value in headers.items()
        }
        return all_headers | named

    def _keep_cookies(self, host: str, seen: Seen) -> None:
        for name, value in seen.headers:
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                jar = self.cookies.setdefault(host, {})
                jar[key] = content
                if not content:
                    del jar[key]


# --- labels ------------------------------------------------------------------------------------

_HEADERS = "security_misconfiguration"


def _host_wide(
    url: str, request: Mapping[str, str], seen: Seen, labels: tuple[str, ...]
) -> list[str]:
    """What every exchange with a weak host shows: absent or weak headers, and talkative ones."""
    host = urlsplit(url).netloc
    if not host.endswith("shop.example") or host.startswith("safe-"):
        return []
    is_page = seen.header("content-type").startswith("text/html") and bool(seen.body)
    careful = host.startswith(("beta.", "labs."))  # only the policy for their pages is weak
    found = []
    if host.startswith("legacy."):
        found.append("info_disclosure")  # Server and X-Powered-By name versions
        if "PHPSESSID" in request.get("Cookie", ""):
            found.append("likely:session_cookie_flags")  # the session travels in the clear
    if is_page and seen.status < 400:
        found.append(_HEADERS)
    elif not careful:
        found.append(f"hint:{_HEADERS}")
    stated = {label.rpartition(":")[2]: label for label in labels}
    return [label for label in found if label.rpartition(":")[2] not in stated]


def _label_line(index: int, labels: tuple[str, ...]) -> dict[str, Any]:
    said = [
        {"type": kind, "certainty": certainty or "sure"}
        for certainty, _, kind in (label.rpartition(":") for label in dict.fromkeys(labels))
    ]
    return {"entryIndex": index, "labels": said, "clean": not said}


# --- HAR 1.2 -----------------------------------------------------------------------------------

_REASONS = http.client.responses | {422: "Unprocessable Content"}  # renamed in Python 3.13


def _entry(
    index: int, method: str, url: str, request: Mapping[str, str], send: Sent | None, seen: Seen
) -> dict[str, Any]:
    started = datetime.fromtimestamp(NOW, UTC) + timedelta(milliseconds=1_730 * index)
    wait = 9 + 7 * index % 83
    return {
        "startedDateTime": started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": wait + 2,
        "request": _request(method, url, request, send),
        "response": _response(seen),
        "cache": {},
        "timings": {"send": 1, "wait": wait, "receive": 1},
    }


def _request(
    method: str, url: str, headers: Mapping[str, str], send: Sent | None
) -> dict[str, Any]:
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(tuple(headers.items())),
        "queryString": _pairs(tuple(query)),
        "headersSize": -1,
        "bodySize": len(send.content) if send else 0,
    }
    if send:
        # HAR has no encoding for request bodies; latin-1 keeps every byte of an uploaded picture
        is_binary = send.kind.startswith("multipart/")
        text = send.content.decode("latin-1" if is_binary else "utf-8")
        request["postData"] = {"mimeType": send.kind, "params": [], "text": text}
    return request


def _response(seen: Seen) -> dict[str, Any]:
    return {
        "status": seen.status,
        "statusText": _REASONS.get(seen.status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(seen.headers),
        "content": _content(seen),
        "redirectURL": seen.header("location"),
        "headersSize": -1,
        "bodySize": len(seen.body),
    }


def _content(seen: Seen) -> dict[str, Any]:
    content: dict[str, Any] = {"size": len(seen.body), "mimeType": seen.header("content-type")}
    if not seen.body:
        return content
    try:
        return content | {"text": seen.body.decode()}
    except UnicodeDecodeError:
        return content | {"text": base64.b64encode(seen.body).decode(), "encoding": "base64"}


def _pairs(items: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in items]
