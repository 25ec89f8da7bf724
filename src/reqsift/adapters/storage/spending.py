"""What was spent, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.ids import to_id
from reqsift.adapters.storage.rows import Columns
from reqsift.adapters.storage.tables import spendings
from reqsift.domain.limits import Usage
from reqsift.domain.spending import Spending, Spent, UsageReport

_FIGURES = (
    *("calls", "bytes", "answered", "cached"),
    *("input_tokens", "output_tokens", "cached_tokens", "cost"),
)
_BATCHES_SHOWN = 100

_insert = upsert(spendings)
_ADD = _insert.on_conflict_do_update(
    index_elements=["batch_id", "day", "model"],
    set_={name: spendings.c[name] + _insert.excluded[name] for name in _FIGURES},
)
_SUMS = [func.coalesce(func.sum(spendings.c[name]), 0).label(name) for name in _FIGURES]


async def add_spendings(
    connection: AsyncConnection, batch_number: int, new: Sequence[Spending]
) -> None:
    """Add these to what a batch has spent."""
    if not new:
        return
    rows = [
        {
            "batch_id": batch_number,
            "day": one.day,
            "model": one.model,
            "calls": one.calls,
            "bytes": one.bytes,
            "answered": one.answered,
            "cached": one.cached,
            "input_tokens": one.usage.input_tokens,
            "output_tokens": one.usage.output_tokens,
            "cached_tokens": one.usage.cached_tokens,
            "cost": one.usage.cost,
        }
        for one in new
    ]
    await connection.execute(_ADD, rows)


class SqlSpending:
    """Fills the port `SpendingStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    @uninterrupted
    async def report(self, since: date | None = None) -> UsageReport:
        wanted = [] if since is None else [spendings.c.day >= since]
        async with self._database.reading() as connection:
            total = (await connection.execute(select(*_SUMS).where(*wanted))).one()
            return UsageReport(
                total=_spent("total", total),
                days=await _by(connection, spendings.c.day, wanted, spendings.c.day.desc()),
                models=await _by(
                    connection, spendings.c.model, wanted, func.sum(spendings.c.cost).desc()
                ),
                batches=await _by(
                    connection, spendings.c.batch_id, wanted, spendings.c.batch_id.desc()
                ),
            )

    @uninterrupted
    async def experience(self) -> Mapping[str, Spending]:
        last = (func.max(spendings.c.day).label("day"), func.max(spendings.c.batch_id).label("b"))
        # Of calls from before there were books the bytes are not known: nothing can be learned.
        query = select(spendings.c.model, *last, *_SUMS).where(spendings.c.bytes > 0)
        async with self._database.reading() as connection:
            found = await connection.execute(query.group_by(spendings.c.model))
            return {
                row.model: Spending(
                    day=row.day,
                    batch_id=to_id("b", row.b),
                    model=row.model,
                    calls=row.calls,
                    bytes=row.bytes,
                    answered=row.answered,
                    cached=row.cached,
                    usage=_usage(row),
                )
                for row in found
            }


async def _by(
    connection: AsyncConnection,
    column: ColumnElement[object],
    wanted: Sequence[ColumnElement[bool]],
    order: ColumnElement[object],
) -> tuple[Spent, ...]:
    sums = select(column.label("name"), *_SUMS).where(*wanted).group_by(column)
    query = sums.order_by(order, column)
    if column is spendings.c.batch_id:
        query = query.limit(_BATCHES_SHOWN)
    found = await connection.execute(query)
    return tuple(_spent(_name(row.name), row) for row in found)


def _name(name: object) -> str:
    """A day, a model, or the number of a batch, as users see it."""
    if isinstance(name, date):
        return name.isoformat()
    return to_id("b", name) if isinstance(name, int) else str(name)


def _spent(name: str, row: Row[*Columns]) -> Spent:
    return Spent(
        name=name, calls=row.calls, answered=row.answered, cached=row.cached, usage=_usage(row)
    )


def _usage(row: Row[*Columns]) -> Usage:
    return Usage(
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost=row.cost,
        cached_tokens=row.cached_tokens,
    )
