"""The API over a real store, reached without a network."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from reqsift.api.app import create_api
from reqsift.api.guard import Guard
from reqsift.bootstrap import Services, open_services
from reqsift.settings import Settings

TOKEN = "a-token-of-16-chars-or-more"


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    settings = Settings(data_dir=tmp_path)
    async with open_services(settings, f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    app = create_api(services, default_model="auto", max_upload=1_000_000, max_sync_batch=100)
    app.add_middleware(Guard, token=TOKEN, allowed_hosts=("sift.example",))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://127.0.0.1:8787",
        headers={"authorization": f"Bearer {TOKEN}"},
    ) as opened:
        yield opened
