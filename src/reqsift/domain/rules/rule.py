"""The form of a rule: metadata, and one function from an exchange to what it noticed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from reqsift.domain.findings import Evidence, Finding, FindingType, Scope, Severity, fingerprint
from reqsift.domain.rules.judgement import Setting, judged
from reqsift.domain.stacks import Stack, stack_of
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
    proof: int
    """0 to 100: how strongly this evidence alone proves it; where it stands is judged later."""
    part: str = ""
    """Where the weakness is, if not where the first span is: for what is *missing*."""
    field: str = ""
    """Name of the cookie, parameter, header or member concerned."""
    detail: str = ""
    """A sentence on this occurrence; it follows the rule's description."""
    severity: Severity | None = None
    """Instead of the rule's own, where the context makes it better or worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a rule is, for people."""

    id: str
    type: FindingType
    severity: Severity
    title: str
    description: str
    """Why it matters, in plain words."""
    remediation: str
    """What to do, with an example that fits any stack."""
    fixes: Mapping[Stack, str] = field(default_factory=dict)
    """What to write in a stack that the exchange tells of; it follows the remediation."""
    cwe: int
    owasp: tuple[str, ...]
    """Ids in the OWASP Top 10 of 2021 and the API Top 10 of 2023."""
    references: tuple[str, ...]
    """Names of standards and guides to read on."""
    silent: str
    """When it says nothing although one might expect it; a full sentence."""
    scope: Scope = Scope.ENDPOINT

    def finding(self, view: View, match: Match, setting: Setting) -> Finding:
        """Turn what was noticed into a finding."""
        part = match.part or match.evidence[0].part
        where = f"{part}.{match.field}" if match.field else part
        confidence, why = judged(match.proof, self.type, setting)
        stack = view.once(stack_of) if self.fixes else None
        fix = self.fixes.get(stack) if stack else None
        return Finding(
            type=self.type,
            severity=match.severity or self.severity,
            confidence=confidence,
            title=f"{self.title}: {match.field}" if match.field else self.title,
            description=f"{self.description} {match.detail}".rstrip(),
            remediation=f"{self.remediation} In {stack}: {fix}" if fix else self.remediation,
            cwe=self.cwe,
            owasp=self.owasp,
            evidence=match.evidence,
            rule=self.id,
            fingerprint=fingerprint(
                self.type, self.scope, view.request.method, view.url, where, match.kind
            ),
            why=why,
            sources=OFFLINE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(About):
    """One passive check of one exchange."""

    check: Callable[[View], Iterable[Match]]
    """Pure; must not raise on any captured input."""
