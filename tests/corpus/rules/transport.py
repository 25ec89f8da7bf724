"""What travels unencrypted, and what should keep browsers from it."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
)
from tests.corpus.rules.headers import FRAMED, GOOD

PLAIN = "http://shop.example/login"
FIELD = '<form method="post"><input type="password" name="p"></form>'
COOKIE = {"Cookie": "sessionid=5c1de7f0a94b"}
BASIC = {"Authorization": "Basic YW5uYTpvcGVu"}
KEY_ONLY = {"Authorization": "Basic c2tfdGVzdF80ZUMzOUhxTHlqV0Rhcmp0VDE6"}


def hsts(value: str, url: str = "https://shop.example/") -> Exchange:
    return page(url=url, got={"Strict-Transport-Security": value})


def sent_to(location: str, url: str = "https://shop.example/account", **got: str) -> Exchange:
    return exchange(url, status=302, got={"Location": location, **got})


TABLE: Table = {
    "credentials-in-clear": Cases(
        noticed=(
            page(url=PLAIN, form="user=anna&password=open-sesame"),
            page(url=PLAIN, sent=BASIC),
            data({}, PLAIN, sent={"Authorization": "Bearer abc"}),
            data({}, PLAIN, **sent_json({"user": "anna", "password": "open"})),
            page(url=PLAIN, status=401, got={"WWW-Authenticate": "Basic realm=x"}),
        ),
        silent=(
            page(form="user=anna&password=open-sesame"),
            page(url="http://localhost:8080/login", form="password=open"),
            page(url=PLAIN, form="user=anna&password="),
            page(url=PLAIN),
            page(url=PLAIN, sent={"Authorization": 'Digest username="anna", response="6629fae4"'}),
            page(url=PLAIN, status=401, got={"WWW-Authenticate": 'Digest realm="x", nonce="dc"'}),
        ),
    ),
    "session-in-clear": Cases(
        noticed=(
            page(url=PLAIN, sent=COOKIE),
            page(url=PLAIN, got={"Set-Cookie": "sid=5c1de7f0"}),
            page(url="http://intranet.shop.example:8080/", sent={"Cookie": "JSESSIONID=1A530637"}),
            data({}, "http://api.shop.example/v1/me", sent={"Cookie": "connect.sid=s%3Aj3fQ.x2"}),
        ),
        silent=(
            page(sent=COOKIE),
            page(url=PLAIN, sent={"Cookie": "theme=dark; _ga=1"}),
            page(url="http://127.0.0.1:8000/", sent=COOKIE),
            page(url=PLAIN, got={"Set-Cookie": "sessionid=; Max-Age=0"}),
            page(url=PLAIN, got={"Set-Cookie": "csrftoken=5c1de7f0a94b; Path=/"}),
        ),
    ),
    "password-form-in-clear": Cases(
        noticed=(
            page(FIELD, PLAIN),
            page(FIELD.replace('"', ""), PLAIN),
            page('<div id="app"><input name="p" class="w-full" type="password"></div>', PLAIN),
            page('<form><input placeholder="> 8 signs" type="PASSWORD"></form>', PLAIN),
            page("<!-- old --><form><INPUT name=j_password TYPE='password'></form>", PLAIN),
        ),
        silent=(
            page(FIELD),
            page("<p>password</p>", PLAIN),
            page(FIELD, "http://localhost/"),
            page(f"<!-- {FIELD} -->", PLAIN),
            page('<p>Use type="password" for it</p>', PLAIN),
            page('<input type="text" name="password_hint">', PLAIN),
        ),
    ),
    "basic-auth": Cases(
        noticed=(
            page(sent=BASIC),
            data([], sent=BASIC),
            data({}, "https://ci.shop.example/job/build/api/json", sent=BASIC),
            page(sent={"Authorization": "Basic not base64"}),
        ),
        silent=(
            page(url=PLAIN, sent=BASIC),
            data({}, "https://id.example/oauth/token", sent=BASIC),
            page(sent={"Authorization": "Bearer abc"}),
            data({}, "https://pay.example/v1/charges", sent=KEY_ONLY),
            data({}, "https://id.example/connect/revoke", sent=BASIC),
        ),
    ),
    "missing-hsts": Cases(
        noticed=(
            page(),
            hsts("max-age=0"),
            hsts("includeSubDomains"),
            hsts("max-age=86400"),
            hsts("max-age=300\nmax-age=31536000"),
            hsts("max-age=-1"),
        ),
        silent=(
            page(got=GOOD),
            page(url="http://shop.example/"),
            page(status=404),
            data({}),
            exchange(text="OK"),
            page(sent=FRAMED),
            hsts('Max-Age="15768000"'),
        ),
    ),
    "hsts-preload-unmet": Cases(
        noticed=(
            hsts("max-age=31536000; preload"),
            hsts("max-age=15768000; includeSubDomains; preload"),
            hsts("max-age=63072000;preload"),
            exchange(status=301, got={"Strict-Transport-Security": "max-age=86400; Preload"}),
        ),
        silent=(
            hsts("max-age=31536000; includeSubDomains; preload"),
            hsts("max-age=63072000;includeSubDomains;preload"),
            hsts("max-age=15768000"),
            hsts("max-age=0; preload"),
            hsts("max-age=86400; preload", "http://shop.example/"),
        ),
    ),
    "https-downgrade": Cases(
        noticed=(
            sent_to("http://shop.example/account/"),
            sent_to("HTTP://www.shop.example/login?next=/account"),
            sent_to("http://shop.example:8080/app/", "https://shop.example/app"),
            sent_to("http://shop.example/", **GOOD),
        ),
        silent=(
            sent_to("https://shop.example/account/"),
            sent_to("/account/?back=http://shop.example/"),
            sent_to("http://blog.test/"),
            sent_to("http://shop.example/account/", PLAIN),
            sent_to("http://localhost:3000/callback", "https://localhost/"),
            exchange(status=201, got={"Location": "http://shop.example/items/7"}),
        ),
    ),
}
