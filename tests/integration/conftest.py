"""The API over a real store, reached without a network, or served on a free port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from reqsift.api.app import create_api
from reqsift.api.guard import Guard
from reqsift.bootstrap import Services, open_services
from reqsift.server import Server
from reqsift.settings import Settings
from reqsift.simulator import Simulator, simulated

TOKEN = "a-token-of-16-chars-or-more"
LARGEST_SYNC_BATCH = 100


def guarded(services: Services) -> FastAPI:
    app = create_api(
        services,
        default_model="auto",
        max_upload=1_000_000,
        max_sync_batch=LARGEST_SYNC_BATCH,
    )
    app.add_middleware(Guard, token=TOKEN, allowed_hosts=("sift.example",))
    return app


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A provider of models; `reset` gives it faults and latency."""
    async with simulated() as running:
        yield running


@pytest.fixture
async def services(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Services]:
    settings = Settings(data_dir=tmp_path)
    async with open_services(settings, f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


@pytest.fixture
async def with_models(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Services]:
    """The services, with a key for the simulated provider."""
    async with open_with_models(tmp_path, simulator) as opened:
        yield opened


@asynccontextmanager
async def open_with_models(
    folder: Path, simulator: Simulator, key: str = "a-key"
) -> AsyncIterator[Services]:
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "max_concurrency": 50,
            "ANTHROPIC_BASE_URL": simulator.base_url,
            "ANTHROPIC_API_KEY": key,
        }
    )
    async with open_services(settings, f"sqlite:///{folder / 'models.db'}") as opened:
        yield opened


@asynccontextmanager
async def reached(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=guarded(services)),
        base_url="http://127.0.0.1:8787",
        headers={"authorization": f"Bearer {TOKEN}"},
    ) as opened:
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with reached(services) as opened:
        yield opened


@pytest.fixture
async def models(with_models: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an API that can reach the simulated models."""
    async with reached(with_models) as opened:
        yield opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server that listens."""

    port: int
    server: Server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {TOKEN}"}

    def stop(self) -> None:
        self.server.should_exit = True


@asynccontextmanager
async def serving(app: FastAPI, port: int = 0) -> AsyncIterator[Served]:
    """Serve `app` in this event loop."""
    listener = socket.create_server(("127.0.0.1", port))
    # Without a limit for its end: whatever holds it up shows.
    config = uvicorn.Config(
        app, log_level="critical", timeout_graceful_shutdown=None, ws_per_message_deflate=False
    )
    server = Server(app, config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        served = Served(port=listener.getsockname()[1], server=server)
        try:
            yield served
        finally:
            served.stop()


@pytest.fixture
async def served(with_models: Services) -> AsyncIterator[Served]:
    async with serving(guarded(with_models)) as running:
        yield running
