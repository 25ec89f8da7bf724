"""What every store promises. So far there is one; PostgreSQL will join the list."""

from collections.abc import Sequence

import pytest

from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    Failure,
)
from reqsift.domain.captures import (
    Body,
    Capture,
    Exchange,
    Header,
    Request,
    RequestFilter,
    Response,
    SkippedEntry,
)
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingFilter, FindingType, Severity
from reqsift.domain.limits import Usage
from reqsift.domain.paging import PageRequest
from reqsift.domain.retries import Cause
from reqsift.services.ports.batches import Account, NewBatch
from tests.conftest import Stores
from tests.factories import NOW, analysis, exchange, finding, outcome, with_text

ACCOUNT = Account(
    spent=Usage(input_tokens=50, output_tokens=20, cost=1.5),
    duration_ms=4321,
    concurrency=7,
    repeated=2,
)


async def stored(stores: Stores, *exchanges: Exchange, name: str = "a.har") -> list[str]:
    """Import; returns the ids of this capture's requests."""
    async with stores.captures.import_turn():
        capture_id = await stores.captures.begin_import(name, f"hash of {name}", NOW)
        await stores.captures.add_exchanges(capture_id, exchanges)
        await stores.captures.finish_import(
            Capture(
                id=capture_id,
                source=name,
                content_hash=f"hash of {name}",
                imported_at=NOW,
                imported=len(exchanges),
            )
        )
    return await stores.captures.request_ids(RequestFilter(capture_id=capture_id))


async def begun(stores: Stores, request_ids: Sequence[str]) -> tuple[Batch, list[BatchItem]]:
    new = NewBatch(
        model="offline",
        note="why",
        concurrency=3,
        request_ids=tuple(request_ids),
        created_at=NOW,
    )
    batch = await stores.batches.create_batch(new)
    return batch, await stores.batches.pending(batch.id, -1, 10_000)


async def analyzed(stores: Stores, request_ids: Sequence[str], *said: Analysis) -> Batch:
    batch, items = await begun(stores, request_ids)
    outcomes = [
        outcome(item, result, place + 1)
        for place, (item, result) in enumerate(zip(items, said, strict=True))
    ]
    await stores.batches.save_outcomes(batch.id, outcomes, ACCOUNT)
    return await stores.batches.move(batch.id, BatchState.COMPLETED)


ODD = Exchange(
    entry_index=3,
    request=Request(
        method="PÖST",
        url="http://ex.example:8080/ä?q='\";--&x=%00",
        http_version="HTTP/2",
        headers=(Header(":method", "POST"), Header("b", "2"), Header("A", "1"), Header("b", "3")),
        body=Body(content=b"\x00\xff\xfe", mime_type="x/y; z=1", size=99, truncated=True),
    ),
    response=Response(
        status=204,
        reason="Ünusual",
        http_version="h2",
        headers=(Header("Set-Cookie", "a=1"), Header("Set-Cookie", "b=2")),
        body=Body(content=b"x" * 70_000, mime_type="Text/HTML; charset=x", size=70_000),
    ),
    started_at=NOW,
    duration_ms=12.25,
)


@pytest.mark.parametrize(
    "original", [exchange(0), exchange(1, status=None), exchange(2, body=b""), ODD]
)
async def test_an_exchange_comes_back_as_it_went_in(stores: Stores, original: Exchange) -> None:
    (request_id,) = await stored(stores, original)

    (loaded,) = await stores.captures.exchanges([request_id])

    assert loaded.exchange == original


async def test_exchanges_come_in_the_order_asked_for_without_the_unknown(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(3)))

    loaded = await stores.captures.exchanges([ids[2], "r77", "nonsense", ids[0]])

    assert [one.exchange.entry_index for one in loaded] == [2, 0]


async def test_more_ids_than_one_statement_takes(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(1201)))

    assert len(await stores.captures.exchanges(ids)) == 1201


async def test_equal_bodies_are_kept_once(stores: Stores) -> None:
    await stored(stores, *(exchange(index, body=b"same" * 1000) for index in range(50)))
    await stored(stores, exchange(0, body=b"same" * 1000), name="b.har")

    async with stores.database.reading() as connection:
        count = (await connection.exec_driver_sql("SELECT count(*) FROM bodies")).scalar_one()

    assert count == 1


async def test_a_capture_is_seen_when_it_is_finished_and_not_before(stores: Stores) -> None:
    async with stores.captures.import_turn():
        capture_id = await stores.captures.begin_import("a.har", "h", NOW)
        await stores.captures.add_exchanges(capture_id, [exchange(0)])
        assert await stores.captures.captures() == ()
        assert (await stores.captures.requests(RequestFilter(), PageRequest())).total == 0
        capture = Capture(
            id=capture_id,
            source="a.har",
            content_hash="h",
            imported_at=NOW,
            imported=1,
            truncated=1,
            skipped=(SkippedEntry(entry_index=4, reason="Ö"),),
        )
        await stores.captures.finish_import(capture)

    assert await stores.captures.captures() == (capture,)
    assert await stores.captures.find_capture("h") == capture
    assert (await stores.captures.requests(RequestFilter(), PageRequest())).total == 1


async def test_what_a_dead_import_left_is_removed_by_the_next(stores: Stores) -> None:
    capture_id = await stores.captures.begin_import("a.har", "h", NOW)
    await stores.captures.add_exchanges(capture_id, [exchange(0)])

    await stored(stores, exchange(0), name="b.har")

    assert await stores.captures.find_capture("h") is None
    assert [capture.source for capture in await stores.captures.captures()] == ["b.har"]


async def test_an_id_is_never_given_twice(stores: Stores) -> None:
    first = await stores.captures.begin_import("a.har", "h", NOW)
    await stores.captures.abandon_import(first)

    assert await stores.captures.begin_import("a.har", "h", NOW) != first


async def test_pages_follow_each_other_without_gap_or_repeat(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(25)))
    seen: list[str] = []
    cursor = None
    while True:
        page = await stores.captures.requests(RequestFilter(), PageRequest(limit=10, cursor=cursor))
        assert page.total == 25
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ids


async def test_an_offset_jumps(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(25)))

    page = await stores.captures.requests(RequestFilter(), PageRequest(limit=5, offset=20))

    assert [row.id for row in page.items] == ids[20:]
    assert page.next_cursor is None


@pytest.mark.parametrize("cursor", ["x", "WzFd0", "====", "WyJhIl0", "WzEsMl0", "Wy0xXQ", "é"])
async def test_a_foreign_cursor_is_refused(stores: Stores, cursor: str) -> None:
    with pytest.raises(InvalidSetting):
        await stores.captures.requests(RequestFilter(), PageRequest(cursor=cursor))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (RequestFilter(host="B.example"), [1]),
        (RequestFilter(method="post"), [1]),
        (RequestFilter(status=404), [2]),
        (RequestFilter(text="ITEMS"), [0]),
        (RequestFilter(text="json"), [1]),
        (RequestFilter(text="100%_"), [2]),
        (RequestFilter(text="%"), [2]),
        (RequestFilter(host="a.example", status=200), [0]),
        (RequestFilter(capture_id="c99"), []),
        (RequestFilter(capture_id="nonsense"), []),
    ],
)
async def test_filters(stores: Stores, wanted: RequestFilter, expected: list[int]) -> None:
    await stored(
        stores,
        exchange(0, "https://a.example/items/1"),
        exchange(1, "https://b.example/x", method="POST", mime_type="application/JSON"),
        exchange(2, "https://a.example/100%_done", status=404),
    )

    page = await stores.captures.requests(wanted, PageRequest())

    assert [row.entry_index for row in page.items] == expected
    assert page.total == len(expected)


async def test_a_row_shows_the_facts_and_counts_findings(stores: Stores) -> None:
    ids = await stored(stores, exchange(0, "https://A.example:443/x?y#z", body=b"12345"))
    await analyzed(stores, ids, analysis(finding("v1-a"), finding("v1-b")))
    await analyzed(stores, ids, analysis(finding("v1-a")))

    (row,) = (await stores.captures.requests(RequestFilter(), PageRequest())).items

    assert (row.host, row.path, row.status, row.mime_type) == ("a.example", "/x", 200, "text/html")
    assert (row.response_size, row.findings) == (5, 2)


async def test_a_batch_fails_unknown_ids_at_once(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))

    batch, items = await begun(stores, ["r99", ids[0], "nonsense"])

    assert (batch.total, batch.failed, batch.state) == (3, 2, BatchState.RUNNING)
    assert items == [BatchItem(position=1, request_id=ids[0])]
    errors = await stores.batches.item_errors(batch.id)
    assert [error.request_id for error in errors] == ["r99", "nonsense"]


async def test_outcomes_are_kept_and_counted(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(7))
    batch, items = await begun(stores, ids)
    outcomes = [
        outcome(items[1], Failure(reason="No.", cause=Cause.REFUSED), 1),
        outcome(items[0], analysis(finding()), 2),
    ]
    await stores.batches.save_outcomes(batch.id, outcomes, ACCOUNT)

    ended = await stores.batches.move(batch.id, BatchState.COMPLETED)

    assert (ended.successful, ended.failed, ended.duration_ms) == (1, 1, 4321)
    assert (ended.note, ended.average_ms) == ("why", 2160)
    (error,) = await stores.batches.item_errors(batch.id)
    assert (error.request_id, error.entry_index, error.reason) == (ids[1], 7, "No.")
    (kept,) = await stores.batches.analyses(batch.id)
    assert kept.analysis == analysis(finding())
    assert (kept.request_id, kept.request_method, kept.finished_at) == (ids[0], "GET", NOW)


async def test_one_weakness_in_many_exchanges_is_one_finding(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(4), exchange(9))
    said = [
        analysis(with_text(finding(), "later")),
        analysis(with_text(finding(), "first")),
    ]
    await analyzed(stores, [ids[2], ids[1]], *said)

    (found,) = (await stores.findings.findings(FindingFilter(), PageRequest())).items

    assert (found.request_ids, found.entry_indexes) == ((ids[1], ids[2]), (4, 9))
    assert (found.member_count, found.source, found.method) == (2, "a.har", "GET")
    assert found.finding.evidence[0].text == "first"


async def test_a_member_shows_its_own_evidence(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    said = [analysis(with_text(finding(), "one")), analysis(with_text(finding(), "two"))]
    await analyzed(stores, ids, *said)

    wanted = FindingFilter(request_id=ids[1])
    (found,) = (await stores.findings.findings(wanted, PageRequest())).items

    assert found.finding.evidence[0].text == "two"
    assert found.request_ids == tuple(ids)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_stronger_verdict_stays_in_any_order(
    stores: Stores, order: tuple[int, int]
) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    verdicts = [
        finding(severity=Severity.HIGH, confidence=40),
        finding(severity=Severity.MEDIUM, confidence=90),
    ]
    for position in order:
        await analyzed(stores, [ids[position]], analysis(verdicts[position]))

    (found,) = (await stores.findings.findings(FindingFilter(), PageRequest())).items

    assert (found.finding.severity, found.finding.confidence) == (Severity.HIGH, 40)
    assert found.finding.title == "A weakness of high severity"


async def test_analyzing_again_doubles_nothing(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    for _ in range(3):
        await analyzed(stores, ids, analysis(finding()))

    page = await stores.findings.findings(FindingFilter(), PageRequest())

    assert page.total == 1
    assert page.items[0].request_ids == (ids[0],)


async def test_the_same_weakness_in_two_captures_is_two_findings(stores: Stores) -> None:
    for name in ("a.har", "b.har"):
        ids = await stored(stores, exchange(0), name=name)
        await analyzed(stores, ids, analysis(finding()))

    everything = await stores.findings.findings(FindingFilter(), PageRequest())
    second = await stores.findings.findings(FindingFilter(capture_ids=("c2",)), PageRequest())

    assert everything.total == 2
    assert [found.source for found in second.items] == ["b.har"]


async def test_findings_are_filtered_and_ordered_over_pages(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    severities = list(Severity) * 2
    many = [
        finding(f"v1-{number}", severity=severity, confidence=number)
        for number, severity in enumerate(severities)
    ]
    await analyzed(stores, ids, analysis(*many))
    seen: list[tuple[int, int]] = []
    cursor = None
    while True:
        page = await stores.findings.findings(FindingFilter(), PageRequest(limit=3, cursor=cursor))
        seen += [(one.finding.severity.rank, one.finding.confidence) for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    wanted = FindingFilter(severities=(Severity.LOW, Severity.INFO), types=(FindingType.XSS,))
    low = await stores.findings.findings(wanted, PageRequest())
    none = await stores.findings.findings(FindingFilter(types=(FindingType.SSRF,)), PageRequest())

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 10
    assert (low.total, none.total) == (4, 0)


async def test_an_analysis_names_at_most_a_hundred_members(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(130)))
    batch = await analyzed(stores, ids, *(analysis(finding()) for _ in ids))

    kept = await stores.batches.analyses(batch.id)

    assert len(kept) == 130
    assert {len(one.findings[0].request_ids) for one in kept} == {100}
    assert {one.findings[0].member_count for one in kept} == {130}
