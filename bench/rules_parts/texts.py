"""Bodies as sites send them: pages, data, scripts, forms; about 4 KB each, the same for a seed."""

import json
import random
from collections.abc import Callable, Sequence

BODY_BYTES = 4200
_TELLING = (
    "token", "password", "session", "user", "email", "admin", "account", "login", "error", "key",
    "secret", "order", "card", "address", "phone", "path", "query", "select", "script", "config",
    "debug", "version", "internal", "callback", "redirect", "upload", "file", "id", "role", "csrf",
    "api", "url", "location", "value", "name", "price", "total", "cart", "search", "profile",
)  # fmt: skip
"""Words that real traffic is full of and rules look for; without them, rules look too quick."""
_TELLING_SHARE = 12
"""One word in so many is a telling one."""

Words = Sequence[str]
Made = tuple[str, str]
"""Media type and text."""


def words(dice: random.Random) -> list[str]:
    """A made-up vocabulary, with telling words in between."""
    ordinary = ["".join(dice.choices("etaoinshrdlu", k=dice.randint(3, 10))) for _ in range(2000)]
    share = len(ordinary) // _TELLING_SHARE // len(_TELLING)
    return ordinary + list(_TELLING) * share


def sentence(dice: random.Random, known: Words, count: int) -> str:
    return " ".join(dice.choices(known, k=count))


def page(dice: random.Random, known: Words) -> Made:
    """A list of items with the scripts, links and tags around it that pages have."""
    title = sentence(dice, known, 3)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        f'<link rel="stylesheet" href="/static/app.{dice.getrandbits(32):08x}.css">\n'
        f'<script src="/static/app.{dice.getrandbits(32):08x}.js" defer></script>\n'
        f'<script nonce="{dice.getrandbits(64):x}">window.__STATE__={{"user":null,'
        f'"locale":"en-GB","page":{dice.randint(1, 99)}}};</script>\n</head>\n'
        "<body>\n<!-- start of content -->\n"
        f'<nav><a href="/">Home</a> <a href="/login">Log in</a> <a href="/more">More</a></nav>'
    )
    return "text/html; charset=utf-8", f"{head}\n<ul>\n{_filled(dice, known, _item)}</ul>\n{_FOOT}"


def form_page(dice: random.Random, known: Words) -> Made:
    """A page with a form that is well protected, and text about it."""
    head = (
        f"<!doctype html>\n<html><head><title>{sentence(dice, known, 2)}</title></head>\n<body>\n"
        f'<form method="post" action="/{dice.choice(known)}/{dice.randint(1, 999)}">\n'
        f'<input type="hidden" name="csrf_token" value="{dice.getrandbits(128):032x}">\n'
    )
    fields = "".join(
        f'<label>{sentence(dice, known, 2)} <input type="{kind}" name="{dice.choice(known)}" '
        f'value="" autocomplete="off"></label>\n'
        for kind in ("text", "email", "password", "number", "checkbox")
    )
    rest = _filled(dice, known, _paragraph)
    return "text/html; charset=utf-8", f"{head}{fields}<button>Send</button></form>\n{rest}{_FOOT}"


def data(dice: random.Random, known: Words) -> Made:
    """A list of records."""
    rows: list[dict[str, object]] = []
    while len(rows) * 190 < BODY_BYTES:
        rows.append(
            {
                "id": dice.randint(1, 10**6),
                "uuid": uuid(dice),
                "name": sentence(dice, known, 3),
                "price": round(dice.uniform(1, 900), 2),
                "tags": dice.choices(known, k=3),
                "created_at": moment(dice),
                dice.choice(known): dice.choice((None, True, False, 17, "open")),
            }
        )
    return "application/json", json.dumps({"items": rows, "next": None, "total": len(rows)})


def script(dice: random.Random, known: Words) -> Made:
    """A minified bundle."""
    return "application/javascript; charset=utf-8", f'"use strict";{_filled(dice, known, _code)}'


def style(dice: random.Random, known: Words) -> Made:
    """A minified style sheet."""
    return "text/css", _filled(dice, known, _rule)


def error_page(dice: random.Random, known: Words) -> Made:
    """What a proxy or a framework sends in production: short, with a number to ask about."""
    number = uuid(dice)
    text = (
        "<!doctype html><html><head><title>Something went wrong</title></head><body>"
        f"<h1>Sorry</h1><p>{sentence(dice, known, 12)}.</p><p>Request {number}</p></body></html>"
    )
    return "text/html; charset=utf-8", text


def error_data(dice: random.Random, known: Words) -> Made:
    told = {"error": {"code": dice.choice(known), "message": sentence(dice, known, 8)}}
    return "application/problem+json", json.dumps(told | {"request_id": uuid(dice)})


def sent_form(dice: random.Random, known: Words) -> Made:
    fields = "&".join(f"{dice.choice(known)}={dice.choice(known)}" for _ in range(6))
    return "application/x-www-form-urlencoded", f"csrf_token={dice.getrandbits(128):032x}&{fields}"


def sent_data(dice: random.Random, known: Words) -> Made:
    told = {
        dice.choice(known): dice.choice((1, "open", sentence(dice, known, 4))) for _ in range(8)
    }
    return "application/json", json.dumps(told)


def uuid(dice: random.Random) -> str:
    digits = f"{dice.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def moment(dice: random.Random) -> str:
    return f"2026-03-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00Z"


def _filled(dice: random.Random, known: Words, piece: Callable[[random.Random, Words], str]) -> str:
    pieces: list[str] = []
    length = 0
    while length < BODY_BYTES:
        pieces.append(piece(dice, known))
        length += len(pieces[-1])
    return "".join(pieces)


def _item(dice: random.Random, known: Words) -> str:
    return (
        f'<li class="item {dice.choice(known)}" data-id="{dice.randint(1, 9999)}">'
        f'<a href="/items/{dice.randint(1, 9999)}?ref={dice.choice(known)}">'
        f"{sentence(dice, known, 6)}</a>"
        f'<img src="/static/{dice.choice(known)}.png" alt="{dice.choice(known)}" loading="lazy">'
        f"<span>&pound;{dice.randint(1, 99)}.95</span></li>\n"
    )


def _paragraph(dice: random.Random, known: Words) -> str:
    return f"<p>{sentence(dice, known, 30)}, {moment(dice)}.</p>\n"


def _code(dice: random.Random, known: Words) -> str:
    a, b, c = dice.choices(known, k=3)
    return dice.choice(
        (
            f"function {a}({b},e){{return e.{c}?{b}.{a}('{c}',e):void 0}};var {b}=[1,2];",
            f'const {a}=t=>fetch("/api/{b}/"+encodeURIComponent(t),{{method:"POST"}})'
            ".then(r=>r.json());",
            f'e.{a}.addEventListener("click",()=>{{n.{b}=!0,'
            f'r("{c}",{{id:{dice.randint(1, 999)}}})}});',
            f'if("{a}"===i.type)throw new Error("{b} {c} is missing");',
        )
    )


def _rule(dice: random.Random, known: Words) -> str:
    colour = f"#{dice.getrandbits(24):06x}"
    return f".{dice.choice(known)}>.{dice.choice(known)}:hover{{color:{colour};margin:0 4px}}"


_FOOT = '<footer><a href="mailto:help@shop.example">Help</a></footer>\n</body>\n</html>\n'
_LARGE = 5 << 20


def large_page() -> Made:
    """5 MiB of a page's items."""
    dice = random.Random(7)
    known = words(dice)
    head, tail = "<!doctype html><html><body><ul>", "</ul></body></html>"
    return "text/html", head + _many(lambda: _item(dice, known)) + tail


def large_data() -> Made:
    """5 MiB of records."""
    dice = random.Random(7)
    known = words(dice)
    return "application/json", f"[{_many(lambda: data(dice, known)[1] + ',')}null]"


def _many(piece: Callable[[], str]) -> str:
    pieces: list[str] = []
    length = 0
    while length < _LARGE:
        pieces.append(piece())
        length += len(pieces[-1])
    return "".join(pieces)
