"""A model's text as an analysis, or why it is none; nothing that it left out is made up."""

from typing import Annotated

import msgspec

from reqsift.adapters.analyzers.mending import bare_object, is_repeated
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Exchange
from reqsift.domain.findings import (
    Evidence,
    Finding,
    FindingType,
    Scope,
    Severity,
    fingerprint,
    merged,
)
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from reqsift.domain.view import View

RULE = "model"
"""Stands in `Finding.rule` when a model found it."""

_UNPROVEN_CONFIDENCE = 30
_UNPROVEN_SEVERITY = Severity.MEDIUM
_MOST_FINDINGS = 50
_MOST_EVIDENCE = 10
_MOST_CHECKS = 20
_MOST_OWASP = 10
_MOST_TITLE = 200
_MOST_TEXT = 4_000
_HIGHEST_CWE = 9_999
_READABLE = dict.fromkeys([*range(32), *range(127, 160)], " ") | {9: "\t", 10: "\n"}

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Quote(msgspec.Struct, gc=False):
    part: str
    quote: str


class _Finding(msgspec.Struct):
    type: FindingType
    severity: Severity
    confidence: int
    title: _Text
    description: str
    remediation: str
    cwe: Annotated[int, msgspec.Meta(ge=0, le=_HIGHEST_CWE)]
    owasp: list[str]
    evidence: list[_Quote]


class _Reply(msgspec.Struct, rename="camel"):
    summary: _Text
    confidence: int
    next_checks: list[str]
    findings: list[_Finding]


_decoder = msgspec.json.Decoder(_Reply)


def _object(**properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_STRING = {"type": "string"}
_INTEGER = {"type": "integer"}

# Providers refuse bounds and patterns: what they would say stands in the instruction.
SCHEMA = msgspec.json.encode(
    _object(
        summary=_STRING,
        confidence=_INTEGER,
        nextChecks=_array(_STRING),
        findings=_array(
            _object(
                type={"type": "string", "enum": list(FindingType)},
                severity={"type": "string", "enum": list(Severity)},
                confidence=_INTEGER,
                title=_STRING,
                description=_STRING,
                remediation=_STRING,
                cwe=_INTEGER,
                owasp=_array(_STRING),
                evidence=_array(_object(part=_STRING, quote=_STRING)),
            )
        ),
    )
)
"""JSON schema of the answer."""


def read_reply(
    text: str, exchange: Exchange, model: str, usage: Usage, duration_ms: float
) -> Analysis | Failure:
    """Understand a model's text.

    Args:
        text: All that it said.
        exchange: What it was shown, where its quotes are looked up.
        model: The analyzer's name.
        usage: What the call took.
        duration_ms: How long it took.

    Returns:
        An analysis, or a failure whose reason the model can be asked again with.
    """
    try:
        reply = _decode(text)
        view = View(exchange)
        findings = merged([_finding(each, view) for each in reply.findings[:_MOST_FINDINGS]])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        what = str(error)[:300] or type(error).__name__
        return Failure(reason=f"The answer breaks the schema: {what}.", cause=Cause.MALFORMED)
    return Analysis(
        model=model,
        summary=_clean(reply.summary),
        findings=findings,
        next_checks=tuple(
            _clean(check) for check in reply.next_checks[:_MOST_CHECKS] if check.strip()
        ),
        confidence=_percent(reply.confidence),
        usage=usage,
        duration_ms=duration_ms,
    )


def _decode(text: str) -> _Reply:
    """Decode the text, mended for free where that cannot change what was meant.

    Raises:
        ValueError: It cannot be understood; so do msgspec's errors tell.
    """
    try:
        reply = _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError) as error:
        candidate = bare_object(text)
        if candidate is None or candidate.text == text:
            raise
        reply = _decoder.decode(candidate.text)
        if candidate.in_prose and not reply.findings:
            # It might be quoted from the exchange, where strangers may have put it.
            raise ValueError("prose stands around the JSON object") from error
    if not reply.findings and is_repeated("findings", text):
        raise ValueError("findings occurs twice")
    return reply


def _finding(given: _Finding, view: View) -> Finding:
    evidence = _evidence(given.evidence, view)
    confidence, severity = _percent(given.confidence), given.severity
    if not evidence:
        confidence = min(confidence, _UNPROVEN_CONFIDENCE)
        severity = min(severity, _UNPROVEN_SEVERITY, key=lambda one: one.rank)
    part = evidence[0].part if evidence else ""
    return Finding(
        type=given.type,
        severity=severity,
        confidence=confidence,
        title=_clean(given.title, _MOST_TITLE),
        description=_clean(given.description),
        remediation=_clean(given.remediation),
        cwe=given.cwe,
        owasp=tuple(_clean(each, _MOST_TITLE) for each in given.owasp[:_MOST_OWASP]),
        evidence=evidence,
        rule=RULE,
        fingerprint=fingerprint(
            given.type, Scope.ENDPOINT, view.request.method, view.url, part, given.type.value
        ),
    )


def _evidence(quotes: list[_Quote], view: View) -> tuple[Evidence, ...]:
    """The quotes that stand where they are said to stand, each once."""
    found = (_located(each, view) for each in quotes[:_MOST_EVIDENCE])
    return tuple(dict.fromkeys(evidence for evidence in found if evidence))


def _located(given: _Quote, view: View) -> Evidence | None:
    part = given.part.strip()
    if "[" in part:
        part = part.lower()
    bare = given.quote.strip()
    if not bare or (view.response is None and part.startswith("response")):
        return None
    return view.quote(part, given.quote) or view.quote(part, bare)


def _percent(number: int) -> int:
    return max(0, min(100, number))


def _clean(text: str, most: int = _MOST_TEXT) -> str:
    """Without control characters, and not endless."""
    if not text.isprintable():
        text = text.translate(_READABLE)
    text = text.strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
