"""Exchanges from short arguments, and tables of cases for rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict, Unpack

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.findings import Finding
from reqsift.domain.rules import RULES
from reqsift.domain.rules.offline import analyze
from tests.factories import view as view_of

HTML = "text/html; charset=utf-8"
JSON = "application/json"
TEXT = "text/plain"
SCRIPT = "application/javascript"
FORM = "application/x-www-form-urlencoded"
BY_ID = {rule.id: rule for rule in RULES}

Headers = Mapping[str, str]


Table = Mapping[str, "Cases"]
"""By id of a rule."""


@dataclass(frozen=True)
class Cases:
    """Exchanges that a rule must notice, and their near misses."""

    noticed: tuple[Exchange, ...]
    silent: tuple[Exchange, ...]


def exchange(
    url: str = "https://shop.example/page",
    text: str = "",
    kind: str = HTML,
    *,
    method: str = "",
    sent: Headers | None = None,
    form: str | bytes = "",
    form_type: str = FORM,
    status: int = 200,
    got: Headers | None = None,
    took: float | None = None,
) -> Exchange:
    """One request and its response; a body makes it a POST."""
    asked = form if isinstance(form, bytes) else form.encode()
    answered = text.encode()
    return Exchange(
        entry_index=0,
        started_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        duration_ms=took,
        request=Request(
            method=method or ("POST" if asked else "GET"),
            url=url,
            headers=tuple(Header(*pair) for pair in (sent or {}).items()),
            body=Body(content=asked, mime_type=form_type if asked else "", size=len(asked)),
        ),
        response=Response(
            status=status,
            headers=(
                Header("Content-Type", kind),
                *(Header(*pair) for pair in (got or {}).items()),
            ),
            body=Body(content=answered, mime_type=kind, size=len(answered)),
        ),
    )


class More(TypedDict, total=False):
    """The keyword arguments of `exchange`."""

    method: str
    sent: Headers | None
    form: str | bytes
    form_type: str
    status: int
    got: Headers | None
    took: float


def page(
    body: str = "<p>Hello</p>", url: str = "https://shop.example/page", **more: Unpack[More]
) -> Exchange:
    """A whole HTML page around `body`."""
    text = f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>"
    return exchange(url, text, **more)


def data(
    value: object, url: str = "https://api.shop.example/v1/x", **more: Unpack[More]
) -> Exchange:
    """A JSON response."""
    return exchange(url, json.dumps(value), JSON, **more)


class Sent(TypedDict):
    """The arguments of `exchange` for a request body."""

    form: str
    form_type: str


def sent_json(value: object) -> Sent:
    """The arguments that make `value` the request's JSON body."""
    return {"form": json.dumps(value), "form_type": JSON}


def findings(rule: str, seen: Exchange) -> list[Finding]:
    """What the rule with that id finds."""
    return list(analyze(view_of(seen), [BY_ID[rule]]).findings)
