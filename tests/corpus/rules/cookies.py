"""Session cookies without their flags; other cookies are let alone."""

from base64 import b64encode

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    page,
)

ID = "5c1de7f0a94b4be2a90d8c3f61b7e2aa"
NAMED = b64encode(b"user:anna;role:customer").decode()


def issued(cookie: str, url: str = "https://shop.example/login") -> Exchange:
    return page(url=url, got={"Set-Cookie": cookie})


GOOD = issued(f"sessionid={ID}; Path=/; Secure; HttpOnly; SameSite=Lax")
BARE = issued(f"sessionid={ID}; Path=/")
GONE = issued("sessionid=; Max-Age=0")
THEME = issued("theme=dark; Path=/")

TABLE: Table = {
    "cookie-without-httponly": Cases(
        noticed=(BARE, issued(f"PHPSESSID={ID}; Secure"), issued(f"auth_token={ID}; Secure")),
        silent=(GOOD, GONE, THEME, issued("csrftoken=abc; Secure"), issued("_ga_session=1.2")),
    ),
    "cookie-without-secure": Cases(
        noticed=(BARE, issued(f"sid={ID}; HttpOnly")),
        silent=(GOOD, GONE, issued(f"sid={ID}", "http://shop.example/"), issued("lang=de")),
    ),
    "cookie-without-samesite": Cases(
        noticed=(BARE, issued(f"sid={ID}; SameSite=None"), issued(f"sid={ID}; SameSite=odd")),
        silent=(GOOD, issued(f"sid={ID}; SameSite=None; Secure"), THEME),
    ),
    "broken-cookie-prefix": Cases(
        noticed=(
            issued("__Host-a=1; Secure; Path=/x"),
            issued("__Secure-a=1"),
            issued("__Host-a=1; Secure; Path=/; Domain=shop.example"),
        ),
        silent=(issued("__Host-a=1; Secure; Path=/"), issued("__Secure-a=1; Secure"), BARE),
    ),
    "guessable-session-id": Cases(
        noticed=(issued("sessionid=1042"), issued(f"session={NAMED}")),
        silent=(GOOD, issued("cart=1042"), issued("session_seen=1"), GONE),
    ),
}
