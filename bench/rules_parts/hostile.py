"""What a server or a client may send to make a scanner run away; each made when it is wanted."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from types import CodeType

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.rules import RULES

MIB = 1 << 20
LARGE = 5 * MIB
_HEADER = MIB // 4
HTML, JSON, SCRIPT, TEXT = "text/html", "application/json", "application/javascript", "text/plain"
FORM = "application/x-www-form-urlencoded"
PUMPS = (
    "a", " ", "0", '"', "'", "<", "{{", "&", "eyJ", "../", "=", "<!--", "\n", "%", "%25", "/", "-",
    "@", ".", ":", ";", ",", "\\", "(", "[", "{", "${", "<%", "a.", "1.", "eyJ.", "a@", "a=", "a:",
    "<a ", "<script>", "</script", "http://", "://", "a/", "a b ", "0x", "#", "\t \n", "select ",
    "password=", "token:'", "é", "A1", "a-", "at a.b(", "/*", "`", "+", "\r\n ", "O:1:", "\\u0041",
)  # fmt: skip
"""Repeated without end: what begins many things and ends none."""
_TAGS = {
    "<b>x</b>": "<b>x</b>",
    "unclosed tags": "<div>",
    "unclosed tables": "<table>",
    "unclosed formatting": "<a><b><i>",
    "forms": "<form method=post action=a><input name=a></form>",
    "unclosed forms": "<form><input type=password name=a>",
    "forms in tables": "<table><form method=post action=http://a.b><tr>",
    "fields": "<input type=password name=password value=a>",
    "scripts": "<script src=//a.b/c.js>a('b')</script>",
    "unclosed scripts": "<script>",
    "script sources without end": "<script src='",
    "frames": "<iframe src=http://a.b></iframe>",
    "links": "<link rel=stylesheet href=http://a.b/c.css>",
    "bases and metas": "<base href=a><meta http-equiv=refresh content=1>",
    "comments": "<!-- password -->",
    "<!--": "<!--",
    "CDATA": "<![CDATA[",
    "attributes": "<form a='b' ",
    "entities": "&lt;&#60;",
}
"""Each without end, on a page with a form to log in."""

Made = tuple[str, Callable[[], Exchange]]


def bodies() -> Iterator[Made]:
    """Large and twisted messages, each with its name."""
    yield (
        "JSON nested 2,500,000 deep",
        lambda: answered("[" * (LARGE // 2) + "]" * (LARGE // 2), JSON),
    )
    yield "JSON objects nested 900 deep, 800 times", lambda: answered(_nested(900, 800), JSON)
    yield "JSON of 500,000 members", lambda: answered(_members(500_000), JSON)
    yield "JSON with a number of 5 MiB", lambda: answered('{"a":' + "9" * LARGE + "}", JSON)
    for name, text in _TAGS.items():
        yield f"HTML of {name}", partial(_login, text)
    yield "HTML of one tag with 5 MiB of attributes", _attributes
    yield "one line of 5 MiB, script", lambda: answered("var a=b.c('d');" * (LARGE // 15), SCRIPT)
    yield "bytes that are no UTF-8, 5 MiB", lambda: answered(b"\xff\xfe<a>" * MIB, HTML)
    yield "100,000 cookies sent", lambda: asked(cookie="; ".join(_pairs(100_000)))
    yield "100,000 cookies set", lambda: told("set-cookie", *_pairs(100_000))
    yield (
        "Set-Cookie with 100,000 attributes",
        lambda: told("set-cookie", "sid=1; " + "a=b; " * 100_000),
    )
    yield "100,000 query parameters", lambda: asked(url="?" + "&".join(_pairs(100_000)))
    yield "100,000 form fields", lambda: asked(form="&".join(_pairs(100_000)))
    yield "100,000 fields, all in the page", lambda: _echoed(100_000)
    yield "200 long fields, each almost in the page", _almost
    yield "records of secrets, 5 MiB", partial(answered, _records(), JSON)
    yield "the same, sent", partial(asked, form=_records(), kind=JSON)
    yield "100,000 headers", lambda: _headers(100_000)
    yield "policy of 100,000 directives", lambda: told("content-security-policy", "a b; " * 100_000)
    yield (
        "policy of 100,000 sources",
        lambda: told("content-security-policy", "script-src " + "a " * 100_000),
    )
    yield "20,000 JSON Web Tokens", lambda: answered(f"{_TOKEN} " * 20_000, TEXT)
    yield "all words that rules look for, 5 MiB", lambda: answered(_repeated(soup(), LARGE))
    yield "the same, data", lambda: answered(json.dumps([soup()] * (LARGE // len(soup()))), JSON)
    yield "the same, script", lambda: answered(_repeated(soup(), LARGE), SCRIPT)


def runs(pump: str) -> Iterator[Made]:
    """One string repeated, wherever rules read; in bodies, behind the words that they wait for."""
    yield "page", lambda: answered(_repeated(pump, LARGE))
    yield "script", lambda: answered(_repeated(pump, LARGE), SCRIPT)
    yield "data", lambda: answered(json.dumps({"a": _repeated(pump, LARGE)}), JSON)
    yield "words, page", lambda: answered(soup() + _repeated(pump, MIB))
    yield "words, script", lambda: answered(soup() + _repeated(pump, MIB), SCRIPT)
    yield "words, error", lambda: answered(soup() + _repeated(pump, MIB), TEXT, status=500)
    yield "words, data", lambda: answered(json.dumps({"a": soup() + _repeated(pump, MIB)}), JSON)
    yield "form", lambda: asked(form="a=" + _repeated(pump, LARGE))
    yield "sent data", lambda: asked(form=json.dumps({"a": _repeated(pump, LARGE)}), kind=JSON)
    yield "query", lambda: asked(url="?q=" + _repeated(pump, _HEADER))
    yield "path", lambda: asked(url=_repeated(pump, _HEADER))
    yield "cookie", lambda: asked(cookie="sid=" + _repeated(pump, _HEADER))
    for name in ("set-cookie", "location", "content-security-policy", "server", "link"):
        yield name, partial(told, name, _repeated(pump, _HEADER))


def answered(body: str | bytes, kind: str = HTML, *, status: int = 200, **more: str) -> Exchange:
    """A response with this body to an ordinary request, or to one with these parts."""
    content = body if isinstance(body, bytes) else body.encode()
    asked_for = asked(**more)
    response = Response(
        status=status,
        headers=(Header("content-type", kind),),
        body=Body(content=content, mime_type=kind, size=len(content)),
    )
    return Exchange(entry_index=0, request=asked_for.request, response=response)


def asked(
    *, url: str = "items?q=1", form: str = "", kind: str = FORM, cookie: str = ""
) -> Exchange:
    """A request with this in it; a small page comes back."""
    sent = form.encode()
    content = b"<!doctype html><html><body><p>Thank you</p></body></html>"
    return Exchange(
        entry_index=0,
        request=Request(
            method="POST" if form else "GET",
            url=f"https://shop.example/{url}",
            headers=(Header("host", "shop.example"), Header("cookie", cookie or "sid=1")),
            body=Body(content=sent, mime_type=kind if form else "", size=len(sent)),
        ),
        response=Response(
            status=200,
            headers=(Header("content-type", HTML),),
            body=Body(content=content, mime_type=HTML, size=len(content)),
        ),
    )


def _login(pump: str) -> Exchange:
    form = "<form method=post action=/login><input name=user><input type=password name=p></form>"
    return answered(f"<!doctype html><html><body>{form}{_repeated(pump, LARGE)}")


def _attributes() -> Exchange:
    return answered("<form method=post " + "a='b' " * (LARGE // 6) + ">")


def told(name: str, *values: str) -> Exchange:
    """A response with this header, once for each value."""
    plain = answered("<!doctype html><html><body><p>Hello</p></body></html>")
    assert plain.response
    headers = (*plain.response.headers, *(Header(name, value) for value in values))
    response = Response(status=200, headers=headers, body=plain.response.body)
    return Exchange(entry_index=0, request=plain.request, response=response)


def soup() -> str:
    """Every word that stands in a rule's code: whatever a rule waits for before it looks closer."""
    if not _soup:
        modules = {rule.check.__module__ for rule in RULES}
        sought = {word for name in sorted(modules) for word in _module_words(name)}
        _soup.append("\n".join(sorted(sought)) + "\n")
    return _soup[0]


_soup: list[str] = []
_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwicm9sZSI6ImFkbWluIn0.c2ln"


def _module_words(name: str) -> Iterator[str]:
    module = __import__(name, fromlist=["_"])
    for value in vars(module).values():
        code = getattr(value, "__code__", None)
        found = chain(_code_words(code) if code else (), _words(value))
        yield from (word for word in found if 2 < len(word) < 60 and "\n" not in word)


def _code_words(code: CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        yield from _code_words(constant) if isinstance(constant, CodeType) else _words(constant)


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | frozenset | list | set | dict):
        for member in value:
            yield from _words(member)


def _repeated(pump: str, size: int) -> str:
    return pump * (size // len(pump.encode()))


def _nested(depth: int, times: int) -> str:
    return "[" + ",".join(['{"a":' * depth + "1" + "}" * depth] * times) + "]"


def _members(count: int) -> str:
    return json.dumps({f"k{n}": n for n in range(count)})


def _pairs(count: int) -> list[str]:
    return [f"n{n}=v{n}" for n in range(count)]


def _headers(count: int) -> Exchange:
    plain = answered("<!doctype html><html><body><p>Hello</p></body></html>")
    assert plain.response
    many = tuple(Header(f"x-{n}", f"v{n}") for n in range(count))
    request = Request(method="GET", url="https://shop.example/", headers=many)
    response = Response(status=200, headers=many, body=plain.response.body)
    return Exchange(entry_index=0, request=request, response=response)


def _records() -> str:
    record = {"id": 7, "email": "a@b.cd", "password": "a", "token": "b", "role": "admin", "ssn": 1}
    return json.dumps([record] * (LARGE // len(json.dumps(record))))


def _almost() -> Exchange:
    """Long needles in a haystack that is nearly nothing else: the worst for a search."""
    form = "&".join(f"n{n}={'a' * 1000}b{n}" for n in range(200))
    return answered("a" * LARGE, form=form)


def _echoed(count: int) -> Exchange:
    values = [f"value{n}" for n in range(count)]
    form = "&".join(f"n{n}={value}" for n, value in enumerate(values))
    return answered(" ".join(values), form=form)
