"""Batches in SQL, with the findings that their items bring."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from reqsift.adapters.storage import rows
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.exchanges import known_numbers, load_exchanges
from reqsift.adapters.storage.findings import findings_by_exchange, save_findings
from reqsift.adapters.storage.ids import from_id, number_of, to_id
from reqsift.adapters.storage.tables import batch_items, batches, exchanges
from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    ItemError,
    ItemOutcome,
    ItemState,
    StoredAnalysis,
)
from reqsift.domain.captures import StoredExchange
from reqsift.services.ports import NewBatch

_UNKNOWN = "There is no request with this id."

_END_ITEM = (
    update(batch_items)
    .where(
        batch_items.c.batch_id == bindparam("of_batch"),
        batch_items.c.position == bindparam("at_position"),
    )
    .values(
        {
            name: bindparam(name)
            for name in (
                *("state", "error", "model", "summary", "next_checks"),
                *("confidence", "tokens_used", "duration_ms", "finished_at"),
            )
        }
    )
)


class SqlBatches:
    """Fills the port `BatchStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @uninterrupted
    async def create_batch(self, new: NewBatch) -> tuple[Batch, tuple[BatchItem, ...]]:
        numbers = [from_id("r", request_id) for request_id in new.request_ids]
        async with self._database.writing() as connection:
            known = await known_numbers(connection, [n for n in numbers if n is not None])
            unknown = sum(number not in known for number in numbers)
            begun = insert(batches).values(
                model=new.model,
                note=new.note,
                concurrency=new.concurrency,
                state=BatchState.RUNNING.value,
                total=len(numbers),
                failed=unknown,
                created_at=new.created_at,
            )
            row = (await connection.execute(begun.returning(batches))).one()
            items = [
                _item_row(row.id, position, request_id, number if number in known else None)
                for position, (request_id, number) in enumerate(
                    zip(new.request_ids, numbers, strict=True)
                )
            ]
            if items:
                await connection.execute(insert(batch_items), items)
        pending = tuple(
            BatchItem(position=position, request_id=request_id)
            for position, request_id in enumerate(new.request_ids)
            if numbers[position] in known
        )
        return rows.batch_of(row), pending

    @uninterrupted
    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        async with self._database.reading() as connection:
            return await load_exchanges(connection, request_ids)

    @uninterrupted
    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], at: datetime
    ) -> None:
        number = number_of("b", batch_id)
        found = {
            number_of("r", outcome.item.request_id): outcome.result.findings
            for outcome in outcomes
            if isinstance(outcome.result, Analysis)
        }
        ended = [{"of_batch": number} | rows.outcome_row(outcome, at) for outcome in outcomes]
        async with self._database.writing() as connection:
            await connection.execute(_END_ITEM, ended)
            await save_findings(connection, number, found)
            await connection.execute(
                update(batches)
                .where(batches.c.id == number)
                .values(
                    successful=batches.c.successful + len(found),
                    failed=batches.c.failed + len(outcomes) - len(found),
                )
            )

    @uninterrupted
    async def end_batch(self, batch_id: str, state: BatchState, duration_ms: int) -> Batch:
        ended = (
            update(batches)
            .where(batches.c.id == number_of("b", batch_id))
            .values(state=state.value, duration_ms=duration_ms)
        )
        async with self._database.writing() as connection:
            return rows.batch_of((await connection.execute(ended.returning(batches))).one())

    @uninterrupted
    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        number = number_of("b", batch_id)
        query = (
            select(batch_items, exchanges.c.method, exchanges.c.url)
            .join(exchanges, exchanges.c.id == batch_items.c.exchange_id)
            .where(batch_items.c.batch_id == number, batch_items.c.state == ItemState.DONE.value)
            .order_by(batch_items.c.position)
        )
        async with self._database.reading() as connection:
            found = await findings_by_exchange(connection, number)
            return tuple(
                rows.analysis_of(row, found.get(row.exchange_id, ()))
                for row in await connection.execute(query)
            )

    @uninterrupted
    async def item_errors(self, batch_id: str) -> tuple[ItemError, ...]:
        query = (
            select(batch_items, exchanges.c.entry_index)
            .outerjoin(exchanges, exchanges.c.id == batch_items.c.exchange_id)
            .where(
                batch_items.c.batch_id == number_of("b", batch_id),
                batch_items.c.state == ItemState.FAILED.value,
            )
            .order_by(batch_items.c.position)
        )
        async with self._database.reading() as connection:
            return tuple(
                ItemError(
                    request_id=row.unknown_id or to_id("r", row.exchange_id),
                    reason=row.error,
                    entry_index=row.entry_index,
                )
                for row in await connection.execute(query)
            )


def _item_row(
    batch_number: int, position: int, request_id: str, exchange_number: int | None
) -> dict[str, object]:
    unknown = exchange_number is None
    return {
        "batch_id": batch_number,
        "position": position,
        "exchange_id": exchange_number,
        "unknown_id": request_id if unknown else None,
        "state": (ItemState.FAILED if unknown else ItemState.PENDING).value,
        "error": _UNKNOWN if unknown else None,
    }
