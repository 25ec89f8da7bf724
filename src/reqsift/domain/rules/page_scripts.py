"""Scripts that somebody left in a page, and scripts that write what an address says."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.reflection import ENCODE
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host
from reqsift.domain.view import RESPONSE_BODY, View

_PROBES = re.compile(
    r"<script>\s{0,5}(?:alert|confirm|prompt)\s{0,3}\(|javascript:(?:alert|confirm|prompt)\("
    r"|<[a-z](?:[^<>\"'&]|\"[^\"<>]{0,300}\"|'[^'<>]{0,300}'){0,200}?[\s\"'/]on(?:error|load|mouseover|focus|toggle)\s{0,3}=\s{0,3}[\"']?"
    r"(?:alert|confirm|prompt)[(`]",
    re.IGNORECASE,
)
# Ways to hide a script that no author of a page has a use for.
_HIDDEN = re.compile(
    r"<img\s{1,5}src\s{0,3}=\s{0,3}(?:\"(?:x|1|a)\"|'(?:x|1|a)'|(?:x|1|a)\b)\s{1,5}onerror\s{0,3}="
    r"\s{0,3}(?![\"']?\s{0,3}(?:this\.|if\s{0,3}\())[^\s>]{1,200}"
    r"|<(?:animate|set)\s[^<>]{0,200}?attributeName\s{0,3}=\s{0,3}[\"']?(?:xlink:)?href\b[^<>]{0,200}?"
    r"(?:script:|&#)[^<>]{0,80}"
    r"|=\s{0,3}[\"']?(?:&#(?:106|74|x6a|x4a);?|j&#(?:97|x61);?)[^<>\"']{1,80}"
    r"|<svg[\s/]onload\s{0,3}=[^<>]{1,160}",
    re.IGNORECASE,
)
_HIDING = ("onerror", "attributename", "&#106", "&#x6a", "&#74", "&#x4a", "j&#", "<svg")
_TAKEN = re.compile(
    r"(?:fetch\(|new Image\(\)\.src\s{0,3}=|sendBeacon\(|location(?:\.href)?\s{0,3}=)\s{0,3}[\"'`]"
    r"((?:https?:)?//[^\"'`\s]{3,200})[\"'`]?\s{0,3}(?:\+|,|\$\{)[^;<\n]{0,60}?document\.cookie"
)


def _stored(view: View) -> Iterator[Match]:
    if not view.is_html or view.status >= 400:
        return
    lower = view.lower_body
    found, kind = None, "stored-probe"
    if any(probe in lower for probe in ("alert(", "confirm(", "prompt(", "alert`")):
        found = _PROBES.search(view.body)
    if not found and any(word in lower for word in _HIDING):
        found, kind = _HIDDEN.search(view.body), "hidden-script"
    if not found and "document.cookie" in lower:
        found, kind = _TAKEN.search(view.body), "cookie-sent-away"
        found = found if found and foreign_host(view, found.group(1)) else None
    if found and not any(_is_same(given.value, found.group()) for given in view.inputs):
        evidence = (view.span(RESPONSE_BODY, *found.span()),)
        yield Match(evidence=evidence, kind=kind, proof=65)


def _is_same(value: str, shown: str) -> bool:
    """Whether the page shows what the request just sent."""
    return bool(value) and (shown in value or (len(value) > 8 and value in shown))


STORED_PROBE = Rule(
    id="stored-script",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Page holds what looks like a stored script probe",
    description="The page contains a script of the kind that testers leave in text fields, and it "
    "is not encoded, so it runs for every visitor.",
    remediation="Encode stored text when it is written into a page, best by a template engine that "
    "escapes by itself.",
    fixes=ENCODE,
    cwe=79,
    owasp=("A03:2021",),
    references=("OWASP Cross Site Scripting Prevention Cheat Sheet", "CWE-79"),
    silent="It says nothing of probes that stand encoded, in code of the page's own or in the "
    "request itself, which `reflected-input` tells of.",
    check=_stored,
)

_SINK = re.compile(
    r"(?:innerHTML\s{0,3}\+?=|outerHTML\s{0,3}=|document\.write(?:ln)?\(|\beval\(|\.html\()"
    r"[^;\n]{0,160}?\b(?:location\.(?:hash|search|href)|document\.(?:referrer|URL)|window\.name)",
)
_SINKS = ("innerHTML", "outerHTML", "document.write", "eval(", ".html(")
_BY_NAME = re.compile(
    r"\b(?:var|let|const)\s{1,3}([\w$]{1,30})\s{0,3}=\s{0,3}[^;\n]{0,60}?"
    r"\b(?:location\.(?:hash|search)|document\.referrer|window\.name)[^;\n]{0,80};"
    r"(?:(?!\bfunction\b)[^\n]){0,200}?"
    r"(?:innerHTML\s{0,3}\+?=|document\.write(?:ln)?\(|\beval\(|\.html\()"
    r"[^;\n]{0,60}?(?<![\w$.])\1(?![\w$])[^;\n]{0,20}"
)
_BY_MESSAGE = re.compile(
    r"addEventListener\(\s{0,3}[\"']message[\"']\s{0,3},\s{0,3}(?:async\s{1,3})?"
    r"(?:function\s{0,3}[\w$]{0,30}\s{0,3}\(\s{0,3}|\(?\s{0,3})([\w$]{1,30})\s{0,3}\)?"
    r"\s{0,3}(?:=>)?\s{0,3}\{?(?:(?!origin)[^\n}]){0,160}?"
    r"(?:innerHTML\s{0,3}\+?=|document\.write\(|\beval\(|new Function\(|\.html\()"
    r"[^;\n]{0,40}?(?<![\w$.])\1\.data\b[\w.]{0,40}"
)
_SOURCES = ("location.", "document.referrer", "document.URL", "window.name")
_CLEANERS = ("sanitize", "encodeURI", "escape", "DOMPurify", "encodeHTML", "textContent")


def _dom_sink(view: View) -> Iterator[Match]:
    if not (view.is_html or view.is_script) or not any(sink in view.body for sink in _SINKS):
        return
    found = None
    if any(source in view.body for source in _SOURCES):
        found = _SINK.search(view.body) or _BY_NAME.search(view.body)
    if not found and "message" in view.lower_body and "addEventListener(" in view.body:
        found = _BY_MESSAGE.search(view.body)
    if found and not any(cleaner in found.group() for cleaner in _CLEANERS):
        evidence = (view.span(RESPONSE_BODY, *found.span()),)
        yield Match(evidence=evidence, kind="dom", proof=70)


DOM_SINK = Rule(
    id="dom-script-sink",
    type=FindingType.XSS,
    severity=Severity.MEDIUM,
    title="Script writes a part of the address into the page",
    description="What stands after `#` or `?` in a link, or what another window sends, is written "
    "into the page as HTML or code, so a prepared link or page can run a script.",
    remediation="Write text with `element.textContent = value`, or clean HTML with DOMPurify.",
    cwe=79,
    owasp=("A03:2021",),
    references=("OWASP DOM based XSS Prevention Cheat Sheet", "CWE-79"),
    silent="It says nothing where the value is cleaned or encoded on the same line, written as "
    "text, or where the sender of a message is looked at; a sink that the value reaches over "
    "several lines is not seen.",
    check=_dom_sink,
)
