"""The API as an application."""

import asyncio
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from starlette.routing import Match

from reqsift import __version__
from reqsift.api import (
    batches,
    captures,
    comparisons,
    costs,
    disclosure,
    findings,
    live,
    problems,
)
from reqsift.bootstrap import Services

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_api(
    services: Services, *, default_model: str, max_upload: int, max_sync_batch: int
) -> FastAPI:
    """Build the API.

    Args:
        services: The use cases.
        default_model: Used where a batch names none.
        max_upload: Bytes of a capture file that are taken.
        max_sync_batch: Most requests of a batch that is answered within one HTTP request.

    `app.state.closing` is an event: set when the server shuts down, it ends live streams.
    """
    app = FastAPI(
        title="reqsift",
        version=__version__,
        summary="Sifts captured HTTP traffic for security problems.",
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        responses=problems.RESPONSES,
    )
    app.state.services = services
    app.state.default_model = default_model
    app.state.max_upload = max_upload
    app.state.max_sync_batch = max_sync_batch
    app.state.closing = asyncio.Event()
    problems.install(app)
    app.include_router(captures.router)
    app.include_router(batches.router)
    app.include_router(live.router)
    app.include_router(findings.router)
    app.include_router(disclosure.router)
    app.include_router(comparisons.router)
    app.include_router(costs.router)

    @app.get("/healthz", tags=["health"])
    async def healthz() -> dict[str, str]:
        """Whether the server answers."""
        return {"status": "ok"}

    @app.api_route("/api/{path:path}", methods=_METHODS, include_in_schema=False)
    async def nowhere(request: Request) -> None:
        """Whatever the routes above do not take; without this, the pages would answer."""
        known = any(
            route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes
        )
        status = HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND
        raise HTTPException(status, f"There is no {request.method} {request.url.path}.")

    return app
