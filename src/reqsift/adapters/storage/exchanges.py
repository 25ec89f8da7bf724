"""Exchanges in SQL: storing many, listing them, loading some."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, insert, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage import rows
from reqsift.adapters.storage.cursors import decode_cursor, encode_cursor
from reqsift.adapters.storage.ids import from_id, to_id
from reqsift.adapters.storage.tables import bodies, captures, exchanges, messages, occurrences
from reqsift.domain.captures import (
    CaptureState,
    Exchange,
    RequestFilter,
    RequestRow,
    StoredExchange,
)
from reqsift.domain.paging import Page, PageRequest

_KEYS_AT_ONCE = 500
Key = TypeVar("Key")


class PreparedExchanges:
    """Exchanges turned into rows; hashing and compressing is done here, off the event loop."""

    def __init__(self, capture_number: int, found: Sequence[Exchange]) -> None:
        """Prepare the rows of a capture."""
        packer = rows.Packer()
        self._bodies: dict[bytes, bytes] = {}
        self._exchanges = [
            {**rows.exchange_row(exchange), "capture_id": capture_number} for exchange in found
        ]
        self._messages = [self._message(packer, exchange) for exchange in found]

    def _message(self, packer: rows.Packer, exchange: Exchange) -> dict[str, object]:
        response = exchange.response
        return {
            "heads": packer.heads(exchange),
            "request_body": self._body(packer, exchange.request.body.content),
            "response_body": self._body(packer, response.body.content if response else b""),
        }

    def _body(self, packer: rows.Packer, content: bytes) -> bytes | None:
        if not content:
            return None
        digest = rows.digest(content)
        if digest not in self._bodies:
            self._bodies[digest] = packer.compress(content)
        return digest

    async def insert(self, connection: AsyncConnection) -> None:
        """Store the rows."""
        if self._bodies:
            await connection.execute(
                upsert(bodies).on_conflict_do_nothing(),
                [{"hash": digest, "content": content} for digest, content in self._bodies.items()],
            )
        await connection.execute(insert(exchanges), self._exchanges)
        numbers = await self._given_numbers(connection)
        await connection.execute(
            insert(messages),
            [
                {"exchange_id": numbers[exchange["entry_index"]], **message}
                for exchange, message in zip(self._exchanges, self._messages, strict=True)
            ],
        )

    async def _given_numbers(self, connection: AsyncConnection) -> dict[object, int]:
        """The ids that the database gave, by entry index; RETURNING would insert row by row."""
        query = select(exchanges.c.id, exchanges.c.entry_index).where(
            exchanges.c.capture_id == self._exchanges[0]["capture_id"],
            exchanges.c.entry_index >= self._exchanges[0]["entry_index"],
        )
        return {row.entry_index: row.id for row in await connection.execute(query)}


async def load_exchanges(
    connection: AsyncConnection, request_ids: Sequence[str]
) -> list[StoredExchange]:
    """The exchanges with these ids, in that order; unknown ids are left out."""
    numbers = [number for text in request_ids if (number := from_id("r", text)) is not None]
    found: dict[int, StoredExchange] = {}
    for some in slices(numbers):
        for row in await connection.execute(_LOAD.where(exchanges.c.id.in_(some))):
            found[row.id] = StoredExchange(
                id=to_id("r", row.id),
                capture_id=to_id("c", row.capture_id),
                exchange=rows.exchange_of(row),
            )
    return [found[number] for number in numbers if number in found]


_request_bodies = bodies.alias("request_bodies")
_response_bodies = bodies.alias("response_bodies")
_LOAD = (
    select(
        exchanges,
        messages.c.heads,
        _request_bodies.c.content.label("request_content"),
        _response_bodies.c.content.label("response_content"),
    )
    .join(messages, messages.c.exchange_id == exchanges.c.id)
    .outerjoin(_request_bodies, _request_bodies.c.hash == messages.c.request_body)
    .outerjoin(_response_bodies, _response_bodies.c.hash == messages.c.response_body)
)


async def known_numbers(connection: AsyncConnection, numbers: Sequence[int]) -> set[int]:
    """Which of these exchanges exist."""
    known: set[int] = set()
    for some in slices(numbers):
        known.update(
            await connection.scalars(select(exchanges.c.id).where(exchanges.c.id.in_(some)))
        )
    return known


async def list_requests(
    connection: AsyncConnection, wanted: RequestFilter, page: PageRequest
) -> Page[RequestRow]:
    """A page of requests in capture order."""
    conditions = await _conditions(connection, wanted)
    total = (await connection.scalars(_select(func.count(), conditions))).one()
    query = _select(exchanges, conditions).order_by(exchanges.c.id)
    if page.cursor is not None:
        query = query.where(exchanges.c.id > decode_cursor(page.cursor, 1)[0])
    found = (await connection.execute(query.limit(page.limit + 1).offset(page.offset))).all()
    shown = found[: page.limit]
    counts = await _finding_counts(connection, [row.id for row in shown])
    return Page(
        items=tuple(rows.request_row_of(row, counts.get(row.id, 0)) for row in shown),
        next_cursor=encode_cursor(shown[-1].id) if len(found) > len(shown) else None,
        total=total,
    )


async def list_request_ids(connection: AsyncConnection, wanted: RequestFilter) -> list[str]:
    """Ids of all requests that fit, in capture order."""
    conditions = await _conditions(connection, wanted)
    query = _select(exchanges.c.id, conditions).order_by(exchanges.c.id)
    return [to_id("r", number) for number in await connection.scalars(query)]


def _select(columns: Any, conditions: Sequence[ColumnElement[bool]]) -> Select[*rows.Columns]:  # noqa: ANN401 -- a table, a column or a function
    return select(columns).select_from(exchanges).where(*conditions)


async def _conditions(
    connection: AsyncConnection, wanted: RequestFilter
) -> list[ColumnElement[bool]]:
    conditions = list(_filters(wanted))
    # Rarely is there a half-imported capture; its condition is added only then, to keep the
    # usual list on its index.
    hidden = (
        await connection.scalars(
            select(captures.c.id).where(captures.c.state == CaptureState.IMPORTING.value)
        )
    ).all()
    if hidden:
        conditions.append(exchanges.c.capture_id.not_in(hidden))
    return conditions


def _filters(wanted: RequestFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.capture_id is not None:
        number = from_id("c", wanted.capture_id)
        yield exchanges.c.capture_id == (-1 if number is None else number)
    if wanted.host is not None:
        yield exchanges.c.host == wanted.host.lower()
    if wanted.method is not None:
        yield func.upper(exchanges.c.method) == wanted.method.upper()
    if wanted.status is not None:
        yield exchanges.c.status == wanted.status
    if wanted.text:
        searched = (exchanges.c.method, exchanges.c.url, exchanges.c.mime_type)
        yield or_(*(column.icontains(wanted.text, autoescape=True) for column in searched))


async def _finding_counts(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for some in slices(numbers):
        query = (
            select(
                occurrences.c.exchange_id,
                func.count(occurrences.c.finding_id.distinct()).label("findings"),
            )
            .where(occurrences.c.exchange_id.in_(some))
            .group_by(occurrences.c.exchange_id)
        )
        counts.update({row.exchange_id: row.findings for row in await connection.execute(query)})
    return counts


def slices(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Parts small enough for one statement's parameters."""
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        yield keys[start : start + _KEYS_AT_ONCE]
