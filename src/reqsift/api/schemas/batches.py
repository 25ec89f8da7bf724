"""Batches and their analyses on the wire."""

from datetime import datetime
from typing import Self

from reqsift.api.schemas.findings import FindingOut
from reqsift.api.schemas.wire import Wire
from reqsift.domain.batches import Batch, ItemError, StoredAnalysis


class AnalysisOut(Wire):
    """What one analyzer said about one request."""

    id: str
    request_id: str
    model: str
    ai_response: str
    vulnerabilities: list[FindingOut]
    suggestions: list[str]
    tokens_used: int
    confidence: int
    timestamp: datetime
    request_url: str
    request_method: str

    @classmethod
    def of(cls, stored: StoredAnalysis) -> Self:
        """Of a stored analysis."""
        analysis = stored.analysis
        return cls(
            id=stored.id,
            request_id=stored.request_id,
            model=analysis.model,
            ai_response=analysis.summary,
            vulnerabilities=[FindingOut.of(finding) for finding in stored.findings],
            suggestions=list(analysis.next_checks),
            tokens_used=analysis.tokens_used,
            confidence=analysis.confidence,
            timestamp=stored.finished_at,
            request_url=stored.request_url,
            request_method=stored.request_method,
        )


class ResultOut(Wire):
    """One item of a batch that ended well."""

    request_id: str
    analysis: AnalysisOut


class ItemErrorOut(Wire):
    """One item of a batch that failed."""

    request_id: str
    error: str

    @classmethod
    def of(cls, error: ItemError) -> Self:
        """Of an item's error."""
        return cls(request_id=error.request_id, error=error.reason)


class SummaryOut(Wire):
    """A batch in figures; `duration` and `averageTime` are milliseconds."""

    total: int
    successful: int
    failed: int
    duration: int
    average_time: int
    concurrency: int
    model: str

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Of a batch."""
        return cls(
            total=batch.total,
            successful=batch.successful,
            failed=batch.failed,
            duration=batch.duration_ms,
            average_time=batch.average_ms,
            concurrency=batch.concurrency,
            model=batch.model,
        )


class BatchDataOut(Wire):
    """What a batch brought, in the order of the ids asked for."""

    batch_id: str
    results: list[ResultOut]
    errors: list[ItemErrorOut]
    summary: SummaryOut


class BatchOut(Wire):
    """The answer of `POST /api/ai/batch-analyze`."""

    success: bool
    data: BatchDataOut
    message: str
