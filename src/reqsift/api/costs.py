"""Routes for models and money."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from reqsift.api.batches import options_of
from reqsift.api.deps import UseServices
from reqsift.api.schemas.costs import EstimateIn, EstimatesOut, ModelOut, ModelsOut, UsageOut

router = APIRouter(prefix="/api", tags=["costs"])


@router.get("/ai/models")
async def list_models(services: UseServices) -> ModelsOut:
    """The models that can be named, with prices and where they were looked up."""
    return ModelsOut(items=[ModelOut.of(known) for known in services.costs.models()])


@router.post("/ai/estimate")
async def estimate_batch(
    request: Request, services: UseServices, asked: EstimateIn
) -> EstimatesOut:
    """What a batch would take, as a range, beside the other offers; nothing is begun or sent."""
    options = options_of(request, asked)
    return EstimatesOut.of(await services.costs.offers(asked.request_ids, options))


@router.get("/usage")
async def usage(
    services: UseServices,
    since: Annotated[date | None, Query(description="First day (UTC); all if left out.")] = None,
) -> UsageOut:
    """What was spent, by day, model and batch."""
    return UsageOut.of(await services.costs.usage(since))
