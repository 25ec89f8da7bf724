"""Sightings in SQL: the primary key sorts them into groups, so that memory stays flat."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.findings import capture_numbers, save_findings
from reqsift.adapters.storage.ids import number_of, to_id
from reqsift.adapters.storage.tables import batch_items, batches, exchanges, sightings
from reqsift.domain.batches import Analysis, ItemOutcome
from reqsift.domain.findings import Finding
from reqsift.domain.sightings import Group, Seen

_LARGEST_GROUP = 2_000
_LARGE_BATCH = 2_000
_Place = tuple[int, str, str, int]
"""Capture, kind, key and exchange of a row."""
_PLACE = (sightings.c.capture_id, sightings.c.kind, sightings.c.key, sightings.c.exchange_id)
_facts = msgspec.json.Decoder(tuple[str, ...])


class SqlSightings:
    """Fills the port `SightingStore`; see there for the contract of each call."""

    def __init__(self, database: Database, rows_at_once: int = 5_000) -> None:
        """Work on `database`, and hold so many rows in memory."""
        self._database = database
        self._rows_at_once = rows_at_once

    async def groups(
        self, batch_id: str, kinds: Sequence[str], *, untouched: bool = False
    ) -> AsyncIterator[Group]:
        number = number_of("b", batch_id)
        group: list[Row[*tuple[Any, ...]]] = []
        # To look the groups of a large batch up would take longer than to read them all.
        only = None if untouched or await self._is_large(number) else number
        for capture_number in await self._captures(number):
            for kind in sorted(kinds):
                async for row in self._rows((capture_number, kind, "", 0), only):
                    if group and group[0].key != row.key:
                        yield _group(group)
                        group = []
                    if len(group) < _LARGEST_GROUP:
                        group.append(row)
                if group:
                    yield _group(group)
                    group = []

    @uninterrupted
    async def add_findings(self, batch_id: str, found: Mapping[str, Sequence[Finding]]) -> None:
        by_number = {number_of("r", request_id): these for request_id, these in found.items()}
        async with self._database.writing() as connection:
            await save_findings(connection, number_of("b", batch_id), by_number)

    @uninterrupted
    async def _is_large(self, batch_number: int) -> bool:
        query = select(batches.c.total).where(batches.c.id == batch_number)
        async with self._database.reading() as connection:
            total: int = (await connection.scalars(query)).one()
        return total > _LARGE_BATCH

    @uninterrupted
    async def _captures(self, batch_number: int) -> list[int]:
        query = (
            select(exchanges.c.capture_id)
            .join(batch_items, batch_items.c.exchange_id == exchanges.c.id)
            .where(batch_items.c.batch_id == batch_number)
            .distinct()
        )
        async with self._database.reading() as connection:
            return sorted(await connection.scalars(query))

    async def _rows(self, last: _Place, only: int | None) -> AsyncIterator[Row[*tuple[Any, ...]]]:
        while True:
            page = await self._page(last, only)
            for row in page:
                yield row
            if len(page) < self._rows_at_once:
                return
            last = (last[0], last[1], page[-1].key, page[-1].exchange_id)

    @uninterrupted
    async def _page(self, last: _Place, only: int | None) -> Sequence[Row[*tuple[Any, ...]]]:
        query = (
            select(sightings, exchanges.c.entry_index)
            .join(exchanges, exchanges.c.id == sightings.c.exchange_id)
            .where(
                sightings.c.capture_id == last[0],
                sightings.c.kind == last[1],
                tuple_(*_PLACE) > last,
            )
            .order_by(sightings.c.key, sightings.c.exchange_id)
            .limit(self._rows_at_once)
        )
        if only is not None:
            mine = sightings.alias()
            touched = (
                select(mine.c.key)
                .join(batch_items, batch_items.c.exchange_id == mine.c.exchange_id)
                .where(batch_items.c.batch_id == only, mine.c.kind == last[1])
            )
            query = query.where(sightings.c.key.in_(touched))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()


async def save_sightings(connection: AsyncConnection, ended: Sequence[ItemOutcome]) -> None:
    """Store what exchanges leave behind; an exchange that is analyzed again says the same."""
    left = {
        number_of("r", outcome.item.request_id): outcome.result.sightings
        for outcome in ended
        if isinstance(outcome.result, Analysis) and outcome.result.sightings
    }
    if not left:
        return
    capture_of = await capture_numbers(connection, list(left))
    rows = [
        {
            "capture_id": capture_of[number],
            "kind": one.kind,
            "key": one.key,
            "exchange_id": number,
            "facts": msgspec.json.encode(one.facts).decode(),
        }
        for number, these in left.items()
        for one in these
    ]
    await connection.execute(upsert(sightings).on_conflict_do_nothing(), rows)


def _group(rows: Sequence[Row[*tuple[Any, ...]]]) -> Group:
    return Group(
        capture_id=to_id("c", rows[0].capture_id),
        kind=rows[0].kind,
        key=rows[0].key,
        seen=[
            Seen(
                request_id=to_id("r", row.exchange_id),
                entry_index=row.entry_index,
                facts=_facts.decode(row.facts),
            )
            for row in rows
        ],
    )
