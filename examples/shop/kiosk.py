"""A kiosk whose caches, CORS rules and forms let others in, its careful twin, and two gazettes."""

from examples.shop.account import STRICT_COOKIE
from examples.shop.catalogue import safe_page
from examples.shop.policies import instead, strict
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Host, Route, data, page, problem

_SHARED = ("Cache-Control", "public, max-age=300")


def _welcome(*headers: tuple[str, str]) -> Route:
    def answer(shop: Shop, _asked: Asked) -> Answer:
        cookie = ("Set-Cookie", f"__Host-session={shop.token('session')}; {STRICT_COOKIE}")
        return safe_page(shop, "Kiosk", "<h1>Fresh papers</h1>", cookie, *headers)

    return answer


def _card_weak(shop: Shop, _asked: Asked) -> Answer:
    body = "<h1>Your account</h1><p>anna.berg@mail.example, +49 30 5550134</p>"
    return safe_page(shop, "Your account", body, _SHARED, ("X-Cache", "HIT"), ("Age", "41"))


def _points(allowed: str) -> Route:
    return data(
        {"points": 180, "since": "2025"},
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    )


def _preflight(*origin: tuple[str, str]) -> Answer:
    if not origin:
        return Answer(status=204, headers=(("Vary", "Origin"),))
    methods = ("Access-Control-Allow-Methods", "GET, PUT")
    more = (("Access-Control-Allow-Credentials", "true"), methods)
    return Answer(status=204, headers=(*origin, *more))


def _letters(scheme: str, host: str) -> Route:
    target = f"{scheme}://{host}/letters"
    policy = (
        f"default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
        f"form-action {target}; frame-ancestors 'none'"
    )
    return page(
        "Letters",
        f'<h1>Write to us</h1><form method="post" action="{target}"><textarea name="text">'
        "</textarea><button>Send</button></form>",
        ("Content-Security-Policy", policy),
    )


WEAK: dict[str, Route] = {
    "GET /welcome": _welcome(_SHARED),
    "GET /account/card.css": _card_weak,
    "GET /api/points": _points("http://www.kiosk.example"),
    "OPTIONS /api/points": _preflight(("Access-Control-Allow-Origin", "*")),
    "GET /letters": _letters("http", "kiosk.example"),
}
SAFE: dict[str, Route] = {
    "GET /welcome": _welcome(),
    "GET /account/card.css": problem(404, "Not found"),
    "GET /api/points": _points("https://www.safe-kiosk.example"),
    "OPTIONS /api/points": _preflight(),
    "GET /letters": _letters("https", "safe-kiosk.example"),
}


def _front(shop: Shop, _asked: Asked) -> Answer:
    return safe_page(shop, "Gazette", "<h1>Gazette</h1><p>The bridge is open again.</p>")


_POLICY = "Referrer-Policy"
_MISSING = problem(404, "Not found")
HOSTS = {
    "kiosk.example": Host(WEAK, strict, _MISSING),
    "safe-kiosk.example": Host(SAFE, strict, _MISSING),
    "gazette.example": Host({"GET /": _front}, instead(_POLICY, "unsafe-url"), _MISSING),
    "safe-gazette.example": Host(
        {"GET /": _front},
        instead(_POLICY, "unsafe-url, strict-origin-when-cross-origin"),
        _MISSING,
    ),
}
