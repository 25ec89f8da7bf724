"""Redirects whose target the client chose."""

from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, input_evidence
from reqsift.domain.view import RESPONSE_BODY, View

_LOCATION = "response.headers[location]"
_OWASP = ("A01:2021",)
_IN_PAGE = ("http-equiv", "location.", "location=", "location =")


def _open_redirect(view: View) -> Iterator[Match]:
    if not view.inputs or not 200 <= view.status < 400 or _is_registered(view):
        return
    location = view.response_header("location") if view.status >= 300 else None
    host = foreign_host(view, location) if location else ""
    for given in view.inputs:
        if location and host and _chose(view, given, location, host):
            yield Match(
                evidence=(view.whole(_LOCATION), input_evidence(view, given)),
                kind="location",
                part=given.part,
                field=given.name,
                proof=90,
            )
        elif view.is_html and (match := _redirect_in_page(view, given)):
            yield match


def _is_registered(view: View) -> bool:
    """Whether it is an OAuth request, whose target is registered with the client's id."""
    names = {given.name for given in view.inputs}
    return "redirect_uri" in names and "client_id" in names


def _chose(view: View, given: Input, location: str, host: str) -> bool:
    value = given.value.strip()
    if len(value) < 4:
        return False
    return foreign_host(view, value) == host or (value == host and location.find(value) < 12)


def _redirect_in_page(view: View, given: Input) -> Match | None:
    value = given.value.strip()
    if len(value) < 8 or not foreign_host(view, value):
        return None
    offset = view.body.find(value)
    if offset < 0:
        return None
    start = max(0, offset - 80)
    before = view.body[start:offset].lower()
    if ">" in before[before.rfind("http-equiv") :] and "location" not in before:
        return None
    last = max(before.rfind(mark) for mark in _IN_PAGE)
    if last < 0 or "\n" in before[last:]:
        return None
    return Match(
        evidence=(
            view.span(RESPONSE_BODY, start + last, offset + len(value)),
            input_evidence(view, given),
        ),
        kind="in-page",
        part=given.part,
        field=given.name,
        proof=70,
    )


OPEN_REDIRECT = Rule(
    id="open-redirect",
    type=FindingType.OPEN_REDIRECT,
    severity=Severity.MEDIUM,
    title="Client chooses where it is redirected",
    description="A link to this trusted site can lead to any other one, which lends weight to a "
    "fraudulent message and can leak tokens.",
    remediation='Accept only paths: `target if target.startswith("/") and not '
    'target.startswith(("//", "/\\\\")) else "/"`, or names from a list.',
    cwe=601,
    owasp=_OWASP,
    check=_open_redirect,
)
