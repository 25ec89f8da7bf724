"""One exchange as rules look at it: every derived form is computed once, when first asked for."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TypeVar, cast

from reqsift.domain.bodies import body_text, essence
from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.cookies import MOST_EVIDENCE, SetCookie, set_cookies_of
from reqsift.domain.findings import Evidence
from reqsift.domain.inputs import LONGEST_INPUT, Input, cookie_pairs, inputs_of
from reqsift.domain.jwt import Jwt, jwts_in
from reqsift.domain.pages import Page, PageReader, unread
from reqsift.domain.urls import Param, Url, parse_params, parse_url

T = TypeVar("T")

URL = "request.url"
REQUEST_BODY = "request.body"
RESPONSE_BODY = "response.body"
STATUS = "response.status"

_HEADER_PART = re.compile(r"(request|response)\.headers\[(.+)\]\Z", re.DOTALL)
_MAX_SCANNED = 512 * 1024
_MAX_INPUTS = 200
_ANY_TAG = re.compile(r"<[a-z][a-z0-9-]{0,30}[\s>/]")
_PIECE = re.compile(r"\s*<(?:tr|td|th|li|option|tbody|template|turbo-stream)\b")
_DOCUMENTS = frozenset({"document", "iframe", "frame"})
_SCRIPT_HEADERS = ("x-requested-with", "hx-request", "turbo-frame", "x-pjax")
_PAGE_MARKS = ("<html", "<body", "<head", "<!doctype html")
_ASSET_TYPES = ("image/", "font/", "video/", "audio/", "text/css", "application/wasm")
_JWT_PARTS = (
    URL,
    "request.headers[authorization]",
    "request.headers[cookie]",
    "request.headers[x-access-token]",
    "request.headers[x-auth-token]",
    "response.headers[set-cookie]",
    "response.headers[authorization]",
    "response.headers[location]",
    REQUEST_BODY,
    RESPONSE_BODY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aids:
    """What helps to look at exchanges quickly and closely; none of it changes what there is."""

    read_page: PageReader = unread
    """How HTML is read; without it, no page has any elements."""
    searchable: Callable[[str], str] = str
    """The same text, perhaps one that answers more quickly which words stand in it."""
    searchable_lower: Callable[[str], str] = str
    """The same for a text in lower case."""


UNAIDED = Aids()


class View:
    """An exchange with lazily parsed headers, parameters, bodies and cookies.

    Text of a missing or binary body is empty; JSON of anything else is None.
    """

    def __init__(self, exchange: Exchange, aids: Aids = UNAIDED) -> None:
        """Wrap `exchange`; nothing is parsed yet."""
        self.exchange = exchange
        self._aids = aids
        self._known: dict[Callable[[View], object], object] = {}
        self.request: Request = exchange.request
        self.response: Response | None = exchange.response

    def once(self, judgement: Callable[["View"], T]) -> T:
        """What a pure function says of this exchange, computed when it is first asked for."""
        if judgement not in self._known:
            self._known[judgement] = judgement(self)
        return cast("T", self._known[judgement])

    @cached_property
    def url(self) -> Url:
        """The request's URL in parts."""
        return parse_url(self.request.url)

    @cached_property
    def status(self) -> int:
        """Status code of the response; 0 without one."""
        return self.response.status if self.response else 0

    @cached_property
    def request_type(self) -> str:
        """Media type of the request body, lower case, without parameters."""
        return essence(self.request.body.mime_type)

    @cached_property
    def response_type(self) -> str:
        """Media type of the response body, lower case, without parameters."""
        return essence(self.response.body.mime_type) if self.response else ""

    @cached_property
    def is_html(self) -> bool:
        """Whether a browser would show the response as a page."""
        return self.response_type in {"text/html", "application/xhtml+xml"}

    @cached_property
    def is_json(self) -> bool:
        """Whether the response says that it is JSON."""
        return self.response_type.endswith(("/json", "+json"))

    @cached_property
    def is_script(self) -> bool:
        """Whether the response is JavaScript."""
        return "javascript" in self.response_type or "ecmascript" in self.response_type

    @cached_property
    def is_asset(self) -> bool:
        """Whether the response is a script, style, image, font or the like."""
        return self.is_script or self.response_type.startswith(_ASSET_TYPES)

    @cached_property
    def is_page(self) -> bool:
        """Whether the response is a successful HTML page: no fragment, error or probe.

        A page without any of the usual marks counts too, unless a script fetched it.
        """
        if not self.is_html or not 200 <= self.status < 300:
            return False
        if self.response and not self.response.body.content:
            return self.response.body.size > 0
        head = self.lower_body[:4096]
        if any(mark in head for mark in _PAGE_MARKS):
            return True
        if head.lstrip()[:1] in {"{", "["} or _PIECE.match(head) or not _ANY_TAG.search(head):
            return False
        return not self.is_fetched_by_script

    @cached_property
    def is_fetched_by_script(self) -> bool:
        """Whether the request says that a script of a page sent it."""
        if any(self.request_header(name) is not None for name in _SCRIPT_HEADERS):
            return True
        if dest := self.request_header("sec-fetch-dest"):
            return dest.strip().lower() not in _DOCUMENTS
        # Over plain HTTP browsers send no Sec-Fetch; their visits accept HTML by name, `fetch` does
        # not and tells its page.
        accept = (self.request_header("accept") or "").strip().lower()
        anything = accept.startswith(("*/*", "application/json"))
        return anything and self.request_header("referer") is not None

    @cached_property
    def body(self) -> str:
        """As much of the response's text as rules look at; offsets are those of the whole."""
        return self._aids.searchable(self.response_text[:_MAX_SCANNED])

    @cached_property
    def lower_body(self) -> str:
        """`body` in lower case, to look for words; its offsets are of no use."""
        return self._aids.searchable_lower(self.body.lower())

    @cached_property
    def page(self) -> Page:
        """The response's elements, if it is HTML; their offsets are those of the whole body."""
        return self._aids.read_page(self.body) if self.is_html and self.body else Page()

    @cached_property
    def query(self) -> tuple[Param, ...]:
        """Decoded parameters of the URL's query."""
        return parse_params(self.url.query)

    @cached_property
    def form(self) -> tuple[Param, ...]:
        """Decoded parameters of a URL-encoded request body."""
        if self.request_type != "application/x-www-form-urlencoded":
            return ()
        return parse_params(self.request_text[:_MAX_SCANNED])

    @cached_property
    def request_text(self) -> str:
        """The request body as text."""
        return body_text(self.request.body) or ""

    @cached_property
    def response_text(self) -> str:
        """The response body as text."""
        return (body_text(self.response.body) or "") if self.response else ""

    @cached_property
    def request_json(self) -> object:
        """The request body parsed as JSON."""
        return _json(self.request_text, self.request.body)

    @cached_property
    def response_json(self) -> object:
        """The response body parsed as JSON."""
        return _json(self.response_text, self.response.body) if self.response else None

    @cached_property
    def _request_headers(self) -> dict[str, str]:
        return _by_name(self.request.headers)

    @cached_property
    def _response_headers(self) -> dict[str, str]:
        return _by_name(self.response.headers) if self.response else {}

    def request_header(self, name: str) -> str | None:
        """Value of a request header by its lower-case name; duplicates joined by a line feed."""
        return self._request_headers.get(name)

    def response_header(self, name: str) -> str | None:
        """Value of a response header by its lower-case name; duplicates joined by a line feed."""
        return self._response_headers.get(name)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """What the client chose: the first parameters of query and form, scalars of a JSON body."""
        query = self.query[:_MAX_INPUTS]
        in_query = tuple(Input(URL, name, value[:LONGEST_INPUT]) for name, value in query)
        return in_query + inputs_of(REQUEST_BODY, self.form[:_MAX_INPUTS], self.request_json)

    @cached_property
    def cookies(self) -> tuple[Param, ...]:
        """The first cookies that the client sent."""
        return cookie_pairs(self.request_header("cookie") or "")[:_MAX_INPUTS]

    @cached_property
    def jwts(self) -> tuple[Jwt, ...]:
        """The JSON Web Tokens in either message, each once."""
        found: dict[str, Jwt] = {}
        for part in _JWT_PARTS:
            text = self.body if part == RESPONSE_BODY else self.part_text(part)
            for token in jwts_in(part, text or ""):
                found.setdefault(token.text, token)
        return tuple(found.values())

    @cached_property
    def set_cookies(self) -> tuple[SetCookie, ...]:
        """The first cookies that the response sets."""
        return tuple(islice(set_cookies_of(self.response_header("set-cookie") or ""), _MAX_INPUTS))

    def part_text(self, part: str) -> str | None:
        """The text that evidence offsets in `part` count in; None for an unknown part."""
        if part == RESPONSE_BODY:
            return self.response_text
        if part == REQUEST_BODY:
            return self.request_text
        if part in {URL, STATUS}:
            return self.request.url if part == URL else str(self.status)
        found = _HEADER_PART.match(part)
        if not found:
            return None
        side, name = found.groups()
        return self.request_header(name) if side == "request" else self.response_header(name)

    def span(self, part: str, start: int, end: int) -> Evidence:
        """Evidence for `part_text(part)[start:end]`, cut to 240 characters."""
        text = self.part_text(part) or ""
        return Evidence(part=part, offset=start, text=text[start : min(end, start + MOST_EVIDENCE)])

    def quote(self, part: str, text: str) -> Evidence | None:
        """Evidence for the first place of `text` in `part`; None if it is not there verbatim."""
        offset = (self.part_text(part) or "").find(text)
        return self.span(part, offset, offset + len(text)) if offset >= 0 else None

    def whole(self, part: str) -> Evidence:
        """Evidence that is the whole part (its first 240 characters)."""
        return self.span(part, 0, MOST_EVIDENCE)

    def response_header_evidence(self, name: str) -> Evidence:
        """A whole response header; the status where there is none or an empty one."""
        present = bool(self._response_headers.get(name))
        return self.whole(f"response.headers[{name}]" if present else STATUS)


def _by_name(headers: tuple[Header, ...]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return {name: "\n".join(these) for name, these in values.items()}


def _json(text: str, body: Body) -> object:
    if body.truncated or text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed
