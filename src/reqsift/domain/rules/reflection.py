"""Input that comes back into a page without being encoded."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A03:2021",)
_TAG = re.compile(r"<[a-zA-Z/!?]")
_ACTIVE = re.compile(
    r"<\s{0,3}(?:script|img|svg|iframe|body|object|embed|video|audio|details|math|base|style)\b"
    r"|\bon[a-z]{3,20}\s{0,3}=|javascript:",
    re.IGNORECASE,
)
_SCRIPT_URL = re.compile(
    r"\s{0,5}(?:javascript|vbscript|data:text/html)\s{0,3}[:,;]", re.IGNORECASE
)
_LINK = re.compile(r"\b(?:href|src|action|formaction)\s{0,3}=\s{0,3}[\"']?\s{0,3}\Z")
_MIN_LENGTH = 5
_MAX_LENGTH = 2000
_MAX_PLACES = 8


def _reflected(view: View) -> Iterator[Match]:
    if not (view.is_html or (view.response and not view.response_type)) or not view.body:
        return
    for given in view.inputs:
        value = given.value.strip()
        if not _MIN_LENGTH <= len(value) <= _MAX_LENGTH or not _is_special(value):
            continue
        proof, offset = max(_places(view.body, value), default=(0, 0))
        if proof:
            span = view.span(RESPONSE_BODY, offset, offset + len(value))
            yield Match(
                evidence=(span, input_evidence(view, given)),
                kind="unencoded",
                part=given.part,
                field=given.name,
                proof=proof,
                detail=_place(view, given),
            )


def _places(body: str, value: str) -> Iterator[tuple[int, int]]:
    """How sure, and where, for the first places of `value`."""
    offset = -1
    for _ in range(_MAX_PLACES):
        offset = body.find(value, offset + 1)
        if offset < 0:
            return
        yield _proof(body, offset, value), offset


def _is_special(value: str) -> bool:
    return any(character in value for character in "<\"'`") or bool(_SCRIPT_URL.match(value))


def _place(view: View, given: Input) -> str:
    csp = view.response_header("content-security-policy")
    return "A Content-Security-Policy is set and may contain it." if csp and given.value else ""


def _proof(body: str, offset: int, value: str) -> int:
    """How sure it is that `value` at `offset` leaves its context; 0 if it does not."""
    before = body[max(0, offset - 4000) : offset].lower()
    if before.rfind("<!--") > before.rfind("-->"):
        return 60 if "-->" in value else 0
    if before.rfind("<script") > before.rfind("</script"):
        return _in_script(before, value)
    opening = before.rfind("<")
    if opening > before.rfind(">"):
        return _in_tag(before[opening:], value)
    if before.rfind("<textarea") > before.rfind("</textarea"):
        return 85 if "</textarea" in value.lower() else 0
    if not _TAG.search(value):
        return 0
    return 92 if _ACTIVE.search(value) else 60


def _in_script(before: str, value: str) -> int:
    if "</script" in value.lower():
        return 92
    line = before[before.rfind("\n") + 1 :]
    quotes = [mark for mark in "\"'`" if line.count(mark) % 2]
    return 80 if any(mark in value for mark in quotes) else 0


def _in_tag(tag: str, value: str) -> int:
    """Inside a tag, the quote that opened the value counts, or a link's start."""
    if _SCRIPT_URL.match(value) and _LINK.search(tag):
        return 88
    if not any(character in value for character in "<\"'`"):
        return 0
    double, single = tag.count('"') % 2, tag.count("'") % 2
    quote = '"' if double else "'" if single else ""
    if quote and quote not in value:
        return 0
    return 88 if _ACTIVE.search(value) or ">" in value else 65


REFLECTED_INPUT = Rule(
    id="reflected-input",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Input comes back in the page unencoded",
    description="Characters with a meaning in HTML came back as they were sent, so a link or a "
    "form on another site can put a script into this page.",
    remediation="Encode for the place where the value goes, best by a template engine that escapes "
    "by itself: `{{ query }}` in Jinja2 with autoescape on.",
    cwe=79,
    owasp=_OWASP,
    check=_reflected,
)

_PROBES = re.compile(
    r"<script>\s{0,5}(?:alert|confirm|prompt)\s{0,3}\(|javascript:(?:alert|confirm|prompt)\("
    r"|\bon(?:error|load|mouseover|focus|toggle)\s{0,3}=\s{0,3}[\"']?(?:alert|confirm|prompt)[(`]",
    re.IGNORECASE,
)


def _stored(view: View) -> Iterator[Match]:
    if not view.is_html or view.status >= 400:
        return
    if not any(probe in view.lower_body for probe in ("alert(", "confirm(", "prompt(", "alert`")):
        return
    found = _PROBES.search(view.body)
    if found and not any(found.group() in given.value for given in view.inputs):
        evidence = (view.span(RESPONSE_BODY, *found.span()),)
        yield Match(evidence=evidence, kind="stored-probe", proof=65)


STORED_PROBE = Rule(
    id="stored-script",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Page holds what looks like a stored script probe",
    description="The page contains a script of the kind that testers leave in text fields, and it "
    "is not encoded, so it runs for every visitor.",
    remediation="Encode stored text when it is written into a page, best by a template engine that "
    "escapes by itself.",
    cwe=79,
    owasp=_OWASP,
    check=_stored,
)

_SINK = re.compile(
    r"(?:innerHTML\s{0,3}\+?=|outerHTML\s{0,3}=|document\.write(?:ln)?\(|\beval\(|\.html\()"
    r"[^;\n]{0,160}?\b(?:location\.(?:hash|search|href)|document\.(?:referrer|URL)|window\.name)",
)
_SINKS = ("innerHTML", "outerHTML", "document.write", "eval(", ".html(")
_SOURCES = ("location.", "document.referrer", "document.URL", "window.name")
_CLEANERS = ("sanitize", "encodeURI", "escape", "DOMPurify", "encodeHTML", "textContent")


def _dom_sink(view: View) -> Iterator[Match]:
    if not (view.is_html or view.is_script) or not any(s in view.body for s in _SOURCES):
        return
    found = _SINK.search(view.body) if any(sink in view.body for sink in _SINKS) else None
    if found and not any(cleaner in found.group() for cleaner in _CLEANERS):
        evidence = (view.span(RESPONSE_BODY, *found.span()),)
        yield Match(evidence=evidence, kind="dom", proof=70)


DOM_SINK = Rule(
    id="dom-script-sink",
    type=FindingType.XSS,
    severity=Severity.MEDIUM,
    title="Script writes a part of the address into the page",
    description="What stands after `#` or `?` in a link is written into the page as HTML or code, "
    "so a prepared link can run a script.",
    remediation="Write text with `element.textContent = value`, or clean HTML with DOMPurify.",
    cwe=79,
    owasp=_OWASP,
    check=_dom_sink,
)
