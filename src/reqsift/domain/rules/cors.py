"""Cross-origin sharing that lets other sites read what is not theirs."""

from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    foreign_host,
    has_credentials,
    is_loopback,
    private_data,
    session_cookies,
)
from reqsift.domain.urls import parse_url
from reqsift.domain.view import View

_ALLOW = "access-control-allow-origin"
_CREDENTIALS = "access-control-allow-credentials"
_OWASP = ("A05:2021", "API8:2023")


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
    yield Match(
        evidence=(
            view.response_header_evidence(_ALLOW),
            view.whole("request.headers[origin]"),
            view.response_header_evidence(_CREDENTIALS),
        ),
        kind="reflected-origin",
        proof=85 if session_cookies(view) else 70 if private else 60,
        severity=None if private else Severity.MEDIUM,
        detail="An entry of an allow-list would look the same: check whether this origin is one.",
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
    cwe=942,
    owasp=_OWASP,
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
    cwe=942,
    owasp=_OWASP,
    check=_null_origin,
)


def _wildcard_on_private(view: View) -> Iterator[Match]:
    if _allowed(view) != "*" or not 200 <= view.status < 300 or view.is_asset:
        return
    if view.request.method == "OPTIONS" or not (view.is_json or view.is_html):
        return
    private = private_data(view)
    if private is None and not has_credentials(view) and not _with_credentials(view):
        return
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
    description="`*` is meant for public files; here the request carries credentials or the "
    "response carries private data.",
    remediation="Name the origins that need this response, and leave CORS headers out elsewhere.",
    cwe=942,
    owasp=_OWASP,
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
    cwe=942,
    owasp=_OWASP,
    check=_insecure_origin,
)
