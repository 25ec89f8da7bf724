"""Session cookies that are set without the flags that protect them."""

import re
from collections.abc import Iterator

from reqsift.domain.cookies import SetCookie
from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import is_session_name, issued_sessions
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

OWASP = ("A05:2021", "A07:2021")
GUIDE = "OWASP Session Management Cheat Sheet"
RFC = "RFC 6265bis"
_EXAMPLE = "Set it as `Set-Cookie: name=value; Path=/; Secure; HttpOnly; SameSite=Lax`."
_STRONG = ("session", "sessid", "auth", "jwt", "token")
_FORGERY = re.compile(r"csrf|xsrf", re.IGNORECASE)
_SWITCH = frozenset({"0", "1", "true", "false", "yes", "no", "on", "off"})


def sessions(view: View) -> Iterator[SetCookie]:
    """The sessions that are issued; a mere yes or no, or what only looks encoded, is none."""
    for cookie in issued_sessions(view):
        token = cookie.value.count(".") > 1 and not _FORGERY.search(cookie.name)
        if cookie.value.strip('"').lower() not in _SWITCH and (
            token or is_session_name(cookie.name)
        ):
            yield cookie


def _sure(cookie: SetCookie) -> int:
    name = cookie.name.lower()
    return 90 if any(word in name for word in _STRONG) or name.endswith("sid") else 70


def matched(
    cookie: SetCookie,
    kind: str,
    detail: str = "",
    severity: Severity | None = None,
    *,
    less: int = 0,
) -> Match:
    """A match whose proof tells how surely the cookie is a session; `less` is taken off."""
    return Match(
        evidence=(cookie.evidence,),
        kind=kind,
        field=cookie.name,
        proof=_sure(cookie) - less,
        detail=detail,
        severity=severity,
    )


def _without_httponly(view: View) -> Iterator[Match]:
    for cookie in sessions(view):
        if "httponly" not in cookie.attributes:
            yield matched(cookie, "missing-httponly")


COOKIE_WITHOUT_HTTPONLY = Rule(
    id="cookie-without-httponly",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.MEDIUM,
    title="Session cookie can be read by scripts",
    description="Without `HttpOnly` any script on the page can read the session and send it away.",
    remediation=_EXAMPLE,
    fixes={
        Stack.DJANGO: "`SESSION_COOKIE_HTTPONLY = True`.",
        Stack.FLASK: "`SESSION_COOKIE_HTTPONLY=True` in `app.config`.",
        Stack.EXPRESS: "`session({ cookie: { httpOnly: true, secure: true } })`.",
        Stack.SPRING: "`server.servlet.session.cookie.http-only=true`.",
        Stack.LARAVEL: "`'http_only' => true` in `config/session.php`.",
        Stack.PHP: "`session.cookie_httponly = 1` in `php.ini`.",
        Stack.RAILS: "`session_store :cookie_store, httponly: true`.",
        Stack.ASP_NET: "`options.Cookie.HttpOnly = true`.",
    },
    cwe=1004,
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of tokens against forgery, which scripts must read, and of cookies "
    "that are deleted or hold a mere yes or no.",
    scope=Scope.HOST,
    check=_without_httponly,
)


def _without_secure(view: View) -> Iterator[Match]:
    for cookie in sessions(view) if view.url.secure else ():
        if "secure" not in cookie.attributes:
            yield matched(cookie, "missing-secure")


COOKIE_WITHOUT_SECURE = Rule(
    id="cookie-without-secure",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.MEDIUM,
    title="Session cookie may travel unencrypted",
    description="Without `Secure` the browser also sends the session over plain HTTP, where anyone "
    "on the way can take it.",
    remediation=_EXAMPLE,
    fixes={
        Stack.DJANGO: "`SESSION_COOKIE_SECURE = True`.",
        Stack.FLASK: "`SESSION_COOKIE_SECURE=True` in `app.config`.",
        Stack.EXPRESS: "`app.set('trust proxy', 1)` and `cookie: { secure: true }`.",
        Stack.SPRING: "`server.servlet.session.cookie.secure=true`.",
        Stack.LARAVEL: "`SESSION_SECURE_COOKIE=true` in `.env`.",
        Stack.PHP: "`session.cookie_secure = 1` in `php.ini`.",
        Stack.RAILS: "`config.force_ssl = true`.",
        Stack.ASP_NET: "`options.Cookie.SecurePolicy = CookieSecurePolicy.Always`.",
    },
    cwe=614,
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of answers over plain HTTP, which another rule reports; a host that "
    "browsers reach over HTTPS only, by a preloaded HSTS, leaks nothing.",
    scope=Scope.HOST,
    check=_without_secure,
)


def _without_samesite(view: View) -> Iterator[Match]:
    for cookie in sessions(view):
        if cookie.attributes.get("samesite", "").lower() not in {"lax", "strict", "none"}:
            yield matched(cookie, "missing-samesite")


_SAMESITE = {
    Stack.DJANGO: '`SESSION_COOKIE_SAMESITE = "Lax"`.',
    Stack.FLASK: '`SESSION_COOKIE_SAMESITE="Lax"` in `app.config`.',
    Stack.EXPRESS: "`cookie: { sameSite: 'lax', secure: true }`.",
    Stack.SPRING: "`server.servlet.session.cookie.same-site=lax`.",
    Stack.LARAVEL: "`'same_site' => 'lax'` in `config/session.php`.",
    Stack.PHP: '`session.cookie_samesite = "Lax"` in `php.ini`.',
    Stack.RAILS: "`config.action_dispatch.cookies_same_site_protection = :lax`.",
    Stack.ASP_NET: "`options.Cookie.SameSite = SameSiteMode.Lax`.",
}
COOKIE_WITHOUT_SAMESITE = Rule(
    id="cookie-without-samesite",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.LOW,
    title="Session cookie does not limit cross-site use",
    description="Without `SameSite` it is left to the browser's default whether requests made by "
    "other sites carry the session.",
    remediation="Add `SameSite=Lax`, or `Strict` where no other site links into the session.",
    fixes=_SAMESITE,
    cwe=1275,
    owasp=("A01:2021", "A05:2021"),
    references=(RFC, "OWASP Cross-Site Request Forgery Prevention Cheat Sheet"),
    silent="It says nothing of a deliberate `SameSite=None`; Chrome treats a missing one as `Lax` "
    "except in the first two minutes, Firefox and Safari do not.",
    scope=Scope.HOST,
    check=_without_samesite,
)


def _none_without_secure(view: View) -> Iterator[Match]:
    if "samesite=none" not in (view.response_header("set-cookie") or "").lower():
        return
    for cookie in view.set_cookies:
        given = cookie.attributes.get("samesite", "").lower()
        if given == "none" and "secure" not in cookie.attributes and cookie.value.strip('"'):
            session = any(cookie == other for other in issued_sessions(view))
            yield Match(
                evidence=(cookie.evidence,),
                kind="samesite-none-insecure",
                field=cookie.name,
                proof=95,
                severity=Severity.MEDIUM if session else None,
            )


SAMESITE_NONE_WITHOUT_SECURE = Rule(
    id="samesite-none-without-secure",
    type=FindingType.SESSION_COOKIE_FLAGS,
    severity=Severity.LOW,
    title="Cookie for use by other sites lacks Secure, so browsers refuse it",
    description="`SameSite=None` without `Secure` is refused by current browsers; older ones send "
    "the cookie with every request of any site, also unencrypted.",
    remediation="Write `SameSite=None; Secure` if other sites embed this one, else `SameSite=Lax`.",
    fixes=_SAMESITE,
    cwe=614,
    owasp=OWASP,
    references=(RFC,),
    silent="It says nothing of cookies that are being deleted.",
    scope=Scope.HOST,
    check=_none_without_secure,
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
    references=(RFC,),
    silent="It says nothing of names without such a prefix, nor of a server on this machine whose "
    "deployment adds the attributes in a proxy.",
    scope=Scope.HOST,
    check=_broken_prefix,
)
