"""Grounding: a model's claim counts for as much as the traffic proves of it.

Code can only lower what a model says. Each quote is looked for in what the model was shown, in the
part that it names; what is found becomes evidence in the captured text.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import (
    Evidence,
    Finding,
    Scope,
    Severity,
    fingerprint,
    merged,
)
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View

RULE = "model"
"""Stands in `Finding.rule` when a model found it."""

_UNPROVEN_CONFIDENCE = 30
_UNPROVEN_SEVERITY = Severity.MEDIUM
_MOST_QUOTES = 10
_MOST_CLAIMS = 50
_MOST_QUOTE = 2_000
_MOST_LOOSE = 400
_LOOKED_THROUGH = 200_000
"""Characters of a part in which a quote is looked for that does not stand there word for word."""
_LEAST_QUOTE = 3
_MOST_TITLE = 200
_MOST_TEXT = 4_000
_MOST_STEPS = 20
_READABLE = dict.fromkeys([*range(32), *range(127, 160)], " ") | {9: "\t", 10: "\n"}
_PART = re.compile(
    r"\s*(request|response)[\s.]{1,3}([a-z]{3,7})[\s.\[\"']{0,3}([^\]\"']*)", re.IGNORECASE
)
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Span(NamedTuple):
    """Characters `start` to `end` of a part's text, the end excluded."""

    part: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What is left of a model's answer."""

    findings: tuple[Finding, ...]
    """All of the rules, then the model's own."""
    dropped: int
    """Quotes that do not stand where they are said to."""
    claims: tuple[tuple[Severity, bool], ...]
    """For each claim the severity as it was claimed, and whether it is proven."""


def find(quote: Quote, parts: Mapping[str, str]) -> Span | None:
    """Where a quote stands in the part that it names; None if it does not.

    It may differ in white space, in case, and in how characters are escaped in JSON or HTML.

    Args:
        quote: As the model wrote it.
        parts: The text of each part that the model was shown.
    """
    part = _part(quote.part, parts)
    text = quote.text.strip()
    if part is None or not _says_something(text, parts[part]) or len(text) > _MOST_QUOTE:
        return None
    shown = parts[part]
    for exact in (quote.text, text):
        start = shown.find(exact)
        if start >= 0:
            return Span(part, start, start + len(exact))
    return _find_loosely(text, part, shown)


def grounded(reading: Reading, subject: Subject, model: str) -> Grounded:
    """Check a model's claims, and join them with what the rules found.

    Args:
        reading: The model's answer.
        subject: What it was asked about.
        model: Its name.
    """
    dropped = 0
    claims: list[tuple[Severity, bool]] = []
    rules = list(subject.findings)
    own: list[Finding] = []
    for claim in reading.claims[:_MOST_CLAIMS]:
        evidence, lost = _evidence(claim.quotes[:_MOST_QUOTES], subject)
        dropped += lost
        claims.append((claim.severity, bool(evidence)))
        same = _same(claim, evidence, rules)
        if same is None:
            own.append(_finding(claim, evidence, subject.view, model))
        else:
            rules[same] = _seconded(rules[same], claim, evidence, model)
    return Grounded(findings=(*rules, *merged(own)), dropped=dropped, claims=tuple(claims))


def clean(text: str, most: int = _MOST_TEXT) -> str:
    """A model's words without control characters, and not endless."""
    if not text.isprintable():
        text = text.translate(_READABLE)
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _part(named: str, parts: Mapping[str, str]) -> str | None:
    """The part that a model means, however it spells it."""
    if named in parts:
        return named
    found = _PART.match(named)
    if not found:
        return None
    side, what, name = (piece.strip().lower() for piece in found.groups())
    is_header = what in {"header", "headers"}
    spelt = f"{side}.headers[{name}]" if is_header else f"{side}.{what}"
    return spelt if spelt in parts else None


def _says_something(text: str, shown: str) -> bool:
    """A brace or a quotation mark proves nothing; a short part may be quoted whole."""
    return text == shown.strip() != "" or (
        len(text) >= _LEAST_QUOTE and any(character.isalnum() for character in text)
    )


def _find_loosely(text: str, part: str, shown: str) -> Span | None:
    """Where it stands but for white space, case and escapes."""
    if len(text) > _MOST_LOOSE:
        return None
    within = shown[:_LOOKED_THROUGH]
    lowered = within.lower()
    if len(lowered) != len(within):
        lowered = within  # lower case has other places; only case is taken seriously then
    for variant in dict.fromkeys(_variants(text)):
        wanted = variant.lower() if lowered is not within else variant
        found = re.search(_loose(wanted), lowered)
        if found is not None and found.end() > found.start():
            return Span(part, found.start(), found.end())
    return None


def _loose(text: str) -> str:
    """A pattern for its words and marks with any white space between them."""
    pieces: list[str] = []
    last_end = 0
    for found in _TOKEN.finditer(text):
        if pieces:
            apart = (
                found.start() > last_end and found[0][0].isalnum() and text[last_end - 1].isalnum()
            )
            pieces.append(r"\s++" if apart else r"\s*+")
        pieces.append(re.escape(found[0]))
        last_end = found.end()
    return "".join(pieces)


def _variants(text: str) -> Iterator[str]:
    """Ways in which the same words are written in JSON and in HTML."""
    yield text
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/")
    yield html.escape(text)
    yield html.escape(text, quote=False)
    yield html.unescape(text)
    if "\\" in text:
        yield from _unescaped(text)


def _unescaped(text: str) -> Iterator[str]:
    try:
        yield str(json.loads(f'"{text}"'))
    except ValueError:
        yield text.replace('\\"', '"').replace("\\/", "/").replace("\\\\", "\\")


def _evidence(quotes: Sequence[Quote], subject: Subject) -> tuple[tuple[Evidence, ...], int]:
    """The quotes that hold, in the captured text, and how many do not."""
    spans = [find(quote, subject.masked.parts) for quote in quotes]
    found = (
        subject.view.span(span.part, *subject.masked.original(*span))
        for span in spans
        if span is not None
    )
    return tuple(dict.fromkeys(found)), spans.count(None)


def _same(claim: Claim, evidence: Sequence[Evidence], rules: Sequence[Finding]) -> int | None:
    """The place of the rule's finding that a claim tells again, if there is one."""
    for place, finding in enumerate(rules):
        if finding.type is claim.type and _overlap(finding.evidence, evidence):
            return place
    return None


def _overlap(first: Sequence[Evidence], second: Sequence[Evidence]) -> bool:
    return any(
        one.part == other.part
        and one.offset < other.offset + len(other.text)
        and other.offset < one.offset + len(one.text)
        for one in first
        for other in second
    )


def _seconded(rule: Finding, claim: Claim, evidence: Sequence[Evidence], model: str) -> Finding:
    """A rule's finding that a model sees too: the rule's verdict, the model's explanation."""
    return replace(
        rule,
        evidence=rule.evidence + tuple(one for one in evidence if one not in rule.evidence),
        why=rule.why or clean(claim.why),
        verification_steps=rule.verification_steps or _steps(claim.verification_steps),
        false_positive_hints=rule.false_positive_hints or _steps(claim.false_positive_hints),
        sources=tuple(dict.fromkeys((*rule.sources, model))),
    )


def _finding(claim: Claim, evidence: tuple[Evidence, ...], view: View, model: str) -> Finding:
    confidence, severity = max(0, min(100, claim.confidence)), claim.severity
    if not evidence:
        confidence = min(confidence, _UNPROVEN_CONFIDENCE)
        severity = min(severity, _UNPROVEN_SEVERITY, key=lambda one: one.rank)
    part = evidence[0].part if evidence else ""
    return Finding(
        type=claim.type,
        severity=severity,
        confidence=confidence,
        title=clean(claim.title, _MOST_TITLE),
        description=clean(claim.description),
        remediation=clean(claim.remediation),
        cwe=claim.cwe,
        owasp=tuple(clean(each, _MOST_TITLE) for each in claim.owasp[:10]),
        evidence=evidence,
        rule=RULE,
        fingerprint=fingerprint(
            claim.type, Scope.ENDPOINT, view.request.method, view.url, part, claim.type.value
        ),
        why=clean(claim.why),
        verification_steps=_steps(claim.verification_steps),
        false_positive_hints=_steps(claim.false_positive_hints),
        sources=(model,),
    )


def _steps(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean(text) for text in texts[:_MOST_STEPS] if text.strip())
