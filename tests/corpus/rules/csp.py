"""Content security policies: none, one that is only tried out, and ones with holes."""

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
)
from tests.corpus.rules.headers import FRAGMENT, GOOD

REPORT_ONLY = "Content-Security-Policy-Report-Only"
STRICT = (
    "script-src 'nonce-r4nd0m' 'strict-dynamic' 'unsafe-inline' https:; object-src 'none'; "
    "base-uri 'none'"
)
GITHUB = (
    "default-src 'none'; base-uri 'self'; script-src assets.shop.example; "
    "style-src 'unsafe-inline' assets.shop.example; img-src 'self' data: *.shop.example"
)
WORDPRESS = (
    "default-src 'self' https: data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' "
    "https://www.google-analytics.com"
)


def with_csp(policy: str) -> Exchange:
    return page(got={"Content-Security-Policy": policy})


def with_meta(policy: str, **headers: str) -> Exchange:
    text = (
        f'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="{policy}">'
        "<title>Shop</title></head><body><h1>Shop</h1></body></html>"
    )
    return exchange(text=text, got=headers)


def tried(policy: str, **headers: str) -> Exchange:
    return page(got={REPORT_ONLY: policy, **headers})


TABLE: Table = {
    "missing-csp": Cases(
        noticed=(
            page(),
            with_csp("frame-ancestors 'self'"),
            with_csp("upgrade-insecure-requests; block-all-mixed-content"),
            page("<!-- <meta http-equiv='Content-Security-Policy' content='script-src x'> -->"),
            page("<p>We send no Content-Security-Policy.</p><meta name=a content=b>"),
            with_meta("img-src 'self'"),
        ),
        silent=(
            page(got=GOOD),
            page(status=302),
            FRAGMENT,
            page('<meta http-equiv="Content-Security-Policy" content="default-src *">'),
            tried("default-src 'self'"),
            with_csp("frame-ancestors 'none', script-src 'self'"),
            data({"a": 1}),
        ),
    ),
    "csp-report-only": Cases(
        noticed=(
            tried("default-src 'self'"),
            tried("script-src 'self' 'unsafe-inline'; report-uri /csp"),
            tried(STRICT, **{"Content-Security-Policy": "frame-ancestors 'none'"}),
            tried("img-src 'self', script-src 'self'"),
        ),
        silent=(
            tried(STRICT, **GOOD),
            tried("frame-ancestors 'none'"),
            with_csp("default-src 'self'"),
            with_meta("script-src 'self'", **{REPORT_ONLY: "script-src 'none'"}),
            data({}, got={REPORT_ONLY: "default-src 'self'"}),
            page(status=404, got={REPORT_ONLY: "default-src 'self'"}),
        ),
    ),
    "csp-unsafe-inline": Cases(
        noticed=(
            with_csp("script-src 'self' 'unsafe-inline'"),
            with_csp(WORDPRESS),
            with_csp("default-src * 'unsafe-inline' 'unsafe-eval' data:"),
            with_csp("Script-Src 'self' 'Unsafe-Inline'"),
            with_meta("default-src 'self'; script-src 'unsafe-inline' 'self'"),
            with_csp("script-src 'nonce-abc'; script-src-attr 'unsafe-inline'"),
            with_csp("script-src-elem 'self'"),
            with_csp("script-src 'unsafe-inline', default-src 'unsafe-inline'"),
            with_csp("script-src 'unsafe-inline', frame-ancestors 'none'"),
        ),
        silent=(
            page(got=GOOD),
            with_csp(STRICT),
            with_csp(
                "script-src 'unsafe-inline' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
            ),
            with_csp("script-src 'unsafe-inline', script-src 'self'"),
            with_csp(GITHUB),
            with_csp("default-src 'unsafe-inline'; script-src 'self'"),
            with_meta(
                "script-src 'self'", **{"Content-Security-Policy": "script-src 'unsafe-inline'"}
            ),
            data({}, got={"Content-Security-Policy": "default-src 'unsafe-inline'"}),
            tried("script-src 'unsafe-inline'"),
        ),
    ),
    "csp-unsafe-eval": Cases(
        noticed=(
            with_csp("script-src 'self' 'unsafe-eval'"),
            with_csp(WORDPRESS),
            with_csp("default-src 'self' 'unsafe-eval'"),
            with_csp("script-src 'nonce-abc' 'strict-dynamic' 'unsafe-eval'; object-src 'none'"),
            with_meta("script-src 'self' 'unsafe-eval'"),
        ),
        silent=(
            page(got=GOOD),
            with_csp("script-src 'self' 'wasm-unsafe-eval'"),
            with_csp("script-src 'self' 'unsafe-eval', script-src 'self'"),
            with_csp("default-src 'unsafe-eval'; script-src 'self'"),
            with_csp("script-src 'self' 'unsafe-eval'; require-trusted-types-for 'script'"),
        ),
    ),
    "csp-wildcard-source": Cases(
        noticed=(
            with_csp("default-src *"),
            with_csp("script-src https:"),
            with_csp("script-src 'self' data:"),
            with_csp("script-src 'nonce-abc' https:; object-src 'none'"),
            with_csp("script-src 'self' https://cdn.jsdelivr.net"),
            with_csp("script-src 'self' unpkg.com *.shop.example"),
            with_csp("script-src *, script-src https://cdnjs.cloudflare.com/"),
            with_meta("default-src 'self' https:"),
        ),
        silent=(
            page(got=GOOD),
            with_csp(STRICT),
            with_csp(GITHUB),
            with_csp("script-src https:, script-src 'self'"),
            with_csp("script-src 'self' https://cdn.jsdelivr.net/npm/vue@3.4.21/"),
            with_csp("default-src https:; script-src 'self'"),
            with_csp("script-src 'self' https://*.shop.example"),
            data({}, got={"Content-Security-Policy": "default-src *"}),
        ),
    ),
    "csp-missing-object-src": Cases(
        noticed=(
            with_csp("script-src 'self'"),
            with_csp("script-src 'nonce-abc' 'strict-dynamic'; base-uri 'none'"),
            with_csp("script-src 'self'; object-src *"),
            with_csp("script-src 'self', frame-ancestors 'none'"),
            with_meta("script-src 'self'; img-src 'self'"),
        ),
        silent=(
            page(got=GOOD),
            with_csp(STRICT),
            with_csp(GITHUB),
            with_csp("script-src 'self'; object-src 'none'"),
            with_csp("script-src 'self' 'unsafe-inline'"),
            with_csp("script-src 'self', object-src 'none'"),
            with_csp("frame-ancestors 'none'"),
        ),
    ),
    "csp-missing-base-uri": Cases(
        noticed=(
            with_csp("script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'"),
            with_csp("default-src 'self'; script-src 'self' 'nonce-abc'"),
            with_csp("default-src 'nonce-abc' 'self'"),
            with_csp(
                "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
                "'strict-dynamic'; object-src 'none'"
            ),
        ),
        silent=(
            page(got=GOOD),
            with_csp(STRICT),
            with_csp(GITHUB),
            with_csp("script-src 'nonce-abc' 'strict-dynamic', base-uri 'self'"),
            with_meta("base-uri 'self'", **{"Content-Security-Policy": "script-src 'nonce-abc'"}),
            with_csp("script-src 'nonce-abc' https:"),
            with_csp("script-src 'self'"),
        ),
    ),
}
