"""Routes for what leaves this machine."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from reqsift.api.deps import UsePage, UseServices
from reqsift.api.schemas.disclosure import ForgottenOut, LedgerPageOut, PreviewOut, VerdictOut

router = APIRouter(prefix="/api", tags=["disclosure"])


@router.get("/requests/{request_id}/preview")
async def preview_request(
    request: Request,
    services: UseServices,
    request_id: str,
    model: Annotated[str | None, Query(description="As in a batch.")] = None,
) -> PreviewOut:
    """The exact bytes that an analysis of this request would send; nothing is sent."""
    name = model or request.app.state.default_model
    return PreviewOut.of(await services.disclosure.preview(request_id, name))


@router.get("/ledger")
async def list_ledger(services: UseServices, page: UsePage) -> LedgerPageOut:
    """A page of what left this machine, newest first."""
    return LedgerPageOut.of(await services.disclosure.ledger(page))


@router.get("/ledger/verify")
async def verify_ledger(services: UseServices) -> VerdictOut:
    """Whether the ledger's chain holds; every entry is looked at."""
    return VerdictOut.of(await services.disclosure.verify())


@router.delete("/ai/answers")
async def forget_answers(
    services: UseServices,
    days: Annotated[
        float, Query(ge=0, le=36500, description="Only answers older than this.")
    ] = 0.0,
) -> ForgottenOut:
    """Delete what models said and is kept; analyses stay."""
    age = timedelta(days=days)
    return ForgottenOut(deleted=await services.disclosure.forget_answers(age))
