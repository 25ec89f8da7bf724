"""Findings: suspected weaknesses with proof, and the fingerprint that recognises them again."""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from reqsift.domain.templates import path_template
from reqsift.domain.urls import Url


class Severity(StrEnum):
    """How bad it is if it is real."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical; for comparison and order."""
        return _SEVERITIES.index(self)

    @classmethod
    def of_rank(cls, rank: int) -> "Severity":
        """The severity with that `rank`."""
        return _SEVERITIES[rank]


_SEVERITIES = tuple(Severity)


class FindingType(StrEnum):
    """The kinds of weakness; the same words in rules, model answers, labels and filters."""

    SQL_INJECTION = "sql_injection"
    XSS = "xss"
    CSRF = "csrf"
    IDOR = "idor"
    AUTHENTICATION = "authentication"
    BROKEN_ACCESS_CONTROL = "broken_access_control"
    INFO_DISCLOSURE = "info_disclosure"
    XXE = "xxe"
    SSRF = "ssrf"
    COMMAND_INJECTION = "command_injection"
    PATH_TRAVERSAL = "path_traversal"
    OPEN_REDIRECT = "open_redirect"
    CORS_MISCONFIGURATION = "cors_misconfiguration"
    JWT_WEAK = "jwt_weak"
    SESSION_COOKIE_FLAGS = "session_cookie_flags"
    SECURITY_MISCONFIGURATION = "security_misconfiguration"
    DESERIALIZATION = "deserialization"
    SSTI = "ssti"
    MASS_ASSIGNMENT = "mass_assignment"
    RATE_LIMITING = "rate_limiting"
    BUSINESS_LOGIC = "business_logic"
    OTHER = "other"


class Scope(StrEnum):
    """What a finding is about; it decides which occurrences are one finding."""

    ENDPOINT = "endpoint"
    """One method and path template of a host."""
    HOST = "host"
    """The whole host: one finding, however many URLs show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A span of the exchange that proves a finding."""

    part: str
    """`request.url`, `request.headers[name]`, `request.body`, `response.status`,
    `response.headers[name]` (name in lower case; duplicates are joined by a line feed)
    or `response.body`."""
    offset: int
    """Code points from the start of the part's text."""
    text: str
    """Exactly what stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one analysis says about one exchange."""

    type: FindingType
    severity: Severity
    confidence: int
    """0 to 100: how sure the analyzer is that this is real."""
    title: str
    description: str
    remediation: str
    cwe: int
    owasp: tuple[str, ...]
    """Such as `A05:2021` and `API8:2023`."""
    evidence: tuple[Evidence, ...]
    rule: str
    """Id of the rule that found it; `model` when a model did."""
    fingerprint: str
    why: str = ""
    """How the evidence shows the weakness, in a model's words."""
    verification_steps: tuple[str, ...] = ()
    """Manual, harmless checks that would settle it."""
    false_positive_hints: tuple[str, ...] = ()
    """What would make it a false alarm."""
    sources: tuple[str, ...] = ()
    """Who found it, each once: `offline`, or a model's name."""

    @property
    def unproven(self) -> bool:
        """Whether nothing in the traffic proves it."""
        return not self.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """One finding over all exchanges of a capture that show it, its members."""

    id: str
    capture_id: str
    source: str
    """Name of the capture's file."""
    method: str
    """Of the first member, as is `url`."""
    url: str
    finding: Finding
    """With the evidence of the first member, unless one member was asked for."""
    request_ids: tuple[str, ...]
    """All members, ascending; within an analysis at most the first 100."""
    entry_indexes: tuple[int, ...]
    """Their positions in the capture file, in the same order."""
    member_count: int
    """How many members there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings are wanted; empty or None leaves a condition out."""

    capture_ids: tuple[str, ...] = ()
    request_id: str | None = None
    """Findings that have this exchange as a member, with the evidence in it."""
    severities: tuple[Severity, ...] = ()
    types: tuple[FindingType, ...] = ()


def fingerprint(
    finding_type: FindingType, scope: Scope, method: str, url: Url, part: str, kind: str
) -> str:
    """Identity of a finding that survives re-import: no ids, order, time, rule or model in it.

    Args:
        finding_type: The kind of weakness.
        scope: With `Scope.HOST`, method and path do not count.
        method: Of the request.
        url: Of the request; its path is generalised, its query does not count.
        part: Part and, if there is one, field: `response.headers[set-cookie].sid`.
        kind: Kind of evidence, such as `missing-httponly`.

    Returns:
        `v1-` and 32 hexadecimal digits.
    """
    whole_host = scope is Scope.HOST
    where = ("*", "*") if whole_host else (method.upper(), path_template(url.path))
    facts = (finding_type.value, url.host, *where, part, kind)
    return "v1-" + sha256("\n".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def merged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Join findings of one exchange that have the same fingerprint: strongest verdict, all proof.

    The order of first appearance is kept.
    """
    by_fingerprint: dict[str, Finding] = {}
    for finding in findings:
        known = by_fingerprint.get(finding.fingerprint)
        by_fingerprint[finding.fingerprint] = _joined(known, finding) if known else finding
    return tuple(by_fingerprint.values())


def stronger(first: Finding, second: Finding) -> Finding:
    """Two looks at one finding as one: the stronger verdict, every source, no word lost.

    The evidence is that of the stronger one; of two equally strong ones the first wins.
    """
    best = max(first, second, key=lambda one: (one.severity.rank, one.confidence))
    other = second if best is first else first
    return replace(
        best,
        why=best.why or other.why,
        verification_steps=best.verification_steps or other.verification_steps,
        false_positive_hints=best.false_positive_hints or other.false_positive_hints,
        sources=tuple(dict.fromkeys(first.sources + second.sources)),
    )


def _joined(first: Finding, second: Finding) -> Finding:
    more = tuple(e for e in second.evidence if e not in first.evidence)
    return replace(stronger(first, second), evidence=first.evidence + more)
