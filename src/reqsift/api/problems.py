"""Every error as an RFC 9457 problem: `type`, `title`, `status`, `detail`."""

import errno
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from reqsift.domain.errors import (
    Conflict,
    InvalidSetting,
    ModelUnavailable,
    NotFound,
    ReqsiftError,
    StoreError,
    UnreadableCapture,
)

_STATUS: dict[type, HTTPStatus] = {
    UnreadableCapture: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    ModelUnavailable: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    InvalidSetting: HTTPStatus.UNPROCESSABLE_ENTITY,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    ReqsiftError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_TEXT = {"type": "string"}
RESPONSES: dict[int | str, dict[str, object]] = {
    "default": {
        "description": "A problem (RFC 9457); `detail` is one sentence for the user.",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": _TEXT,
                        "title": _TEXT,
                        "status": {"type": "integer"},
                        "detail": _TEXT,
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"field": _TEXT, "message": _TEXT},
                            },
                        },
                    },
                }
            }
        },
    }
}
"""What every route may answer, for the OpenAPI description."""


class TooManyForOneAnswer(InvalidSetting):
    """A client may not wait for so many requests within one HTTP request."""


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    kind: str = "about:blank",
    more: Mapping[str, object] = MappingProxyType({}),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document with `more` members and header fields."""
    content = {"type": kind, "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(
        {**content, **more},
        status_code=status.value,
        headers=headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Make `app` answer with problems only."""

    @app.exception_handler(ReqsiftError)
    async def _ours(_: Request, error: ReqsiftError) -> JSONResponse:
        status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
        return problem(status, str(error), kind=f"urn:reqsift:problem:{_kebab(error)}")

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {
                "field": ".".join(str(step) for step in fault["loc"][1:]),
                "message": fault["msg"].removeprefix("Value error, "),  # our own sentences
            }
            for fault in error.errors()
        ]
        first = faults[0]
        detail = f"{first['field'] or 'body'}: {first['message']}."
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, more={"errors": faults})

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(HTTPStatus(error.status_code), str(error.detail), headers=error.headers)

    @app.exception_handler(OSError)
    async def _system(_: Request, error: OSError) -> JSONResponse:
        if error.errno == errno.ENOSPC:
            detail = "The disk is full; free some space and try again. What was stored is intact."
            return problem(HTTPStatus.INSUFFICIENT_STORAGE, detail)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The system failed; see the log.")


def _kebab(error: Exception) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
