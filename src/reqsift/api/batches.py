"""Routes that analyze."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, StrictInt, StrictStr

from reqsift.api.deps import UseServices
from reqsift.api.schemas.batches import (
    AnalysisOut,
    BatchDataOut,
    BatchOut,
    ItemErrorOut,
    ResultOut,
    SummaryOut,
)
from reqsift.api.schemas.wire import Wire
from reqsift.services.batch_options import BatchOptions

router = APIRouter(prefix="/api/ai", tags=["batches"])


class BatchIn(Wire):
    """Which requests to analyze, and how."""

    request_ids: Annotated[list[StrictStr], Field(min_length=1)]
    model: StrictStr | None = Field(
        default=None, description="`auto`, `offline`, `haiku-4.5` or `sonnet-4.5`."
    )
    concurrency: Annotated[StrictInt, Field(ge=1)] | None = Field(
        default=None, description="Calls under way at once; 5 if left out."
    )


@router.post("/batch-analyze")
async def batch_analyze(request: Request, services: UseServices, asked: BatchIn) -> BatchOut:
    """Analyze requests in parallel and wait; one item's failure is an entry of `errors`."""
    options = BatchOptions(
        model=asked.model or request.app.state.default_model, concurrency=asked.concurrency
    )
    batch = await services.batches.start(asked.request_ids, options)
    batch = await services.batches.wait(batch.id)
    analyses = await services.batches.analyses(batch.id)
    errors = await services.batches.errors(batch.id)
    message = f"Analyzed {batch.successful} of {batch.total} requests. {batch.note}".rstrip()
    return BatchOut(
        success=True,
        data=BatchDataOut(
            batch_id=batch.id,
            results=[
                ResultOut(request_id=stored.request_id, analysis=AnalysisOut.of(stored))
                for stored in analyses
            ],
            errors=[ItemErrorOut.of(error) for error in errors],
            summary=SummaryOut.of(batch),
        ),
        message=message,
    )
