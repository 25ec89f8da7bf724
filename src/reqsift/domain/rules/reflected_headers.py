"""Input that becomes a part of the headers, or markup in a body of the wrong type."""

import json
import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.places import Place
from reqsift.domain.rules.reflection import (
    ACTIVE,
    MAX_LENGTH,
    MIN_LENGTH,
    TAG,
    XSS_REFERENCES,
    Reflection,
    best_of,
    is_json_body,
)
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_OWASP = ("A03:2021",)
_LINE = re.compile(r"[\r\n]([A-Za-z][\w-]{1,60}):[ \t]{0,8}([^\r\n]{1,200})")
_ATTRIBUTE = re.compile(
    r";\s{0,3}(?:domain|path|expires|max-age|samesite|httponly)\b", re.IGNORECASE
)

_USUAL = frozenset(
    {"content-type", "content-length", "connection", "server", "date", "cache-control", "vary"}
)
"""Headers that have the spelt value without any help."""


def _in_header(view: View) -> Iterator[Match]:
    if view.response is None:
        return
    for given in view.inputs:
        value = given.value
        if "\n" in value or "\r" in value:
            shown = _whole_line(view, value) or _broken_line(view, value)
            proof = 92
        elif ";" in value and view.response_header("set-cookie") and _ATTRIBUTE.search(value):
            shown, proof = view.quote("response.headers[set-cookie]", value), 75
        else:
            continue
        if shown:
            yield _header_match(view, given, shown, proof)


def _header_match(view: View, given: Input, shown: Evidence, proof: int) -> Match:
    return Match(
        evidence=(shown, input_evidence(view, given)),
        kind="header-line" if proof > 80 else "cookie-attribute",
        part=given.part,
        field=given.name,
        proof=proof,
    )


def _whole_line(view: View, value: str) -> Evidence | None:
    """A header that the input spells after a line break."""
    for line in _LINE.finditer(value):
        name, content = line.group(1).lower(), line.group(2).strip()
        if name not in _USUAL and content and content in (view.response_header(name) or ""):
            return view.quote(f"response.headers[{name}]", content)
    return None


def _broken_line(view: View, value: str) -> Evidence | None:
    """The line break itself in a header, as some programs record it."""
    for name in ("location", "set-cookie", "content-disposition"):
        held = view.response_header(name)
        if held and len(value) > 4 and value in held:
            return view.quote(f"response.headers[{name}]", value)
    return None


REFLECTED_IN_HEADER = Rule(
    id="reflected-in-header",
    type=FindingType.OTHER,
    severity=Severity.HIGH,
    title="Input becomes a header of the response",
    description="A line break or a semicolon in the input was not removed, so a link can set "
    "cookies, or replace the page that follows the headers.",
    remediation="Encode values for headers, and refuse control characters: "
    '`quote(value, safe="")` before a cookie or an address is made of it.',
    fixes={
        Stack.EXPRESS: "`res.cookie(name, value)` and `res.redirect(url)`, which encode.",
        Stack.SPRING: "`ResponseCookie.from(name, value)`, and the strict firewall left on.",
        Stack.PHP: '`setcookie($name, $value)` instead of `header("Set-Cookie: ...")`.',
        Stack.ASP_NET: "`Response.Cookies.Append(name, value)`.",
    },
    cwe=113,
    owasp=_OWASP,
    references=("RFC 9110, section 5.5", "CWE-113"),
    silent="It says nothing where the line break came back encoded or as a blank, where the header "
    "has that value on every answer, or of line breaks in a message that only the body shows.",
    check=_in_header,
)


def _json_as_page(view: View) -> Iterator[Match]:
    if not view.is_html or not view.inputs or view.body.lstrip()[:1] not in {"{", "["}:
        return
    if not is_json_body(view):
        return
    for given in view.inputs:
        value = given.value.strip()
        if not MIN_LENGTH <= len(value) <= MAX_LENGTH or not TAG.search(value):
            continue
        forms = (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
        text = next((form for form in forms if form in view.body), "")
        if text:
            found = Reflection(given, text, view.body.find(text), Place(kind="text"))
            proof = 88 if ACTIVE.search(value) else 65
            yield from best_of(view, iter(((proof, found),)), "json-as-html")


JSON_SHOWN_AS_PAGE = Rule(
    id="json-shown-as-page",
    type=FindingType.XSS,
    severity=Severity.MEDIUM,
    title="JSON is served as HTML and holds markup from the input",
    description="The body is JSON, but its content type makes browsers show it as a page, in which "
    "the markup that the client sent is alive.",
    remediation="Send `Content-Type: application/json` with `X-Content-Type-Options: nosniff`.",
    fixes={
        Stack.DJANGO: "`JsonResponse(value)` instead of `HttpResponse(json.dumps(value))`.",
        Stack.FLASK: "`return jsonify(value)` instead of `return json.dumps(value)`.",
        Stack.EXPRESS: "`res.json(value)` instead of `res.send(JSON.stringify(value))`.",
        Stack.SPRING: '`produces = "application/json"` on the mapping.',
        Stack.LARAVEL: "`return response()->json($value)`.",
        Stack.PHP: "`header('Content-Type: application/json')` before `echo json_encode(...)`.",
        Stack.RAILS: "`render json: value`.",
        Stack.ASP_NET: "`return Json(value)` instead of `Content(text)`.",
    },
    cwe=79,
    owasp=_OWASP,
    references=XSS_REFERENCES,
    silent="It says nothing where the content type is that of JSON, where `<` is escaped as "
    "`\\u003c`, or where the markup does not come from the request.",
    check=_json_as_page,
)
