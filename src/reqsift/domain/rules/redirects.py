"""Redirects whose target the client chose."""

import re
from collections.abc import Iterator
from html import escape

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_LOCATION = "response.headers[location]"
_REFRESH = "response.headers[refresh]"
_OWASP = ("A01:2021",)
_IN_SCRIPT = re.compile(
    r"\b(?:location(?:\.href)?\s{0,3}=|location\.(?:replace|assign)\(|navigate\()\s{0,5}[\"'`]\Z"
)
_IN_META = re.compile(
    r"<meta\b[^>]{0,200}?content\s{0,3}=\s{0,3}[\"']?\s{0,3}\d{1,4}\s{0,3}[;,]\s{0,3}"
    r"(?:url\s{0,3}=\s{0,3})?[\"']?\Z",
    re.IGNORECASE,
)
_SIGNS = frozenset({"signature", "sig", "hmac", "sign", "checksum", "x-amz-signature"})
_MAX_PLACES = 4


def _open_redirect(view: View) -> Iterator[Match]:
    if not view.inputs or not 200 <= view.status < 400 or _is_agreed(view):
        return
    location = view.response_header("location") if view.status >= 300 else None
    host = foreign_host(view, location) if location else ""
    if host and _is_pixel(view):
        return
    for given in view.inputs:
        if location and host and _chose(view, given, location, host):
            yield Match(
                evidence=(view.whole(_LOCATION), input_evidence(view, given)),
                kind="location",
                part=given.part,
                field=given.name,
                proof=90,
            )
        elif not location and (match := _by_answer(view, given)):
            yield match


def _is_agreed(view: View) -> bool:
    """Whether the target is registered with a client's id, or the request is signed."""
    names = {given.name.lower() for given in view.inputs}
    if "client_id" in names and not names.isdisjoint({"redirect_uri", "post_logout_redirect_uri"}):
        return True
    return not names.isdisjoint(_SIGNS) or "samlrequest" in names or "wtrealm" in names


def _is_pixel(view: View) -> bool:
    """Whether another site's page loaded it as a picture, as advertisers do to match visitors."""
    accepted = view.request_header("accept") or "text/html"
    referer = view.request_header("referer") or ""
    return "text/html" not in accepted and foreign_host(view, referer) != ""


def _chose(view: View, given: Input, location: str, host: str) -> bool:
    value = given.value.strip()
    if len(value) < 4:
        return False
    return foreign_host(view, value) == host or (value == host and location.find(value) < 12)


def _by_answer(view: View, given: Input) -> Match | None:
    """The body, or the header `Refresh`, leads to where the input says."""
    value = given.value.strip()
    if len(value) < 8 or not foreign_host(view, value):
        return None
    refresh = view.response_header("refresh") or ""
    if value in refresh:
        evidence = (view.whole(_REFRESH), input_evidence(view, given))
        return Match(evidence=evidence, kind="refresh", part=given.part, field=given.name, proof=85)
    return _in_page(view, given, value) if view.is_html else None


def _in_page(view: View, given: Input, value: str) -> Match | None:
    forms = (value, escape(value), value.replace("/", "\\/"))
    for text in dict.fromkeys(forms):
        offset = -1
        for _ in range(_MAX_PLACES):
            offset = view.body.find(text, offset + 1)
            if offset < 0:
                break
            start = _start(view.body, offset)
            if start >= 0:
                span = view.span(RESPONSE_BODY, start, offset + len(text))
                return Match(
                    evidence=(span, input_evidence(view, given)),
                    kind="in-page",
                    part=given.part,
                    field=given.name,
                    proof=75,
                )
    return None


def _start(body: str, offset: int) -> int:
    """Where a redirect begins that leads to what stands at `offset`; -1 if there is none."""
    lowest = max(0, offset - 300)
    before = body[lowest:offset]
    found = _IN_SCRIPT.search(before, max(0, len(before) - 60))
    opening = -1 if found else before.lower().rfind("<meta")
    if opening >= 0 and "refresh" in body[lowest + opening : offset + 2_300].partition(">")[0]:
        found = _IN_META.search(before, opening)
    return lowest + found.start() if found else -1


OPEN_REDIRECT = Rule(
    id="open-redirect",
    type=FindingType.OPEN_REDIRECT,
    severity=Severity.MEDIUM,
    title="Client chooses where it is redirected",
    description="A link to this trusted site can lead to any other one, which lends weight to a "
    "fraudulent message and can leak tokens.",
    remediation='Accept only paths: `target if target.startswith("/") and not '
    'target.startswith(("//", "/\\\\")) else "/"`, or names from a list.',
    fixes={
        Stack.DJANGO: "`url_has_allowed_host_and_scheme(target, {request.get_host()})`.",
        Stack.FLASK: "`redirect(target)` only if `urlsplit(target).netloc` is empty.",
        Stack.EXPRESS: "`new URL(target, base).origin === base` before `res.redirect`.",
        Stack.SPRING: "`UriComponentsBuilder.fromUriString(target)` whose host is null.",
        Stack.LARAVEL: "`redirect()->intended('/')`, no `redirect()->away($input)`.",
        Stack.PHP: "names from a list: `$targets[$_GET['to']] ?? '/'`.",
        Stack.RAILS: "`redirect_to target, allow_other_host: false`.",
        Stack.ASP_NET: "`LocalRedirect(target)`, or `Url.IsLocalUrl(target)`.",
    },
    cwe=601,
    owasp=_OWASP,
    references=("OWASP Unvalidated Redirects and Forwards Cheat Sheet", "CWE-601"),
    silent="It says nothing of OAuth, SAML and signed requests, whose target is agreed upon, of "
    "pixels that other sites load, of hosts of the same site, or where the address is only a link.",
    check=_open_redirect,
)
