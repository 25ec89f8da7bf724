"""Open a database: connections, pragmas, schema, and foreign errors turned into ours."""

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from filelock import AsyncFileLock, FileLock, Timeout
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from reqsift.adapters.storage.tables import metadata
from reqsift.domain.errors import InvalidSetting, StoreError

HEAD = "0004"
"""The newest migration; a test holds it against the scripts."""

_WAIT_SECONDS = 60
_SQLITE = "sqlite:///"


P = ParamSpec("P")
T = TypeVar("T")


def uninterrupted(
    call: Callable[P, Coroutine[object, object, T]],
) -> Callable[P, Coroutine[object, object, T]]:
    """Let a database call finish even when its caller is cancelled; then pass the cancelling on.

    A connection that is dropped in the middle of a transaction would keep SQLite locked.
    """

    @wraps(call)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.get_running_loop().create_task(call(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise

    return whole


class Database:
    """An open database: many readers, one writer at a time."""

    def __init__(self, path: Path, *, throw_away: bool) -> None:
        """Prepare engines for the SQLite file `path`; nothing is opened yet.

        Args:
            path: The file; it and its folder are made when missing.
            throw_away: Trade durability for speed, for a store that is deleted at the end.
        """
        self.path = path
        synchronous = "OFF" if throw_away else "NORMAL"
        self._reader = _sqlite_engine(path, synchronous, pool_size=5)
        self._writer = _sqlite_engine(path, synchronous, pool_size=1)
        event.listen(self._writer.sync_engine, "begin", _begin_immediate)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading."""
        with translated(self.path):
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back when anything is raised."""
        with translated(self.path):
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def lock(self, turn: str) -> AsyncIterator[None]:
        """The turn to `open` or `import`, over all processes; it dies with its process."""
        with translated(self.path):
            lock = AsyncFileLock(f"{self.path}.{turn}.lock", poll_interval=0.05)
            await lock.acquire()
        try:
            yield
        finally:
            await lock.release()

    @uninterrupted
    async def close(self) -> None:
        """Close all connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def sqlite_path(url: str) -> Path:
    """The file of a database URL.

    Raises:
        InvalidSetting: The URL is not of SQLite.
    """
    if not url.startswith(_SQLITE):
        raise InvalidSetting(
            f"This version keeps its store in SQLite only: give sqlite:///PATH, not {url}."
        )
    return Path(url.removeprefix(_SQLITE))


@asynccontextmanager
async def open_database(path: Path, *, throw_away: bool = False) -> AsyncIterator[Database]:
    """Open the SQLite file `path`, make or migrate its schema, and close it at the end.

    Raises:
        StoreError: It cannot be opened, is no database of ours, or is of a newer version.
    """
    database = Database(path, throw_away=throw_away)
    try:
        with translated(path):
            _prepare_file(path)
        # Turning a new file to WAL does not wait for others, so openings take turns.
        async with database.lock("open"):
            async with database.reading() as connection:
                version = await connection.run_sync(_version, path)
            if version != HEAD:
                async with database.writing() as connection:
                    await connection.run_sync(_migrate, path)
        yield database
    finally:
        await database.close()


@contextmanager
def serving_lock(path: Path) -> Iterator[None]:
    """The right to serve a store; it dies with the process that holds it.

    Raises:
        StoreError: Another process holds it.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.serve.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise StoreError(
                f"Another reqsift already serves {path}; use that one, or give another --db."
            ) from None
    try:
        yield
    finally:
        lock.release()


def _prepare_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)  # captures hold other people's cookies and passwords


def _sqlite_engine(path: Path, synchronous: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10 * _WAIT_SECONDS,
        connect_args={"timeout": _WAIT_SECONDS},
    )

    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
        connection.isolation_level = None  # transactions begin where we say so
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_size = 16384")  # bodies fit a page; must come before WAL
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA wal_autocheckpoint = 2000")  # pages
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -4000")  # KiB
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _begin_immediate(connection: Connection) -> None:
    # Taking the write lock at once turns a deadlock between two processes into a wait.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _version(connection: Connection, path: Path) -> str | None:
    """The schema's version; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreError(f"{path} is a database of another program; give another path with --db.")
    version: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return version


def _migrate(connection: Connection, path: Path) -> None:
    version = _version(connection, path)
    if version == HEAD:
        return  # another process was quicker
    if version is None:
        metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
        return
    from reqsift.adapters.storage import migrations

    if version not in migrations.revisions():
        raise StoreError(
            f"{path} was written by a newer version of reqsift; upgrade reqsift, or give another "
            "path with --db."
        )
    migrations.upgrade(connection)


_SAYINGS = (
    ("disk is full", "The disk is full; free some space and try again. What was stored is intact."),
    ("is locked", "Another process keeps {path} busy; try again when it is done."),
    ("not a database", "{path} is not a database of reqsift; give another path with --db."),
    ("malformed", "{path} is damaged; restore a copy, or give another path with --db."),
    ("readonly", "{path} is read-only; change its permissions, or give another path with --db."),
    (
        "unable to open",
        "{path} cannot be opened; check the folder, or give another path with --db.",
    ),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the database and the system raise into a `StoreError` that says what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error)
        for mark, saying in _SAYINGS:
            if mark in cause:
                raise StoreError(saying.format(path=path)) from error
        raise StoreError(f"The database {path} failed: {cause}") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreError(_SAYINGS[0][1]) from error
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path} cannot be opened ({reason}); check the folder, or give another path with --db."
        ) from error
