"""Grounding: a model's claim counts for as much as the traffic proves of it.

Code can only lower what a model says. Each quote is looked for in what the model was shown, in the
part that it names; what is found becomes evidence in the captured text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import (
    Evidence,
    Finding,
    Scope,
    Severity,
    fingerprint,
    merged,
)
from reqsift.domain.quotes import Parts
from reqsift.domain.subjects import Subject
from reqsift.domain.view import STATUS, View

RULE = "model"
"""Stands in `Finding.rule` when a model found it."""

_UNPROVEN_CONFIDENCE = 30
_UNPROVEN_SEVERITY = Severity.MEDIUM
_MOST_QUOTES = 10
_MOST_CLAIMS = 50
_MOST_EVIDENCE = 20
_MOST_TITLE = 200
_MOST_TEXT = 4_000
_MOST_STEPS = 20
_READABLE = dict.fromkeys([*range(32), *range(127, 160)], " ") | {9: "\t", 10: "\n"}
_PROTECTION = re.compile(
    r"(?P<hsts>\bhsts\b|strict.transport)|(?P<csp>\bcsp\b|content.security.policy)"
    r"|(?P<nosniff>nosniff|content.type.options)|(?P<frames>x.frame.options|clickjack|framed\b)"
    r"|(?P<referrer>referr?er.policy)|(?P<httponly>http.?only)|(?P<samesite>same.?site)"
    r"|(?P<secure>\bsecure\b)",
    re.IGNORECASE,
)
"""Protections that a message can lack: who says that one is missing, and where, matters little."""
_COOKIES = frozenset({"request.headers[cookie]", "response.headers[set-cookie]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounded:
    """What is left of a model's answer."""

    findings: tuple[Finding, ...]
    """All of the rules, then the model's own."""
    dropped: int
    """Quotes that do not stand where they are said to."""
    claims: tuple[tuple[Severity, bool], ...]
    """For each claim the severity as it was claimed, and whether it is proven."""


def grounded(reading: Reading, subject: Subject, model: str) -> Grounded:
    """Check a model's claims, and join them with what the rules found.

    Args:
        reading: The model's answer.
        subject: What it was asked about.
        model: Its name.
    """
    parts = Parts(subject.masked.parts)
    dropped = 0
    claims: list[tuple[Severity, bool]] = []
    rules = list(subject.findings)
    own: list[Finding] = []
    for claim in reading.claims[:_MOST_CLAIMS]:
        evidence, lost = _evidence(claim.quotes[:_MOST_QUOTES], subject, parts)
        dropped += lost
        same = _same(claim, evidence, subject.findings)
        claims.append((claim.severity, bool(evidence) or same is not None))
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


def _evidence(
    quotes: Sequence[Quote], subject: Subject, parts: Parts
) -> tuple[tuple[Evidence, ...], int]:
    """The quotes that hold, in the captured text, and how many do not."""
    spans = [parts.find(quote) for quote in quotes]
    found = (
        subject.view.span(span.part, *subject.masked.original(*span))
        for span in spans
        if span is not None
    )
    return tuple(dict.fromkeys(found)), spans.count(None)


def _same(claim: Claim, evidence: Sequence[Evidence], rules: Sequence[Finding]) -> int | None:
    """The place of the rule's finding that a claim tells again, if there is one."""
    said = _protections(claim.title)
    near: int | None = None
    for place, rule in enumerate(rules):
        if rule.type is not claim.type:
            continue
        missing = _protections(f"{rule.rule} {rule.title}")
        touches = _touches(rule.evidence, evidence)
        if missing & said and (touches or not _about_cookie(rule)):
            return place
        if touches and near is None and not (missing and said):
            near = place
    return near


def _protections(text: str) -> set[str]:
    return {str(found.lastgroup) for found in _PROTECTION.finditer(text.replace("-", " "))}


def _about_cookie(rule: Finding) -> bool:
    """Whether it is about one cookie of perhaps several."""
    return any(one.part in _COOKIES for one in rule.evidence)


def _touches(first: Sequence[Evidence], second: Sequence[Evidence]) -> bool:
    """Whether both show the same spot; a status is shown for what stands nowhere."""
    return any(
        one.part == other.part != STATUS and (_is_field(one.part) or _overlap(one, other))
        for one in first
        for other in second
    )


def _is_field(part: str) -> bool:
    """Whether the part as a whole is one thing."""
    return "[" in part and part not in _COOKIES


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.offset < other.offset + len(other.text) and other.offset < one.offset + len(one.text)


def _seconded(rule: Finding, claim: Claim, evidence: Sequence[Evidence], model: str) -> Finding:
    """A rule's finding that a model sees too: the rule's verdict, the model's explanation."""
    more = tuple(one for one in evidence if one not in rule.evidence)
    room = max(0, _MOST_EVIDENCE - len(rule.evidence))
    return replace(
        rule,
        evidence=rule.evidence + more[:room],
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
