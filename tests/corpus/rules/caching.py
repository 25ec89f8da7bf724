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
AT = "https://shop.example"
ID = "sid=5c1de7f0a94b4be2; Secure"


def cached(control: str) -> Exchange:
    return data(PERSON, sent=COOKIE, got={"Cache-Control": control})


def issued(cookie: str, control: str) -> Exchange:
    return page(got={"Set-Cookie": cookie, "Cache-Control": control})


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
            issued(ID, "public, max-age=60"),
            issued(ID, "s-maxage=60"),
            issued(
                "laravel_session=eyJpdiI6Im1nPT0ifQ%3D%3D; path=/; httponly", "max-age=5, public"
            ),
            issued("JSESSIONID=1A530637289A03B07199A44E8D531427; Path=/", "Public, S-MaxAge=300"),
        ),
        silent=(
            issued(ID, "no-store"),
            issued("theme=dark", "public"),
            issued("sessionid=; Max-Age=0; Path=/", "public, max-age=60"),
            issued(ID, "private, max-age=60"),
            issued("_ga=GA1.2.1; Path=/", "s-maxage=60"),
        ),
    ),
    "private-page-under-static-name": Cases(
        noticed=(
            page(PROFILE, f"{AT}/me/x.css", got={"CF-Cache-Status": "HIT"}),
            page(PROFILE, f"{AT}/me/logo.png", got={"Age": "44"}),
            page(PROFILE, f"{AT}/me;a.js", sent=COOKIE, got={"Cache-Control": "public"}),
            data(PERSON, f"{AT}/api/me/a.ico", got={"X-Cache": "Hit from cloudfront"}),
        ),
        silent=(
            page(PROFILE, f"{AT}/me", got={"CF-Cache-Status": "HIT"}),
            page(PROFILE, f"{AT}/me/x.css", sent=COOKIE, got={"CF-Cache-Status": "MISS"}),
            page("<p>Hello</p>", f"{AT}/me/x.css", got={"CF-Cache-Status": "HIT"}),
            exchange(f"{AT}/x.css", "a { b: c }", "text/css", got={"X-Cache": "HIT"}),
            page(PROFILE, f"{AT}/me/x.css", got={"Age": "0", "Cache-Control": "no-store"}),
        ),
    ),
}
