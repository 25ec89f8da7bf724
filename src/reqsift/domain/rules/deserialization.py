"""Serialized objects of programming languages that a client can change."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.view import REQUEST_BODY, View

_MARKS = (
    ("java", re.compile(r"^(?:rO0AB|aced0005|H4sIAAAAAAAA[\w+/-]{0,8}rO0)", re.IGNORECASE)),
    ("php", re.compile(r'^(?:O:\d{1,4}:"[\w\\]{1,128}":\d{1,4}:\{|a:\d{1,4}:\{[is]:\d)')),
    ("php", re.compile(r"^(?:Tzo\d|TzoxM|YToy|YTox)[\w+/=-]{16}")),
    ("python", re.compile(r"^gA[JRSTUVWXYZ][\w+/=-]{12}|^\(dp0\s|^c__builtin__|^Y19fYnVpbHRpb")),
    ("dotnet", re.compile(r"^AAEAAAD/////")),
    ("ruby", re.compile(r"^BAh[\w+/=-]{12}")),
)
_TYPE_NAME = re.compile(
    r'"(?:\$type|@class|@type)"\s{0,3}:\s{0,3}"[\w.]{3,120}(?:, ?[\w.]{2,80})?"'
)


def _language(value: str) -> str:
    if len(value) < 8:
        return ""
    text = unquote(value[:600]) if "%" in value[:600] else value
    return next((language for language, mark in _MARKS if mark.match(text)), "")


def _match(evidence: Evidence, language: str, field: str, proof: int = 75) -> Match:
    return Match(evidence=(evidence,), kind=language, field=field, proof=proof)


def _serialized(view: View) -> Iterator[Match]:
    for given in view.inputs:
        if language := _language(given.value):
            yield _match(input_evidence(view, given), language, given.name)
    yield from _in_cookies(view)
    yield from _in_body(view)


def _in_cookies(view: View) -> Iterator[Match]:
    for name, value in view.cookies:
        language = _language(value)
        sent = view.quote("request.headers[cookie]", value) if language else None
        if sent:
            yield _match(sent, language, name)
    for issued in view.set_cookies:
        if language := _language(issued.value):
            yield _match(issued.evidence, language, issued.name)


def _in_body(view: View) -> Iterator[Match]:
    text = view.request_text
    if text and "java-serialized" in view.request_type:
        yield _match(view.whole(REQUEST_BODY), "java", "", 85)
    elif '"$type"' in text or '"@class"' in text:
        named = _TYPE_NAME.search(text)
        if named:
            yield _match(view.span(REQUEST_BODY, *named.span()), "type-name", "", 60)


SERIALIZED_OBJECT = Rule(
    id="serialized-object",
    type=FindingType.DESERIALIZATION,
    severity=Severity.HIGH,
    title="Client holds a serialized object",
    description="The server hands out or takes an object in a language's own serialization format. "
    "Reading a changed one back can run code.",
    remediation="Exchange plain data such as JSON with a fixed schema; where state must go to the "
    "client, sign it and check the signature before parsing.",
    cwe=502,
    owasp=("A08:2021",),
    check=_serialized,
)
