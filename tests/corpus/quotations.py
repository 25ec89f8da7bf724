"""Quotes as models write them: true ones in odd spellings, and invented ones that look true."""

import html
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.claims import Quote
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_EACH = 60
_ENTITY = re.compile(r"&#?\w{1,8};")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A quote, the parts that it is looked up in, and where it came from."""

    kind: str
    quote: Quote
    parts: Mapping[str, str]
    source: str
    """The words in the part as they stand there; empty for an invented quote."""


def true_quotations() -> list[Quotation]:
    """Verbatim, or changed in white space, case and escapes only; more than 300."""
    return list(_made(_TRUE, random.Random(7)))


def invented_quotations() -> list[Quotation]:
    """Near misses that are not there; more than 300."""
    made = _made(_INVENTED, random.Random(11))
    return [one for one in made if not _is_there(one.quote.text, one.parts[one.quote.part])]


def quoted_exchanges() -> list[Exchange]:
    """The exchanges that are quoted from."""
    return [_exchange(kind, text) for kind, text in _BODIES]


_Change = Callable[[str, str, random.Random], str]
"""From a piece, its part's text and chance to what a model makes of it."""


def _made(kinds: Mapping[str, _Change], chance: random.Random) -> Iterator[Quotation]:
    views = [View(exchange) for exchange in quoted_exchanges()]
    for kind, change in kinds.items():
        for number in range(_EACH):
            parts = _parts(views[number % len(views)])
            part = chance.choice([name for name, text in parts.items() if len(text) > 30])
            piece = _piece(parts[part], chance)
            if kind == "of another part":
                other = chance.choice([name for name in parts if name != part])
                quote = Quote(part=other, text=piece)
            else:
                quote = Quote(part=part, text=change(piece, parts[part], chance))
            source = "" if kinds is _INVENTED else piece
            yield Quotation(kind=kind, quote=quote, parts=parts, source=source)


def _parts(view: View) -> dict[str, str]:
    headers = [f"request.headers[{name.lower()}]" for name, _ in view.request.headers]
    if view.response is not None:
        headers += [f"response.headers[{name.lower()}]" for name, _ in view.response.headers]
    names = (URL, *dict.fromkeys(headers), REQUEST_BODY, RESPONSE_BODY)
    return {name: text for name in names if (text := view.part_text(name))}


def _piece(text: str, chance: random.Random) -> str:
    """Some words of a text, at least twelve characters."""
    length = chance.randint(12, min(len(text), 140))
    start = chance.randrange(len(text) - length + 1)
    piece = text[start : start + length].strip()
    if (
        len(piece) < 8
        or sum(one.isalnum() for one in piece) < 6
        or _cuts_escape(text, start, piece)
    ):
        return _piece(text, chance)
    return piece


def _cuts_escape(text: str, start: int, piece: str) -> bool:
    """Nobody quotes a half of an escape."""
    around = text[max(0, start - 6) : start] + piece[:6] + piece[-6:]
    return "\\" in around or "&" in around


def _verbatim(piece: str, _text: str, _chance: random.Random) -> str:
    return piece


def _spaced(piece: str, _text: str, chance: random.Random) -> str:
    blank = chance.choice([" ", "  ", "\n", "\n    ", "\t", "\r\n"])
    return blank.join(piece.split())


def _tight(piece: str, _text: str, _chance: random.Random) -> str:
    return piece.replace('": ', '":').replace(", ", ",").replace(" = ", "=").replace("; ", ";")


def _cased(piece: str, _text: str, chance: random.Random) -> str:
    changed = chance.choice([piece.upper(), piece.lower(), piece.swapcase()])
    return piece if "\\" in piece else changed  # an escape in capitals is another one


def _unescaped_json(piece: str, _text: str, _chance: random.Random) -> str:
    try:
        return str(json.loads(f'"{piece}"', strict=False))
    except ValueError:
        return piece.replace('\\"', '"').replace("\\/", "/")


def _escaped_json(piece: str, _text: str, chance: random.Random) -> str:
    return json.dumps(piece, ensure_ascii=chance.random() < 0.5)[1:-1]


def _unescaped_html(piece: str, _text: str, _chance: random.Random) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), piece)


def _escaped_html(piece: str, text: str, chance: random.Random) -> str:
    return html.escape(_unescaped_html(piece, text, chance))


def _one_changed(piece: str, _text: str, chance: random.Random) -> str:
    at = chance.choice([place for place, one in enumerate(piece) if one.isalnum()])
    others = [one for one in "abcdefghkmnpqrstxyz0123456789" if one != piece[at].lower()]
    return piece[:at] + chance.choice(others) + piece[at + 1 :]


def _one_dropped(piece: str, _text: str, chance: random.Random) -> str:
    at = chance.choice([place for place, one in enumerate(piece) if one.isalnum()])
    return piece[:at] + piece[at + 1 :]


def _mark_changed(piece: str, _text: str, _chance: random.Random) -> str:
    marks = str.maketrans('=":/<>;,', ":'=\\[],;")
    return piece.translate(marks)


def _joined(piece: str, text: str, chance: random.Random) -> str:
    return f"{piece} {_piece(text, chance)}"


def _with_ellipsis(piece: str, _text: str, chance: random.Random) -> str:
    third = len(piece) // 3
    return piece[:third] + chance.choice(["...", "…", " [...] "]) + piece[-third:]


def _swapped(piece: str, _text: str, _chance: random.Random) -> str:
    half = len(piece) // 2
    return f"{piece[half:]} {piece[:half]}"


def _lengthened(piece: str, _text: str, chance: random.Random) -> str:
    return piece + chance.choice([" HTTP/1.1", "; Secure", " -- admin", "/../../etc/passwd", "<b>"])


def _paraphrased(_piece: str, _text: str, chance: random.Random) -> str:
    return chance.choice(
        [
            "The response contains the user's password in clear text",
            "Set-Cookie: admin=true",
            "You have an error in your SQL syntax near 'users'",
            "<script>alert(1)</script>",
            "Access-Control-Allow-Origin: *",
            '"role": "superuser"',
            "id=2",
            "password=hunter2",
            "no CSRF token",
            "X-Powered-By: PHP/5.2",
        ]
    )


_TRUE: dict[str, _Change] = {
    "verbatim": _verbatim,
    "white space": _spaced,
    "less white space": _tight,
    "case": _cased,
    "JSON read": _unescaped_json,
    "JSON escaped": _escaped_json,
    "HTML read": _unescaped_html,
    "HTML escaped": _escaped_html,
}
_INVENTED: dict[str, _Change] = {
    "one character changed": _one_changed,
    "one character dropped": _one_dropped,
    "marks changed": _mark_changed,
    "of another part": _verbatim,
    "two joined": _joined,
    "with an ellipsis": _with_ellipsis,
    "swapped": _swapped,
    "lengthened": _lengthened,
    "paraphrased": _paraphrased,
}


def _is_there(quoted: str, text: str) -> bool:
    """Whether nothing but white space, case and escapes tells them apart, by another way."""
    return any(_bare(one) in _bare(text) for one in (quoted, html.unescape(quoted)))


def _bare(text: str) -> str:
    read = html.unescape(text).replace("\\n", "").replace("\\/", "/").replace('\\"', '"')
    return "".join(read.lower().split())


_JSON = json.dumps(
    {
        "user": {"id": 4711, "name": "José Ünal", "role": "editor", "bio": 'says "hi"\nand <bye>'},
        "orders": [
            {"id": 9000 + number, "total": number * 7.5, "url": f"https://shop.example/o/{number}"}
            for number in range(12)
        ],
        "query": "SELECT * FROM orders WHERE user_id = 4711 AND state = 'open'",
    },
    indent=2,
)
_GO_JSON = (
    '{"html":"\\u003cp\\u003eTom \\u0026 Jerry\\u003c/p\\u003e","next":"https:\\/\\/shop.example\\/'
    'p\\/2","emoji":"\\ud83d\\ude00 fine","internal_host":"db-3.corp.example","debug":true}'
)
_HTML = """<!DOCTYPE html>
<html><head><title>Tom &amp; Jerry&#39;s shop</title>
<meta name="generator" content="WordPress 4.9.1">
<!-- TODO: remove the backdoor on /admin/debug before release -->
</head><body>
<form action="/transfer" method="post"><input type="hidden" name="amount" value="100">
<input name="to" value="&quot;anna&quot; &lt;anna&gt;"></form>
<p>You searched for   <b>flat   white</b>, didn&#x27;t you?</p>
</body></html>"""
_TRACE = """Traceback (most recent call last):
  File "/srv/app/views/orders.py", line 213, in show
    cursor.execute("SELECT * FROM orders WHERE id = %s" % order_id)
psycopg2.errors.SyntaxError: unterminated quoted string at or near "'4711"
LINE 1: SELECT * FROM orders WHERE id = '4711
"""
_BODIES = (
    ("application/json", _JSON),
    ("application/json", _GO_JSON),
    ("text/html", _HTML),
    ("text/plain", _TRACE),
)


def _exchange(mime_type: str, text: str) -> Exchange:
    form = b"amount=100&to=anna+banana&note=thank+you+very+much&step=confirm"
    return Exchange(
        entry_index=0,
        request=Request(
            method="POST",
            url="https://shop.example/accounts/4711/transfer?return=https%3A%2F%2Fevil.example%2F",
            headers=(
                Header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
                Header("Origin", "https://partner.example"),
            ),
            body=Body(content=form, mime_type="application/x-www-form-urlencoded", size=len(form)),
        ),
        response=Response(
            status=200,
            headers=(
                Header("Content-Type", mime_type),
                Header("Server", "Apache/2.4.29 (Ubuntu) mod_wsgi/4.5.17 Python/3.6"),
                Header("Set-Cookie", "theme=dark; Path=/; Max-Age=31536000"),
                Header("Set-Cookie", "lang=en-GB; Path=/; SameSite=Lax"),
                Header("Content-Security-Policy", "default-src 'self'; script-src * 'unsafe-eval'"),
            ),
            body=Body(content=text.encode(), mime_type=mime_type, size=len(text.encode())),
        ),
    )
