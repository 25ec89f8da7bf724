"""Captures in SQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from reqsift.adapters.storage import exchanges as stored
from reqsift.adapters.storage import rows
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.ids import number_of, to_id
from reqsift.adapters.storage.tables import captures
from reqsift.domain.captures import (
    Capture,
    CaptureState,
    Exchange,
    RequestFilter,
    RequestRow,
    StoredExchange,
)
from reqsift.domain.paging import Page, PageRequest


class SqlCaptures:
    """Fills the port `CaptureStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @asynccontextmanager
    async def import_turn(self) -> AsyncIterator[None]:
        async with self._database.lock("import"):
            await self._remove_unfinished()
            yield

    @uninterrupted
    async def _remove_unfinished(self) -> None:
        unfinished = captures.c.state == CaptureState.IMPORTING.value
        async with self._database.writing() as connection:
            await connection.execute(delete(captures).where(unfinished))

    @uninterrupted
    async def find_capture(self, content_hash: str) -> Capture | None:
        query = select(captures).where(captures.c.content_hash == content_hash)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return rows.capture_of(row) if row else None

    @uninterrupted
    async def begin_import(self, source: str, content_hash: str, at: datetime) -> str:
        new = insert(captures).values(
            source=source,
            content_hash=content_hash,
            imported_at=at,
            state=CaptureState.IMPORTING.value,
        )
        async with self._database.writing() as connection:
            number = (await connection.scalars(new.returning(captures.c.id))).one()
        return to_id("c", number)

    @uninterrupted
    async def add_exchanges(self, capture_id: str, exchanges: Sequence[Exchange]) -> None:
        number = number_of("c", capture_id)
        prepared = await asyncio.to_thread(stored.PreparedExchanges, number, exchanges)
        async with self._database.writing() as connection:
            await prepared.insert(connection)

    @uninterrupted
    async def finish_import(self, capture: Capture) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                update(captures)
                .where(captures.c.id == number_of("c", capture.id))
                .values(
                    state=CaptureState.READY.value,
                    imported=capture.imported,
                    truncated=capture.truncated,
                    skipped=rows.skipped_json(capture.skipped),
                )
            )

    @uninterrupted
    async def abandon_import(self, capture_id: str) -> None:
        async with self._database.writing() as connection:
            await connection.execute(
                delete(captures).where(captures.c.id == number_of("c", capture_id))
            )

    @uninterrupted
    async def captures(self) -> tuple[Capture, ...]:
        query = (
            select(captures)
            .where(captures.c.state == CaptureState.READY.value)
            .order_by(captures.c.id.desc())
        )
        async with self._database.reading() as connection:
            return tuple(rows.capture_of(row) for row in await connection.execute(query))

    @uninterrupted
    async def requests(self, wanted: RequestFilter, page: PageRequest) -> Page[RequestRow]:
        async with self._database.reading() as connection:
            return await stored.list_requests(connection, wanted, page)

    @uninterrupted
    async def request_ids(self, wanted: RequestFilter) -> list[str]:
        async with self._database.reading() as connection:
            return await stored.list_request_ids(connection, wanted)

    @uninterrupted
    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        async with self._database.reading() as connection:
            return await stored.load_exchanges(connection, request_ids)
