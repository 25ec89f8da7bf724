"""Private data that caches may keep."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    SCRIPT,
    Cases,
    Table,
    data,
    exchange,
    page,
)

COOKIE = {"Cookie": "sessionid=5c1de7f0a94b"}
PERSON = {"name": "Anna", "email": "anna@mail.example"}
PROFILE = "<h1>Your account</h1><p>anna@mail.example</p>"
ID = "sid=5c1de7f0a94b4be2; Secure"


def cached(control: str) -> Exchange:
    return data(PERSON, sent=COOKIE, got={"Cache-Control": control})


TABLE: Table = {
    "cacheable-private-data": Cases(
        noticed=(
            cached("public, max-age=600"),
            cached("max-age=60"),
            data(PERSON, sent=COOKIE),
            page(PROFILE, sent=COOKIE, got={"Cache-Control": "s-maxage=60"}),
        ),
        silent=(
            cached("no-store"),
            cached("private, max-age=60"),
            cached("max-age=0"),
            data(PERSON, sent=COOKIE, got={"Pragma": "no-cache"}),
            data({"products": [1, 2]}, sent=COOKIE, got={"Cache-Control": "public"}),
            data(PERSON, got={"Cache-Control": "public"}),
            exchange(text="email", kind=SCRIPT, sent=COOKIE, got={"Cache-Control": "public"}),
        ),
    ),
    "session-in-shared-cache": Cases(
        noticed=(
            page(got={"Set-Cookie": ID, "Cache-Control": "public, max-age=60"}),
            page(got={"Set-Cookie": ID, "Cache-Control": "s-maxage=60"}),
        ),
        silent=(
            page(got={"Set-Cookie": ID, "Cache-Control": "no-store"}),
            page(got={"Set-Cookie": "theme=dark", "Cache-Control": "public"}),
        ),
    ),
}
