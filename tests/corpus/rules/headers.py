"""Missing and weak security headers: on pages, and only there."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
)

GOOD = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
FRAMED = {"Sec-Fetch-Dest": "iframe", "Referer": "https://blog.test/"}
SHOP = {"Server": "nginx/1.24.0", "X-Powered-By": "Express"}
LOGIN = '<form method="post" action="/login"><input name="user"><button>Log in</button></form>'
FRAGMENT = exchange(text="<p>a fragment</p>", sent={"X-Requested-With": "XMLHttpRequest"})

TABLE: Table = {
    "missing-nosniff": Cases(
        noticed=(
            page(),
            page(got={"X-Content-Type-Options": "yes"}),
            page(LOGIN, "https://shop.example/login", got=SHOP),
            page(got={"X-Content-Type-Options": "no-sniff"}),
        ),
        silent=(
            page(got=GOOD),
            page(status=500),
            FRAGMENT,
            data({"a": 1}, got=SHOP),
            page(got={"X-Content-Type-Options": "NoSniff"}),
        ),
    ),
    "clickjacking": Cases(
        noticed=(
            page(),
            page(got={"X-Frame-Options": "ALLOW-FROM https://a.example"}),
            page(got={"Content-Security-Policy": "frame-ancestors *"}),
            page(LOGIN, got={"Content-Security-Policy": "default-src 'self'"}),
            page('<meta http-equiv="Content-Security-Policy" content="frame-ancestors \'none\'">'),
        ),
        silent=(
            page(got=GOOD),
            page(got={"Content-Security-Policy": "frame-ancestors https://a.example"}),
            page(sent=FRAMED),
            page(got={"X-Frame-Options": "sameorigin"}),
            page(got={"X-Frame-Options": "SAMEORIGIN, SAMEORIGIN"}),
            page(LOGIN, status=403),
        ),
    ),
    "unsafe-referrer-policy": Cases(
        noticed=(
            page(got={"Referrer-Policy": "unsafe-url"}),
            page(got={"Referrer-Policy": "no-referrer, unsafe-url"}),
            page(got={"Referrer-Policy": "Unsafe-URL"}),
            page(
                LOGIN, "https://shop.example/reset?code=81", got={"Referrer-Policy": "unsafe-url"}
            ),
        ),
        silent=(
            page(),
            page(got={"Referrer-Policy": "unsafe-url, no-referrer"}),
            page(got={"Referrer-Policy": "strict-origin-when-cross-origin"}),
            data({}, got={"Referrer-Policy": "unsafe-url"}),
        ),
    ),
}
