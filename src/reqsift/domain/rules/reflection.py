"""Input that comes back without being encoded for the place where it stands."""

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import islice
from typing import NamedTuple

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.places import Place, in_handler, leaves_text, place_of
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

ENCODE = {
    Stack.DJANGO: "`{{ value }}`, no `|safe` or `mark_safe`; `|json_script` for scripts.",
    Stack.FLASK: "`{{ value }}` in a `.html` template; `{{ value|tojson }}` in scripts.",
    Stack.EXPRESS: "`<%= value %>` (EJS) or `{{value}}` (Handlebars), no `<%- %>` or `{{{ }}}`.",
    Stack.SPRING: "`th:text`, no `th:utext`; `[[${value}]]` in `th:inline` scripts.",
    Stack.LARAVEL: "`{{ $value }}`, no `{!! !!}`; `@json($value)` in scripts.",
    Stack.PHP: "`htmlspecialchars($value, ENT_QUOTES, 'UTF-8')`.",
    Stack.RAILS: "`<%= value %>`, no `raw` or `html_safe`; `j` or `to_json` in scripts.",
    Stack.ASP_NET: "`@value`, no `Html.Raw`; `JavaScriptEncoder.Default.Encode(value)` in scripts.",
}
XSS_REFERENCES = ("OWASP Cross Site Scripting Prevention Cheat Sheet", "CWE-79")
_OWASP = ("A03:2021",)
TAG = re.compile(r"<[a-zA-Z/!?]")
ACTIVE = re.compile(
    r"<\s{0,3}(?:script|img|svg|iframe|body|object|embed|video|audio|details|math|base|style)\b"
    r"|\bon[a-z]{3,20}\s{0,3}=|javascript:",
    re.IGNORECASE,
)
SCRIPT_URL = re.compile(r"\s{0,5}(?:javascript|vbscript|data:text/html)\s{0,3}[:,;]", re.IGNORECASE)
LINK = re.compile(r"\b(?:href|src|action|formaction|data)\s{0,3}=\s{0,3}[\"']?\s{0,3}\Z")
_CODE = re.compile(r"[(=;+*-]")
_CALL = re.compile(r"\w\(")
MIN_LENGTH = 5
MAX_LENGTH = 2000
MAX_PLACES = 8
_MOST_REFLECTIONS = 60


class Reflection(NamedTuple):
    """An input that stands in a page as it was sent, or nearly so."""

    given: Input
    text: str
    """How it stands there."""
    offset: int
    place: Place


def _reflections(view: View) -> tuple[Reflection, ...]:
    """Where special inputs came back; most exchanges have none."""
    if not (view.is_html or (view.response and not view.response_type)) or not view.body:
        return ()
    return tuple(islice(_of_inputs(view), _MOST_REFLECTIONS))


def _of_inputs(view: View) -> Iterator[Reflection]:
    for given in view.inputs:
        value = given.value.strip()
        if not _is_special(value) or not MIN_LENGTH <= len(value) <= MAX_LENGTH:
            continue
        for text in _forms(value):
            offset = -1
            for _ in range(MAX_PLACES):
                offset = view.body.find(text, offset + 1)
                if offset < 0:
                    break
                yield Reflection(given, text, offset, place_of(view.body, offset))


def _is_special(value: str) -> bool:
    return any(character in value for character in "<\"'`\\") or bool(SCRIPT_URL.match(value))


def _forms(value: str) -> tuple[str, ...]:
    """As it was sent, half encoded, and encoded, which event handlers undo."""
    half = escape(value, quote=False)
    most = half.replace('"', "&quot;")
    whole = (most.replace("'", "&#x27;"), most.replace("'", "&#39;"))
    return tuple(dict.fromkeys((value, half, most, *whole)))


def is_json_body(view: View) -> bool:
    """Whether the body is JSON, whatever it is called."""
    return view.response_json is not None


def best_of(
    view: View, found: Iterator[tuple[int, Reflection]], kind: str, detail: str = ""
) -> Iterator[Match]:
    """The surest reflection of each input."""
    best: dict[Input, tuple[int, Reflection]] = {}
    for proof, seen in found:
        if proof > best.get(seen.given, (0, seen))[0]:
            best[seen.given] = (proof, seen)
    csp = view.response_header("content-security-policy")
    for given, (proof, seen) in best.items():
        span = view.span(RESPONSE_BODY, seen.offset, seen.offset + len(seen.text))
        yield Match(
            evidence=(span, input_evidence(view, given)),
            kind=kind,
            part=given.part,
            field=given.name,
            proof=proof,
            detail="A Content-Security-Policy is set and may contain it." if csp else detail,
        )


def _reflected(view: View) -> Iterator[Match]:
    seen = view.once(_reflections) if view.inputs else ()
    if seen and not is_json_body(view):
        yield from best_of(view, ((_in_markup(one), one) for one in seen), "unencoded")


def _in_markup(seen: Reflection) -> int:
    """How sure it is that it leaves its context of HTML; 0 if it does not."""
    text, place = seen.text, seen.place
    if place.kind == "comment":
        return 60 if "-->" in text else 0
    if place.kind == "closed":  # such as in a title or a text area
        return 85 if f"</{place.tag}" in text.lower() else 0
    if place.kind == "tag":
        return _in_tag(place.before, text)
    if place.kind != "text" or not TAG.search(text):
        return 0
    return 92 if ACTIVE.search(text) else 60


def _in_tag(tag: str, value: str) -> int:
    """Inside a tag, the quote that opened the value counts; link targets are another rule's."""
    if SCRIPT_URL.match(value) and LINK.search(tag.lower()):
        return 0
    quote = _open_quote(tag)
    if quote and quote not in value:
        return 0
    if not quote and not any(character in value for character in "<\"'`"):
        return 0
    return 88 if ACTIVE.search(value) or ">" in value else 65


def _open_quote(tag: str) -> str:
    """The quote around the value that a tag breaks off in."""
    quote = ""
    for mark in re.finditer(r"[\"']", tag[-2000:]):
        if not quote and tag[-2000:][: mark.start()].rstrip()[-1:] == "=":
            quote = mark.group()
        elif mark.group() == quote:
            quote = ""
    return quote


REFLECTED_INPUT = Rule(
    id="reflected-input",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Input comes back in the page unencoded",
    description="Characters with a meaning in HTML came back as they were sent, so a link or a "
    "form on another site can put a script into this page.",
    remediation="Encode for the place where the value goes, best by a template engine that escapes "
    "by itself: `{{ query }}` in Jinja2 with autoescape on.",
    fixes=ENCODE,
    cwe=79,
    owasp=_OWASP,
    references=XSS_REFERENCES,
    silent="It says nothing where the value came back encoded, where its characters mean nothing "
    "at that place, such as a quote between tags, or where the answer is no page.",
    check=_reflected,
)


def _in_scripts(view: View) -> Iterator[Match]:
    seen = view.once(_reflections) if view.inputs else ()
    if seen:
        yield from best_of(view, ((_in_code(view, one), one) for one in seen), "in-script")


def _in_code(view: View, seen: Reflection) -> int:
    """How sure it is that it leaves its text in a script or an event handler."""
    text, place = seen.text, seen.place
    if place.kind == "script":
        return 92 if "</script" in text.lower() else _leaves(view, seen, place, text)
    if place.kind == "tag":
        handler = in_handler(place.before)
        return _leaves(view, seen, handler, unescape(text)) if handler else 0
    return 0


def _leaves(view: View, seen: Reflection, place: Place, text: str) -> int:
    if place.is_code:
        quoted = any(mark in text for mark in "\"'`")
        return 60 if quoted and _CALL.search(text) else 0
    if leaves_text(place, text):
        return 80 if _CODE.search(text) else 60
    following = view.body[seen.offset + len(seen.text) :][:1]
    dangling = (len(text) - len(text.rstrip("\\"))) % 2 == 1
    return 70 if dangling and place.quote and following == place.quote else 0


REFLECTED_IN_SCRIPT = Rule(
    id="reflected-in-script",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Input comes back in a script of the page and can leave its text",
    description="The value stands inside a script, and the quote, backslash or `</script` in it "
    "came back as it was sent, so what follows it runs as code.",
    remediation="Write data as JSON with `<` escaped, and read it in the script: `const query = "
    "{{ query|tojson }};` in Jinja2; HTML encoding does not help inside a script.",
    fixes=ENCODE,
    cwe=79,
    owasp=_OWASP,
    references=XSS_REFERENCES,
    silent="It says nothing where the quote is escaped, is not the one that encloses the value, "
    "or where the script holds data such as JSON that no browser runs.",
    check=_in_scripts,
)
