"""Cross-origin sharing that lets other sites read what is not theirs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.open_stores import open_store
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    foreign_host,
    has_credentials,
    is_loopback,
    private_data,
    session_cookies,
    succeeded,
)
from reqsift.domain.stacks import Stack
from reqsift.domain.urls import parse_url
from reqsift.domain.view import RESPONSE_BODY, View

_ALLOW = "access-control-allow-origin"
_CREDENTIALS = "access-control-allow-credentials"
_OWASP = ("A05:2021", "API8:2023")
_REFERENCES = ("WHATWG Fetch Standard", "OWASP HTML5 Security Cheat Sheet")
_EVERYBODYS = frozenset(
    {
        "cdn.jsdelivr.net", "cdpn.io", "codepen.io", "fiddle.jshell.net", "jsbin.com",
        "jsfiddle.net", "output.jsbin.com", "raw.githack.com", "s3.amazonaws.com", "s.codepen.io",
        "storage.googleapis.com", "unpkg.com",
    }
)  # fmt: skip
"""Hosts where anybody may publish a page under one and the same origin."""
_FIXES = {
    Stack.DJANGO: '`CORS_ALLOWED_ORIGINS = ["https://app.example"]`, not `CORS_ALLOW_ALL_ORIGINS`.',
    Stack.FLASK: '`CORS(app, origins=["https://app.example"])`.',
    Stack.EXPRESS: '`cors({origin: ["https://app.example"]})`, not `origin: true`.',
    Stack.SPRING: '`setAllowedOrigins(List.of("https://app.example"))`, not '
    '`setAllowedOriginPatterns(List.of("*"))`.',
    Stack.LARAVEL: "name them in `allowed_origins` of `config/cors.php`.",
    Stack.RAILS: 'rack-cors: `origins "https://app.example"`.',
    Stack.ASP_NET: '`policy.WithOrigins("https://app.example")`, not `SetIsOriginAllowed(_ => '
    "true)`.",
    Stack.NGINX: "a `map $http_origin $cors { https://app.example $http_origin; }`.",
    Stack.APACHE: '`SetEnvIf Origin "^https://app\\.example$" OWN=$0`.',
}


def _allowed(view: View) -> str:
    return (view.response_header(_ALLOW) or "").strip()


def _with_credentials(view: View) -> bool:
    return (view.response_header(_CREDENTIALS) or "").strip().lower() == "true"


def _reflected_origin(view: View) -> Iterator[Match]:
    allowed = _allowed(view)
    if not allowed or allowed != (view.request_header("origin") or "").strip():
        return
    host = foreign_host(view, allowed)
    if not host or not _with_credentials(view) or is_loopback(host) or _says_nothing(view):
        return
    private = has_credentials(view) or private_data(view) is not None
    shared = host in _EVERYBODYS
    yield Match(
        evidence=(
            view.response_header_evidence(_ALLOW),
            view.whole("request.headers[origin]"),
            view.response_header_evidence(_CREDENTIALS),
        ),
        kind="reflected-origin",
        proof=90 if shared else 85 if session_cookies(view) else 70 if private else 60,
        severity=None if private else Severity.MEDIUM,
        detail="Anybody may publish pages under this origin."
        if shared
        else "An entry of an allow-list would look the same: check whether this origin is one.",
    )


def _says_nothing(view: View) -> bool:
    """Whether there is nothing to read, as with the beacons of analytics."""
    return view.status == 204 and view.request.method.upper() != "OPTIONS"


CORS_REFLECTED_ORIGIN = Rule(
    id="cors-reflected-origin",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.HIGH,
    title="A foreign origin may read responses with the user's credentials",
    description="The server repeats the caller's Origin and admits credentials, so a script on "
    "that site can read this response as the logged-in user.",
    remediation="Compare Origin with a fixed list of own origins and send no CORS headers "
    "otherwise: `Access-Control-Allow-Origin: https://app.example`, `Vary: Origin`.",
    fixes=_FIXES,
    cwe=942,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of origins of the same site or of this machine, without "
    "`Access-Control-Allow-Credentials`, and of answers that hold nothing.",
    check=_reflected_origin,
)


def _null_origin(view: View) -> Iterator[Match]:
    if _allowed(view) == "null" and _with_credentials(view):
        headers = (_ALLOW, _CREDENTIALS)
        yield Match(
            evidence=tuple(view.response_header_evidence(name) for name in headers),
            kind="null-origin",
            proof=90,
        )


CORS_NULL_ORIGIN = Rule(
    id="cors-null-origin",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.HIGH,
    title="The null origin is trusted with credentials",
    description="Any site can send `Origin: null` from a sandboxed frame and then read this "
    "response as the logged-in user.",
    remediation="Never answer `Access-Control-Allow-Origin: null`; compare with a list of own "
    "origins.",
    fixes=_FIXES,
    cwe=942,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing without `Access-Control-Allow-Credentials: true`, since the answer is "
    "then that of a stranger.",
    check=_null_origin,
)


def _wildcard_on_private(view: View) -> Iterator[Match]:
    if _allowed(view) != "*" or not 200 <= view.status < 300 or view.is_asset:
        return
    if view.request.method == "OPTIONS" or not (view.is_json or view.is_html):
        return
    private = private_data(view) if not open_store(view) else None
    if private is None and not session_cookies(view) and not _with_credentials(view):
        return  # a token in a header is sent by pages that hold it, not by any that asks
    allow = view.response_header_evidence(_ALLOW)
    yield Match(
        evidence=(allow, private) if private else (allow,),
        kind="wildcard",
        proof=75 if private else 50,
        severity=Severity.MEDIUM if private else None,
    )


CORS_WILDCARD_ON_PRIVATE = Rule(
    id="cors-wildcard-on-private",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Every site may read a response that is not public",
    description="`*` is meant for public files; here the request carries a session or the "
    "response carries private data.",
    remediation="Name the origins that need this response, and leave CORS headers out elsewhere.",
    fixes=_FIXES,
    cwe=942,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of scripts, styles and images, of errors, and of requests and answers "
    "that hold nothing personal.",
    check=_wildcard_on_private,
)


def _insecure_origin(view: View) -> Iterator[Match]:
    allowed = _allowed(view)
    if not allowed.startswith("http://") or not view.url.secure or not _with_credentials(view):
        return
    host = parse_url(allowed).host
    if host and not is_loopback(host) and not foreign_host(view, allowed):
        yield Match(
            evidence=(view.response_header_evidence(_ALLOW),),
            kind="insecure-origin",
            proof=75,
        )


CORS_INSECURE_ORIGIN = Rule(
    id="cors-insecure-origin",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="An unencrypted origin is trusted with credentials",
    description="Whoever can change that plain HTTP page on its way can read this HTTPS response "
    "as the logged-in user.",
    remediation="Admit only `https://` origins.",
    fixes=_FIXES,
    cwe=942,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of other sites, which cors-reflected-origin tells, of this machine "
    "itself, and without credentials.",
    check=_insecure_origin,
)


class _Grant(NamedTuple):
    """What a preflight grants to any site."""

    header: str
    word: str
    kind: str
    proof: int
    severity: Severity
    detail: str


_GRANTS = (
    _Grant(
        "access-control-allow-private-network",
        "true",
        "private-network",
        85,
        Severity.MEDIUM,
        "Pages on the internet may so reach a server inside a private network.",
    ),
    _Grant(
        _CREDENTIALS,
        "true",
        "with-credentials",
        80,
        Severity.LOW,
        "Browsers refuse the two together; do not make it work by repeating any origin.",
    ),
    _Grant(
        "access-control-allow-headers",
        "authorization",
        "authorization",
        50,
        Severity.INFO,
        "A page of any site may send a token that it holds; for a public API that is fine.",
    ),
)


def _for_any_client(headers: str) -> bool:
    """Whether an API is meant for pages of all its customers, which name themselves by a key."""
    return any(name in headers for name in ("apikey", "api-key", "client-id", "client-info"))


def _open_preflight(view: View) -> Iterator[Match]:
    if view.request.method != "OPTIONS" or _allowed(view) != "*" or not succeeded(view):
        return
    for grant in _GRANTS:
        value = (view.response_header(grant.header) or "").lower()
        if grant.word in value.replace(",", " ").split() and not _for_any_client(value):
            yield Match(
                evidence=tuple(map(view.response_header_evidence, (_ALLOW, grant.header))),
                kind=grant.kind,
                proof=grant.proof,
                severity=grant.severity,
                detail=grant.detail,
            )
            return


CORS_OPEN_PREFLIGHT = Rule(
    id="cors-open-preflight",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Preflight admits every site to requests with credentials",
    description="Asked in advance, the server allows any origin to send what only own pages should "
    "send.",
    remediation="Answer preflights with the caller's origin if it is on a fixed list, and with no "
    "CORS headers otherwise.",
    fixes=_FIXES,
    cwe=942,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="It says nothing of `Access-Control-Allow-Headers: *`, which does not cover "
    "Authorization, of a single origin, of refused preflights, and of APIs that customers call "
    "with a key of theirs from pages anywhere.",
    scope=Scope.HOST,
    check=_open_preflight,
)


_POLICY_FILES = ("/crossdomain.xml", "/clientaccesspolicy.xml")
_ANY_DOMAIN = re.compile(
    r"<(?:allow-access-from\b[^<>]{0,200}?\bdomain|domain\b[^<>]{0,200}?\buri)\s{0,3}=\s{0,3}"
    r"[\"'](?:https?://)?\*[\"'][^<>]{0,100}>?",
    re.IGNORECASE,
)


def _any_domain(view: View) -> Iterator[Match]:
    if not view.url.path.lower().endswith(_POLICY_FILES) or not 200 <= view.status < 300:
        return
    body = view.body[:20_000]
    for found in _ANY_DOMAIN.finditer(body):
        start, end = found.span()
        if body.rfind("<!--", 0, start) <= body.rfind("-->", 0, start):
            evidence = (view.span(RESPONSE_BODY, start, end),)
            yield Match(evidence=evidence, kind="any-domain", proof=90)
            return


CROSS_DOMAIN_POLICY_WILDCARD = Rule(
    id="cross-domain-policy-wildcard",
    type=FindingType.CORS_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Cross-domain policy file lets every site in",
    description="The file lets plug-ins (Flash, Silverlight, PDF viewers) of any site read this "
    "host with the user's cookies. Browsers have dropped most of them, clients at work have not.",
    remediation='Delete the file, or name domains: `<allow-access-from domain="app.example"/>`.',
    fixes={
        Stack.NGINX: "`location = /crossdomain.xml { return 404; }`.",
        Stack.APACHE: "`Redirect 404 /crossdomain.xml`.",
    },
    cwe=942,
    owasp=("A05:2021",),
    references=("Adobe Cross Domain Policy File Specification",),
    silent="It says nothing of named domains, of wildcards for subdomains, and of entries that "
    "are commented out.",
    scope=Scope.HOST,
    check=_any_domain,
)
