"""The form of a rule: metadata, and one function from an exchange to what it noticed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from reqsift.domain.findings import Evidence, Finding, FindingType, Scope, Severity, fingerprint
from reqsift.domain.view import View

OFFLINE = ("offline",)
"""Stands in `Finding.sources` when a rule found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule noticed in one exchange."""

    evidence: tuple[Evidence, ...]
    """At least one span; see `View.span` and its siblings for ways to make one."""
    kind: str
    """Kind of evidence; with part and field it tells two findings of one rule apart."""
    confidence: int
    """0 to 100, from the strength of the proof in this exchange."""
    part: str = ""
    """Where the weakness is, if not where the first span is: for what is *missing*."""
    field: str = ""
    """Name of the cookie, parameter, header or member concerned."""
    detail: str = ""
    """A sentence on this occurrence; it follows the rule's description."""
    severity: Severity | None = None
    """Instead of the rule's own, where the context makes it better or worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One passive check."""

    id: str
    type: FindingType
    severity: Severity
    title: str
    description: str
    """Why it matters, in plain words."""
    remediation: str
    cwe: int
    owasp: tuple[str, ...]
    check: Callable[[View], Iterable[Match]]
    """Pure; must not raise on any captured input."""
    scope: Scope = Scope.ENDPOINT

    def findings(self, view: View) -> list[Finding]:
        """Run the check and turn its matches into findings."""
        return [self.finding(view, match) for match in self.check(view)]

    def finding(self, view: View, match: Match) -> Finding:
        """Turn one match of the check into a finding."""
        part = match.part or match.evidence[0].part
        where = f"{part}.{match.field}" if match.field else part
        return Finding(
            type=self.type,
            severity=match.severity or self.severity,
            confidence=match.confidence,
            title=f"{self.title}: {match.field}" if match.field else self.title,
            description=f"{self.description} {match.detail}".rstrip(),
            remediation=self.remediation,
            cwe=self.cwe,
            owasp=self.owasp,
            evidence=match.evidence,
            rule=self.id,
            fingerprint=fingerprint(
                self.type, self.scope, view.request.method, view.url, where, match.kind
            ),
            sources=OFFLINE,
        )
