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
            tokens_used=analysis.usage.tokens,
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


class BudgetOut(Wire):
    """Bounds of a batch; null leaves one out."""

    max_cost: float | None
    max_tokens: int | None
    deadline: float | None


class BatchStateOut(Wire):
    """A batch as a resource; `duration` is milliseconds, `cost` US dollars."""

    id: str
    state: str
    stop: str | None
    reason: str
    model: str
    note: str
    concurrency: int
    adaptive: bool
    priority: str
    budget: BudgetOut
    fallback: bool
    total: int
    successful: int
    failed: int
    left: int
    repeated: int
    input_tokens: int
    output_tokens: int
    cost: float
    created_at: datetime
    duration: int

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Of a stored batch."""
        return cls(
            id=batch.id,
            state=batch.state.value,
            stop=None if batch.stop is None else batch.stop.value,
            reason=batch.reason,
            model=batch.model,
            note=batch.note,
            concurrency=batch.concurrency,
            adaptive=batch.adaptive,
            priority=batch.priority.value,
            budget=BudgetOut(
                max_cost=batch.budget.max_cost,
                max_tokens=batch.budget.max_tokens,
                deadline=batch.budget.deadline_s,
            ),
            fallback=batch.fallback,
            total=batch.total,
            successful=batch.successful,
            failed=batch.failed,
            left=batch.left,
            repeated=batch.repeated,
            input_tokens=batch.spent.input_tokens,
            output_tokens=batch.spent.output_tokens,
            cost=batch.spent.cost,
            created_at=batch.created_at,
            duration=batch.duration_ms,
        )
