"""Findings on the wire."""

from typing import Self

from pydantic import Field

from reqsift.api.schemas.wire import Wire
from reqsift.domain.findings import StoredFinding
from reqsift.domain.paging import Page


class EvidenceOut(Wire):
    """A span that proves a finding; `offset` counts code points of the part's text."""

    part: str
    offset: int
    text: str


class FindingOut(Wire):
    """A suspected weakness, over all requests that show it."""

    id: str
    capture_id: str
    source: str
    request_id: str
    entry_index: int
    method: str
    url: str
    type: str
    severity: str
    confidence: int
    title: str
    description: str
    remediation: str
    cwe: int
    owasp: list[str]
    evidence: list[EvidenceOut]
    rule: str = ""
    fingerprint: str = ""
    request_ids: list[str] = Field(default_factory=list)
    entry_indexes: list[int] = Field(default_factory=list)
    member_count: int = 1
    sources: list[str] = Field(
        default_factory=list, description="Who found it: `offline`, or the name of a model."
    )
    unproven: bool = Field(
        default=False, description="Nothing in the traffic proves it: what a model only claims."
    )
    why: str = Field(default="", description="How the evidence shows it, in a model's words.")
    verification_steps: list[str] = Field(
        default_factory=list, description="Manual, harmless checks that would settle it."
    )
    false_positive_hints: list[str] = Field(
        default_factory=list, description="What would make it a false alarm."
    )

    @classmethod
    def of(cls, stored: StoredFinding) -> Self:
        """Of a stored finding; `requestId` and `entryIndex` are the first member's."""
        finding = stored.finding
        return cls(
            id=stored.id,
            capture_id=stored.capture_id,
            source=stored.source,
            request_id=stored.request_ids[0],
            entry_index=stored.entry_indexes[0],
            method=stored.method,
            url=stored.url,
            type=finding.type.value,
            severity=finding.severity.value,
            confidence=finding.confidence,
            title=finding.title,
            description=finding.description,
            remediation=finding.remediation,
            cwe=finding.cwe,
            owasp=list(finding.owasp),
            evidence=[EvidenceOut.model_validate(evidence) for evidence in finding.evidence],
            rule=finding.rule,
            fingerprint=finding.fingerprint,
            request_ids=list(stored.request_ids),
            entry_indexes=list(stored.entry_indexes),
            member_count=stored.member_count,
            sources=list(finding.sources),
            unproven=finding.unproven,
            why=finding.why,
            verification_steps=list(finding.verification_steps),
            false_positive_hints=list(finding.false_positive_hints),
        )


class FindingPageOut(Wire):
    """A page of findings."""

    items: list[FindingOut]
    next_cursor: str | None = None
    total: int = 0

    @classmethod
    def of(cls, page: Page[StoredFinding]) -> Self:
        """Of a page."""
        return cls(
            items=[FindingOut.of(finding) for finding in page.items],
            next_cursor=page.next_cursor,
            total=page.total,
        )
