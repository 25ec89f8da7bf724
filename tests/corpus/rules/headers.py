"""Missing and weak security headers: on pages, and only there."""

from reqsift.domain.captures import Exchange
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


def with_csp(policy: str) -> Exchange:
    return page(got={"Content-Security-Policy": policy})


TABLE: Table = {
    "missing-hsts": Cases(
        noticed=(
            page(),
            page(got={"Strict-Transport-Security": "max-age=0"}),
            page(got={"Strict-Transport-Security": "includeSubDomains"}),
        ),
        silent=(
            page(got=GOOD),
            page(url="http://shop.example/"),
            page(status=404),
            data({}),
            exchange(text="OK"),
            page(sent=FRAMED),
        ),
    ),
    "missing-csp": Cases(
        noticed=(page(), page(got={"Content-Security-Policy-Report-Only": "default-src 'self'"})),
        silent=(
            page(got=GOOD),
            page(status=302),
            exchange(text="<p>a fragment</p>", sent={"X-Requested-With": "XMLHttpRequest"}),
            page('<meta http-equiv="Content-Security-Policy" content="default-src *">'),
        ),
    ),
    "weak-csp": Cases(
        noticed=(
            with_csp("script-src 'self' 'unsafe-inline'"),
            with_csp("default-src *"),
            with_csp("script-src https:"),
            with_csp("frame-ancestors 'none'"),
            with_csp("script-src 'self' 'unsafe-eval'"),
        ),
        silent=(
            page(got=GOOD),
            with_csp("script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https:"),
            with_csp("script-src 'unsafe-inline', script-src 'self'"),
            data({}, got={"Content-Security-Policy": "default-src *"}),
        ),
    ),
    "missing-nosniff": Cases(
        noticed=(page(), page(got={"X-Content-Type-Options": "yes"})),
        silent=(page(got=GOOD), page(status=500)),
    ),
    "clickjacking": Cases(
        noticed=(
            page(),
            page(got={"X-Frame-Options": "ALLOW-FROM https://a.example"}),
            with_csp("frame-ancestors *"),
        ),
        silent=(page(got=GOOD), with_csp("frame-ancestors https://a.example"), page(sent=FRAMED)),
    ),
    "unsafe-referrer-policy": Cases(
        noticed=(
            page(got={"Referrer-Policy": "unsafe-url"}),
            page(got={"Referrer-Policy": "no-referrer, unsafe-url"}),
        ),
        silent=(page(), page(got={"Referrer-Policy": "unsafe-url, no-referrer"})),
    ),
}
