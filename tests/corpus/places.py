"""Places of an exchange in which a value can stand."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from reqsift.domain.captures import Body, Exchange, Header, Request, Response

_URL = "https://shop.example/orders/17"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_XML, _HTML, _TEXT = "application/xml", "text/html; charset=utf-8", "text/plain"


class Place(NamedTuple):
    """Where; `make` gets the name of a field and its value."""

    name: str
    make: Callable[[str, str], Exchange]


def exchange(
    *,
    url: str = _URL,
    headers: tuple[Header, ...] = (),
    asked: tuple[str, str] = ("", ""),
    answered: tuple[str, str] = ("<h1>Orders</h1>", _HTML),
    answer_headers: tuple[Header, ...] = (),
) -> Exchange:
    """One with usual headers; bodies are texts with their media types."""
    request = Request(
        method="POST" if asked[0] else "GET",
        url=url,
        headers=(Header("Host", "shop.example"), Header("Accept", "*/*"), *headers),
        body=_body(*asked),
    )
    response = Response(
        status=200,
        headers=(Header("Content-Type", answered[1]), *answer_headers),
        body=_body(*answered),
    )
    return Exchange(entry_index=0, request=request, response=response)


def _body(text: str, mime_type: str) -> Body:
    content = text.encode()
    return Body(content=content, mime_type=mime_type, size=len(content))


def _answer(text: str, mime_type: str) -> Exchange:
    return exchange(answered=(text, mime_type))


def _document(name: str, value: str) -> str:
    return json.dumps({"id": 17, name: value, "state": "open"})


def _base64(name: str, value: str) -> str:
    return b64encode(_document(name, value).encode()).decode()


def _token(name: str, value: str) -> str:
    parts = ({"alg": "HS256"}, {"sub": "17", name: value})
    encoded = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join([*encoded, "c2lnbmF0dXJlLW9mLXRoZS10b2tlbg"])


def _query(name: str, value: str) -> Exchange:
    return exchange(url=f"{_URL}?page=2&{name}={quote(value, safe='')}&sort=date")


def _fragment(name: str, value: str) -> Exchange:
    target = f"{_URL}#state=1&{name}={quote(value, safe='')}"
    return exchange(answer_headers=(Header("Location", target),))


def _referer(name: str, value: str) -> Exchange:
    return exchange(headers=(Header("Referer", f"{_URL}?{name}={quote(value, safe='')}"),))


def _cookie(name: str, value: str) -> Exchange:
    pairs = f"theme=dark; {name}={quote(value, safe='')}; lang=en"
    return exchange(headers=(Header("Cookie", pairs),))


def _set_cookie(name: str, value: str) -> Exchange:
    pair = f"{name}={quote(value, safe='')}; Path=/; HttpOnly"
    return exchange(answer_headers=(Header("Set-Cookie", pair),))


def _form(name: str, value: str) -> Exchange:
    return exchange(asked=(f"user=ada&{name}={quote(value, safe='')}&remember=1", _FORM))


def _form_nested(name: str, value: str) -> Exchange:
    return exchange(asked=(f"account%5B{name}%5D={quote(value, safe='')}&remember=1", _FORM))


def _json_asked(name: str, value: str) -> Exchange:
    return exchange(asked=(_document(name, value), _JSON))


def _json_nested(name: str, value: str) -> Exchange:
    document = {"items": [{"id": 1}, {"account": {name: value, "active": True}}]}
    return _answer(json.dumps(document, indent=2), _JSON)


def _json_escaped(name: str, value: str) -> Exchange:
    return _answer(json.dumps({"event": "saved", "payload": _document(name, value)}), _JSON)


def _graphql(name: str, value: str) -> Exchange:
    query = "mutation Save($input: Input!) { save(input: $input) { id } }"
    text = json.dumps({"query": query, "variables": {"input": {name: value}}})
    return exchange(asked=(text, _JSON))


def _multipart(name: str, value: str) -> Exchange:
    head = f'--b17\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return exchange(asked=(f"{head}{value}\r\n--b17--\r\n", "multipart/form-data; boundary=b17"))


def _xml_element(name: str, value: str) -> Exchange:
    return _answer(f"<account><{name}>{html.escape(value)}</{name}></account>", _XML)


def _xml_attribute(name: str, value: str) -> Exchange:
    return _answer(f'<account id="1" {name}="{html.escape(value)}"/>', _XML)


def _html_input(name: str, value: str) -> Exchange:
    field = f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
    return _answer(f"<form method=post>{field}</form>", _HTML)


def _html_meta(name: str, value: str) -> Exchange:
    return _answer(f'<head><meta name="{name}" content="{html.escape(value)}"></head>', _HTML)


def _html_data(name: str, value: str) -> Exchange:
    return _answer(f'<div class="app" data-{name}="{html.escape(value)}"></div>', _HTML)


def _html_comment(name: str, value: str) -> Exchange:
    return _answer(f"<p>Hi</p><!-- {name}: {html.escape(value)} --><p>there</p>", _HTML)


def _script(name: str, value: str) -> Exchange:
    bare = name.replace("-", "_")
    return _answer(f"<script>var {bare} = {json.dumps(value)};start();</script>", _HTML)


def _script_object(name: str, value: str) -> Exchange:
    return _answer(f"window.settings={{debug:!1,'{name}':{json.dumps(value)}}};", "text/javascript")


def _jwt_claim(name: str, value: str) -> Exchange:
    return _answer(json.dumps({"state": "open", "ticket": _token(name, value)}), _JSON)


def _base64_json(name: str, value: str) -> Exchange:
    return _answer(json.dumps({"state": "open", "blob": _base64(name, value)}), _JSON)


def _base64_header(name: str, value: str) -> Exchange:
    return exchange(headers=(Header("X-Context", _base64(name, value)),))


def _base64_query(name: str, value: str) -> Exchange:
    return exchange(url=f"{_URL}?state={quote(_base64(name, value), safe='')}")


def _header(name: str, value: str) -> Exchange:
    plain = value if value.isascii() and value.isprintable() else quote(value)
    return exchange(headers=(Header(f"X-{name.replace('_', '-')}", plain),))


def _settings_file(name: str, value: str) -> Exchange:
    return _answer(f"DEBUG=1\n{name.upper()}={json.dumps(value)}\nPORT=80\n", _TEXT)


def _log(_: str, value: str) -> Exchange:
    return _answer(f"2026-03-05 10:00:01 WARN could not use {value} here\n", _TEXT)


def _list(_: str, value: str) -> Exchange:
    return _answer(json.dumps({"rows": [["a", 1], [value, 2]]}), _JSON)


def _path(_: str, value: str) -> Exchange:
    return exchange(url=f"https://shop.example/v1/{quote(value, safe='')}/items")


PLACES = (
    Place("header", _header),
    Place("cookie", _cookie),
    Place("set-cookie", _set_cookie),
    Place("query", _query),
    Place("fragment of a redirect", _fragment),
    Place("referer", _referer),
    Place("form", _form),
    Place("form, nested", _form_nested),
    Place("JSON", _json_asked),
    Place("JSON, nested", _json_nested),
    Place("JSON, escaped", _json_escaped),
    Place("GraphQL variables", _graphql),
    Place("multipart", _multipart),
    Place("XML element", _xml_element),
    Place("XML attribute", _xml_attribute),
    Place("HTML input", _html_input),
    Place("HTML meta", _html_meta),
    Place("HTML data attribute", _html_data),
    Place("HTML comment", _html_comment),
    Place("script", _script),
    Place("script object", _script_object),
    Place("JWT claim", _jwt_claim),
    Place("base64 in JSON", _base64_json),
    Place("base64 in a header", _base64_header),
    Place("base64 in the query", _base64_query),
    Place("settings file", _settings_file),
)
"""Where a value has a name."""
ANYWHERE = (Place("log", _log), Place("list", _list))
"""Where it has none."""
PATHS = (Place("path", _path),)
