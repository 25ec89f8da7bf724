"""Fixtures for all tests: a fresh, real store."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.captures import SqlCaptures
from reqsift.adapters.storage.engine import Database, open_database
from reqsift.adapters.storage.findings import SqlFindings


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    database: Database
    captures: SqlCaptures
    batches: SqlBatches
    findings: SqlFindings


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_database(tmp_path / "store.db", throw_away=True) as database:
        yield Stores(
            database=database,
            captures=SqlCaptures(database),
            batches=SqlBatches(database),
            findings=SqlFindings(database),
        )
