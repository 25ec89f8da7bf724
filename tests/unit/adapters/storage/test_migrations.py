"""Stores of older versions are brought up to date with all that they hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command

from reqsift.adapters.storage import migrations
from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.engine import Database, open_database
from reqsift.domain.batches import BatchState, Priority, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.limits import Usage

_OLD = """
INSERT INTO captures (id, source, content_hash, imported_at, state, imported)
    VALUES (1, 'a.har', 'h', 1000000, 'complete', 3);
INSERT INTO exchanges (id, capture_id, entry_index, method, url, host, path, status, mime_type,
    response_size) VALUES
    (1, 1, 0, 'GET', 'https://a.example/0', 'a.example', '/0', 200, 'text/html', 5),
    (2, 1, 1, 'GET', 'https://a.example/1', 'a.example', '/1', 200, 'text/html', 5),
    (3, 1, 2, 'GET', 'https://a.example/2', 'a.example', '/2', 200, 'text/html', 5);
INSERT INTO batches (id, model, note, concurrency, state, total, successful, failed, created_at,
    duration_ms) VALUES
    (1, 'offline', 'why', 5, 'completed', 2, 1, 1, 2000000, 1234),
    (2, 'offline', '', 3, 'running', 2, 1, 0, 3000000, 0),
    (3, 'offline', '', 3, 'stopped', 1, 0, 0, 3000000, 0);
INSERT INTO batch_items (batch_id, position, exchange_id, unknown_id, state, error, model, summary,
    next_checks, confidence, tokens_used, duration_ms, finished_at) VALUES
    (1, 0, 1, NULL, 'done', NULL, 'offline', 'Looked.', '["Look."]', 50, 7, 1.5, 4000000),
    (1, 1, NULL, 'r99', 'failed', 'No.', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (2, 0, 1, NULL, 'done', NULL, 'offline', 'Looked.', '[]', 50, NULL, 1.5, 4000000),
    (2, 1, 2, NULL, 'pending', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 0, 3, NULL, 'pending', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"""


async def first_version(path: Path) -> None:
    database = Database(path, throw_away=True)
    async with database.writing() as connection:
        await connection.run_sync(migrations.upgrade, "0001")
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_OLD)


async def test_batches_of_the_first_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    await first_version(path)

    for _ in range(2):  # migrated, then only opened
        async with open_database(path) as database:
            store = SqlBatches(database)
            done, running, stopped = [await store.batch(f"b{number}") for number in (1, 2, 3)]
            (kept,) = await store.analyses("b1")
            (error,) = await store.item_errors("b1")
            pending = await store.pending("b2", -1, 10)
            unfinished = await store.unfinished()

        assert done is not None
        assert running is not None
        assert stopped is not None
        assert (done.state, done.total, done.successful, done.failed) == (
            BatchState.COMPLETED,
            2,
            1,
            1,
        )
        assert (done.note, done.duration_ms, done.spent) == ("why", 1234, Usage())
        assert (done.priority, done.budget, done.stop) == (Priority.NORMAL, Budget(), None)
        assert kept.analysis.usage == Usage(output_tokens=7)
        assert (kept.analysis.summary, kept.analysis.next_checks) == ("Looked.", ("Look.",))
        assert (error.request_id, error.reason) == ("r99", "No.")
        # Nobody runs it, and now there is a way to resume it.
        assert (running.state, running.stop) == (BatchState.STOPPED, Stop.INTERRUPTED)
        assert [item.position for item in pending] == [1]
        assert (stopped.state, stopped.stop) == (BatchState.STOPPED, None)
        assert [batch.id for batch in unfinished] == ["b2"]


async def test_the_way_back_keeps_the_data_too(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    await first_version(path)
    async with open_database(path) as database, database.writing() as connection:
        await connection.run_sync(
            lambda opened: command.downgrade(migrations.config(opened), "0001")
        )
    with closing(sqlite3.connect(path)) as connection:
        tokens = connection.execute("SELECT tokens_used FROM batch_items ORDER BY 1 DESC")
        assert tokens.fetchone() == (7,)
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert version == ("0001",)

    async with open_database(path) as database:
        batch = await SqlBatches(database).batch("b1")
    assert batch is not None
    assert batch.successful == 1
