"""Secrets and active content that travel unencrypted."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    in_clear,
    input_evidence,
    is_loopback,
    is_password_name,
    issued_sessions,
    session_cookies,
)
from reqsift.domain.urls import parse_url
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API8:2023")
_MAX_LINKS = 200
_MAX_TAG = 400
_TAG = re.compile(
    r"<(script|iframe|link|object|embed|img|audio|video|source|form)\b", re.IGNORECASE
)
_LOADS = re.compile(r"\b(?:src|href|data|action)\s{0,3}=\s{0,3}[\"']?$", re.IGNORECASE)
_PASSWORD_FIELD = re.compile(r"type\s{0,3}=\s{0,3}[\"']?password\b", re.IGNORECASE)
_PASSIVE = frozenset({"img", "audio", "video", "source"})


def _credentials_in_clear(view: View) -> Iterator[Match]:
    if not in_clear(view):
        return
    for given in view.inputs:
        if given.value and is_password_name(given.name):
            evidence = (input_evidence(view, given),)
            yield Match(evidence=evidence, kind="password", field=given.name, proof=95)
    asked = (view.response_header("www-authenticate") or "")[:6].lower()
    if asked == "basic " and view.status == 401:
        whole = view.whole("response.headers[www-authenticate]")
        yield Match(evidence=(whole,), kind="basic-asked", proof=85)
    authorization = view.request_header("authorization") or ""
    scheme = authorization.partition(" ")[0].lower()
    if scheme in {"basic", "bearer"}:
        whole = view.whole("request.headers[authorization]")
        yield Match(evidence=(whole,), kind=scheme, proof=90)


CREDENTIALS_IN_CLEAR = Rule(
    id="credentials-in-clear",
    type=FindingType.AUTHENTICATION,
    severity=Severity.HIGH,
    title="Credentials travel over plain HTTP",
    description="Everybody between the user and the server can read this password or token and "
    "use it.",
    remediation="Serve the site over HTTPS only, redirect HTTP to it and send HSTS.",
    cwe=319,
    owasp=(*_OWASP, "A07:2021"),
    check=_credentials_in_clear,
)


def _session_in_clear(view: View) -> Iterator[Match]:
    if not in_clear(view):
        return
    for cookie in issued_sessions(view):
        yield Match(evidence=(cookie.evidence,), kind="set-in-clear", field=cookie.name, proof=85)
    for sent in session_cookies(view):
        found = view.quote("request.headers[cookie]", sent.name)
        if found:
            yield Match(evidence=(found,), kind="sent-in-clear", field=sent.name, proof=80)


SESSION_IN_CLEAR = Rule(
    id="session-in-clear",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.MEDIUM,
    title="Session cookie travels over plain HTTP",
    description="Everybody between the user and the server can copy this cookie and take over the "
    "session.",
    remediation="Serve the site over HTTPS only and set the cookie with `Secure`.",
    cwe=319,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_session_in_clear,
)


def _password_form_in_clear(view: View) -> Iterator[Match]:
    if not in_clear(view) or not view.is_page or "password" not in view.lower_body:
        return
    found = _PASSWORD_FIELD.search(view.body)
    if found:
        evidence = view.span(RESPONSE_BODY, *found.span())
        yield Match(evidence=(evidence,), kind="password-form", proof=90)


PASSWORD_FORM_IN_CLEAR = Rule(
    id="password-form-in-clear",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Password form is served over plain HTTP",
    description="The form itself can be changed on its way to the user, so that the password goes "
    "elsewhere, even if it is meant to be sent over HTTPS.",
    remediation="Serve every page that asks for a password over HTTPS only.",
    cwe=319,
    owasp=_OWASP,
    check=_password_form_in_clear,
)


def _insecure_links(view: View) -> Iterator[tuple[str, Evidence]]:
    """The tags of an HTTPS page that load from or send to a plain HTTP URL."""
    if not view.is_html or not view.url.secure or view.status >= 400:
        return
    body, start = view.body, 0
    for _ in range(_MAX_LINKS):
        start = body.find("http://", start)
        if start < 0:
            return
        tag = _tag_of(body, start)
        end = start + len("http://")
        host = parse_url(body[start : start + 120].partition(body[start - 1])[0]).host
        if tag and host and not is_loopback(host):
            yield tag, view.span(RESPONSE_BODY, body.rfind("<", 0, start), end + len(host))
        start = end


def _tag_of(body: str, start: int) -> str:
    """The name of the tag whose attribute holds the URL at `start`; empty if none loads it."""
    before = body[max(0, start - _MAX_TAG) : start]
    opening = before.rfind("<")
    if opening < 0 or ">" in before[opening:] or not _LOADS.search(before[-12:]):
        return ""
    found = _TAG.match(before, opening)
    if not found:
        return ""
    name = found.group(1).lower()
    whole = body[start - len(before) + opening : start + _MAX_TAG].partition(">")[0].lower()
    return name if name != "link" or "stylesheet" in whole else ""


def _mixed_content(view: View) -> Iterator[Match]:
    for tag, evidence in _insecure_links(view):
        if tag in _PASSIVE:
            yield Match(evidence=(evidence,), kind="passive", proof=80, severity=Severity.INFO)
        elif tag != "form":
            yield Match(evidence=(evidence,), kind="active", proof=90)


MIXED_CONTENT = Rule(
    id="mixed-content",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="HTTPS page loads content over plain HTTP",
    description="What is loaded unencrypted can be replaced on its way and then acts, or is seen, "
    "as part of the secure page.",
    remediation="Load everything from `https://` URLs, and send `Content-Security-Policy: "
    "upgrade-insecure-requests`.",
    cwe=319,
    owasp=_OWASP,
    check=_mixed_content,
)


def _insecure_form_action(view: View) -> Iterator[Match]:
    for tag, evidence in _insecure_links(view):
        if tag == "form":
            asks = "password" in view.lower_body and _PASSWORD_FIELD.search(view.body)
            severity = Severity.HIGH if asks else None
            yield Match(evidence=(evidence,), kind="form-to-http", proof=90, severity=severity)


INSECURE_FORM_ACTION = Rule(
    id="insecure-form-action",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Form of an HTTPS page is sent over plain HTTP",
    description="What the user types looks protected by the page's lock but leaves unencrypted.",
    remediation="Let the form's action be an `https://` URL or a path.",
    cwe=319,
    owasp=_OWASP,
    check=_insecure_form_action,
)


def _basic_auth(view: View) -> Iterator[Match]:
    header = view.request_header("authorization") or ""
    machine = any(word in view.url.path.lower() for word in ("token", "oauth", "introspect"))
    if header[:6].lower() == "basic " and view.url.secure and not machine:
        whole = view.whole("request.headers[authorization]")
        yield Match(evidence=(whole,), kind="basic", proof=60)


BASIC_AUTH = Rule(
    id="basic-auth",
    type=FindingType.AUTHENTICATION,
    severity=Severity.INFO,
    title="Every request carries the password (Basic authentication)",
    description="With Basic authentication the password itself goes with each request, cannot "
    "expire and cannot be withdrawn without changing it.",
    remediation="Let people log in once and use a session or a short-lived token.",
    cwe=522,
    owasp=("A07:2021", "API2:2023"),
    scope=Scope.HOST,
    check=_basic_auth,
)
