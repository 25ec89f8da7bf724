"""The headers that a host adds to all it sends."""

from examples.shop.web import Answer, Asked, Headers, Policy


def bare(_asked: Asked, _answer: Answer) -> Headers:
    return ()


def talkative(_asked: Asked, answer: Answer) -> Headers:
    powered = () if answer.has("X-Powered-By") else (("X-Powered-By", "PHP/7.2.24"),)
    return (("Server", "Apache/2.4.29 (Ubuntu)"), *powered)


_ALWAYS = (
    ("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_FOR_PAGES = (
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def strict(_asked: Asked, answer: Answer) -> Headers:
    """Everything that a careful host sends."""
    headers: Headers = _ALWAYS
    if answer.kind.startswith("text/html"):
        headers += _FOR_PAGES
    elif answer.body and not answer.has("Content-Security-Policy"):
        headers += (("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),)
    return headers if answer.has("Cache-Control") else (*headers, ("Cache-Control", "no-store"))


def with_csp(csp: str) -> Policy:
    """Careful about everything but its content security policy."""

    def policy(asked: Asked, answer: Answer) -> Headers:
        return (("Content-Security-Policy", csp), *strict(asked, answer))

    return policy


def instead(name: str, value: str) -> Policy:
    """Careful, but for one header that says something else, or nothing if `value` is empty."""

    def policy(asked: Asked, answer: Answer) -> Headers:
        kept = [pair for pair in strict(asked, answer) if pair[0] != name]
        return (*kept, (name, value)) if value else tuple(kept)

    return policy
