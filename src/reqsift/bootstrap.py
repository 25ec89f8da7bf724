"""The only place that knows which adapter fills which port."""

import gc
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from reqsift.adapters.access_token import access_token
from reqsift.adapters.analyzers import Analyzers
from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.clock import SystemClock
from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.captures import SqlCaptures
from reqsift.adapters.storage.engine import open_database, serving_lock, sqlite_path
from reqsift.adapters.storage.findings import SqlFindings
from reqsift.services.batches import Batches
from reqsift.services.captures import Captures
from reqsift.services.findings import Findings
from reqsift.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases, wired."""

    captures: Captures
    batches: Batches
    findings: Findings


@asynccontextmanager
async def open_services(settings: Settings, database_url: str) -> AsyncIterator[Services]:
    """Open the store at `database_url` with everything around it, and close it at the end.

    Raises:
        StoreError: The store cannot be opened.
    """
    async with _services(settings, sqlite_path(database_url), throw_away=False) as services:
        yield services


@asynccontextmanager
async def throw_away_services(settings: Settings) -> AsyncIterator[Services]:
    """The same on a store that is deleted at the end."""
    with TemporaryDirectory(prefix="reqsift-") as folder:
        path = Path(folder) / "scan.db"
        async with _services(settings, path, throw_away=True) as services:
            yield services


@asynccontextmanager
async def _services(settings: Settings, path: Path, *, throw_away: bool) -> AsyncIterator[Services]:
    clock = SystemClock()
    offline = OfflineAnalyzer()
    keys = {
        "ANTHROPIC_API_KEY": settings.anthropic_api_key,
        "OPENAI_API_KEY": settings.openai_api_key,
    }
    analyzers = Analyzers(offline, frozenset(name for name, key in keys.items() if key))
    _calm_garbage_collection()
    try:
        async with open_database(path, throw_away=throw_away) as database:
            yield Services(
                captures=Captures(
                    SqlCaptures(database), CaptureFileReader(max_body=settings.max_body), clock
                ),
                batches=Batches(SqlBatches(database), analyzers, clock, settings.max_concurrency),
                findings=Findings(SqlFindings(database)),
            )
    finally:
        offline.close()


def _calm_garbage_collection() -> None:
    """Make the cyclic collector look rarely.

    Imports and batches make millions of objects without cycles; looking for cycles in between
    took a fifth of an import's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def server_token(settings: Settings) -> str:
    """The token that opens the server: the one that is set, else the one that is kept."""
    if settings.token is not None:
        return settings.token.get_secret_value()
    return access_token(settings.data_dir)


def only_server(database_url: str) -> AbstractContextManager[None]:
    """Hold the right to serve the store at `database_url`; a second server is refused.

    Raises:
        StoreError: Another process serves it.
    """
    return serving_lock(sqlite_path(database_url))
