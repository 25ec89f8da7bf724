"""Security headers that a host's pages lack or set badly."""

from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.csp import content_policies, framing_is_limited
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host
from reqsift.domain.view import View

_OWASP = ("A05:2021", "API8:2023")
_MIN_HSTS_AGE = 15_552_000


def _is_visited(view: View) -> bool:
    """Whether it is a page that people go to, not one made for the frames of other sites."""
    if not view.is_page:
        return False
    framed = view.request_header("sec-fetch-dest") in {"iframe", "frame", "embed", "object"}
    return not (framed and foreign_host(view, view.request_header("referer") or ""))


def _missing(view: View, header: str, proof: int = 90) -> Match:
    return Match(
        evidence=(view.response_header_evidence("content-type"),),
        kind="missing",
        part="response.headers",
        field=header,
        proof=proof,
    )


def _weak_hsts(view: View) -> Iterator[Match]:
    if not _is_visited(view) or not view.url.secure:
        return
    header = view.response_header("strict-transport-security")
    if header is None:
        yield _missing(view, "strict-transport-security")
        return
    age = header.lower().partition("max-age=")[2].partition(";")[0].strip(' "\n')
    if not age.isdecimal() or int(age[:12]) < _MIN_HSTS_AGE:
        yield Match(
            evidence=(view.response_header_evidence("strict-transport-security"),),
            kind="short-lived",
            proof=80,
            severity=Severity.INFO if age.isdecimal() and age.strip("0") else Severity.LOW,
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
    cwe=319,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_weak_hsts,
)


def _missing_csp(view: View) -> Iterator[Match]:
    if _is_visited(view) and not content_policies(view) and not _meta_csp(view):
        yield _missing(view, "content-security-policy", 85)


def _meta_csp(view: View) -> bool:
    head = view.lower_body[:16_384]
    return "content-security-policy" in head and "<meta" in head


MISSING_CSP = Rule(
    id="missing-csp",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Pages have no Content-Security-Policy",
    description="Nothing limits where scripts may come from, so a single injection flaw on this "
    "host runs without any second line of defence.",
    remediation="Send a policy such as `Content-Security-Policy: default-src 'self'; script-src "
    "'self' 'nonce-{random}'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'`.",
    cwe=693,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_missing_csp,
)


def _missing_nosniff(view: View) -> Iterator[Match]:
    if not _is_visited(view):
        return
    header = view.response_header("x-content-type-options")
    if header is None:
        yield _missing(view, "x-content-type-options")
    elif "nosniff" not in header.lower():
        yield Match(
            evidence=(view.response_header_evidence("x-content-type-options"),),
            kind="invalid",
            proof=90,
            detail="Browsers know no other value than `nosniff`.",
        )


MISSING_NOSNIFF = Rule(
    id="missing-nosniff",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Browsers may guess content types",
    description="Without `nosniff` a browser may treat an uploaded or user-written file as a "
    "script or a page, whatever its declared type says.",
    remediation="Send `X-Content-Type-Options: nosniff` on every response.",
    cwe=693,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_missing_nosniff,
)


def _clickjacking(view: View) -> Iterator[Match]:
    if not _is_visited(view) or framing_is_limited(content_policies(view)):
        return
    header = view.response_header("x-frame-options")
    severity = Severity.MEDIUM if 'method="post"' in view.lower_body else None
    if header is None:
        yield Match(
            evidence=(view.response_header_evidence("content-type"),),
            kind="missing",
            part="response.headers",
            field="x-frame-options",
            proof=85,
            severity=severity,
        )
    elif not {"deny", "sameorigin"} & set(header.lower().replace(",", " ").split()):
        yield Match(
            evidence=(view.response_header_evidence("x-frame-options"),),
            kind="invalid",
            proof=85,
            severity=severity,
            detail="Browsers know only DENY and SAMEORIGIN and ignore anything else.",
        )


CLICKJACKING = Rule(
    id="clickjacking",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Pages may be framed by any site",
    description="Another site can load these pages in an invisible frame and trick a visitor into "
    "clicking on them.",
    remediation="Send `Content-Security-Policy: frame-ancestors 'self'`, and for old browsers "
    "`X-Frame-Options: SAMEORIGIN`.",
    cwe=1021,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_clickjacking,
)


def _unsafe_referrer(view: View) -> Iterator[Match]:
    header = view.response_header("referrer-policy") if view.is_page else None
    if header and header.lower().replace(",", " ").split()[-1:] == ["unsafe-url"]:
        yield Match(
            evidence=(view.response_header_evidence("referrer-policy"),),
            kind="unsafe-url",
            proof=90,
        )


UNSAFE_REFERRER = Rule(
    id="unsafe-referrer-policy",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Full URLs are sent to other sites",
    description="`unsafe-url` makes browsers send the whole address of these pages, query "
    "included, to every site they link to or load from.",
    remediation="Send `Referrer-Policy: strict-origin-when-cross-origin` or `no-referrer`.",
    cwe=200,
    owasp=("A05:2021",),
    scope=Scope.HOST,
    check=_unsafe_referrer,
)
