"""A town's sites, each with one fault in what it tells browsers to do, and `museum.example`
without any."""

import base64
import hashlib
from collections.abc import Mapping

from examples.shop.account import STRICT_COOKIE
from examples.shop.assets import YEAR
from examples.shop.catalogue import safe_page
from examples.shop.policies import bare, instead, strict, with_csp
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Handler, Host, Route, page, problem, redirect, text

_SELF = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_NO_PAGE = page("Not found", "<h1>Not found</h1>", status=404)
_SCRIPT = '<script src="/static/site.js" defer></script>'
_SHA384 = base64.b64encode(hashlib.sha384(b"the widget of the town").digest()).decode()


def _html(title: str, body: str) -> Answer:
    return page(title, f"<h1>{title}</h1>\n{body}\n{_SCRIPT}")


def _own_scripts(title: str, body: str) -> Answer:
    csp = f"default-src 'self'; script-src 'self'; {_SELF}"
    return _html(title, body).plus(("Content-Security-Policy", csp))


def _fresh(title: str, body: str) -> Handler:
    return lambda shop, _: safe_page(shop, title, f"<h1>{title}</h1>\n{body}")


# --- content security policies -----------------------------------------------------------------

_POLICIES: Mapping[str, tuple[str, str]] = {
    "blog.example": (
        f"default-src 'self'; script-src 'self' 'unsafe-inline'; {_SELF}",
        "<p>It rained.</p><script>document.body.dataset.seen = 1;</script>",
    ),
    "maps.example": (
        f"default-src 'self'; script-src 'self' 'unsafe-eval'; img-src 'self' data:; {_SELF}",
        '<div id="map" data-lat="52.52" data-lon="13.40"></div>',
    ),
    "forum.example": (
        f"default-src 'self'; script-src *; img-src *; {_SELF}",
        "<p>Newest topic: bicycle bells</p>",
    ),
    "radio.example": (
        f"default-src https:; script-src https: 'self'; {_SELF}",
        "<p>Now: the morning show</p>",
    ),
    "tickets.example": (
        "script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        "<p>Two seats are left.</p>",
    ),
    "library.example": (
        "default-src 'self'; script-src 'nonce-bGlicmFyeS0wMTc3' 'strict-dynamic'; "
        "object-src 'none'; form-action 'self'; frame-ancestors 'none'",
        '<script nonce="bGlicmFyeS0wMTc3" src="/static/site.js"></script>',
    ),
}


def _report_only(_shop: Shop, _asked: Asked) -> Answer:
    rule = f"default-src 'self'; {_SELF}; report-to csp"
    where = 'csp="https://reports.theatre.example/csp"'
    return _html("Theatre", "<p>Tonight: The Seagull</p>").plus(
        ("Content-Security-Policy-Report-Only", rule), ("Reporting-Endpoints", where)
    )


def _museum_hashes(_shop: Shop, _asked: Asked) -> Answer:
    inline = "document.documentElement.classList.add('js')"
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    csp = f"default-src 'self'; script-src 'self' 'sha256-{digest}'; {_SELF}"
    return page("Rooms", f"<h1>Rooms</h1><script>{inline}</script>").plus(
        ("Content-Security-Policy", csp)
    )


def _museum_fallback(shop: Shop, _asked: Asked) -> Answer:
    """What stands beside a nonce is for old browsers only; newer ones pass over it."""
    nonce = shop.token("nonce")
    csp = (
        f"default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'unsafe-inline' https:; "
        f"{_SELF}"
    )
    trial = ("Content-Security-Policy-Report-Only", f"{csp}; require-trusted-types-for 'script'")
    body = f'<h1>Tours</h1><script nonce="{nonce}" src="/static/site.js"></script>'
    return page("Tours", body, ("Content-Security-Policy", csp), trial)


# --- scripts -----------------------------------------------------------------------------------

_CDN = "https://static.widgets-cdn.example"
_OLD_JQUERY = (
    "/*! jQuery v1.8.3 jquery.com | jquery.org/license */\n(function(e,t){function _(e){var t=M[e]"
    "={};return v.each(e.split(y),function(e,n){t[n]=!0}),t}e.jQuery=e.$=v})(window);\n"
)
_NEW_JQUERY = (
    "/*! jQuery v3.7.1 | (c) OpenJS Foundation and other contributors | jquery.org/license */\n"
    '!function(e,t){"use strict";"object"==typeof module?module.exports=t(e,!0):t(e)}(window);\n'
)
_OLD_ANGULAR = (
    "/*\n AngularJS v1.4.9\n (c) 2010-2015 Google, Inc. http://angularjs.org\n License: MIT\n*/\n"
    "(function(S,X,u){'use strict';function G(a){return function(){}}})(window,document);\n"
)
_JS = "text/javascript; charset=utf-8"


def _script(source: str) -> Answer:
    return text(source, YEAR, kind=_JS)


def _socket(*, careful: bool) -> Handler:
    """Opens a WebSocket; the careless bakery takes it from any page."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        if careful and asked.header("origin") != "https://museum.example":
            return problem(403, "Not from this page")
        key = f"{asked.header('sec-websocket-key')}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).digest()
        accept = ("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        return Answer(
            status=101, headers=(("Upgrade", "websocket"), ("Connection", "Upgrade"), accept)
        )

    return answer


def _session(name: str) -> Answer:
    cookie = f"__Host-{name}=b1946ac92492d2347c6235b4d2611184; {STRICT_COOKIE}"
    return redirect("/", ("Set-Cookie", cookie), status=303)


def _live(scheme: str, host: str) -> Handler:
    def show(shop: Shop, _asked: Asked) -> Answer:
        nonce = shop.token("nonce")
        there = f"{scheme}://{host}"
        csp = f"default-src 'self'; script-src 'nonce-{nonce}'; connect-src {there}; {_SELF}"
        live = f'new WebSocket("{there}/live").onmessage = show;'
        body = f'<h1>Live</h1><script nonce="{nonce}">function show(e) {{}}\n{live}</script>'
        return page("Live", body, ("Content-Security-Policy", csp))

    return show


# --- hosts -------------------------------------------------------------------------------------

_ANY_DOMAIN = (
    '<?xml version="1.0"?>\n<!DOCTYPE cross-domain-policy SYSTEM '
    '"http://www.adobe.com/xml/dtds/cross-domain-policy.dtd">\n<cross-domain-policy>\n'
    '  <allow-access-from domain="*" secure="false"/>\n</cross-domain-policy>\n'
)
_NO_DOMAIN = _ANY_DOMAIN.replace(
    '<allow-access-from domain="*" secure="false"/>',
    '<site-control permitted-cross-domain-policies="none"/>',
)
_SILVERLIGHT = (
    '<?xml version="1.0" encoding="utf-8"?>\n<access-policy><cross-domain-access><policy>'
    '<allow-from http-request-headers="*"><domain uri="*"/></allow-from><grant-to>'
    '<resource path="/" include-subpaths="true"/></grant-to></policy></cross-domain-access>'
    "</access-policy>\n"
)
_FOREIGN = f'<script src="{_CDN}/weather/2.4.0/widget.min.js"></script>'
_SEALED = (
    f'<script src="{_CDN}/weather/2.4.0/widget.min.js" integrity="sha384-{_SHA384}" '
    'crossorigin="anonymous"></script>'
)
_WITH_CDN = f"default-src 'self'; script-src 'self' {_CDN}/weather/; {_SELF}"


def _with_cdn(title: str, body: str) -> Answer:
    return page(title, f"<h1>{title}</h1>{body}", ("Content-Security-Policy", _WITH_CDN))


BAKERY: dict[str, Route] = {
    "GET /": _fresh("Bakery", "<p>Fresh at six.</p>"),
    "GET /weather": _with_cdn("Market day", _FOREIGN),
    "GET /cakes": _own_scripts("Cakes", '<script src="/static/jquery-1.8.3.min.js"></script>'),
    "GET /static/jquery-1.8.3.min.js": _script(_OLD_JQUERY),
    "GET /static/angular.min.js": _script(_OLD_ANGULAR),
    "GET /order": redirect("http://bakery.example/order/", status=301),
    "GET /chat": _live("ws", "chat.bakery.example"),
    "GET /live": _socket(careful=False),
    "POST /guest": _session("session"),
    "GET /crossdomain.xml": text(_ANY_DOMAIN, kind="text/x-cross-domain-policy"),
    "GET /clientaccesspolicy.xml": text(_SILVERLIGHT, kind="text/xml"),
}
MUSEUM: dict[str, Route] = {
    "GET /": _fresh("Museum", "<p>Open from ten to six.</p>"),
    "GET /rooms": _museum_hashes,
    "GET /tours": _museum_fallback,
    "GET /weather": _with_cdn("Weather", _SEALED),
    "GET /shop": _own_scripts("Museum shop", '<script src="/static/jquery-3.7.1.min.js"></script>'),
    "GET /static/jquery-3.7.1.min.js": _script(_NEW_JQUERY),
    "GET /order": redirect("https://museum.example/order/", status=301),
    "GET /chat": _live("wss", "museum.example"),
    "GET /live": _socket(careful=True),
    "POST /guest": _session("session"),
    "GET /crossdomain.xml": text(_NO_DOMAIN, kind="text/x-cross-domain-policy"),
    "GET /wasm": _html("Model of the town", "<p>Turn it around.</p>").plus(
        (
            "Content-Security-Policy",
            f"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; {_SELF}",
        )
    ),
}
_HSTS = "Strict-Transport-Security"

HOSTS: dict[str, Host] = {
    **{
        name: Host({"GET /": _html(name.split(".")[0].title(), body)}, with_csp(csp), _NO_PAGE)
        for name, (csp, body) in _POLICIES.items()
    },
    "theatre.example": Host({"GET /": _report_only}, strict, _NO_PAGE),
    "bakery.example": Host(BAKERY, strict, _NO_PAGE),
    "florist.example": Host(
        {"GET /": _fresh("Florist", "<p>Tulips.</p>")},
        instead(_HSTS, "max-age=31536000; preload"),
        _NO_PAGE,
    ),
    "cinema.example": Host(
        {"GET /": _fresh("Cinema", "<p>Tonight: Metropolis.</p>")},
        instead(_HSTS, "max-age=86400; includeSubDomains; preload"),
        _NO_PAGE,
    ),
    "pool.example": Host(
        {"GET /": _fresh("Pool", "<p>26 degrees.</p>")}, instead(_HSTS, "max-age=0"), _NO_PAGE
    ),
    "museum.example": Host(MUSEUM, strict, _NO_PAGE),
    "www.museum.example": Host(
        {"GET /": redirect("https://museum.example/", status=301)}, bare, _NO_PAGE
    ),
}
