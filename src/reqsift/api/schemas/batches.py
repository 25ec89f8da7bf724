"""Batches and their analyses on the wire."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Self

from pydantic import Field

from reqsift.api.schemas.findings import FindingOut
from reqsift.api.schemas.wire import Wire
from reqsift.domain.batches import Batch, BatchState, ItemError, StoredAnalysis
from reqsift.domain.paging import Page
from reqsift.domain.progress import Progress


class AnalysisOut(Wire):
    """What one analyzer said about one request; `duration` is milliseconds, `cost` US dollars."""

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
    cost: float = 0.0
    duration: float = 0.0
    fallback: bool = Field(
        default=False, description="Whether `model` stood in for one that did not answer."
    )
    choice: str = Field(default="", description="Why this model, where the choice was open.")
    cached: bool = Field(
        default=False, description="Whether a stored answer to the same payload was taken."
    )
    dropped_quotes: int = Field(
        default=0, description="Quotes of the model that do not stand in the traffic."
    )
    cached_tokens: int = Field(
        default=0, description="Input tokens that the provider read from its prompt cache."
    )
    faults: list[str] = Field(default=[], description="Offline rules that failed or did not run.")

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
            cost=analysis.usage.cost,
            duration=round(analysis.duration_ms, 3),
            fallback=analysis.fallback,
            choice=analysis.choice,
            cached=analysis.cached,
            dropped_quotes=analysis.dropped,
            cached_tokens=analysis.usage.cached_tokens,
            faults=list(analysis.faults),
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
    model: str = ""

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

    batch_id: str = ""
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

    max_cost: float | None = None
    max_tokens: int | None = None
    deadline: float | None = None


class BatchStateOut(Wire):
    """A batch as a resource; `duration` is milliseconds, `cost` US dollars."""

    id: str
    state: str = Field(
        description="`running`, `paused`, `stopped`, `cancelled` or `completed`; more may come."
    )
    stop: str | None = Field(default=None, description="Why it was stopped, in one word.")
    reason: str = Field(default="", description="The same in a sentence.")
    model: str = ""
    note: str = Field(default="", description="Why this model, where the choice was left open.")
    concurrency: int = Field(
        default=0, description="The limit in force; under `auto` the highest that was reached."
    )
    adaptive: bool = Field(default=False, description="Whether it was started with `auto`.")
    priority: str = "normal"
    budget: BudgetOut = Field(default_factory=BudgetOut)
    fallback: bool = False
    total: int
    successful: int
    failed: int
    left: int = 0
    repeated: int = Field(
        default=0, description="Calls that a crash cut off and that are made again."
    )
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = Field(
        default=0, description="Input tokens that the provider read from its prompt cache."
    )
    faults: list[str] = Field(default=[], description="Offline rules that failed or did not run.")
    pack: bool = True
    cache: bool = True
    lane: str = "standard"
    cost: float = 0.0
    created_at: datetime | None = None
    duration: int = 0

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Of a stored batch."""
        return cls.model_validate(batch_members(batch))


class BatchDetailOut(BatchStateOut):
    """A batch, and how it is doing at this moment."""

    in_flight: int = Field(default=0, description="Calls under way.")
    effective_concurrency: int = Field(default=0, description="Calls that may be under way now.")
    rate: float = Field(default=0.0, description="Items a second, of late.")
    eta_seconds: float | None = Field(default=None, description="Null if it cannot be told.")
    eta_uncertainty_seconds: float | None = Field(
        default=None, description="By which `etaSeconds` may be off, nine times out of ten."
    )
    retries: int = Field(default=0, description="Calls made again after a failure.")
    rate_limited: int = Field(default=0, description="Calls that met a rate limit.")
    breaker_open: bool = Field(default=False, description="Whether the provider seems down.")
    held_seconds: float = Field(default=0.0, description="For which a rate limit holds all calls.")
    last_event_id: int = 0

    @classmethod
    def with_progress(cls, batch: Batch, progress: Progress) -> Self:
        """Of a stored batch and a look at it, which is the newer one."""
        runs = progress.state is BatchState.RUNNING
        now = replace(
            batch,
            state=progress.state,
            stop=None if runs else batch.stop,
            reason="" if runs else batch.reason,
            successful=progress.successful,
            failed=progress.failed,
            spent=progress.spent,
            duration_ms=progress.elapsed_ms,
        )
        return cls.model_validate(batch_members(now) | pace_members(progress))


def batch_members(batch: Batch) -> dict[str, object]:
    """The members of a batch."""
    budget = batch.budget
    return {
        "id": batch.id,
        "state": batch.state.value,
        "stop": None if batch.stop is None else batch.stop.value,
        "reason": batch.reason,
        "model": batch.model,
        "note": batch.note,
        "concurrency": batch.concurrency,
        "adaptive": batch.adaptive,
        "priority": batch.priority.value,
        "budget": BudgetOut(
            max_cost=budget.max_cost, max_tokens=budget.max_tokens, deadline=budget.deadline_s
        ),
        "fallback": batch.fallback,
        "pack": batch.handling.pack,
        "cache": batch.handling.cache,
        "lane": "economy" if batch.handling.economy else "standard",
        "total": batch.total,
        "successful": batch.successful,
        "failed": batch.failed,
        "left": batch.left,
        "repeated": batch.repeated,
        "input_tokens": batch.spent.input_tokens,
        "output_tokens": batch.spent.output_tokens,
        "cached_tokens": batch.spent.cached_tokens,
        "cost": batch.spent.cost,
        "created_at": batch.created_at,
        "duration": batch.duration_ms,
    }


def pace_members(progress: Progress) -> dict[str, object]:
    """The members that tell how a batch is doing."""
    return {
        "in_flight": progress.in_flight,
        "effective_concurrency": progress.concurrency,
        "rate": round(progress.rate, 3),
        "eta_seconds": _rounded(progress.eta_s),
        "eta_uncertainty_seconds": _rounded(progress.eta_uncertainty_s),
        "retries": progress.retries,
        "rate_limited": progress.rate_limited,
        "breaker_open": progress.breaker_open,
        "held_seconds": round(progress.held_s, 3),
        "last_event_id": progress.last_event_id,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


class BatchPageOut(Wire):
    """A page of batches, newest first."""

    items: list[BatchStateOut]
    next_cursor: str | None = None
    total: int = 0

    @classmethod
    def of(cls, page: Page[Batch]) -> Self:
        """Of a page."""
        return cls(
            items=[BatchStateOut.of(batch) for batch in page.items],
            next_cursor=page.next_cursor,
            total=page.total,
        )


class ResultPageOut(Wire):
    """A page of ended items, in the order of the ids asked for."""

    items: list[ResultOut | ItemErrorOut]
    next_cursor: str | None = None
    total: int = Field(default=0, description="Items that have ended so far.")

    @classmethod
    def of(cls, page: Page[StoredAnalysis | ItemError]) -> Self:
        """Of a page."""
        return cls(
            items=results(page.items),
            next_cursor=page.next_cursor,
            total=page.total,
        )


def results(ended: Sequence[StoredAnalysis | ItemError]) -> list[ResultOut | ItemErrorOut]:
    """The JSON of items that have ended."""
    return [
        ItemErrorOut.of(one)
        if isinstance(one, ItemError)
        else ResultOut(request_id=one.request_id, analysis=AnalysisOut.of(one))
        for one in ended
    ]
