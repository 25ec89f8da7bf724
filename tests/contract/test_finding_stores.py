"""What every store promises about what several sources say of one finding."""

from dataclasses import replace
from itertools import permutations

import pytest

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.comparison import Seen
from reqsift.domain.findings import (
    Finding,
    FindingFilter,
    FindingType,
    Severity,
    StoredFinding,
    stronger,
)
from reqsift.domain.limits import Usage
from reqsift.domain.paging import PageRequest
from tests.conftest import Stores
from tests.contract.test_stores import ACCOUNT, analyzed, begun, stored
from tests.factories import analysis, exchange, finding, outcome, with_text

RULE = replace(finding(severity=Severity.MEDIUM, confidence=90), sources=("offline",))
MODEL = replace(
    finding(severity=Severity.HIGH, confidence=40),
    rule="model",
    why="Ä shows it.",
    verification_steps=("Look.", "Look again."),
    false_positive_hints=("It is a test.",),
    sources=("haiku-4.5",),
)
WEAK = replace(
    MODEL, severity=Severity.LOW, why="Perhaps.", false_positive_hints=(), sources=("sonnet-4.5",)
)


async def only_finding(stores: Stores, request_id: str | None = None) -> StoredFinding:
    wanted = FindingFilter(request_id=request_id)
    (found,) = (await stores.findings.findings(wanted, PageRequest())).items
    return found


async def test_all_that_a_model_said_comes_back(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    said = replace(
        analysis(MODEL),
        choice="It changes state.",
        cached=True,
        dropped=3,
        usage=Usage(input_tokens=9, output_tokens=2, cost=0.5, cached_tokens=7),
    )
    batch = await analyzed(stores, ids, said)

    (kept,) = await stores.batches.analyses(batch.id)

    assert kept.analysis == said
    assert (await only_finding(stores)).finding == MODEL


@pytest.mark.parametrize("order", list(permutations([RULE, MODEL, WEAK])))
async def test_the_verdict_is_the_strongest_and_every_source_is_named(
    stores: Stores, order: tuple[Finding, ...]
) -> None:
    ids = await stored(stores, *(exchange(index) for index in range(3)))
    for request_id, said in zip(ids, order, strict=True):
        await analyzed(stores, [request_id], analysis(said))

    found = (await only_finding(stores)).finding

    assert (found.severity, found.confidence, found.title) == (Severity.HIGH, 40, MODEL.title)
    assert (found.rule, found.why) == ("model", MODEL.why)
    assert found.false_positive_hints == MODEL.false_positive_hints
    assert found.sources == tuple(said.sources[0] for said in order)


async def test_a_stronger_verdict_without_words_takes_none_away(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    severe = replace(RULE, severity=Severity.CRITICAL)
    for said in (MODEL, severe, severe):
        await analyzed(stores, ids, analysis(said))

    found = (await only_finding(stores)).finding

    assert (found.severity, found.rule) == (Severity.CRITICAL, severe.rule)
    assert (found.why, found.verification_steps) == (MODEL.why, MODEL.verification_steps)
    assert found.sources == ("haiku-4.5", "offline")


async def test_what_is_said_at_once_is_joined_as_what_is_said_in_turn(stores: Stores) -> None:
    said = [RULE, WEAK, MODEL]
    at_once = await stored(stores, *(exchange(index) for index in range(3)), name="a.har")
    await analyzed(stores, at_once, *map(analysis, said))
    in_turn = await stored(stores, *(exchange(index) for index in range(3)), name="b.har")
    for request_id, one in zip(in_turn, said, strict=True):
        await analyzed(stores, [request_id], analysis(one))

    first = (await only_finding(stores, at_once[0])).finding
    second = (await only_finding(stores, in_turn[0])).finding

    assert first == second == stronger(stronger(RULE, WEAK), MODEL)


async def test_each_member_keeps_its_own_proof(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    said = [analysis(with_text(MODEL, "one")), analysis(with_text(RULE, "two"))]
    await analyzed(stores, ids, *said)

    texts = [(await only_finding(stores, one)).finding.evidence[0].text for one in ids]

    assert texts == ["one", "two"]


async def test_an_unproven_finding_is_kept_without_proof(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    await analyzed(stores, ids, analysis(replace(MODEL, evidence=())))

    assert (await only_finding(stores)).finding.unproven


async def test_what_the_rules_found_in_a_failed_item_is_kept(stores: Stores) -> None:
    ids = await stored(stores, exchange(0))
    batch, (item,) = await begun(stores, ids)
    failed = Failure(reason="No answer.", findings=(RULE,))
    await stores.batches.save_outcomes(batch.id, [outcome(item, failed, 1)], ACCOUNT)

    assert (await only_finding(stores, ids[0])).finding == RULE
    assert [error.reason for error in await stores.batches.item_errors(batch.id)] == ["No answer."]


async def test_a_batch_is_viewed_with_the_verdicts_that_it_gave_itself(stores: Stores) -> None:
    ids = await stored(stores, *(exchange(index, f"https://a.example/{index}") for index in (0, 1)))
    earlier = await analyzed(stores, ids, analysis(RULE), analysis(WEAK))
    later = await analyzed(stores, ids, analysis(MODEL), Failure(reason="No."))

    before = await stores.batches.batch_view(earlier.id)
    after = await stores.batches.batch_view(later.id)

    seen = Seen(
        fingerprint=RULE.fingerprint,
        type=FindingType.XSS,
        severity=Severity.MEDIUM,
        confidence=90,
        title=MODEL.title,
        method="GET",
        url="https://a.example/0",
        request_id=ids[0],
        count=2,
    )
    assert before is not None
    assert (before.id, before.seen) == (earlier.id, [seen])
    assert after is not None
    assert after.seen == [replace(seen, severity=Severity.HIGH, confidence=40, count=1)]
    assert sorted(before.looked_at) == [("GET", f"https://a.example/{index}") for index in (0, 1)]
    assert after.looked_at == [("GET", "https://a.example/0")]
    assert await stores.batches.batch_view("b99") is None
    assert await stores.batches.batch_view("nonsense") is None


async def test_a_strong_verdict_here_is_not_weakened_by_a_sure_one_there(stores: Stores) -> None:
    ids = await stored(stores, exchange(0), exchange(1))
    said: list[Analysis] = [
        analysis(finding(severity=Severity.LOW, confidence=100)),
        analysis(finding(severity=Severity.HIGH, confidence=0)),
    ]
    batch = await analyzed(stores, ids, *said)

    view = await stores.batches.batch_view(batch.id)

    assert view is not None
    assert [(one.severity, one.confidence) for one in view.seen] == [(Severity.HIGH, 0)]
