"""Placeholders, the ledger and kept answers, in SQL."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

import msgspec
import zstandard
from sqlalchemy import Row, delete, func, insert, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage.cursors import decode_cursor, encode_cursor
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.exchanges import slices
from reqsift.adapters.storage.rows import Columns, strings_json, strings_of
from reqsift.adapters.storage.tables import answers, ledger, placeholders
from reqsift.domain.ledger import GENESIS, Departure, LedgerEntry, entry
from reqsift.domain.paging import Page, PageRequest
from reqsift.services.ports.privacy import Hidden, KeptAnswer

_CHAIN_AT_ONCE = 1_000
_counts_decoder = msgspec.json.Decoder(dict[str, int])


class SqlPlaceholders:
    """Fills the port `PlaceholderStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @uninterrupted
    async def numbers(self, hidden: Sequence[Hidden]) -> Mapping[Hidden, int]:
        async with self._database.reading() as connection:
            known = await _numbers(connection, hidden)
        if not all(one in known for one in hidden):
            # Looked up again where nobody else can give a number meanwhile.
            async with self._database.writing() as connection:
                known = await _numbers(connection, hidden)
                known |= await _number(connection, [one for one in hidden if one not in known])
        return known


async def _numbers(connection: AsyncConnection, hidden: Sequence[Hidden]) -> dict[Hidden, int]:
    known: dict[Hidden, int] = {}
    for some in slices(hidden):
        key = tuple_(placeholders.c.kind, placeholders.c.digest)
        query = select(placeholders).where(key.in_([tuple(one) for one in some]))
        for row in await connection.execute(query):
            known[Hidden(row.kind, row.digest)] = row.number
    return known


async def _number(connection: AsyncConnection, new: Sequence[Hidden]) -> dict[Hidden, int]:
    last: dict[str, int] = {}
    for kind in {one.kind for one in new}:  # one by one, each is a look at the index's end
        query = select(func.max(placeholders.c.number)).where(placeholders.c.kind == kind)
        last[kind] = await connection.scalar(query) or 0
    given: dict[Hidden, int] = {}
    for one in dict.fromkeys(new):
        last[one.kind] = given[one] = last[one.kind] + 1
    if given:
        rows = [
            {"kind": one.kind, "digest": one.digest, "number": number}
            for one, number in given.items()
        ]
        await connection.execute(insert(placeholders), rows)
    return given


class SqlLedger:
    """Fills the port `LedgerStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @uninterrupted
    async def append(self, departures: Sequence[Departure]) -> None:
        if not departures:
            return
        last = select(ledger.c.number, ledger.c.hash).order_by(ledger.c.number.desc()).limit(1)
        async with self._database.writing() as connection:
            row = (await connection.execute(last)).one_or_none()
            number, previous = (0, GENESIS) if row is None else (row.number, row.hash)
            new: list[LedgerEntry] = []
            for departure in departures:
                number += 1
                new.append(entry(departure, number, previous))
                previous = new[-1].hash
            await connection.execute(insert(ledger), list(map(_ledger_row, new)))

    @uninterrupted
    async def entries(self, page: PageRequest) -> Page[LedgerEntry]:
        query = select(ledger).order_by(ledger.c.number.desc())
        if page.cursor is not None:
            query = query.where(ledger.c.number < decode_cursor(page.cursor, 1)[0])
        async with self._database.reading() as connection:
            total = (await connection.scalars(select(func.count()).select_from(ledger))).one()
            window = query.limit(page.limit + 1).offset(page.offset)
            found = (await connection.execute(window)).all()
        shown = found[: page.limit]
        return Page(
            items=tuple(map(_entry_of, shown)),
            next_cursor=encode_cursor(shown[-1].number) if len(found) > len(shown) else None,
            total=total,
        )

    async def chain(self) -> AsyncIterator[LedgerEntry]:
        after: int | None = None
        while True:
            some = await self._behind(after)
            for one in some:
                yield one
            if len(some) < _CHAIN_AT_ONCE:
                return
            after = some[-1].number

    @uninterrupted
    async def _behind(self, number: int | None) -> list[LedgerEntry]:
        query = select(ledger).order_by(ledger.c.number).limit(_CHAIN_AT_ONCE)
        if number is not None:
            query = query.where(ledger.c.number > number)
        async with self._database.reading() as connection:
            return [_entry_of(row) for row in await connection.execute(query)]


def _ledger_row(new: LedgerEntry) -> dict[str, object]:
    left = new.departure
    return {
        "number": new.number,
        "at": left.at,
        "batch_id": left.batch_id,
        "request_ids": strings_json(left.request_ids),
        "model": left.model,
        "provider": left.provider,
        "digest": left.digest,
        "size": left.size,
        "redaction": left.redaction,
        "redacted": msgspec.json.encode(left.redacted).decode(),
        "previous": new.previous,
        "hash": new.hash,
    }


def _entry_of(row: Row[*Columns]) -> LedgerEntry:
    return LedgerEntry(
        number=row.number,
        departure=Departure(
            at=row.at,
            batch_id=row.batch_id,
            request_ids=strings_of(row.request_ids),
            model=row.model,
            provider=row.provider,
            digest=row.digest,
            size=row.size,
            redaction=row.redaction,
            redacted=_counts_decoder.decode(row.redacted),
        ),
        previous=row.previous,
        hash=row.hash,
    )


_insert_answer = upsert(answers)
_KEEP = _insert_answer.on_conflict_do_update(
    index_elements=["key"],
    set_={name: _insert_answer.excluded[name] for name in ("text", "model", "at")},
    where=_insert_answer.excluded.at >= answers.c.at,
)


class SqlAnswers:
    """Fills the port `AnswerStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database
        self._pack = zstandard.ZstdCompressor(level=1).compress
        self._unpack = zstandard.ZstdDecompressor().decompress

    @uninterrupted
    async def find(self, keys: Sequence[str], since: datetime) -> Mapping[str, KeptAnswer]:
        found: dict[str, KeptAnswer] = {}
        async with self._database.reading() as connection:
            for some in slices(keys):
                query = select(answers).where(answers.c.key.in_(some), answers.c.at >= since)
                for row in await connection.execute(query):
                    text = self._unpack(row.text).decode("utf-8", "surrogatepass")
                    found[row.key] = KeptAnswer(key=row.key, text=text, model=row.model, at=row.at)
        return found

    @uninterrupted
    async def keep(self, new: Sequence[KeptAnswer]) -> None:
        if not new:
            return
        rows = [
            {
                "key": one.key,
                "text": self._pack(one.text.encode("utf-8", "surrogatepass")),
                "model": one.model,
                "at": one.at,
            }
            for one in new
        ]
        async with self._database.writing() as connection:
            await connection.execute(_KEEP, rows)

    @uninterrupted
    async def purge(self, before: datetime | None = None) -> int:
        these = [] if before is None else [answers.c.at < before]
        async with self._database.writing() as connection:
            return (await connection.execute(delete(answers).where(*these))).rowcount
