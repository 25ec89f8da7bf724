import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.captures import Exchange
from reqsift.domain.catalogue import Tier
from reqsift.domain.findings import Severity
from reqsift.domain.rules.offline import analyze
from reqsift.domain.selection import Choice, choose, escalation
from reqsift.domain.view import View
from tests.corpus.rules.exchanges import (
    FORM,
    HTML,
    JSON,
    SCRIPT,
    TEXT,
    data,
    exchange,
    page,
    sent_json,
)

API = "https://api.shop.example/v1"
JWT = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ."
    "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl"
)
AWS_KEY = "AKIAQ7RT2WZM5KXN3BVD"
BEARER = {"Authorization": f"Bearer {JWT}"}


def chosen(seen: Exchange) -> Choice:
    view = View(seen)
    return choose(view, analyze(view).findings)


OFFLINE = {
    "script": exchange("https://shop.example/app.js?v=3", "let a = 1;", SCRIPT),
    "style": exchange("https://shop.example/main.css", "a{}", "text/css"),
    "image": exchange("https://cdn.example/logo", "x", "image/png"),
    "font": exchange("https://cdn.example/f.woff2", "x", "application/octet-stream"),
    "missing image": exchange("https://shop.example/a.png", "<h1>Not found</h1>", HTML, status=404),
    "script that needs a token": exchange(f"{API}/app.js", "let a", SCRIPT, sent=BEARER),
    "not modified": exchange("https://shop.example/page", "", HTML, status=304),
    "no content": exchange(f"{API}/track", "", "", status=204),
    "redirect": exchange("http://shop.example/", "", HTML, status=301),
    "only headers": exchange("https://shop.example/page", "", HTML, method="HEAD"),
    "preflight": exchange(f"{API}/orders/7", "", TEXT, method="OPTIONS", status=200),
    "health check": data({"status": "ok"}, "https://shop.example/healthz"),
    "telemetry": exchange(
        "https://www.google-analytics.com/g/collect?v=2",
        "ok",
        TEXT,
        form="en=page_view",
        sent={"Origin": "https://shop.example"},
    ),
}

CHEAP = {
    "page": page("<p>Hello</p>"),
    "list": data([{"name": "Tea"}], f"{API}/products"),
    "form that only shows": page("<form action=/login></form>", "https://shop.example/login"),
    "search": page("<p>3 results</p>", "https://shop.example/search?q=tea"),
    "redirect by parameter": exchange("https://shop.example/go?to=/x", "", HTML, status=302),
    "preflight with a query": exchange(
        f"{API}/offers?debug=true", "", TEXT, method="OPTIONS", status=204
    ),
    "no content for a query": exchange(f"{API}/leave?to=https%3A%2F%2Fb.example", status=204),
    "newsletter": data({"ok": True}, f"{API}/newsletter", **sent_json({"topic": "tea"})),
    "session in use": data([1, 2], f"{API}/favourites", sent=BEARER),
    "page that is called like an image": page("<p>Photo</p>", "https://shop.example/photo.png"),
    "visit to the telemetry's own site": page("<p>Hi</p>", "https://mixpanel.com/report"),
    "script with a key in it": exchange("https://shop.example/app.js", f'k="{AWS_KEY}"', SCRIPT),
    "no answer": Exchange(entry_index=0, request=page().request),
}

STRONG = {
    "login": data({"ok": True}, f"{API}/login", **sent_json({"user": "a", "password": "b"})),
    "authorization": page("<p>Allow?</p>", "https://id.example/oauth2/authorize?client_id=7x"),
    "change by id in the path": data({}, f"{API}/users/42", method="PUT", **sent_json({"n": "x"})),
    "deletion": exchange(f"{API}/notes/17", "", TEXT, method="DELETE", status=204),
    "change by id in the body": data({}, f"{API}/profile", **sent_json({"userId": 42})),
    "change by id in a form": page("done", form="account_id=42&name=x", form_type=FORM),
    "checkout": data({}, f"{API}/checkout", **sent_json({"items": []})),
    "price from the client": data({}, f"{API}/basket-lines", **sent_json({"price": 1})),
    "token given": data({"accessToken": JWT}, f"{API}/start", **sent_json({"device": "x"})),
    "token in the URL": page("<p>Hi</p>", f"https://shop.example/welcome?t={JWT}"),
    "private object": data({"email": "a@b.example"}, f"{API}/orders/1001", sent=BEARER),
    "stack trace": exchange(
        f"{API}/x",
        'Traceback (most recent call last):\n  File "/app/a.py", line 3, in f\nKeyError: 1',
        TEXT,
        status=500,
    ),
    "mutation": data({}, f"{API}/graphql", **sent_json({"query": "mutation { rename(to: 1) }"})),
    "upload": page(
        "saved",
        form='--b\r\nContent-Disposition: form-data; name="f"; filename="a.svg"\r\n\r\nx\r\n--b--',
        form_type="multipart/form-data; boundary=b",
    ),
    "XML": exchange(f"{API}/import", "<ok/>", "text/xml", form="<a/>", form_type="text/xml"),
    "large request": data({}, f"{API}/sync", **sent_json({"rows": ["x" * 20] * 200})),
    "large response": data({"rows": ["x" * 50] * 500}, f"{API}/export"),
}


def _cases() -> list[tuple[str, Exchange, Tier]]:
    tables = ((OFFLINE, Tier.OFFLINE), (CHEAP, Tier.CHEAP), (STRONG, Tier.STRONG))
    return [(name, seen, tier) for table, tier in tables for name, seen in table.items()]


@pytest.mark.parametrize(("name", "seen", "tier"), _cases())
def test_each_exchange_gets_what_does_it_justice(name: str, seen: Exchange, tier: Tier) -> None:
    choice = chosen(seen)

    assert choice.tier is tier, f"{name}: {choice.reason}"


@pytest.mark.parametrize(("name", "seen", "tier"), _cases())
def test_each_choice_has_a_reason_that_people_can_read(
    name: str, seen: Exchange, tier: Tier
) -> None:
    choice = chosen(seen)

    assert choice.signals
    assert choice.signals[0] in choice.reason
    assert len(choice.reason) <= 160
    assert choice.reason.endswith(".")


def test_a_reason_with_many_signals_is_whole() -> None:
    everything = data(
        {"token": JWT, "rows": ["x" * 50] * 500},
        f"{API}/login/payments/42/graphql?token={JWT}",
        sent=BEARER,
        method="PUT",
        **sent_json({"query": "mutation {}", "price": 3, "rows": ["x" * 20] * 200}),
    )

    choice = chosen(everything)

    assert len(choice.signals) >= 5
    assert len(choice.reason) <= 160
    assert choice.reason.endswith(".")


_WORDS = st.sampled_from(
    ["", JWT, AWS_KEY, "password=x&id=4", "Traceback (most recent call last):"]
)
_KINDS = st.sampled_from([SCRIPT, "text/css", "image/svg+xml", "font/woff2", "video/mp4"])


@given(
    kind=_KINDS,
    text=_WORDS,
    path=st.sampled_from(["/login", "/users/42", "/checkout.js", "/graphql", "/token"]),
    query=_WORDS,
    status=st.sampled_from([200, 206, 404, 500]),
)
def test_a_static_asset_never_gets_the_strong_model(
    kind: str, text: str, path: str, query: str, status: int
) -> None:
    url = f"https://shop.example{path}?{query}"

    assert chosen(exchange(url, text, kind, status=status, sent=BEARER)).tier is not Tier.STRONG


@given(
    url=st.text(max_size=60),
    method=st.sampled_from(["GET", "POST", "", "pUt", "X" * 30]),
    body=st.text(max_size=80),
    kind=st.sampled_from(["", JSON, HTML, FORM, "multipart/form-data", "a/b"]),
)
def test_any_exchange_gets_a_choice(url: str, method: str, body: str, kind: str) -> None:
    seen = exchange(url, body, kind, method=method, form=body, form_type=kind)

    assert choose(View(seen), []).tier in Tier


def test_a_hostile_body_is_judged_in_no_time() -> None:
    hostile = json.dumps({"query": '"' * 200_000 + "mutation" * 10_000})
    seen = exchange(f"{API}/graphql/" + "a-" * 5_000, "{}", JSON, form=hostile, form_type=JSON)

    assert choose(View(seen), []).tier is Tier.STRONG


HIGH, MEDIUM, CRITICAL = Severity.HIGH, Severity.MEDIUM, Severity.CRITICAL


@pytest.mark.parametrize(
    ("confidence", "claims", "told"),
    [
        (90, [], None),
        (55, [], None),
        (54, [], "unsure (confidence 54 %)"),
        (90, [(CRITICAL, True), (MEDIUM, False)], None),
        (90, [(MEDIUM, False), (HIGH, False)], "high finding without proof"),
        (10, [(HIGH, False), (CRITICAL, False)], "critical finding without proof"),
        (10, [(HIGH, True)], "unsure (confidence 10 %)"),
    ],
)
def test_a_cheap_answer_is_asked_again_when_it_is_not_good_enough(
    confidence: int, claims: Sequence[tuple[Severity, bool]], told: str | None
) -> None:
    reason = escalation(confidence, claims)

    assert reason is None if told is None else told in (reason or "")
