"""Secrets and active content that travel unencrypted."""

import re
from base64 import b64decode
from collections.abc import Iterator
from itertools import islice

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.rules.headers import by_servers, is_visited, missing
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    foreign_host,
    in_clear,
    input_evidence,
    is_loopback,
    is_password_name,
    issued_sessions,
    session_cookies,
)
from reqsift.domain.stacks import Stack
from reqsift.domain.urls import parse_url
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A02:2021", "API8:2023")
_HSTS = "strict-transport-security"
_MIN_HSTS_AGE = 15_552_000
_PRELOAD_AGE = 31_536_000
_TLS_SHEET = "OWASP Transport Layer Security Cheat Sheet"
_PASSWORD_FIELD = re.compile(
    r"<input\b[^<>]{0,400}?\stype\s{0,3}=\s{0,3}[\"']?password\b[^<>]{0,100}", re.IGNORECASE
)
_TO_HTTPS = {
    Stack.DJANGO: "`SECURE_SSL_REDIRECT = True`.",
    Stack.EXPRESS: 'redirect where `req.secure` is false, after `app.set("trust proxy", 1)`.',
    Stack.SPRING: "`http.requiresChannel(c -> c.anyRequest().requiresSecure())`.",
    Stack.LARAVEL: '`URL::forceScheme("https")`, and redirect in the web server.',
    Stack.RAILS: "`config.force_ssl = true`.",
    Stack.ASP_NET: "`app.UseHttpsRedirection(); app.UseHsts();`.",
    Stack.NGINX: "`return 301 https://$host$request_uri;` in the server of port 80.",
    Stack.APACHE: "`Redirect permanent / https://shop.example/` in the host of port 80.",
}


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
    fixes=_TO_HTTPS,
    cwe=319,
    owasp=(*_OWASP, "A07:2021"),
    references=(_TLS_SHEET, "OWASP Authentication Cheat Sheet"),
    silent="It says nothing of this machine itself (loopback), of empty passwords, and of schemes "
    "that do not send the secret, such as Digest.",
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
    fixes={
        Stack.DJANGO: "`SESSION_COOKIE_SECURE = True` and `SECURE_SSL_REDIRECT = True`.",
        Stack.EXPRESS: "`session({cookie: {secure: true}})`.",
        Stack.SPRING: "`server.servlet.session.cookie.secure=true`.",
        Stack.LARAVEL: "`SESSION_SECURE_COOKIE=true`.",
        Stack.RAILS: "`config.force_ssl = true`, which sets `Secure` as well.",
        Stack.ASP_NET: "`options.Cookie.SecurePolicy = CookieSecurePolicy.Always`.",
    },
    cwe=319,
    owasp=_OWASP,
    references=("RFC 6265", "OWASP Session Management Cheat Sheet"),
    silent="It says nothing of this machine itself (loopback), and of cookies whose name does not "
    "speak of a session or a login.",
    scope=Scope.HOST,
    check=_session_in_clear,
)


def _password_form_in_clear(view: View) -> Iterator[Match]:
    if not in_clear(view) or not view.is_page or "password" not in view.lower_body:
        return
    evidence = _password_field(view)
    if evidence:
        yield Match(evidence=(evidence,), kind="password-form", proof=90)


def _password_field(view: View) -> Evidence | None:
    """Where a page asks for a password; a field without a form counts, a comment does not."""
    body = view.body
    for found in islice(_PASSWORD_FIELD.finditer(body), 20):
        start, end = found.span()
        if body.rfind("<!--", 0, start) <= body.rfind("-->", 0, start):
            return view.span(RESPONSE_BODY, start, end)
    for form in view.page.forms:  # a tag that the pattern does not see through
        if any(field.kind == "password" for field in form.fields):
            return view.span(RESPONSE_BODY, form.element.start, form.element.end)
    return None


PASSWORD_FORM_IN_CLEAR = Rule(
    id="password-form-in-clear",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Password form is served over plain HTTP",
    description="The form itself can be changed on its way to the user, so that the password goes "
    "elsewhere, even if it is meant to be sent over HTTPS.",
    remediation="Serve every page that asks for a password over HTTPS only.",
    fixes=_TO_HTTPS,
    cwe=319,
    owasp=_OWASP,
    references=(_TLS_SHEET, "OWASP Authentication Cheat Sheet"),
    silent="It says nothing of this machine itself (loopback), of fields that are commented out, "
    "and of pages that only speak of passwords.",
    check=_password_form_in_clear,
)


def _basic_auth(view: View) -> Iterator[Match]:
    header = view.request_header("authorization") or ""
    if header[:6].lower() != "basic " or not view.url.secure or not _has_password(header[6:]):
        return
    path = view.url.path.lower()
    if not any(word in path for word in ("token", "oauth", "introspect", "revoke")):
        whole = view.whole("request.headers[authorization]")
        yield Match(evidence=(whole,), kind="basic", proof=60)


def _has_password(text: str) -> bool:
    """Whether the pair has a password; APIs take a key as the name and nothing behind it."""
    try:
        pair = b64decode(text.strip()[:1_000], validate=True)
    except ValueError:
        return True
    return not pair.endswith(b":")


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
    references=("RFC 7617", "OWASP Authentication Cheat Sheet"),
    silent="It says nothing of plain HTTP, which is told as credentials in clear, of token "
    "endpoints where clients identify themselves, and of API keys without a password.",
    scope=Scope.HOST,
    check=_basic_auth,
)


def _hsts_age(header: str) -> int:
    """The lifetime in seconds; -1 without a readable one. Browsers heed the first field only."""
    first = header.partition("\n")[0].lower()
    age = first.partition("max-age=")[2].partition(";")[0].strip(' "')
    return int(age[:12]) if age.isascii() and age.isdecimal() else -1


def _weak_hsts(view: View) -> Iterator[Match]:
    if not is_visited(view) or not view.url.secure:
        return
    header = view.response_header(_HSTS)
    if header is None:
        yield missing(view, _HSTS)
    elif (age := _hsts_age(header)) < _MIN_HSTS_AGE:
        yield Match(
            evidence=(view.response_header_evidence(_HSTS),),
            kind="short-lived",
            proof=80,
            severity=Severity.INFO if age > 0 else Severity.LOW,
            detail="Its max-age is missing, zero or below half a year.",
        )


MISSING_HSTS = Rule(
    id="missing-hsts",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="HTTPS is not enforced by HSTS",
    description="Pages come over HTTPS but do not tell the browser to insist on it, so a first "
    "visit over plain HTTP can be intercepted.",
    remediation="Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every "
    "HTTPS response.",
    fixes={
        Stack.DJANGO: "`SECURE_HSTS_SECONDS = 31536000` and "
        "`SECURE_HSTS_INCLUDE_SUBDOMAINS = True`.",
        Stack.EXPRESS: "`app.use(helmet.hsts({maxAge: 31536000}))`.",
        Stack.SPRING: "on by default; behind a proxy `server.forward-headers-strategy=framework`.",
        Stack.RAILS: "`config.force_ssl = true`.",
        Stack.ASP_NET: "`app.UseHsts()`, with `AddHsts(o => o.MaxAge = TimeSpan.FromDays(365))`.",
        **by_servers("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    },
    cwe=319,
    owasp=("A05:2021", "API8:2023"),
    references=("RFC 6797", "OWASP HTTP Strict Transport Security Cheat Sheet"),
    silent="It says nothing of plain HTTP, of errors, of answers that are no page, and of pages "
    "made for the frames of other sites.",
    scope=Scope.HOST,
    check=_weak_hsts,
)


def _unmet_preload(view: View) -> Iterator[Match]:
    header = view.response_header(_HSTS)
    if not header or not view.url.secure or "preload" not in header.lower():
        return
    words = header.partition("\n")[0].lower().replace(";", " ").split()
    age = _hsts_age(header)
    if "preload" in words and age > 0 and ("includesubdomains" not in words or age < _PRELOAD_AGE):
        evidence = (view.response_header_evidence(_HSTS),)
        yield Match(evidence=evidence, kind="preload-unmet", proof=85)


HSTS_PRELOAD_UNMET = Rule(
    id="hsts-preload-unmet",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="HSTS asks for preloading but does not meet its terms",
    description="Browsers' preload lists take a domain only with `includeSubDomains` and a max-age "
    "of a year or more, so that first visits stay unprotected although `preload` is sent.",
    remediation="Send `Strict-Transport-Security: max-age=31536000; includeSubDomains; preload` "
    "once every subdomain speaks HTTPS, or leave `preload` out.",
    fixes={
        Stack.DJANGO: "`SECURE_HSTS_INCLUDE_SUBDOMAINS = True` beside `SECURE_HSTS_PRELOAD`.",
        Stack.EXPRESS: "`helmet.hsts({maxAge: 31536000, includeSubDomains: true, preload: true})`.",
        Stack.ASP_NET: "`AddHsts(o => { o.IncludeSubDomains = true; o.Preload = true; })`.",
    },
    cwe=319,
    owasp=("A05:2021",),
    references=("RFC 6797", "HSTS Preload List Submission"),
    silent="It says nothing where `preload` is not asked for, and of a max-age of zero, by which "
    "a domain leaves the list.",
    scope=Scope.HOST,
    check=_unmet_preload,
)


def _https_downgrade(view: View) -> Iterator[Match]:
    if not view.url.secure or view.status not in {301, 302, 303, 307, 308}:
        return
    target = (view.response_header("location") or "").strip()
    if target[:7].lower() != "http://" or foreign_host(view, target):
        return
    host = parse_url(target).host or view.url.host
    if is_loopback(host):
        return
    held = host == view.url.host and _hsts_age(view.response_header(_HSTS) or "") > 0
    yield Match(
        evidence=(view.response_header_evidence("location"),),
        kind="https-downgrade",
        proof=90,
        severity=Severity.INFO if held else None,
        detail="Browsers that know this host's HSTS go back to HTTPS." if held else "",
    )


HTTPS_DOWNGRADE = Rule(
    id="https-downgrade",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="HTTPS answer sends the browser to plain HTTP",
    description="The redirect leaves the encrypted site for an unencrypted address of the same "
    "site, so that the next request, its cookies included, can be read and changed on its way.",
    remediation="Redirect to a path (`Location: /account/`) or to `https://`, and let the "
    "application know that it stands behind TLS (`X-Forwarded-Proto`).",
    fixes={
        Stack.DJANGO: '`SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`.',
        Stack.EXPRESS: '`app.set("trust proxy", 1)`.',
        Stack.SPRING: "`server.forward-headers-strategy=framework`.",
        Stack.RAILS: "`config.assume_ssl = true` and `config.force_ssl = true`.",
        Stack.ASP_NET: "`app.UseForwardedHeaders()` with `ForwardedHeaders.XForwardedProto`.",
        Stack.NGINX: "`absolute_redirect off;`, and `proxy_set_header X-Forwarded-Proto $scheme;`.",
    },
    cwe=319,
    owasp=_OWASP,
    references=(_TLS_SHEET, "RFC 9110"),
    silent="It says nothing of redirects to other sites or to this machine, and of links in pages.",
    check=_https_downgrade,
)
