"""Findings in SQL: one row per finding, one per occurrence in an exchange."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from reqsift.adapters.storage import rows
from reqsift.adapters.storage.cursors import decode_cursor, encode_cursor
from reqsift.adapters.storage.engine import Database, uninterrupted
from reqsift.adapters.storage.exchanges import slices
from reqsift.adapters.storage.ids import from_id, to_id
from reqsift.adapters.storage.tables import captures, exchanges, findings, occurrences
from reqsift.domain.findings import Finding, FindingFilter, StoredFinding, stronger
from reqsift.domain.paging import Page, PageRequest

_Columns = tuple[Any, ...]
_Key = tuple[int, str]
"""A capture's number, and the fingerprint of a finding in it."""
_MEMBERS_IN_ANALYSIS = 100


class SqlFindings:
    """Fills the port `FindingStore`; see there for the contract of each call."""

    def __init__(self, database: Database) -> None:
        """Work on `database`."""
        self._database = database

    @uninterrupted
    async def findings(self, wanted: FindingFilter, page: PageRequest) -> Page[StoredFinding]:
        conditions = list(_filters(wanted))
        query = (
            select(findings, captures.c.source)
            .join(captures, captures.c.id == findings.c.capture_id)
            .where(*conditions)
            .order_by(findings.c.severity.desc(), findings.c.confidence.desc(), findings.c.id)
            .limit(page.limit + 1)
            .offset(page.offset)
        )
        if page.cursor is not None:
            query = query.where(_after(*decode_cursor(page.cursor, 3)))
        count = select(func.count()).select_from(findings).where(*conditions)
        async with self._database.reading() as connection:
            total = (await connection.scalars(count)).one()
            found = (await connection.execute(query)).all()
            shown = found[: page.limit]
            items = await _with_members(connection, shown, wanted.request_id)
        more = len(found) > len(shown)
        last = shown[-1] if more else None
        return Page(
            items=items,
            next_cursor=encode_cursor(last.severity, last.confidence, last.id) if last else None,
            total=total,
        )


async def save_findings(
    connection: AsyncConnection, batch_number: int, found: Mapping[int, Sequence[Finding]]
) -> None:
    """Store what a batch found in these exchanges.

    A finding that is known keeps its id; the stronger verdict stays, so that the order in which
    parallel items end does not matter.
    """
    capture_of = await capture_numbers(connection, list(found))
    new: dict[_Key, Finding] = {}
    for exchange_number, these in found.items():
        for finding in these:
            key = (capture_of[exchange_number], finding.fingerprint)
            new[key] = stronger(new[key], finding) if key in new else finding
    if not new:
        return
    ids = await _saved(connection, new)
    await connection.execute(
        upsert(occurrences).on_conflict_do_nothing(),
        [
            {
                "finding_id": ids[capture_of[exchange_number], finding.fingerprint],
                "exchange_id": exchange_number,
                "batch_id": batch_number,
                "evidence": rows.evidence_json(finding.evidence),
                "severity": finding.severity.rank,
                "confidence": finding.confidence,
            }
            for exchange_number, these in found.items()
            for finding in these
        ],
    )


async def _saved(connection: AsyncConnection, new: Mapping[_Key, Finding]) -> dict[_Key, int]:
    """Store findings, joined with what is known of them; returns their numbers."""
    known = await _known(connection, list(new))
    changed: dict[_Key, Finding] = {}
    for key, finding in new.items():
        before = rows.finding_of(known[key], "[]") if key in known else None
        after = replace(stronger(before, finding) if before else finding, evidence=())
        if after != before:
            changed[key] = after
    if changed:
        values = [
            {"capture_id": capture_number, **rows.finding_row(finding)}
            for (capture_number, _), finding in changed.items()
        ]
        await connection.execute(_PUT, values)
    numbers = {key: row.id for key, row in known.items()}
    unnumbered = [key for key in changed if key not in numbers]
    return numbers | {key: row.id for key, row in (await _known(connection, unnumbered)).items()}


async def findings_by_exchange(
    connection: AsyncConnection, batch_number: int, exchange_numbers: Sequence[int] | None = None
) -> dict[int, list[StoredFinding]]:
    """What a batch found in each (or in these), the most severe first, with the evidence there."""
    query = (
        select(findings, captures.c.source, occurrences.c.exchange_id, occurrences.c.evidence)
        .join(occurrences, occurrences.c.finding_id == findings.c.id)
        .join(captures, captures.c.id == findings.c.capture_id)
        .where(occurrences.c.batch_id == batch_number)
        .order_by(findings.c.severity.desc(), findings.c.confidence.desc(), findings.c.id)
    )
    if exchange_numbers is not None:
        query = query.where(occurrences.c.exchange_id.in_(exchange_numbers))
    found = (await connection.execute(query)).all()
    members = await _members(connection, {row.id for row in found}, _MEMBERS_IN_ANALYSIS)
    places = await _places(connection, {known.numbers[0] for known in members.values()})
    by_exchange: dict[int, list[StoredFinding]] = {}
    for row in found:
        stored = _stored(row, row.evidence, members[row.id], places)
        by_exchange.setdefault(row.exchange_id, []).append(stored)
    return by_exchange


_insert = upsert(findings)
_PUT = _insert.on_conflict_do_update(
    index_elements=["capture_id", "fingerprint"],
    set_={name: _insert.excluded[name] for name in rows.VERDICT},
)


async def capture_numbers(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in slices(numbers):
        query = select(exchanges.c.id, exchanges.c.capture_id).where(exchanges.c.id.in_(some))
        found.update({row.id: row.capture_id for row in await connection.execute(query)})
    return found


async def _known(connection: AsyncConnection, keys: Sequence[_Key]) -> dict[_Key, Row[*_Columns]]:
    found: dict[_Key, Row[*_Columns]] = {}
    for some in slices(keys):
        query = select(findings).where(
            tuple_(findings.c.capture_id, findings.c.fingerprint).in_(some)
        )
        for row in await connection.execute(query):
            found[row.capture_id, row.fingerprint] = row
    return found


def _filters(wanted: FindingFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.capture_ids:
        numbers = [from_id("c", text) for text in wanted.capture_ids]
        yield findings.c.capture_id.in_([number for number in numbers if number is not None])
    if wanted.request_id is not None:
        number = from_id("r", wanted.request_id)
        members = select(occurrences.c.finding_id).where(occurrences.c.exchange_id == number)
        yield findings.c.id.in_(members)
    if wanted.severities:
        yield findings.c.severity.in_([severity.rank for severity in wanted.severities])
    if wanted.types:
        yield findings.c.type.in_([kind.value for kind in wanted.types])


def _after(severity: int, confidence: int, number: int) -> ColumnElement[bool]:
    same_severity = findings.c.severity == severity
    return or_(
        findings.c.severity < severity,
        and_(same_severity, findings.c.confidence < confidence),
        and_(same_severity, findings.c.confidence == confidence, findings.c.id > number),
    )


@dataclass(slots=True)
class _Members:
    """The exchanges that show a finding, ascending; perhaps only the first of them."""

    count: int
    numbers: list[int]
    entry_indexes: list[int]


async def _members(
    connection: AsyncConnection, finding_numbers: set[int], at_most: int | None = None
) -> dict[int, _Members]:
    found: dict[int, _Members] = {}
    for some in slices(sorted(finding_numbers)):
        for row in await connection.execute(_members_query(some, at_most)):
            members = found.setdefault(row.finding_id, _Members(row.member_count, [], []))
            members.numbers.append(row.exchange_id)
            members.entry_indexes.append(row.entry_index)
    return found


def _members_query(finding_numbers: Sequence[int], at_most: int | None) -> Select[*_Columns]:
    pairs = (
        select(occurrences.c.finding_id, occurrences.c.exchange_id)
        .where(occurrences.c.finding_id.in_(finding_numbers))
        .distinct()
        .subquery()
    )
    finding_id, exchange_id = pairs.c.finding_id, pairs.c.exchange_id
    ranked = select(
        finding_id,
        exchange_id,
        func.count().over(partition_by=finding_id).label("member_count"),
        func.row_number().over(partition_by=finding_id, order_by=exchange_id).label("rank"),
    ).subquery()
    query = (
        select(*ranked.c, exchanges.c.entry_index)
        .join(exchanges, exchanges.c.id == ranked.c.exchange_id)
        .order_by(ranked.c.finding_id, ranked.c.exchange_id)
    )
    return query if at_most is None else query.where(ranked.c.rank <= at_most)


async def _with_members(
    connection: AsyncConnection, shown: Sequence[Row[*_Columns]], request_id: str | None
) -> tuple[StoredFinding, ...]:
    """The findings of a page, with the evidence of the first member or of the one asked for."""
    members = await _members(connection, {row.id for row in shown})
    asked = None if request_id is None else from_id("r", request_id)
    looked_at = [(row.id, asked or members[row.id].numbers[0]) for row in shown]
    evidence: dict[int, str] = {}
    for some in slices(looked_at):
        query = (
            select(occurrences.c.finding_id, occurrences.c.evidence)
            .where(tuple_(occurrences.c.finding_id, occurrences.c.exchange_id).in_(some))
            .order_by(occurrences.c.batch_id)  # the latest analysis is read last and stays
        )
        evidence.update({row.finding_id: row.evidence for row in await connection.execute(query)})
    places = await _places(connection, {members[row.id].numbers[0] for row in shown})
    return tuple(_stored(row, evidence[row.id], members[row.id], places) for row in shown)


async def _places(
    connection: AsyncConnection, exchange_numbers: set[int]
) -> dict[int, tuple[str, str]]:
    """Method and URL of exchanges."""
    found: dict[int, tuple[str, str]] = {}
    for some in slices(sorted(exchange_numbers)):
        query = select(exchanges.c.id, exchanges.c.method, exchanges.c.url).where(
            exchanges.c.id.in_(some)
        )
        found.update({row.id: (row.method, row.url) for row in await connection.execute(query)})
    return found


def _stored(
    row: Row[*_Columns], evidence: str, members: _Members, places: Mapping[int, tuple[str, str]]
) -> StoredFinding:
    method, url = places[members.numbers[0]]
    return StoredFinding(
        id=to_id("f", row.id),
        capture_id=to_id("c", row.capture_id),
        source=row.source,
        method=method,
        url=url,
        finding=rows.finding_of(row, evidence),
        request_ids=tuple(to_id("r", number) for number in members.numbers),
        entry_indexes=tuple(members.entry_indexes),
        member_count=members.count,
    )
