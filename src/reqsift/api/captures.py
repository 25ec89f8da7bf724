"""Routes for captures and their requests."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from reqsift.api.deps import UsePage, UseServices
from reqsift.api.schemas.captures import (
    CaptureOut,
    CapturesOut,
    ExchangeOut,
    ImportOut,
    RequestPageOut,
)
from reqsift.api.uploads import received_file
from reqsift.domain.captures import RequestFilter

router = APIRouter(prefix="/api", tags=["captures"])

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post("/captures", status_code=status.HTTP_201_CREATED, openapi_extra=_UPLOAD)
async def upload_capture(
    request: Request,
    response: Response,
    services: UseServices,
    partial: Annotated[
        bool, Query(description="Keep the intact entries of a file that ends in the middle.")
    ] = False,
) -> ImportOut:
    """Import a capture file sent as the part `file`; 200 when these bytes are known already."""
    async with received_file(request, request.app.state.max_upload) as upload:
        result = await services.captures.import_file(
            upload.path, source=upload.name, partial=partial
        )
    if result.duplicate:
        response.status_code = status.HTTP_200_OK
    return ImportOut.of(result.capture, duplicate=result.duplicate)


@router.get("/captures")
async def list_captures(services: UseServices) -> CapturesOut:
    """All captures, newest first."""
    captures = await services.captures.captures()
    return CapturesOut(items=[CaptureOut.of(capture) for capture in captures])


def _wanted(
    capture_id: Annotated[str | None, Query(alias="captureId")] = None,
    host: str | None = None,
    method: str | None = None,
    status: Annotated[int | None, Query(ge=0, le=999)] = None,
    text: Annotated[
        str | None, Query(description="Part of the method, the URL or the media type.")
    ] = None,
) -> RequestFilter:
    return RequestFilter(capture_id=capture_id, host=host, method=method, status=status, text=text)


@router.get("/requests")
async def list_requests(
    services: UseServices, page: UsePage, wanted: Annotated[RequestFilter, Depends(_wanted)]
) -> RequestPageOut:
    """A page of requests in capture order."""
    return RequestPageOut.of(await services.captures.requests(wanted, page))


@router.get("/requests/{request_id}")
async def get_request(services: UseServices, request_id: str) -> ExchangeOut:
    """One request with its response, headers and bodies."""
    return ExchangeOut.of(await services.captures.exchange(request_id))
