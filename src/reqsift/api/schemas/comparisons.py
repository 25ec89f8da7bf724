"""Two batches compared, on the wire."""

from typing import Self

from pydantic import Field

from reqsift.api.schemas.wire import Wire
from reqsift.domain.comparison import Change, Compared, Comparison, Seen


class VerdictOfBatchOut(Wire):
    """What one batch said of a finding."""

    severity: str
    confidence: int
    count: int = Field(description="Requests that show it.")

    @classmethod
    def of(cls, seen: Seen | None) -> Self | None:
        """Of a finding as a batch saw it; null if it did not."""
        if seen is None:
            return None
        return cls(severity=seen.severity.value, confidence=seen.confidence, count=seen.count)


class ComparedOut(Wire):
    """What became of one finding."""

    change: str = Field(
        description="`new`, `changed`, `unchanged`, `not_seen`, or `not_looked_at`: its endpoint "
        "is not in the later batch."
    )
    fingerprint: str
    type: str
    title: str
    method: str
    url: str
    request_id: str
    before: VerdictOfBatchOut | None
    after: VerdictOfBatchOut | None

    @classmethod
    def of(cls, compared: Compared) -> Self:
        """Of a comparison's finding."""
        seen = compared.seen
        return cls(
            change=compared.change.value,
            fingerprint=seen.fingerprint,
            type=seen.type.value,
            title=seen.title,
            method=seen.method,
            url=seen.url,
            request_id=seen.request_id,
            before=VerdictOfBatchOut.of(compared.before),
            after=VerdictOfBatchOut.of(compared.after),
        )


class ComparisonOut(Wire):
    """What changed from one batch to another."""

    before: str
    after: str
    counts: dict[str, int] = Field(description="Findings by change.")
    findings: list[ComparedOut]

    @classmethod
    def of(cls, comparison: Comparison) -> Self:
        """Of a comparison."""
        return cls(
            before=comparison.before,
            after=comparison.after,
            counts={change.value: comparison.count(change) for change in Change},
            findings=[ComparedOut.of(one) for one in comparison.findings],
        )
