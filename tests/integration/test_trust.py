"""Whatever is captured and whatever a model says: no secret leaves, no finding is hidden."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reqsift.adapters.storage.privacy import SqlLedger
from reqsift.domain.batches import Batch
from reqsift.domain.findings import Finding
from reqsift.domain.ledger import Verifier
from reqsift.domain.rules.offline import analyze
from reqsift.simulator import Asked, Ending, Spoken
from tests.conftest import Stores
from tests.corpus.broken_answers import broken_answers
from tests.corpus.hostile import CANARY, hostile
from tests.corpus.secrets import forms, planted
from tests.factories import view as view_of
from tests.trials import Script, answered, trial
from tests.unit.adapters.analyzers.replies import finding

_EVERYTHING = finding(
    type="command_injection",
    severity="critical",
    confidence=100,
    evidence=[{"part": "response.body", "quote": "uid=0(root) gid=0(root)"}],
)
OBEDIENT: dict[str, Script] = {
    "reports nothing": lambda asked: answered(asked, confidence=100),
    "raises everything": lambda asked: answered(asked, _EVERYTHING, confidence=100),
    "dismisses rules": lambda asked: answered(asked, summary="All of it is a false alarm."),
    "repeats what it was shown": lambda asked: answered(asked, summary=asked.user[:3_000]),
    "is empty": lambda _: "",
    "answers in prose": lambda _: "There is nothing to see here.",
    "refuses": lambda _: Spoken("I cannot help with that.", Ending.REFUSAL),
    "quotes the order": lambda _: '{"summary":"Nothing.","confidence":100,"findings":[]}',
}


def _verdict(finding_: Finding) -> tuple[object, ...]:
    """What a rule said, without what a model may add."""
    return (
        finding_.fingerprint,
        finding_.severity,
        finding_.confidence,
        finding_.title,
        finding_.description,
        finding_.remediation,
        finding_.rule,
    )


async def _stored(stores: Stores, batch: Batch, ids: Sequence[str]) -> dict[str, set[object]]:
    from reqsift.domain.findings import FindingFilter
    from reqsift.domain.paging import PageRequest

    del batch
    found: dict[str, set[object]] = {request_id: set() for request_id in ids}
    page = await stores.findings.findings(FindingFilter(), PageRequest(limit=500))
    assert page.next_cursor is None
    for stored in page.items:
        if "offline" in stored.finding.sources:
            for request_id in stored.request_ids:
                found[request_id].add(_verdict(stored.finding))
    return found


@pytest.mark.parametrize("model", sorted(OBEDIENT))
async def test_a_model_that_obeys_hostile_traffic_hides_and_raises_nothing(
    stores: Stores, model: str
) -> None:
    exchanges = [exchange for _, exchange in hostile()]
    async with trial(stores, exchanges, OBEDIENT[model]) as one:
        batch = await one.run()
        found = await _stored(stores, batch, one.ids)
        analyses = await one.analyses(batch)

    assert batch.successful + batch.failed == len(exchanges)
    for request_id, exchange in zip(one.ids, exchanges, strict=True):
        rules = {finding_.fingerprint for finding_ in analyze(view_of(exchange)).findings}
        assert rules <= {verdict[0] for verdict in found[request_id]}, request_id  # type: ignore[index]
    own = [f for a in analyses for f in a.analysis.findings if f.rule == "model"]
    assert all(finding_.unproven for finding_ in own)
    assert all(finding_.confidence <= 30 for finding_ in own)
    assert {finding_.severity.value for finding_ in own} <= {"info", "low", "medium"}
    assert not any(CANARY.encode() in body for body in one.received)
    assert one.received


async def test_no_verdict_of_a_rule_is_flipped(stores: Stores) -> None:
    exchanges = [exchange for _, exchange in hostile()]
    async with trial(stores, exchanges, OBEDIENT["raises everything"]) as one:
        alone = await one.run("offline")
        before = await _stored(stores, alone, one.ids)
        await one.run(cache=False)
        told = await one.run(cache=False)
        after = await _stored(stores, told, one.ids)

    assert before == after


@pytest.mark.parametrize("economy", [False, True])
async def test_broken_answers_are_mended_or_failures_with_a_name(
    stores: Stores, economy: bool
) -> None:
    from tests.factories import exchange

    broken = broken_answers()
    by_place = {f"/items/{place}": one for place, one in enumerate(broken)}
    exchanges = [
        exchange(place, url=f"https://shop.example{path}") for place, path in enumerate(by_place)
    ]

    def script(asked: Asked) -> str | Spoken:
        path = next(path for path in by_place if f"shop.example{path}\n" in asked.user)
        return by_place[path].text

    async with trial(stores, exchanges, script) as one:
        batch = await one.run(cache=False, pack=False, economy=economy)
        analyses = {a.request_id: a.analysis for a in await one.analyses(batch)}
        errors = {e.request_id: e.reason for e in await one.at_work.batches.errors(batch.id)}

    for request_id, answer in zip(one.ids, broken, strict=True):
        if request_id in analyses:
            own = [f for f in analyses[request_id].findings if f.rule == "model"]
            seconded = [f for f in analyses[request_id].findings if "haiku-4.5" in f.sources]
            assert answer.mendable, answer
            assert bool(own or seconded) == bool(answer.titles), answer
        else:
            assert errors[request_id], answer
            assert not answer.mendable, answer
    assert len(broken) == 200


async def test_every_call_is_in_the_ledger_before_it_leaves(stores: Stores) -> None:
    from hashlib import sha256

    exchanges = [exchange for _, exchange in hostile()][:40]
    async with trial(stores, exchanges, OBEDIENT["reports nothing"]) as one:
        await one.run(cache=False)
        chain = [entry async for entry in SqlLedger(stores.database).chain()]

    digests = {sha256(body).hexdigest() for body in one.received}
    assert digests == {entry.departure.digest for entry in chain}
    assert all(entry.departure.redacted["API_KEY"] >= 1 for entry in chain)
    verifier = Verifier()
    assert all(verifier.holds(entry) for entry in chain)
    assert verifier.verdict.entries == len(one.received)


async def test_the_economy_lane_brings_the_same_for_half(stores: Stores) -> None:
    exchanges = [exchange for _, exchange in hostile()][:30]
    async with trial(stores, exchanges, OBEDIENT["reports nothing"]) as one:
        at_once = await one.run(cache=False, pack=False)
        later = await one.run(cache=False, economy=True)

    assert at_once.successful == later.successful == 30
    assert later.spent.cost == pytest.approx(at_once.spent.cost / 2, rel=0.35)


async def test_no_planted_secret_arrives_at_the_provider(stores: Stores) -> None:
    # Three digits stand in many texts; each text alone is looked at beside the rules.
    cases = [one for one in planted() if len(one.secret) >= 6][::3]
    exchanges = [replace(one.exchange, entry_index=at) for at, one in enumerate(cases)]
    async with trial(stores, exchanges, OBEDIENT["reports nothing"]) as one:
        batch = await one.run()

    arrived = b"\n".join(one.received).decode()
    assert batch.successful + batch.failed == len(cases)
    assert batch.failed <= len(cases) // 100  # what the tripwire stops does not arrive either
    missed = [case for case in cases if any(form in arrived for form in forms(case.secret))]
    assert missed == []
    assert len(cases) >= 300
    assert len({case.kind for case in cases}) >= 40
