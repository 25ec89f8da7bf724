"""The route that compares batches."""

from typing import Annotated

from fastapi import APIRouter, Query

from reqsift.api.deps import UseServices
from reqsift.api.schemas.comparisons import ComparisonOut

router = APIRouter(prefix="/api/ai", tags=["batches"])


@router.get("/compare")
async def compare_batches(
    services: UseServices,
    before: Annotated[str, Query(description="Id of the earlier batch.")],
    after: Annotated[str, Query(description="Id of the later one.")],
) -> ComparisonOut:
    """What became of each finding from one batch to another."""
    return ComparisonOut.of(await services.comparisons.compare(before, after))
