"""A model's text as claims, or why it is none; nothing that it left out is made up."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from reqsift.adapters.analyzers.mending import bare_object, check_members
from reqsift.domain.batches import Failure
from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.grounding import clean
from reqsift.domain.retries import Cause

_MOST_FINDINGS = 50
_MOST_CHECKS = 20
_HIGHEST_CWE = 9_999

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


_reply = msgspec.json.Decoder(_Reply)
_pack = msgspec.json.Decoder(_Pack)
_place = msgspec.json.Decoder(_Place)


def read_reply(text: str) -> Reading | Failure:
    """Understand what a model said about one exchange.

    Returns:
        What it claims, or a failure whose reason the model can be asked again with.
    """
    try:
        return _reading(_decoded(text))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return _broken(error)


def read_pack(text: str, count: int) -> list[Reading | Failure]:
    """Understand what a model said about several; what is wrong with one costs only that one."""
    try:
        pack = _decoded_pack(text)
        places = [_place.decode(each).exchange for each in pack.analyses]
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return [_broken(error)] * count
    if stray := [place for place in places if not 1 <= place <= count]:
        reason = ValueError(f"there is no exchange {stray[0]}")
        return [_broken(reason)] * count
    return [
        _one_of(pack.analyses, [at for at, place in enumerate(places) if place == number], number)
        for number in range(1, count + 1)
    ]


def _one_of(analyses: Sequence[msgspec.Raw], found: list[int], number: int) -> Reading | Failure:
    if len(found) != 1:
        times = "is missing" if not found else "occurs twice"
        return _broken(ValueError(f"exchange {number} {times}"))
    try:
        return read_reply(bytes(analyses[found[0]]).decode())
    except UnicodeDecodeError as error:
        return _broken(error)


def _broken(error: Exception) -> Failure:
    what = str(error)[:300] or type(error).__name__
    return Failure(reason=f"The answer breaks the schema: {what}.", cause=Cause.MALFORMED)


def _decoded(text: str) -> tuple[_Reply, str]:
    """The reply and the text of its object, mended where that cannot change what was meant.

    Raises:
        ValueError: It cannot be understood; so do msgspec's errors tell.
    """
    try:
        reply, found = _reply.decode(text), text
    except (msgspec.MsgspecError, ValueError) as error:
        candidate = bare_object(text)
        if candidate is None or candidate.text == text:
            raise
        reply, found = _reply.decode(candidate.text), candidate.text
        if candidate.in_prose and not reply.findings:
            # It might be quoted from the exchange, where strangers may have put it.
            raise ValueError("prose stands around the JSON object") from error
    check_members(found)
    return reply, found


def _decoded_pack(text: str) -> _Pack:
    try:
        return _pack.decode(text)
    except (msgspec.MsgspecError, ValueError) as error:
        candidate = bare_object(text)
        if candidate is None or candidate.text == text:
            raise
        if candidate.in_prose:
            raise ValueError("prose stands around the JSON object") from error
        return _pack.decode(candidate.text)


def _reading(decoded: tuple[_Reply, str]) -> Reading:
    reply, text = decoded
    return Reading(
        summary=clean(reply.summary),
        confidence=max(0, min(100, reply.confidence)),
        next_checks=tuple(
            clean(check) for check in reply.next_checks[:_MOST_CHECKS] if check.strip()
        ),
        claims=tuple(_claim(finding) for finding in reply.findings[:_MOST_FINDINGS]),
        text=text,
    )


def _claim(given: _Finding) -> Claim:
    return Claim(
        type=given.type,
        severity=given.severity,
        confidence=given.confidence,
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
