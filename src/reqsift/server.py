"""Joins the API and the web pages into one server, behind one guard."""

import socket

import uvicorn
from fastapi import FastAPI

from reqsift.api.app import create_api
from reqsift.api.guard import Guard
from reqsift.bootstrap import Services
from reqsift.settings import Settings
from reqsift.web.app import mount_pages


def create_app(services: Services, settings: Settings, token: str) -> FastAPI:
    """Build the whole server.

    Args:
        services: The use cases.
        settings: Limits, host names and the default model.
        token: What opens it.
    """
    app = create_api(
        services,
        default_model=settings.model or "auto",
        max_upload=settings.max_upload,
        max_sync_batch=settings.max_sync_batch,
    )
    mount_pages(
        app,
        services,
        model=settings.model or "auto",
        max_concurrency=settings.max_concurrency,
        max_upload=settings.max_upload,
    )
    app.add_middleware(Guard, token=token, allowed_hosts=settings.allowed_hosts)
    return app


class Server(uvicorn.Server):
    """Serves; live streams, which have no end of their own, end when it shuts down."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        """Serve `app` as `config` says."""
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then wait for the answers under way."""
        self._app.state.closing.set()
        await super().shutdown(sockets)
