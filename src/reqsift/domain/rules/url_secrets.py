"""Secrets in addresses, where history, logs and other sites see them."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, input_evidence, is_password_name
from reqsift.domain.view import URL, View

_TOKEN = re.compile(
    r"^(?:(?:access|auth|api|id|refresh|bearer|session|user|private)[_-]?(?:token|key)|token|jwt"
    r"|apikey|(?:client[_-]?)?secret|auth|bearer|x-api-key)$",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"^(?:php|j|asp)?sess(?:ion)?_?id$|^session$|^sid$|^asp\.net_sessionid$|^cfid$", re.IGNORECASE
)
_ONE_TIME = re.compile(
    r"verif|confirm|reset|activat|unsubscribe|invit|magic|download|share|oauth|callback|recover",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=([\w.!-]{12,128})", re.IGNORECASE)


def _is_random(value: str, length: int) -> bool:
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return len(value) >= length and mixed and " " not in value


def _token_in_url(view: View) -> Iterator[Match]:
    one_time = _ONE_TIME.search(view.url.path) is not None
    if view.is_asset or (one_time and not _shown_to_others(view)):
        return
    for name, value in view.query:
        browser_key = value.startswith(("pk_", "AIza", "pub", "pk."))
        if _TOKEN.search(name) and _is_random(value, 12) and not browser_key:
            yield Match(
                evidence=(input_evidence(view, Input(URL, name, value)),),
                kind="token",
                field=name,
                proof=60 if one_time else 82,
                severity=Severity.LOW if one_time else None,
            )


_FOREIGN = re.compile(r"\bsrc\s{0,3}=\s{0,3}[\"']?(?:https?:)?//[^\"'\s<>]{1,200}", re.IGNORECASE)


def _shown_to_others(view: View) -> bool:
    """Whether the page of a one-time link loads from other sites and nothing keeps the link in."""
    policy = (view.response_header("referrer-policy") or "").lower()
    kept = "origin" in policy or "no-referrer" in policy
    found = _FOREIGN.search(view.body) if view.is_page and not kept else None
    return bool(found and foreign_host(view, found.group().partition("=")[2].strip(" \"'")))


TOKEN_IN_URL = Rule(
    id="token-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Secret token in the address",
    description="Addresses are kept in browser history, server and proxy logs, and are sent to "
    "other sites as Referer; so is this token.",
    remediation="Send it in a header: `Authorization: Bearer ...`.",
    cwe=598,
    owasp=("A04:2021", "API2:2023"),
    check=_token_in_url,
)


def _password_in_url(view: View) -> Iterator[Match]:
    for name, value in view.query:
        if value and is_password_name(name) and "reset" not in name.lower():
            given = input_evidence(view, Input(URL, name, value))
            yield Match(evidence=(given,), kind="password", field=name, proof=90)
    password = view.url.userinfo.partition(":")[2]
    credentials = view.quote(URL, f"{view.url.userinfo}@") if password else None
    if credentials:
        yield Match(evidence=(credentials,), kind="userinfo", proof=92)


PASSWORD_IN_URL = Rule(
    id="password-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Password in the address",
    description="Addresses are kept in browser history, server and proxy logs, and are sent to "
    "other sites as Referer; so is this password.",
    remediation="Send credentials in the body of a POST over HTTPS.",
    cwe=598,
    owasp=("A07:2021", "API2:2023"),
    check=_password_in_url,
)


def _session_in_url(view: View) -> Iterator[Match]:
    names = {name.lower() for name, _ in view.query}
    for name, value in view.query:
        if _SESSION.search(name) and _is_random(value, 12) and "eio" not in names:
            given = input_evidence(view, Input(URL, name, value))
            yield Match(evidence=(given,), kind="session", field=name, proof=82)
    found = _PATH_SESSION.search(view.request.url) if ";" in view.request.url else None
    if found:
        evidence = view.span(URL, *found.span())
        yield Match(evidence=(evidence,), kind="session-in-path", proof=90)


SESSION_IN_URL = Rule(
    id="session-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Session identifier in the address",
    description="Whoever sees or is sent this address can continue the session.",
    remediation="Carry the session only in a cookie with `Secure; HttpOnly; SameSite=Lax`.",
    cwe=598,
    owasp=("A07:2021", "API2:2023"),
    check=_session_in_url,
)
