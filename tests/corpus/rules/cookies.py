"""Session cookies without their flags or with too much reach; other cookies are let alone."""

from base64 import b64encode

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import Cases, Table, data, page

ID = "5c1de7f0a94b4be2a90d8c3f61b7e2aa"
NAMED = b64encode(b"user:anna;role:customer").decode()
NODE = "s%3A7Yb1nE0vQ3tW9xZk2LmP.uJ8dF4gH6jK1lN3oP5qR7sT9vW0xY2zA4"
AGE = 400 * 86_400
YEAR_ON = "Tue, 02 Mar 2027 09:00:00 GMT"
WEEK_ON = "Mon, 09 Mar 2026 09:00:00 GMT"


def issued(cookie: str, url: str = "https://shop.example/login") -> Exchange:
    return page(url=url, got={"Set-Cookie": cookie})


GOOD = issued(f"sessionid={ID}; Path=/; Secure; HttpOnly; SameSite=Lax")
BARE = issued(f"sessionid={ID}; Path=/")
GONE = issued("sessionid=; Max-Age=0")
THEME = issued("theme=dark; Path=/")
FLAG = issued("has_auth=1; Path=/; Max-Age=31536000")
APP = "https://app.shop.example/login"
API = data(
    {"ok": True},
    "https://api.shop.example/v1/sessions",
    form='{"email":"anna@mail.example"}',
    got={"Set-Cookie": f"refresh_token={ID}; Path=/v1/refresh"},
)

TABLE: Table = {
    "cookie-without-httponly": Cases(
        noticed=(
            BARE,
            API,
            issued(f"PHPSESSID={ID}; path=/; Secure"),
            issued(f"auth_token={ID}; Secure"),
            issued(f"ASP.NET_SessionId={ID}; path=/; SameSite=Lax"),
            issued("wordpress_sec_4f1cbe=anna%7C1775000000%7C5c1de7f0a94b; path=/wp-admin"),
        ),
        silent=(
            GOOD,
            GONE,
            THEME,
            FLAG,
            issued("csrftoken=abc; Secure"),
            issued("_ga_session=1.2"),
            issued("XSRF-TOKEN=eyJpdiI6IjEifQ%3D%3D; path=/; samesite=lax"),
            issued("sessionid=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/"),
        ),
    ),
    "cookie-without-secure": Cases(
        noticed=(
            BARE,
            API,
            issued(f"sid={ID}; HttpOnly"),
            issued(f"JSESSIONID={ID.upper()}; Path=/shop; HttpOnly"),
            issued(f"connect.sid={NODE}; Path=/; HttpOnly"),
        ),
        silent=(
            GOOD,
            GONE,
            FLAG,
            issued(f"sid={ID}", "http://shop.example/"),
            issued("lang=de"),
            issued(f"AWSALB={ID}; Expires={WEEK_ON}; Path=/"),
        ),
    ),
    "cookie-without-samesite": Cases(
        noticed=(
            BARE,
            API,
            issued(f"sid={ID}; SameSite=odd"),
            issued(f"_shop_session={ID}; path=/; secure; HttpOnly"),
            issued(f"laravel_session={ID}; path=/; httponly; secure"),
        ),
        silent=(
            GOOD,
            issued(f"sid={ID}; SameSite=None; Secure"),
            issued(f"sid={ID}; SameSite=None"),
            issued(f"sid={ID}; samesite=STRICT"),
            THEME,
        ),
    ),
    "samesite-none-without-secure": Cases(
        noticed=(
            issued(f"sid={ID}; SameSite=None"),
            issued(
                f"connect.sid={NODE}; Path=/; HttpOnly; SameSite=None", "http://localhost:3000/"
            ),
            issued("widget_visitor=8812; Path=/; SameSite=none; Max-Age=86400"),
            data({}, got={"Set-Cookie": f"sid={ID}; Secure\nembed=1; SameSite=None"}),
        ),
        silent=(
            GOOD,
            BARE,
            issued(f"sid={ID}; SameSite=None; Secure"),
            issued("sid=; SameSite=None; Max-Age=0"),
            issued("samesite=none; Path=/"),
        ),
    ),
    "cookie-for-all-subdomains": Cases(
        noticed=(
            issued(f"sessionid={ID}; Domain=.shop.example; Secure; HttpOnly", APP),
            issued(f"sessionid={ID}; Domain=shop.example; Path=/", "https://www.shop.example/"),
            issued(f"JSESSIONID={ID}; domain=.bank.co.uk; Secure", "https://web.bank.co.uk/"),
            issued(f"sessionid={ID}; Domain=shop.example; Secure; HttpOnly; SameSite=Lax"),
            issued(f"sid={ID}; Domain=Shop.Example", "https://eu.admin.shop.example:8443/"),
        ),
        silent=(
            issued(f"sessionid={ID}; Secure; HttpOnly", APP),
            issued(f"sessionid={ID}; Domain=localhost", "http://localhost:3000/"),
            issued(f"sessionid={ID}; Domain=192.0.2.7", "http://192.0.2.7/"),
            issued(f"sso_session={ID}; Domain=shop.example", "https://login.shop.example/"),
            issued("lang=de; Domain=.shop.example", APP),
            issued(f"sessionid={ID}; Domain=.co.uk", "https://web.bank.co.uk/"),
            issued(f"sessionid={ID}; Domain=other.example", APP),
            issued("sessionid=; Domain=.shop.example; Max-Age=0", APP),
        ),
    ),
    "session-cookie-long-lived": Cases(
        noticed=(
            issued(f"sessionid={ID}; Max-Age={AGE}; Secure; HttpOnly"),
            issued(f"sessionid={ID}; expires={YEAR_ON}; Path=/"),
            issued(f"PHPSESSID={ID}; expires=Fri, 31-Dec-2038 23:59:59 GMT; path=/"),
            issued(f"auth_token={ID}; Max-Age=31536000; Expires={WEEK_ON}"),
        ),
        silent=(
            GOOD,
            FLAG,
            issued(f"sessionid={ID}; Max-Age=1209600"),
            issued(f"sessionid={ID}; expires={WEEK_ON}"),
            issued(f"remember_web_59ba36addc2b2f94={ID}; Max-Age={AGE}"),
            issued(f"trusted_device_token={ID}; Max-Age={AGE}"),
            issued(f"sessionid={ID}; Max-Age=86400; expires={YEAR_ON}"),
            issued(f"sessionid={ID}; expires=whenever"),
            issued(f"sessionid={ID}; Max-Age={'9' * 5000}"),
        ),
    ),
    "broken-cookie-prefix": Cases(
        noticed=(
            issued("__Host-a=1; Secure; Path=/x"),
            issued("__Secure-a=1"),
            issued("__Host-a=1; Secure; Path=/; Domain=shop.example"),
            issued(f"__Host-session={ID}; HttpOnly; Path=/; SameSite=Lax"),
            issued(f"__Secure-id={ID}; Secure", "http://shop.example/"),
        ),
        silent=(
            issued("__Host-a=1; Secure; Path=/"),
            issued("__Secure-a=1; Secure"),
            issued(f"__Secure-id={ID}; Secure; Domain=shop.example; Path=/account"),
            issued("Host-a=1; Path=/x"),
            BARE,
        ),
    ),
    "guessable-session-id": Cases(
        noticed=(
            issued("sessionid=1042"),
            issued(f"session={NAMED}"),
            issued(f"auth={b64encode(b'anna@mail.example:1042').decode()}; HttpOnly"),
            issued(f"login_token={b64encode(b'uid=17').decode().rstrip('=')}; Path=/"),
        ),
        silent=(
            GOOD,
            issued("cart=1042"),
            issued("session_seen=1"),
            GONE,
            issued("session=eyJfZnJlc2giOmZhbHNlfQ.ZeLxSQ.4uN0q8Yk1vZcJt7bWm2RaXo3Ds8"),
            issued(f"connect.sid={NODE}"),
        ),
    ),
}
