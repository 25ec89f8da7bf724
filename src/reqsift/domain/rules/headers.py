"""Security headers that a response lacks or sets badly."""

from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.view import View


def _missing_hsts(view: View) -> Iterator[Match]:
    if not view.is_html or not view.url.secure or view.status >= 400:
        return
    if view.response_header("strict-transport-security") is None:
        yield Match(
            evidence=(view.response_header_evidence("content-type"),),
            kind="missing",
            part="response.headers",
            field="strict-transport-security",
            confidence=90,
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
    owasp=("A05:2021", "API8:2023"),
    scope=Scope.HOST,
    check=_missing_hsts,
)
