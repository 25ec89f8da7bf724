"""Routes that look findings up."""

from typing import Annotated

from fastapi import APIRouter, Query

from reqsift.api.deps import UsePage, UseServices
from reqsift.api.schemas.findings import FindingPageOut
from reqsift.domain.findings import FindingFilter, FindingType, Severity

router = APIRouter(prefix="/api", tags=["findings"])


@router.get("/findings")
async def list_findings(
    services: UseServices,
    page: UsePage,
    request_id: Annotated[
        str | None,
        Query(alias="requestId", description="Findings that this request shows, proved in it."),
    ] = None,
    capture_id: Annotated[str | None, Query(alias="captureId")] = None,
    severity: Annotated[list[Severity] | None, Query()] = None,
    type: Annotated[list[FindingType] | None, Query()] = None,  # noqa: A002 -- the field's name
) -> FindingPageOut:
    """A page of findings, the most severe and surest first."""
    wanted = FindingFilter(
        capture_ids=(capture_id,) if capture_id else (),
        request_id=request_id,
        severities=tuple(severity or ()),
        types=tuple(type or ()),
    )
    return FindingPageOut.of(await services.findings.findings(wanted, page))
