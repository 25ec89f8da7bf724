import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from reqsift.adapters.storage import migrations
from reqsift.adapters.storage.engine import (
    HEAD,
    Database,
    open_database,
    sqlite_path,
    uninterrupted,
)
from reqsift.adapters.storage.tables import metadata
from reqsift.domain.errors import InvalidSetting


async def test_the_head_is_the_newest_script() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_current_head() == HEAD


async def test_the_migrations_make_the_schema_that_the_tables_say(tmp_path: Path) -> None:
    database = Database(tmp_path / "migrated.db", throw_away=True)
    async with database.writing() as connection:
        await connection.run_sync(migrations.upgrade)
        differences = await connection.run_sync(_differences)
        made = await connection.run_sync(_columns)
    await database.close()
    async with (
        open_database(tmp_path / "fresh.db") as fresh,
        fresh.reading() as reading,
    ):
        assert made == await reading.run_sync(_columns)
    assert differences == []


def _differences(connection: Connection) -> list[object]:
    found: list[object] = compare_metadata(MigrationContext.configure(connection), metadata)
    return found


def _columns(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
    inspector = inspect(connection)
    return {
        table: [
            (column["name"], str(column["type"]), bool(column["nullable"]))
            for column in inspector.get_columns(table)
        ]
        for table in inspector.get_table_names()
    }


async def test_two_open_a_new_store_at_once(tmp_path: Path) -> None:
    async def opened() -> None:
        async with open_database(tmp_path / "new.db"):
            pass

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(opened())


async def test_what_was_begun_is_finished_before_the_cancelling_passes_on() -> None:
    events: list[str] = []

    @uninterrupted
    async def call() -> None:
        await asyncio.sleep(0.02)
        events.append("finished")

    async with asyncio.timeout(5):
        task = asyncio.get_running_loop().create_task(call())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    assert events == ["finished"]


def test_database_urls() -> None:
    assert sqlite_path("sqlite:///a/b.db") == Path("a/b.db")
    assert sqlite_path("sqlite:////a/b.db") == Path("/a/b.db")
    with pytest.raises(InvalidSetting, match="SQLite only"):
        sqlite_path("postgresql://localhost/x")
