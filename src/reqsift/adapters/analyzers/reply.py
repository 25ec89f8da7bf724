"""A model's text as claims, or why it is none; nothing that it left out is made up."""

import re
from typing import Annotated

import msgspec

from reqsift.adapters.analyzers.mending import bare_object, check_members
from reqsift.domain.batches import Failure
from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.grounding import clean
from reqsift.domain.retries import Cause

_MOST_CHECKS = 20
_HIGHEST_CWE = 9_999
_DECLINES = re.compile(
    r"\W{0,3}(?:i(?:['’]m| am) (?:very |so |really )?(?:sorry|unable|not able)"
    r"|i (?:can(?:no|['’])t|won['’]t|will not|must decline|have to decline|decline)"
    r"|sorry\b|i apologi[sz]e)",
    re.IGNORECASE,
)
"""How a refusal in words begins."""

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Quote(msgspec.Struct, gc=False):
    part: str
    quote: str


class _Finding(msgspec.Struct, rename="camel"):
    type: FindingType
    severity: Severity
    confidence: int
    title: _Text
    description: str
    why: str
    remediation: str
    cwe: Annotated[int, msgspec.Meta(ge=0, le=_HIGHEST_CWE)]
    owasp: list[str]
    evidence: list[_Quote]
    verification_steps: list[str]
    false_positive_hints: list[str]


class _Reply(msgspec.Struct, rename="camel"):
    summary: _Text
    confidence: int
    next_checks: list[str]
    findings: list[_Finding]


class _Pack(msgspec.Struct):
    analyses: list[msgspec.Raw]


class _Place(msgspec.Struct):
    exchange: int


# Not strict: a number in quotation marks is that number.
_reply = msgspec.json.Decoder(_Reply, strict=False)
_pack = msgspec.json.Decoder(_Pack)
_place = msgspec.json.Decoder(_Place, strict=False)
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def read_reply(text: str) -> Reading | Failure:
    """Understand what a model said about one exchange.

    Returns:
        What it claims, or a failure whose reason the model can be asked again with.
    """
    try:
        return _understood(text)
    except _UNREADABLE as error:
        return _broken(error, text)


def read_pack(text: str, count: int) -> list[Reading | Failure]:
    """Understand what a model said about several; what is wrong with one costs only that one.

    Args:
        text: All that it said.
        count: How many exchanges it was asked about.

    Returns:
        One result for each exchange, in order.
    """
    try:
        analyses, in_prose = _packed(text)
    except _UNREADABLE as error:
        return [_broken(error, text)] * count
    numbers = [_number(each) for each in analyses]
    results: list[Reading | Failure] = []
    for number in range(1, count + 1):
        its = [one for one, given in zip(analyses, numbers, strict=True) if given == number]
        if len(its) == 1:
            results.append(_read_one(its[0], in_prose=in_prose))
        else:
            times = "is missing" if not its else f"occurs {len(its)} times"
            results.append(_broken(ValueError(f"exchange {number} {times}")))
    return results


def _understood(text: str) -> Reading:
    try:
        reply, found, in_prose = _reply.decode(text), text, False
    except (msgspec.MsgspecError, ValueError):
        found, in_prose = _freed(text)
        reply = _reply.decode(found)
    check_members(found)
    return _reading(reply, found, in_prose=in_prose)


def _packed(text: str) -> tuple[list[str], bool]:
    """The analyses of a pack, each as text, and whether prose stood around them."""
    try:
        pack, in_prose = _pack.decode(text), False
    except (msgspec.MsgspecError, ValueError):
        text, in_prose = _freed(text)
        pack = _pack.decode(text)
    check_members(text)
    return [bytes(each).decode() for each in pack.analyses], in_prose


def _freed(text: str) -> tuple[str, bool]:
    """The one object in a text, mended where that cannot change what was meant.

    Raises:
        msgspec.DecodeError: There is nothing to mend.
        ValueError: There is no such object.
    """
    candidate = bare_object(text)
    if candidate is None:
        msgspec.json.decode(text)  # to tell where it breaks
        raise ValueError("it is no JSON object, or not the only one")
    return candidate.text, candidate.in_prose


def _number(analysis: str) -> int | None:
    """The exchange that an analysis says it is about."""
    try:
        return _place.decode(analysis).exchange
    except _UNREADABLE:
        return None


def _read_one(analysis: str, *, in_prose: bool) -> Reading | Failure:
    try:
        return _reading(_reply.decode(analysis), analysis, in_prose=in_prose)
    except _UNREADABLE as error:
        return _broken(error)


def _broken(error: Exception, text: str = "") -> Failure:
    if _DECLINES.match(text) and "{" not in text:
        reason = "The model declined to look at this request; use offline for it."
        return Failure(reason=reason, cause=Cause.REFUSED)
    what = str(error)[:300] or type(error).__name__
    return Failure(reason=f"The answer breaks the schema: {what}.", cause=Cause.MALFORMED)


def _reading(reply: _Reply, text: str, *, in_prose: bool) -> Reading:
    if in_prose and not reply.findings:
        # It might be quoted from the exchange, where strangers may have put it.
        raise ValueError("prose stands around the JSON object")
    return Reading(
        summary=clean(reply.summary),
        confidence=_percent(reply.confidence),
        next_checks=tuple(
            clean(check) for check in reply.next_checks[:_MOST_CHECKS] if check.strip()
        ),
        claims=tuple(_claim(finding) for finding in reply.findings),
        text=text,
    )


def _claim(given: _Finding) -> Claim:
    return Claim(
        type=given.type,
        severity=given.severity,
        confidence=_percent(given.confidence),
        title=given.title,
        description=given.description,
        why=given.why,
        remediation=given.remediation,
        cwe=given.cwe,
        owasp=tuple(given.owasp),
        quotes=tuple(Quote(part=each.part, text=each.quote) for each in given.evidence),
        verification_steps=tuple(given.verification_steps),
        false_positive_hints=tuple(given.false_positive_hints),
    )


def _percent(number: int) -> int:
    return max(0, min(100, number))
