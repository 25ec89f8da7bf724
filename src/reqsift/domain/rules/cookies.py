"""Session cookies that are set without the flags that protect them."""

import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import issued_sessions
from reqsift.domain.view import SetCookie, View

_OWASP = ("A05:2021", "A07:2021")
_STRONG = ("session", "sessid", "auth", "jwt", "token")
_READABLE = re.compile(r"[\x20-\x7e]{4,200}")
_SPOKEN = re.compile(
    r"(?:user|uid|id|admin|role|name)[\"']?[:=]|^[\w.@-]{2,60}:[\w.@-]+$", re.IGNORECASE
)


def _sure(cookie: SetCookie) -> int:
    name = cookie.name.lower()
    return 90 if any(word in name for word in _STRONG) or name.endswith("sid") else 70


def _match(
    cookie: SetCookie, kind: str, detail: str = "", severity: Severity | None = None
) -> Match:
    return Match(
        evidence=(cookie.evidence,),
        kind=kind,
        field=cookie.name,
        proof=_sure(cookie),
        detail=detail,
        severity=severity,
    )


def _without_httponly(view: View) -> Iterator[Match]:
    for cookie in issued_sessions(view):
        if "httponly" not in cookie.attributes:
            yield _match(cookie, "missing-httponly")


COOKIE_WITHOUT_HTTPONLY = Rule(
    id="cookie-without-httponly",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.MEDIUM,
    title="Session cookie can be read by scripts",
    description="Without `HttpOnly` any script on the page can read the session and send it away.",
    remediation="Set it as `Set-Cookie: name=value; Path=/; Secure; HttpOnly; SameSite=Lax`.",
    cwe=1004,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_without_httponly,
)


def _without_secure(view: View) -> Iterator[Match]:
    for cookie in issued_sessions(view) if view.url.secure else ():
        if "secure" not in cookie.attributes:
            yield _match(cookie, "missing-secure")


COOKIE_WITHOUT_SECURE = Rule(
    id="cookie-without-secure",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.MEDIUM,
    title="Session cookie may travel unencrypted",
    description="Without `Secure` the browser also sends the session over plain HTTP, where anyone "
    "on the way can take it.",
    remediation="Set it as `Set-Cookie: name=value; Path=/; Secure; HttpOnly; SameSite=Lax`.",
    cwe=614,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_without_secure,
)


def _without_samesite(view: View) -> Iterator[Match]:
    for cookie in issued_sessions(view):
        given = cookie.attributes.get("samesite", "").lower()
        if given == "none" and "secure" not in cookie.attributes:
            detail = "`SameSite=None` without `Secure` is refused by browsers."
            yield _match(cookie, "samesite-none-insecure", detail, Severity.MEDIUM)
        elif given not in {"lax", "strict", "none"}:
            yield _match(cookie, "missing-samesite")


COOKIE_WITHOUT_SAMESITE = Rule(
    id="cookie-without-samesite",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.LOW,
    title="Session cookie does not limit cross-site use",
    description="Without `SameSite` it is left to the browser's default whether requests made by "
    "other sites carry the session.",
    remediation="Add `SameSite=Lax`, or `Strict` where no other site links into the session.",
    cwe=1275,
    owasp=("A01:2021", "A05:2021"),
    scope=Scope.HOST,
    check=_without_samesite,
)


def _broken_prefix(view: View) -> Iterator[Match]:
    for cookie in view.set_cookies:
        name, attributes = cookie.name.lower(), cookie.attributes
        if not name.startswith(("__host-", "__secure-")):
            continue
        broken = "secure" not in attributes or not view.url.secure
        if name.startswith("__host-"):
            broken = broken or attributes.get("path") != "/" or "domain" in attributes
        if broken:
            yield Match(
                evidence=(cookie.evidence,),
                kind="broken-prefix",
                field=cookie.name,
                proof=90,
            )


BROKEN_COOKIE_PREFIX = Rule(
    id="broken-cookie-prefix",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.LOW,
    title="Cookie breaks the promise of its prefix",
    description="The name promises `__Host-` or `__Secure-` protection, but the attributes do not "
    "keep it, so browsers refuse the cookie.",
    remediation="`__Host-` needs `Secure; Path=/` over HTTPS and no `Domain`; `__Secure-` needs "
    "`Secure` over HTTPS.",
    cwe=1275,
    owasp=("A05:2021",),
    scope=Scope.HOST,
    check=_broken_prefix,
)


def _guessable_session(view: View) -> Iterator[Match]:
    for cookie in issued_sessions(view):
        value = unquote(cookie.value.strip('"'))
        if value.isdecimal() and 3 <= len(value) <= 10:
            detail = "Its value is a short number."
        elif _is_readable(value):
            detail = "Its value is only encoded and says whose session it is."
        else:
            continue
        yield _match(cookie, "guessable", detail)


def _is_readable(value: str) -> bool:
    if not 8 <= len(value) <= 400 or "." in value:
        return False
    try:
        text = b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
    except ValueError:
        return False
    return _READABLE.fullmatch(text) is not None and _SPOKEN.search(text) is not None


GUESSABLE_SESSION = Rule(
    id="guessable-session-id",
    type=FindingType.AUTHENTICATION,
    severity=Severity.HIGH,
    title="Session identifier can be guessed",
    description="A session is only as safe as its identifier is hard to guess; this one is not "
    "random.",
    remediation="Use at least 128 random bits from the system's generator, such as "
    "`secrets.token_urlsafe(32)`, and keep the user on the server side.",
    cwe=330,
    owasp=("A07:2021", "API2:2023"),
    scope=Scope.HOST,
    check=_guessable_session,
)
