"""What the items of batches brought, read from SQL."""

from sqlalchemy import Row, Select, func, select

from reqsift.adapters.storage import batch_rows
from reqsift.adapters.storage.cursors import decode_cursor, encode_cursor
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.findings import findings_by_exchange
from reqsift.adapters.storage.ids import from_id, number_of, to_id
from reqsift.adapters.storage.rows import Columns
from reqsift.adapters.storage.tables import (
    batch_items,
    batches,
    exchanges,
    findings,
    occurrences,
)
from reqsift.domain.batches import ItemError, ItemState, StoredAnalysis
from reqsift.domain.comparison import BatchView, Seen
from reqsift.domain.events import ItemEnded
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.paging import Page, PageRequest

_ENDED = (ItemState.DONE.value, ItemState.FAILED.value)


class SqlBatchResults:
    """The reading half of the port `BatchStore`."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    @uninterrupted
    async def last_sequence(self, batch_id: str) -> int:
        query = select(func.max(batch_items.c.sequence)).where(
            batch_items.c.batch_id == number_of("b", batch_id)
        )
        async with self._database.reading() as connection:
            return (await connection.scalar(query)) or 0

    @uninterrupted
    async def ended(self, batch_id: str, after: int, limit: int) -> list[ItemEnded]:
        number = number_of("b", batch_id)
        found = (
            select(func.count())
            .where(
                occurrences.c.batch_id == number,
                occurrences.c.exchange_id == batch_items.c.exchange_id,
            )
            .scalar_subquery()
        )
        query = (
            select(batch_items, found.label("findings"))
            .where(
                batch_items.c.batch_id == number,
                batch_items.c.sequence > after,
                batch_items.c.state.in_(_ENDED),
            )
            .order_by(batch_items.c.sequence)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [batch_rows.item_ended_of(row) for row in await connection.execute(query)]

    @uninterrupted
    async def results(self, batch_id: str, page: PageRequest) -> Page[StoredAnalysis | ItemError]:
        number = number_of("b", batch_id)
        ended = (batch_items.c.batch_id == number, batch_items.c.state.in_(_ENDED))
        query = _items().where(*ended).order_by(batch_items.c.position)
        if page.cursor is not None:
            query = query.where(batch_items.c.position > decode_cursor(page.cursor, 1)[0])
        async with self._database.reading() as connection:
            counted = select(func.count()).select_from(batch_items).where(*ended)
            total = (await connection.scalars(counted)).one()
            window = query.limit(page.limit + 1).offset(page.offset)
            rows = (await connection.execute(window)).all()
            shown = rows[: page.limit]
            numbers = [row.exchange_id for row in shown if row.state == ItemState.DONE.value]
            found = await findings_by_exchange(connection, number, numbers)
        more = len(rows) > len(shown)
        return Page(
            items=tuple(
                batch_rows.analysis_of(row, found.get(row.exchange_id, ()))
                if row.state == ItemState.DONE.value
                else batch_rows.item_error_of(row)
                for row in shown
            ),
            next_cursor=encode_cursor(shown[-1].position) if more else None,
            total=total,
        )

    @uninterrupted
    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        number = number_of("b", batch_id)
        query = _of_state(number, ItemState.DONE)
        async with self._database.reading() as connection:
            found = await findings_by_exchange(connection, number)
            return tuple(
                batch_rows.analysis_of(row, found.get(row.exchange_id, ()))
                for row in await connection.execute(query)
            )

    @uninterrupted
    async def item_errors(self, batch_id: str) -> tuple[ItemError, ...]:
        query = _of_state(number_of("b", batch_id), ItemState.FAILED)
        async with self._database.reading() as connection:
            return tuple(map(batch_rows.item_error_of, await connection.execute(query)))

    @uninterrupted
    async def batch_view(self, batch_id: str) -> BatchView | None:
        number = from_id("b", batch_id)
        done = batch_items.c.state == ItemState.DONE.value
        looked_at = (
            select(exchanges.c.method, exchanges.c.url)
            .join(batch_items, batch_items.c.exchange_id == exchanges.c.id)
            .where(batch_items.c.batch_id == number, done)
        )
        async with self._database.reading() as connection:
            known = select(batches.c.id).where(batches.c.id == number)
            if (await connection.execute(known)).one_or_none() is None:
                return None
            return BatchView(
                id=batch_id,
                seen=list(map(_seen, await connection.execute(_seen_in(number)))),
                looked_at=[(row.method, row.url) for row in await connection.execute(looked_at)],
            )


def _seen_in(number: int | None) -> Select[*Columns]:
    """The findings of a batch with its own verdicts; old rows have that of the finding."""
    severity = func.coalesce(occurrences.c.severity, findings.c.severity)
    confidence = func.coalesce(occurrences.c.confidence, findings.c.confidence)
    first = func.min(occurrences.c.exchange_id).label("first")
    summed = (
        select(
            occurrences.c.finding_id,
            # The highest severity, and the highest confidence that was given with it.
            func.max(severity * 1_000 + confidence).label("verdict"),
            first,
            func.count().label("members"),
        )
        .join(findings, findings.c.id == occurrences.c.finding_id)
        .where(occurrences.c.batch_id == number)
        .group_by(occurrences.c.finding_id)
        .subquery()
    )
    return (
        select(
            summed.c.verdict,
            summed.c.first,
            summed.c.members,
            findings.c.fingerprint,
            findings.c.type,
            findings.c.title,
            exchanges.c.method,
            exchanges.c.url,
        )
        .join(findings, findings.c.id == summed.c.finding_id)
        .join(exchanges, exchanges.c.id == summed.c.first)
    )


def _seen(row: Row[*Columns]) -> Seen:
    severity, confidence = divmod(row.verdict, 1_000)
    return Seen(
        fingerprint=row.fingerprint,
        type=FindingType(row.type),
        severity=Severity.of_rank(severity),
        confidence=confidence,
        title=row.title,
        method=row.method,
        url=row.url,
        request_id=to_id("r", row.first),
        count=row.members,
    )


def _items() -> Select[*Columns]:
    return select(
        batch_items, exchanges.c.method, exchanges.c.url, exchanges.c.entry_index
    ).outerjoin(exchanges, exchanges.c.id == batch_items.c.exchange_id)


def _of_state(number: int, state: ItemState) -> Select[*Columns]:
    these = (batch_items.c.batch_id == number, batch_items.c.state == state.value)
    return _items().where(*these).order_by(batch_items.c.position)
