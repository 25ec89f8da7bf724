"""What every store promises. So far there is one; PostgreSQL will join the list."""

from collections.abc import Sequence

import pytest

from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    Failure,
    Handling,
    Priority,
    Stop,
    StoredAnalysis,
)
from reqsift.domain.budgets import Budget
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
from reqsift.domain.events import ItemEnded
from reqsift.domain.findings import FindingFilter, FindingType, Severity
from reqsift.domain.limits import Usage
from reqsift.domain.paging import PageRequest
from reqsift.domain.retries import Cause
from reqsift.domain.transitions import Action
from reqsift.services.ports.batches import Account, NewBatch, Orders
from tests.conftest import Stores
from tests.factories import NOW, analysis, exchange, finding, outcome, with_text

ACCOUNT = Account(
    spent=Usage(input_tokens=50, output_tokens=20, cost=1.5, cached_tokens=30),
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


async def analyzed(stores: Stores, request_ids: Sequence[str], *said: Analysis | Failure) -> Batch:
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


async def test_a_batch_comes_back_as_it_was_asked_for(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    new = NewBatch(
        model="haiku-4.5",
        note="why",
        concurrency=1,
        adaptive=True,
        priority=Priority.BULK,
        budget=Budget(max_cost=1.25, max_tokens=10**12, deadline_s=0.5),
        fallback=True,
        handling=Handling(pack=False, cache=False, economy=True),
        request_ids=tuple(ids),
        created_at=NOW,
        key="Ä key",
        asked="f" * 64,
    )

    batch = await stores.batches.create_batch(new)

    assert batch == Batch(
        id=batch.id,
        model="haiku-4.5",
        note="why",
        concurrency=1,
        adaptive=True,
        priority=Priority.BULK,
        budget=new.budget,
        fallback=True,
        handling=new.handling,
        state=BatchState.RUNNING,
        total=1,
        created_at=NOW,
    )
    assert await stores.batches.batch(batch.id) == batch
    assert await stores.batches.batch_of_key("Ä key") == (batch, "f" * 64)
    assert await stores.batches.batch_of_key("other") is None


@pytest.mark.parametrize("unknown", ["b99", "r1", "nonsense", "", "b0", "b1\n"])
async def test_an_unknown_batch_is_none(stores: Stores, unknown: str) -> None:
    await begun(stores, [])

    assert await stores.batches.batch(unknown) is None


async def test_batches_come_newest_first_over_pages(stores: Stores) -> None:
    made = [(await begun(stores, []))[0].id for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        page = await stores.batches.batches(PageRequest(limit=3, cursor=cursor))
        assert page.total == 7
        seen += [batch.id for batch in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == made[::-1]


async def test_unfinished_are_those_that_nobody_ended(stores: Stores) -> None:
    made = [(await begun(stores, []))[0].id for _ in range(6)]
    move = stores.batches.move
    await move(made[1], BatchState.COMPLETED)
    await move(made[2], BatchState.PAUSED)
    await move(made[3], BatchState.PAUSED, Stop.INTERRUPTED, "It was interrupted.")
    await move(made[4], BatchState.STOPPED, Stop.BUDGET, "No money.")

    unfinished = await stores.batches.unfinished()

    assert [batch.id for batch in unfinished] == [made[0], made[3], made[5]]


async def test_pending_items_come_in_order_and_in_parts(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(20)))
    batch, items = await begun(stores, ["nope", *ids])
    done = [outcome(items[place], analysis(), place + 1) for place in (0, 4, 19)]
    await stores.batches.save_outcomes(batch.id, done, ACCOUNT)

    first = await stores.batches.pending(batch.id, -1, 5)
    rest = await stores.batches.pending(batch.id, first[-1].position, 100)

    assert [item.position for item in first] == [2, 3, 4, 6, 7]
    assert [*first, *rest] == [item for place, item in enumerate(items) if place not in (0, 4, 19)]
    assert await stores.batches.pending(batch.id, 20, 100) == []


async def test_an_item_keeps_its_first_outcome(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    batch, items = await begun(stores, ids)
    one = outcome(items[0], analysis(finding("v1-a")), 1)
    two = outcome(items[1], Failure(reason="No."), 2)
    for outcomes in ([one], [one, two], [one, two], []):
        await stores.batches.save_outcomes(batch.id, outcomes, ACCOUNT)
    late = [outcome(items[0], Failure(reason="Late."), 3), outcome(items[1], analysis(), 4)]
    await stores.batches.save_outcomes(batch.id, late, ACCOUNT)

    after = await stores.batches.batch(batch.id)

    assert after is not None
    assert (after.successful, after.failed, after.left) == (1, 1, 0)
    (kept,) = await stores.batches.analyses(batch.id)
    assert kept.analysis == analysis(finding("v1-a"))
    assert [error.reason for error in await stores.batches.item_errors(batch.id)] == ["No."]
    assert await stores.batches.last_sequence(batch.id) == 2


async def test_two_outcomes_of_one_item_at_once_count_once(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    batch, (item,) = await begun(stores, ids)
    both = [outcome(item, Failure(reason="No."), 1), outcome(item, analysis(finding()), 2)]

    await stores.batches.save_outcomes(batch.id, both, ACCOUNT)

    after = await stores.batches.batch(batch.id)
    assert after is not None
    assert after.successful + after.failed == 1
    assert len(await stores.batches.analyses(batch.id)) == after.successful


async def test_the_account_is_kept_in_whole_figures(stores: Stores) -> None:
    batch, _ = await begun(stores, [])
    for _ in range(2):
        await stores.batches.save_outcomes(batch.id, [], ACCOUNT)

    after = await stores.batches.batch(batch.id)

    assert after is not None
    assert (after.spent, after.duration_ms, after.repeated) == (ACCOUNT.spent, 4321, 2)
    assert after.concurrency == 3  # as it was asked for: it is not adaptive


async def test_orders_reach_whoever_runs_the_batch(stores: Stores) -> None:
    batch, _ = await begun(stores, [])
    store = stores.batches
    orders = await store.save_outcomes(batch.id, [], ACCOUNT)
    assert (orders.wanted, orders.batch.priority) == (None, Priority.NORMAL)

    ordered = await store.order(
        batch.id,
        wanted=Action.PAUSE,
        priority=Priority.INTERACTIVE,
        concurrency=9,
        budget=Budget(max_tokens=5),
    )
    await store.order(batch.id)  # leaves all as it is

    assert (ordered.priority, ordered.concurrency) == (Priority.INTERACTIVE, 9)
    assert ordered.budget == Budget(max_tokens=5)
    assert await store.save_outcomes(batch.id, [], ACCOUNT) == Orders(
        wanted=Action.PAUSE, batch=ordered
    )
    await store.move(batch.id, BatchState.PAUSED)
    assert (await store.save_outcomes(batch.id, [], ACCOUNT)).wanted is None


async def test_a_state_is_kept_with_its_reason_until_the_next(stores: Stores) -> None:
    batch, _ = await begun(stores, [])

    stopped = await stores.batches.move(batch.id, BatchState.STOPPED, Stop.BUDGET, "No money.")
    again = await stores.batches.move(batch.id, BatchState.RUNNING)

    assert (stopped.state, stopped.stop, stopped.reason) == (
        BatchState.STOPPED,
        Stop.BUDGET,
        "No money.",
    )
    assert (again.state, again.stop, again.reason) == (BatchState.RUNNING, None, "")


async def test_failed_items_are_pending_again_but_for_the_unknown(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(3)))
    batch, items = await begun(stores, ["nope", *ids])
    failure = Failure(reason="No.", cause=Cause.TIMED_OUT)
    failed = [outcome(items[0], failure, 1), outcome(items[2], failure, 3)]
    done = outcome(items[1], analysis(), 2)
    await stores.batches.save_outcomes(batch.id, [*failed, done], ACCOUNT)

    again = await stores.batches.retry_failed(batch.id)

    assert (again.successful, again.failed, again.left) == (1, 1, 2)
    assert await stores.batches.pending(batch.id, -1, 10) == [items[0], items[2]]
    assert [error.request_id for error in await stores.batches.item_errors(batch.id)] == ["nope"]
    assert await stores.batches.last_sequence(batch.id) == 3
    assert [one.sequence for one in await stores.batches.ended(batch.id, 0, 10)] == [2]
    # The journal of the run before may tell of the old failure once more.
    await stores.batches.save_outcomes(batch.id, failed, ACCOUNT)
    assert await stores.batches.pending(batch.id, -1, 10) == [items[0], items[2]]
    # The new outcome counts, once.
    for _ in range(2):
        await stores.batches.save_outcomes(batch.id, [outcome(items[0], analysis(), 4)], ACCOUNT)
    after = await stores.batches.batch(batch.id)
    assert after is not None
    assert (after.successful, after.failed, after.left) == (2, 1, 1)


async def test_ended_items_come_in_the_order_of_their_end(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(4)))
    batch, items = await begun(stores, [*ids, "nope"])
    assert await stores.batches.last_sequence(batch.id) == 0
    said = analysis(finding("v1-a"), finding("v1-b"))
    outcomes = [
        outcome(items[3], said, 1),
        outcome(items[0], Failure(reason="No.", cause=Cause.GONE), 2),
        outcome(items[2], analysis(), 3),
    ]
    await stores.batches.save_outcomes(batch.id, outcomes, ACCOUNT)

    ended = await stores.batches.ended(batch.id, 0, 100)

    assert ended == [ItemEnded.of(one) for one in outcomes]
    assert await stores.batches.ended(batch.id, 1, 1) == ended[1:2]
    assert await stores.batches.ended(batch.id, 3, 100) == []


async def test_results_come_in_the_order_asked_for_over_pages(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(9)))
    asked = [ids[5], "nope", *ids[:5], *ids[6:]]
    batch, items = await begun(stores, asked)
    outcomes = [
        outcome(item, Failure(reason="No.") if place == 3 else analysis(finding()), place + 1)
        for place, item in enumerate(reversed(items[:-2]))
    ]
    await stores.batches.save_outcomes(batch.id, outcomes, ACCOUNT)
    seen: list[str] = []
    cursor = None
    while True:
        page = await stores.batches.results(batch.id, PageRequest(limit=3, cursor=cursor))
        assert page.total == 8
        seen += [one.request_id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    middle = await stores.batches.results(batch.id, PageRequest(limit=2, offset=4))

    assert seen == asked[:-2]
    assert [one.request_id for one in middle.items] == asked[4:6]
    first = (await stores.batches.results(batch.id, PageRequest(limit=1))).items[0]
    assert isinstance(first, StoredAnalysis)
    assert first == (await stores.batches.analyses(batch.id))[0]
    assert first.findings[0].finding.fingerprint == "v1-one"


async def test_one_process_at_a_time_owns_a_batch(stores: Stores) -> None:
    batch, _ = await begun(stores, [])
    one = stores.batches.own(batch.id)

    assert one is not None
    assert (one.recovered, one.in_flight) == ((), frozenset())
    assert stores.batches.own(batch.id) is None
    one.release(over=False)
    again = stores.batches.own(batch.id)
    assert again is not None
    again.release(over=True)
