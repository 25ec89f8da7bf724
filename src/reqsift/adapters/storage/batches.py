"""Batches in SQL: making them, steering them, and what their items bring."""

import math
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Update, bindparam, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage import batch_rows, ownership
from reqsift.adapters.storage.batch_results import SqlBatchResults
from reqsift.adapters.storage.cursors import decode_cursor, encode_cursor
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.exchanges import known_numbers, load_exchanges, slices
from reqsift.adapters.storage.findings import save_findings
from reqsift.adapters.storage.ids import from_id, number_of, to_id
from reqsift.adapters.storage.sightings import save_sightings
from reqsift.adapters.storage.spending import add_spendings
from reqsift.adapters.storage.tables import batch_items, batches
from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    ItemOutcome,
    ItemState,
    Priority,
    Stop,
)
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import StoredExchange
from reqsift.domain.paging import Page, PageRequest
from reqsift.domain.transitions import Action
from reqsift.services.ports.batches import Account, NewBatch, Orders

_END_ITEM = (
    update(batch_items)
    .where(
        batch_items.c.batch_id == bindparam("of_batch"),
        batch_items.c.position == bindparam("at_position"),
    )
    .values({name: bindparam(name) for name in batch_rows.ENDED})
)


class SqlBatches(SqlBatchResults):
    """Fills the port `BatchStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        super().__init__(database)
        self._folder = Path(f"{database.path}.batches")

    @uninterrupted
    async def create_batch(self, new: NewBatch) -> Batch:
        numbers = [from_id("r", request_id) for request_id in new.request_ids]
        async with self._database.writing() as connection:
            known = await known_numbers(connection, [n for n in numbers if n is not None])
            unknown = sum(number not in known for number in numbers)
            begun = insert(batches).values(**batch_rows.new_batch(new), failed=unknown)
            row = (await connection.execute(begun.returning(batches))).one()
            places = [number if number in known else None for number in numbers]
            for some in slices(range(len(places))):  # the rows of all at once would fill the memory
                items = [
                    batch_rows.new_item(
                        row.id, position, new.request_ids[position], places[position]
                    )
                    for position in some
                ]
                await connection.execute(insert(batch_items), items)
        return batch_rows.batch_of(row)

    @uninterrupted
    async def batch_of_key(self, key: str) -> tuple[Batch, str] | None:
        query = select(batches).where(batches.c.idempotency_key == key)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else (batch_rows.batch_of(row), row.asked)

    @uninterrupted
    async def batch(self, batch_id: str) -> Batch | None:
        query = select(batches).where(batches.c.id == from_id("b", batch_id))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else batch_rows.batch_of(row)

    @uninterrupted
    async def batches(self, page: PageRequest) -> Page[Batch]:
        query = select(batches).order_by(batches.c.id.desc())
        if page.cursor is not None:
            query = query.where(batches.c.id < decode_cursor(page.cursor, 1)[0])
        async with self._database.reading() as connection:
            total = (await connection.scalars(select(func.count()).select_from(batches))).one()
            window = query.limit(page.limit + 1).offset(page.offset)
            found = (await connection.execute(window)).all()
        shown = found[: page.limit]
        return Page(
            items=tuple(map(batch_rows.batch_of, shown)),
            next_cursor=encode_cursor(shown[-1].id) if len(found) > len(shown) else None,
            total=total,
        )

    @uninterrupted
    async def unfinished(self) -> tuple[Batch, ...]:
        interrupted = batches.c.stop == Stop.INTERRUPTED.value
        running = batches.c.state == BatchState.RUNNING.value
        query = select(batches).where(or_(running, interrupted))
        async with self._database.reading() as connection:
            found = await connection.execute(query.order_by(batches.c.id))
            return tuple(map(batch_rows.batch_of, found))

    def own(self, batch_id: str) -> ownership.FileOwnership | None:
        return ownership.own(self._folder, batch_id)

    @uninterrupted
    async def pending(self, batch_id: str, after: int, limit: int) -> list[BatchItem]:
        query = (
            select(batch_items.c.position, batch_items.c.exchange_id)
            .where(
                batch_items.c.batch_id == number_of("b", batch_id),
                batch_items.c.position > after,
                batch_items.c.state == ItemState.PENDING.value,
            )
            .order_by(batch_items.c.position)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [
                BatchItem(position=row.position, request_id=to_id("r", row.exchange_id))
                for row in await connection.execute(query)
            ]

    @uninterrupted
    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        async with self._database.reading() as connection:
            return await load_exchanges(connection, request_ids)

    @uninterrupted
    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], account: Account
    ) -> Orders:
        number = number_of("b", batch_id)
        async with self._database.writing() as connection:
            new = await _pending_ones(connection, number, outcomes)
            done = sum(isinstance(outcome.result, Analysis) for outcome in new)
            found = {
                number_of("r", outcome.item.request_id): outcome.result.findings
                for outcome in new
                if outcome.item.request_id and outcome.result.findings
            }
            if new:
                ended = [{"of_batch": number} | batch_rows.outcome(outcome) for outcome in new]
                await connection.execute(_END_ITEM, ended)
                await save_findings(connection, number, found)
                await save_sightings(connection, new)
            counted = _accounted(number, account).values(
                successful=batches.c.successful + done,
                failed=batches.c.failed + len(new) - done,
            )
            await add_spendings(connection, number, account.spendings)
            row = (await connection.execute(counted.returning(batches))).one()
        return batch_rows.orders_of(row)

    async def move(
        self, batch_id: str, state: BatchState, stop: Stop | None = None, reason: str = ""
    ) -> Batch:
        return await self._update(
            batch_id,
            state=state.value,
            stop=None if stop is None else stop.value,
            reason=reason,
            wanted=None,
        )

    async def order(
        self,
        batch_id: str,
        *,
        wanted: Action | None = None,
        priority: Priority | None = None,
        concurrency: int | None = None,
        budget: Budget | None = None,
    ) -> Batch:
        values: dict[str, object] = {} if budget is None else batch_rows.budget(budget)
        if wanted is not None:
            values["wanted"] = wanted.value
        if priority is not None:
            values["priority"] = priority.rank
        if concurrency is not None:
            values["concurrency"] = concurrency
        return await self._update(batch_id, **values)

    @uninterrupted
    async def _update(self, batch_id: str, **values: object) -> Batch:
        this = batches.c.id == number_of("b", batch_id)
        changed = update(batches).where(this).values(id=batches.c.id, **values)
        async with self._database.writing() as connection:
            row = (await connection.execute(changed.returning(batches))).one()
        return batch_rows.batch_of(row)

    @uninterrupted
    async def retry_failed(self, batch_id: str) -> Batch:
        number = number_of("b", batch_id)
        again = (
            update(batch_items)
            .where(
                batch_items.c.batch_id == number,
                batch_items.c.state == ItemState.FAILED.value,
                batch_items.c.exchange_id.is_not(None),
            )
            # The sequence number stays: the next one must be higher.
            .values(state=ItemState.PENDING.value, error=None, cause=None)
        )
        async with self._database.writing() as connection:
            count = (await connection.execute(again)).rowcount
            changed = (
                update(batches)
                .where(batches.c.id == number)
                .values(failed=batches.c.failed - count)
                .returning(batches)
            )
            row = (await connection.execute(changed)).one()
        return batch_rows.batch_of(row)


async def _pending_ones(
    connection: AsyncConnection, number: int, outcomes: Sequence[ItemOutcome]
) -> list[ItemOutcome]:
    """Without those whose item has an outcome already: the journal may tell a thing twice.

    It may also tell of a failure that is to be tried again; the item has its number already.
    """
    if not outcomes:
        return []
    positions = [outcome.item.position for outcome in outcomes]
    query = select(batch_items.c.position, batch_items.c.sequence).where(
        batch_items.c.batch_id == number,
        batch_items.c.position.in_(positions),
        batch_items.c.state == ItemState.PENDING.value,
    )
    last = {row.position: row.sequence or 0 for row in await connection.execute(query)}
    new: dict[int, ItemOutcome] = {}
    for outcome in outcomes:
        if last.get(outcome.item.position, math.inf) < outcome.sequence:
            new[outcome.item.position] = outcome
    return list(new.values())


def _accounted(number: int, account: Account) -> Update:
    return (
        update(batches)
        .where(batches.c.id == number)
        .values(
            input_tokens=account.spent.input_tokens,
            output_tokens=account.spent.output_tokens,
            cost=account.spent.cost,
            cached_tokens=account.spent.cached_tokens,
            duration_ms=account.duration_ms,
            repeated=account.repeated,
            concurrency=case(
                (batches.c.adaptive, account.concurrency), else_=batches.c.concurrency
            ),
        )
    )
