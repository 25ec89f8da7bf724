"""What every store promises about placeholders, the ledger and kept answers."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from reqsift.adapters.storage.engine import Database, open_database
from reqsift.adapters.storage.privacy import SqlAnswers, SqlLedger, SqlPlaceholders
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.ledger import GENESIS, Departure, LedgerEntry, Verdict, verify
from reqsift.domain.paging import PageRequest
from reqsift.services.ports.batches import NewBatch
from reqsift.services.ports.privacy import Hidden, KeptAnswer
from tests.conftest import Stores
from tests.factories import NOW, exchange

DAY = timedelta(days=1)
SIZE = 2**40


def digest(text: object) -> str:
    return sha256(str(text).encode()).hexdigest()


def hidden(kind: str, values: Iterable[object]) -> list[Hidden]:
    return [Hidden(kind, digest(value)) for value in values]


def departure(number: int) -> Departure:
    return Departure(
        at=NOW + timedelta(microseconds=number),
        batch_id="b1",
        request_ids=("r1", f"r{number}"),
        model="Ä model",
        provider="http://127.0.0.1:1/v1",
        digest=digest(number),
        size=SIZE + number,
        redaction=number % 2 == 0,
        redacted={"JWT": number, "EMAIL": 1} if number % 3 else {},
    )


async def chain(database: Database) -> list[LedgerEntry]:
    return [each async for each in SqlLedger(database).chain()]


async def run_sql(database: Database, statement: str) -> None:
    async with database.writing() as connection:
        await connection.exec_driver_sql(statement)


async def test_values_are_numbered_from_one_within_their_kind(stores: Stores) -> None:
    store = SqlPlaceholders(stores.database)
    tokens, addresses = hidden("JWT", "ab"), hidden("EMAIL", "ac")
    asked = [tokens[0], addresses[0], tokens[1], tokens[0], addresses[1]]

    numbers = await store.numbers(asked)

    assert numbers == {tokens[0]: 1, tokens[1]: 2, addresses[0]: 1, addresses[1]: 2}


async def test_a_value_keeps_its_number_and_new_ones_follow(stores: Stores) -> None:
    values = hidden("JWT", range(6))
    first = await SqlPlaceholders(stores.database).numbers(values[2:4])

    later = await SqlPlaceholders(stores.database).numbers(values)

    assert {one: later[one] for one in first} == first
    assert [later[one] for one in values] == [3, 4, 1, 2, 5, 6]
    assert await SqlPlaceholders(stores.database).numbers(values[4:5]) == {values[4]: 5}


async def test_more_values_than_one_statement_takes(stores: Stores) -> None:
    values = hidden("JWT", range(40_000))
    store = SqlPlaceholders(stores.database)

    assert await store.numbers([]) == {}
    numbers = await store.numbers(values)

    assert [numbers[one] for one in values] == list(range(1, 40_001))
    assert await store.numbers(values[::-1]) == numbers


async def test_two_processes_never_give_a_number_twice(tmp_path: Path) -> None:
    """Each `Database` has its own connections, as another process has."""
    path = tmp_path / "shared.db"
    async with (
        open_database(path) as one,
        open_database(path) as two,
        asyncio.TaskGroup() as group,
    ):
        tasks = [
            group.create_task(
                SqlPlaceholders(database).numbers(
                    hidden("JWT", range(start, start + 5)) + hidden("EMAIL", range(start))
                )
            )
            for start in range(0, 40, 2)
            for database in (one, two)
        ]
    given: defaultdict[Hidden, set[int]] = defaultdict(set)
    for task in tasks:
        for value, number in task.result().items():
            given[value].add(number)

    assert all(len(numbers) == 1 for numbers in given.values())
    for kind, count in (("JWT", 43), ("EMAIL", 38)):
        of_kind = [min(numbers) for value, numbers in given.items() if value.kind == kind]
        assert sorted(of_kind) == list(range(1, count + 1))


async def test_the_ledger_comes_back_as_it_was_written(stores: Stores) -> None:
    ledger = SqlLedger(stores.database)
    departures = [departure(number) for number in range(7)]
    await ledger.append(departures[:3])
    await ledger.append([])
    await ledger.append(departures[3:])

    entries = await chain(stores.database)

    assert [each.departure for each in entries] == departures
    assert [each.number for each in entries] == list(range(1, 8))
    assert entries[0].previous == GENESIS
    assert verify(entries) == Verdict(entries=7, head=entries[-1].hash)


async def test_a_long_ledger_is_read_in_parts(stores: Stores) -> None:
    total = 0
    for count in (0, 999, 1, 1_001):
        await SqlLedger(stores.database).append([departure(number) for number in range(count)])
        total += count

        entries = await chain(stores.database)

        assert [each.number for each in entries] == list(range(1, total + 1))
        assert verify(entries).broken_at is None


async def test_the_newest_entries_come_first_over_pages(stores: Stores) -> None:
    ledger = SqlLedger(stores.database)
    await ledger.append([departure(number) for number in range(25)])
    seen: list[int] = []
    cursor = None
    while True:
        page = await ledger.entries(PageRequest(limit=10, cursor=cursor))
        assert page.total == 25
        seen += [each.number for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == list(range(25, 0, -1))
    jumped = await ledger.entries(PageRequest(limit=2, offset=20))
    assert [each.number for each in jumped.items] == [5, 4]
    with pytest.raises(InvalidSetting):
        await ledger.entries(PageRequest(cursor="x"))


async def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    async with open_database(path) as one, open_database(path) as two:
        async with asyncio.TaskGroup() as group:
            for start in range(0, 60, 3):
                for database in (one, two):
                    some = [departure(number) for number in range(start, start + 3)]
                    group.create_task(SqlLedger(database).append(some))
        entries = await chain(two)

    assert verify(entries) == Verdict(entries=120, head=entries[-1].hash)
    told = [each.departure.size - SIZE for each in entries]
    assert sorted(told) == sorted([*range(60), *range(60)])
    # What was appended together stands together.
    together = [told[place : place + 3] for place in range(0, 120, 3)]
    assert all(three == list(range(three[0], three[0] + 3)) for three in together)


@pytest.mark.parametrize(
    ("change", "broken_at", "reason"),
    [
        ("UPDATE ledger SET size = size + 1 WHERE number = 3", 3, "entry 3 was changed"),
        ("UPDATE ledger SET at = at + 1 WHERE number = 1", 1, "entry 1 was changed"),
        ("UPDATE ledger SET redacted = '{}' WHERE number = 5", 5, "entry 5 was changed"),
        ("UPDATE ledger SET redaction = NOT redaction WHERE number = 4", 4, "entry 4 was changed"),
        ("UPDATE ledger SET request_ids = '[]' WHERE number = 2", 2, "entry 2 was changed"),
        ("UPDATE ledger SET provider = model, model = provider", 1, "entry 1 was changed"),
        ("DELETE FROM ledger WHERE number = 3", 3, "entry 3 is missing"),
        ("DELETE FROM ledger WHERE number = 1", 1, "entry 1 is missing"),
        (
            "UPDATE ledger SET hash = previous WHERE number = 2",
            2,
            "entry 2 was changed",
        ),
        (
            "UPDATE ledger SET previous = hash WHERE number = 6",
            6,
            "entry 6 does not follow the one before it",
        ),
    ],
)
async def test_a_change_behind_our_back_is_found(
    stores: Stores, change: str, broken_at: int, reason: str
) -> None:
    await SqlLedger(stores.database).append([departure(number) for number in range(1, 7)])
    await run_sql(stores.database, change)

    verdict = verify(await chain(stores.database))

    assert (verdict.broken_at, verdict.reason) == (broken_at, reason)
    assert verdict.entries == broken_at - 1


async def test_an_end_that_was_cut_off_shows_in_the_head(stores: Stores) -> None:
    ledger = SqlLedger(stores.database)
    await ledger.append([departure(number) for number in range(6)])
    noted = verify(await chain(stores.database)).head
    await run_sql(stores.database, "DELETE FROM ledger WHERE number > 4")

    assert verify(await chain(stores.database)).head != noted
    # Not even the same number of entries brings it back.
    await ledger.append([departure(number) for number in (7, 8)])
    after = verify(await chain(stores.database))
    assert (after.entries, after.broken_at) == (6, None)
    assert after.head != noted


async def test_the_ledger_outlives_what_it_tells_of(stores: Stores) -> None:
    capture_id = await stores.captures.begin_import("a.har", "h", NOW)
    await stores.captures.add_exchanges(capture_id, [exchange(0)])
    new = NewBatch(model="m", note="", concurrency=1, request_ids=("r1",), created_at=NOW)
    batch = await stores.batches.create_batch(new)
    told = replace(departure(1), batch_id=batch.id, request_ids=("r1",))
    await SqlLedger(stores.database).append([told])
    await stores.captures.abandon_import(capture_id)
    await run_sql(stores.database, "DELETE FROM batches")

    assert await stores.batches.batch(batch.id) is None
    assert [each.departure for each in await chain(stores.database)] == [told]


def answer(key: str, text: str = "{}", days: int = 0) -> KeptAnswer:
    return KeptAnswer(key=digest(key), text=text, model="haiku-4.5", at=NOW + days * DAY)


@pytest.mark.parametrize("text", ["", '{"findings": []}' * 10_000, "Ä\x00\U0001f600", "\ud800"])
async def test_an_answer_comes_back_as_it_was_kept(stores: Stores, text: str) -> None:
    store = SqlAnswers(stores.database)
    kept = answer("a", text)
    await store.keep([kept])

    assert await store.find([kept.key, digest("b")], NOW - DAY) == {kept.key: kept}


async def test_an_old_answer_is_not_found(stores: Stores) -> None:
    store = SqlAnswers(stores.database)
    old, new = answer("old", days=-1), answer("new")
    await store.keep([old, new])

    assert set(await store.find([old.key, new.key], NOW)) == {new.key}
    assert set(await store.find([old.key, new.key], NOW - DAY)) == {old.key, new.key}


async def test_the_newer_answer_stays(stores: Stores) -> None:
    store = SqlAnswers(stores.database)
    for some in ([answer("a", "one")], [answer("a", "two", 1)], [answer("a", "late", 0)]):
        await store.keep(some)

    (kept,) = (await store.find([digest("a")], NOW)).values()

    assert kept == answer("a", "two", 1)


async def test_more_answers_than_one_statement_takes(stores: Stores) -> None:
    store = SqlAnswers(stores.database)
    many = [answer(str(number), str(number)) for number in range(1_201)]
    await store.keep(many)
    await store.keep([])

    assert await store.find([one.key for one in many], NOW) == {one.key: one for one in many}
    assert await store.find([], NOW) == {}


async def test_a_purge_takes_the_older_ones_or_all(stores: Stores) -> None:
    store = SqlAnswers(stores.database)
    kept = [answer(str(days), days=days) for days in range(5)]
    await store.keep(kept)

    assert await store.purge(NOW + 2 * DAY) == 2
    assert set(await store.find([one.key for one in kept], NOW)) == {one.key for one in kept[2:]}
    assert await store.purge() == 3
    assert await store.purge() == 0
