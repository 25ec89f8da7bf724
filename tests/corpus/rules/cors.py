"""Cross-origin sharing: whom it lets in, and what it shows them."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    data,
    exchange,
)

ALLOW = "Access-Control-Allow-Origin"
EVIL = "https://evil.example"
OWN = "https://app.shop.example"
PERSON = {"email": "anna@mail.example"}


def answered(
    allowed: str, origin: str = "", *, value: object = None, open_: bool = True
) -> Exchange:
    sent = {"Origin": origin, "Cookie": "sid=1f0a94b4be2a90d8"} if origin else {}
    credentials = {"Access-Control-Allow-Credentials": "true"} if open_ else {}
    return data(value or {"a": 1}, sent=sent, got={ALLOW: allowed, **credentials})


TABLE: Table = {
    "cors-reflected-origin": Cases(
        noticed=(answered(EVIL, EVIL), answered("http://b.test", "http://b.test")),
        silent=(
            answered(EVIL, EVIL, open_=False),
            answered(OWN, OWN),
            answered(OWN, EVIL),
            answered("http://localhost:3000", "http://localhost:3000"),
        ),
    ),
    "cors-null-origin": Cases(
        noticed=(answered("null", "null"), answered("null")),
        silent=(answered("null", "null", open_=False), answered(OWN, "null")),
    ),
    "cors-wildcard-on-private": Cases(
        noticed=(
            answered("*", value=PERSON, open_=False),
            answered("*", OWN, open_=False),
            answered("*"),
        ),
        silent=(
            answered("*", open_=False),
            exchange("https://cdn.example/a.js", "let a=1", SCRIPT, got={ALLOW: "*"}),
            data(PERSON, got={ALLOW: OWN}),
            data(PERSON, status=401, got={ALLOW: "*"}),
        ),
    ),
    "cors-insecure-origin": Cases(
        noticed=(
            answered("http://app.shop.example"),
            answered("http://shop.example", "http://shop.example"),
        ),
        silent=(
            answered(OWN),
            answered("http://app.shop.example", open_=False),
            answered("http://localhost:8080"),
        ),
    ),
}
