"""Routes that analyze, and that steer what is analyzed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response, status
from pydantic import AfterValidator, Field

from reqsift.api.deps import UsePage, UseServices
from reqsift.api.problems import TooManyForOneAnswer
from reqsift.api.schemas.asked import BatchIn, BatchStartIn, BudgetIn, ChangesIn
from reqsift.api.schemas.batches import (
    AnalysisOut,
    BatchDataOut,
    BatchDetailOut,
    BatchOut,
    BatchPageOut,
    BatchStateOut,
    ItemErrorOut,
    ResultOut,
    ResultPageOut,
    SummaryOut,
)
from reqsift.domain.batches import Batch, Handling, ItemError, Priority, Stop, StoredAnalysis
from reqsift.domain.budgets import Budget
from reqsift.domain.errors import StoreError
from reqsift.services.batch_options import BatchOptions, Changes

router = APIRouter(prefix="/api/ai", tags=["batches"])
_PATH = "/api/ai/batches"


def _printable(key: str) -> str:
    if not key.isprintable():
        raise ValueError("Give 1 to 255 printable characters")
    return key


Key = Annotated[
    Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_printable)] | None,
    Header(
        alias="Idempotency-Key",
        description="Asked again with the same key and body, the same batch comes.",
    ),
]


@router.post("/batch-analyze")
async def batch_analyze(request: Request, services: UseServices, asked: BatchIn) -> BatchOut:
    """Analyze requests in parallel and wait; one item's failure is an entry of `errors`.

    Should the client go away, the batch goes on: see `/api/ai/batches`.
    """
    request_ids = list(dict.fromkeys(asked.request_ids))
    most: int = request.app.state.max_sync_batch
    if len(request_ids) > most:
        raise TooManyForOneAnswer(
            f"{len(request_ids)} requests are too many for one answer, which has {most} at most; "
            f"send them to POST {_PATH}, and read the results there."
        )
    urgent = len(request_ids) == 1  # a person waits for it
    priority = Priority.INTERACTIVE if urgent else Priority.NORMAL
    options = replace(_options(request, asked), priority=priority)
    batch = await services.batches.start(request_ids, options)
    batch = await services.batches.wait(batch.id)
    if batch.stop is Stop.STORE:
        raise StoreError(batch.reason)
    analyses = await services.batches.analyses(batch.id)
    errors = await services.batches.errors(batch.id)
    return _answer(batch, request_ids, analyses, errors)


def _answer(
    batch: Batch,
    request_ids: Sequence[str],
    analyses: Sequence[StoredAnalysis],
    errors: Sequence[ItemError],
) -> BatchOut:
    """All of a batch at once; what was left when it stopped early counts as failed."""
    results = [
        ResultOut(request_id=one.request_id, analysis=AnalysisOut.of(one)) for one in analyses
    ]
    reasons = {one.request_id: one.reason for one in errors}
    done = {one.request_id for one in analyses}
    reason = batch.reason or f"The batch is {batch.state.value}: its turn has not come."
    failed = [
        ItemErrorOut(request_id=request_id, error=reasons.get(request_id, reason))
        for request_id in request_ids
        if request_id not in done
    ]
    summary = SummaryOut.of(batch)
    summary.successful, summary.failed = len(results), len(failed)
    counts = f"Analyzed {summary.successful} of {summary.total} requests."
    return BatchOut(
        success=True,
        data=BatchDataOut(batch_id=batch.id, results=results, errors=failed, summary=summary),
        message=" ".join(part for part in (counts, batch.reason, batch.note) if part),
    )


@router.post(
    "/batches",
    status_code=status.HTTP_202_ACCEPTED,
    responses={
        200: {"model": BatchStateOut, "description": "The batch that this key stands for."},
        202: {
            "description": "The batch has begun.",
            "headers": {"Location": {"schema": {"type": "string"}}},
        },
    },
)
async def start_batch(
    request: Request,
    response: Response,
    services: UseServices,
    asked: BatchStartIn,
    key: Key = None,
) -> BatchStateOut:
    """Analyze requests in the background; the answer comes at once."""
    options = options_of(request, asked)
    batch, new = await services.batches.start_once(asked.request_ids, options, key)
    response.headers["location"] = f"{_PATH}/{batch.id}"
    if not new:
        response.status_code = status.HTTP_200_OK
    return BatchStateOut.of(batch)


@router.get("/batches")
async def list_batches(services: UseServices, page: UsePage) -> BatchPageOut:
    """A page of batches, newest first."""
    return BatchPageOut.of(await services.batches.batches(page))


@router.get("/batches/{batch_id}")
async def get_batch(services: UseServices, batch_id: str) -> BatchDetailOut:
    """A batch, and how it is doing at this moment."""
    batch = await services.batches.batch(batch_id)
    return BatchDetailOut.with_progress(batch, await services.batches.progress(batch_id))


@router.get("/batches/{batch_id}/results")
async def list_results(services: UseServices, batch_id: str, page: UsePage) -> ResultPageOut:
    """A page of the items that have ended, in the order of the ids asked for."""
    return ResultPageOut.of(await services.batches.results(batch_id, page))


@router.post("/batches/{batch_id}/pause", status_code=status.HTTP_202_ACCEPTED)
async def pause_batch(services: UseServices, batch_id: str) -> BatchStateOut:
    """Begin no further calls; those under way end and are kept."""
    return BatchStateOut.of(await services.batches.pause(batch_id))


@router.post("/batches/{batch_id}/resume", status_code=status.HTTP_202_ACCEPTED)
async def resume_batch(
    services: UseServices, batch_id: str, asked: BudgetIn | None = None
) -> BatchStateOut:
    """Go on with a batch that was paused or stopped, perhaps within other bounds."""
    budget = None
    if asked is not None and asked.model_fields_set:
        budget = _budget(asked, (await services.batches.batch(batch_id)).budget)
    return BatchStateOut.of(await services.batches.resume(batch_id, budget))


@router.post("/batches/{batch_id}/cancel", status_code=status.HTTP_202_ACCEPTED)
async def cancel_batch(services: UseServices, batch_id: str) -> BatchStateOut:
    """Give a batch up for good; what is done is kept, calls under way are dropped."""
    return BatchStateOut.of(await services.batches.cancel(batch_id))


@router.post("/batches/{batch_id}/retry-failed", status_code=status.HTTP_202_ACCEPTED)
async def retry_failed(services: UseServices, batch_id: str) -> BatchStateOut:
    """Try the failed requests of a batch again; unknown ones stay as they are."""
    return BatchStateOut.of(await services.batches.retry_failed(batch_id))


@router.patch("/batches/{batch_id}")
async def change_batch(services: UseServices, batch_id: str, asked: ChangesIn) -> BatchStateOut:
    """Change priority, concurrency or bounds, while the batch runs or before it is resumed."""
    budget = None
    if asked.model_fields_set & BudgetIn.model_fields.keys():
        budget = _budget(asked, (await services.batches.batch(batch_id)).budget)
    changes = Changes(priority=asked.priority, concurrency=asked.concurrency, budget=budget)
    return BatchStateOut.of(await services.batches.change(batch_id, changes))


def options_of(request: Request, asked: BatchStartIn) -> BatchOptions:
    """How the batch that is asked for is to run."""
    return replace(
        _options(request, asked),
        priority=asked.priority,
        budget=_budget(asked, Budget()),
        fallback=asked.fallback is not None,
        handling=Handling(pack=asked.pack, cache=asked.cache, economy=asked.lane == "economy"),
    )


def _options(request: Request, asked: BatchIn) -> BatchOptions:
    adaptive = asked.concurrency == "auto"
    return BatchOptions(
        model=asked.model or request.app.state.default_model,
        concurrency=None if asked.concurrency == "auto" else asked.concurrency,
        adaptive=adaptive,
        handling=Handling(pack=asked.pack, cache=asked.cache),
    )


def _budget(asked: BudgetIn, old: Budget) -> Budget:
    """The old bounds, with those that were given instead."""
    given = asked.model_fields_set
    return Budget(
        max_cost=asked.max_cost if "max_cost" in given else old.max_cost,
        max_tokens=asked.max_tokens if "max_tokens" in given else old.max_tokens,
        deadline_s=asked.deadline if "deadline" in given else old.deadline_s,
    )
