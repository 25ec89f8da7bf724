"""Stores of older versions are brought up to date with all that they hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command

from reqsift.adapters.storage import migrations
from reqsift.adapters.storage.batches import SqlBatches
from reqsift.adapters.storage.engine import Database, open_database
from reqsift.adapters.storage.findings import SqlFindings
from reqsift.adapters.storage.spending import SqlSpending
from reqsift.domain.batches import BatchState, Handling, Priority, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.findings import FindingFilter
from reqsift.domain.limits import Usage
from reqsift.domain.paging import PageRequest
from reqsift.domain.spending import Spent

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


_OF_MODELS = """
INSERT INTO batches (id, model, note, concurrency, state, total, successful, created_at, cost)
    VALUES (4, 'auto', '', 5, 'completed', 5, 4, 5000000, 1.0);
INSERT INTO batch_items (batch_id, position, exchange_id, state, model, summary, next_checks,
    confidence, duration_ms, finished_at, input_tokens, output_tokens, cost) VALUES
    (4, 0, 1, 'done', 'haiku-4.5', '', '[]', 50, 1.5, 86399999999, 100, 10, 0.25),
    (4, 1, 2, 'done', 'haiku-4.5', '', '[]', 50, 1.5, 86399999999, 200, 20, 0.25),
    (4, 2, 3, 'done', 'haiku-4.5', '', '[]', 50, 1.5, 86400000000, 300, 30, 0.5),
    (4, 3, 3, 'done', 'offline', '', '[]', 50, 1.5, 86400000000, 0, 0, 0),
    (4, 4, 3, 'failed', NULL, NULL, NULL, NULL, NULL, 86400000000, NULL, NULL, NULL);
INSERT INTO findings (id, capture_id, fingerprint, type, severity, confidence, title, description,
    remediation, cwe, owasp, rule) VALUES
    (1, 1, 'v1-a', 'xss', 3, 60, 'A', '', '', 79, '[]', 'model'),
    (2, 1, 'v1-b', 'xss', 2, 70, 'B', '', '', 79, '[]', 'some-rule');
INSERT INTO occurrences (finding_id, exchange_id, batch_id, evidence) VALUES
    (1, 1, 4, '[]'), (1, 2, 4, '[]'), (2, 1, 4, '[["response.body",0,"x"]]');
"""


async def first_version(path: Path) -> None:
    await _of_version("0001", path, _OLD)


async def _of_version(version: str, path: Path, rows: str) -> None:
    database = Database(path, throw_away=True)
    async with database.writing() as connection:
        await connection.run_sync(migrations.upgrade, version)
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(rows)


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


async def second_version(path: Path) -> None:
    """With a batch of models."""
    await _of_version("0002", path, _OLD.replace("tokens_used", "output_tokens") + _OF_MODELS)


async def test_what_models_took_before_there_were_books_is_told(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    await second_version(path)

    async with open_database(path) as database:
        report = await SqlSpending(database).report()
        experience = await SqlSpending(database).experience()

    def spent(name: str, calls: int, *figures: float) -> Spent:
        sent, said, cost = figures
        usage = Usage(input_tokens=int(sent), output_tokens=int(said), cost=cost)
        return Spent(name=name, calls=calls, answered=calls, cached=0, usage=usage)

    assert report.total == spent("total", 4, 600, 67, 1.0)
    assert report.days == (
        spent("1970-01-02", 1, 300, 30, 0.5),
        spent("1970-01-01", 3, 300, 37, 0.5),
    )
    assert report.models == (spent("haiku-4.5", 3, 600, 60, 1.0), spent("offline", 1, 0, 7, 0.0))
    assert report.batches == (spent("b4", 3, 600, 60, 1.0), spent("b1", 1, 0, 7, 0.0))
    # How many bytes were sent is not known: nothing can be learned from it.
    assert experience == {}


async def test_findings_of_before_name_their_source(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    await second_version(path)

    async with open_database(path) as database:
        page = await SqlFindings(database).findings(FindingFilter(), PageRequest())
        view = await SqlBatches(database).batch_view("b4")
        batch = await SqlBatches(database).batch("b4")

    of_model, of_rule = [stored.finding for stored in page.items]
    assert (of_model.sources, of_rule.sources) == (("model",), ("offline",))
    assert (of_rule.why, of_rule.verification_steps, of_rule.false_positive_hints) == ("", (), ())
    assert of_rule.evidence[0].text == "x"
    # Their batch sees them as they are: what it said itself was not kept.
    assert view is not None
    seen = {one.fingerprint: (one.severity.rank, one.confidence, one.count) for one in view.seen}
    assert seen == {"v1-a": (3, 60, 2), "v1-b": (2, 70, 1)}
    assert batch is not None
    assert batch.handling == Handling(pack=True, cache=True, economy=False)


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
