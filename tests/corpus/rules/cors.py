"""Cross-origin sharing: whom it lets in, and what it shows them."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Headers,
    Table,
    data,
    exchange,
    page,
)

ALLOW = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
HEADERS = "Access-Control-Allow-Headers"
EVIL = "https://evil.example"
OWN = "https://app.shop.example"
PERSON = {"email": "anna@mail.example"}
CROSSDOMAIN = "https://shop.example/crossdomain.xml"
SILVERLIGHT = "https://shop.example/clientaccesspolicy.xml"
DOCTYPE = '<?xml version="1.0"?>\n<!DOCTYPE cross-domain-policy SYSTEM "cross-domain-policy.dtd">\n'


def answered(
    allowed: str, origin: str = "", *, value: object = None, open_: bool = True
) -> Exchange:
    sent = {"Origin": origin, "Cookie": "sid=1f0a94b4be2a90d8"} if origin else {}
    credentials = {CREDENTIALS: "true"} if open_ else {}
    return data(value or {"a": 1}, sent=sent, got={ALLOW: allowed, **credentials})


def preflight(allowed: str, got: Headers | None = None, status: int = 204) -> Exchange:
    return exchange(
        "https://api.shop.example/v1/me",
        method="OPTIONS",
        sent={"Origin": EVIL, "Access-Control-Request-Method": "PUT"},
        status=status,
        got={ALLOW: allowed, **(got or {})},
    )


def policy(text: str, url: str = CROSSDOMAIN, status: int = 200) -> Exchange:
    return exchange(url, DOCTYPE + text, "text/x-cross-domain-policy", status=status)


def flash(domain: str) -> Exchange:
    entry = f'<allow-access-from domain="{domain}" secure="false"/>'
    return policy(f"<cross-domain-policy>\n  {entry}\n</cross-domain-policy>")


def silverlight(domain: str) -> Exchange:
    entry = f'<allow-from http-request-headers="*"><domain uri="{domain}"/></allow-from>'
    return policy(f"<access-policy><cross-domain-access>{entry}</access-policy>", SILVERLIGHT)


TABLE: Table = {
    "cors-reflected-origin": Cases(
        noticed=(
            answered(EVIL, EVIL),
            answered("http://b.test", "http://b.test"),
            answered("https://jsfiddle.net", "https://jsfiddle.net", value=PERSON),
            preflight(EVIL, {CREDENTIALS: "true"}),
        ),
        silent=(
            answered(EVIL, EVIL, open_=False),
            answered(OWN, OWN),
            answered(OWN, EVIL),
            answered("http://localhost:3000", "http://localhost:3000"),
            exchange(status=204, sent={"Origin": EVIL}, got={ALLOW: EVIL, CREDENTIALS: "true"}),
        ),
    ),
    "cors-null-origin": Cases(
        noticed=(
            answered("null", "null"),
            answered("null"),
            answered("null", value=PERSON),
            preflight("null", {CREDENTIALS: "true"}),
        ),
        silent=(
            answered("null", "null", open_=False),
            answered(OWN, "null"),
            answered("*", "null"),
            data({"a": 1}, sent={"Origin": "null"}, got={ALLOW: "null", CREDENTIALS: "false"}),
        ),
    ),
    "cors-wildcard-on-private": Cases(
        noticed=(
            answered("*", value=PERSON, open_=False),
            answered("*", OWN, open_=False),
            answered("*"),
            page("<h1>My account</h1><p>anna@mail.example</p>", got={ALLOW: "*"}),
        ),
        silent=(
            data({"a": 1}, sent={"Authorization": "Bearer 8f2b1c7de04a"}, got={ALLOW: "*"}),
            data(PERSON, "https://bakery-71.firebaseio.com/guests/4.json", got={ALLOW: "*"}),
            answered("*", open_=False),
            exchange("https://cdn.example/a.js", "let a=1", SCRIPT, got={ALLOW: "*"}),
            data(PERSON, got={ALLOW: OWN}),
            data(PERSON, status=401, got={ALLOW: "*"}),
            preflight("*"),
        ),
    ),
    "cors-insecure-origin": Cases(
        noticed=(
            answered("http://app.shop.example"),
            answered("http://shop.example", "http://shop.example"),
            answered("http://www.shop.example:8080", value=PERSON),
            preflight("http://app.shop.example", {CREDENTIALS: "true"}),
        ),
        silent=(
            answered(OWN),
            answered("http://app.shop.example", open_=False),
            answered("http://localhost:8080"),
            answered("http://b.test", "http://b.test"),
        ),
    ),
    "cors-open-preflight": Cases(
        noticed=(
            preflight("*", {HEADERS: "Content-Type, Authorization, X-Requested-With"}),
            preflight("*", {CREDENTIALS: "true"}),
            preflight("*", {HEADERS: "authorization,content-type"}, 200),
            preflight("*", {"Access-Control-Allow-Private-Network": "true"}),
        ),
        silent=(
            preflight("*", {HEADERS: "apikey, authorization, content-type, x-client-info"}),
            preflight("*", {HEADERS: "Authorization, X-Api-Key"}),
            preflight("*"),
            preflight("*", {HEADERS: "Content-Type, X-Requested-With"}),
            preflight("*", {HEADERS: "*"}),
            preflight(OWN, {HEADERS: "Authorization", CREDENTIALS: "true"}),
            preflight("*", {HEADERS: "Authorization"}, 403),
            data({"a": 1}, got={ALLOW: "*", HEADERS: "Authorization"}),
        ),
    ),
    "cross-domain-policy-wildcard": Cases(
        noticed=(
            flash("*"),
            silverlight("*"),
            silverlight("http://*"),
            policy("<cross-domain-policy><allow-access-from to-ports='*' domain='*' /></cross-do"),
        ),
        silent=(
            flash("app.shop.example"),
            flash("*.shop.example"),
            silverlight("https://app.shop.example"),
            policy('<!-- <allow-access-from domain="*"/> --><site-control/>'),
            policy('<allow-access-from domain="*"/>', status=404),
            policy('<allow-access-from domain="*"/>', "https://shop.example/docs/flash.html"),
        ),
    ),
}
