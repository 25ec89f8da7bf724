"""Rules over many exchanges, through the engine and the real store."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.rules import OfflineRules
from reqsift.domain.batches import BatchState
from reqsift.domain.captures import Exchange, RequestFilter
from reqsift.domain.findings import FindingFilter, StoredFinding
from reqsift.domain.paging import PageRequest
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.across.form import Names, Story
from reqsift.domain.sightings import Seen
from reqsift.services.captures import Captures
from tests.conftest import Stores
from tests.corpus.stories import STORIES
from tests.fakes import ListReader, OneAnalyzer, StillClock
from tests.trials import answered, concluding, trial
from tests.unit.services.running import ANY, working

CASES = [(rule, *tales.noticed[0]) for rule, tales in STORIES.items()]


async def imported(stores: Stores, exchanges: Sequence[Exchange]) -> list[str]:
    captures = Captures(stores.captures, ListReader(*exchanges), StillClock())
    await captures.import_file(Path("a.har"))
    return await captures.request_ids(RequestFilter())


async def told(stores: Stores, rule: str) -> list[StoredFinding]:
    found = await stores.findings.findings(FindingFilter(), PageRequest(limit=500))
    return [one for one in found.items if one.finding.rule == rule]


@pytest.mark.parametrize(("rule", "capture", "members"), CASES)
async def test_a_batch_ends_with_the_stories_of_its_capture(
    stores: Stores, rule: str, capture: Sequence[Exchange], members: Sequence[int]
) -> None:
    ids = await imported(stores, capture)
    analyzers = OneAnalyzer(OfflineAnalyzer(OfflineRules(), processes=1))
    async with working(stores.batches, analyzers, conclude=concluding(stores)) as at_work:
        batch = await at_work.batches.run(ids, ANY)
        analyses = await at_work.batches.analyses(batch.id)

    (found,) = await told(stores, rule)
    assert found.entry_indexes == tuple(members)
    assert found.finding.sources == ("offline",)
    beside = [one.request_id for one in analyses if any(f.id == found.id for f in one.findings)]
    assert beside == list(found.request_ids)


async def test_a_capture_that_is_analyzed_in_parts_tells_its_story_at_the_end(
    stores: Stores,
) -> None:
    capture, members = STORIES["token-after-logout"].noticed[0]
    ids = await imported(stores, capture)
    analyzers = OneAnalyzer(OfflineAnalyzer(OfflineRules(), processes=1))
    async with working(stores.batches, analyzers, conclude=concluding(stores)) as at_work:
        await at_work.batches.run(ids[-1:], ANY)
        assert await told(stores, "token-after-logout") == []
        await at_work.batches.run(ids[:-1], ANY)

    (found,) = await told(stores, "token-after-logout")
    assert found.entry_indexes == tuple(members)


async def test_stories_come_with_the_analyses_of_a_model_too(stores: Stores) -> None:
    capture, members = STORIES["csp-nonce-reused"].noticed[0]
    async with trial(stores, capture, answered) as one:
        batch = await one.run("sonnet-5.5")

    assert batch.state is BatchState.COMPLETED
    (found,) = await told(stores, "csp-nonce-reused")
    assert found.entry_indexes == tuple(members)


async def test_a_faulty_rule_is_told_and_the_others_go_on(stores: Stores) -> None:
    def judge(seen: Sequence[Seen], _: Names) -> list[Story]:
        raise LookupError(str(len(seen)))

    faulty = replace(ACROSS[0], id="of-no-use", judge=judge)
    capture, members = STORIES[ACROSS[0].id].noticed[0]
    ids = await imported(stores, capture)
    analyzers = OneAnalyzer(OfflineAnalyzer(OfflineRules(), processes=1))
    conclude = concluding(stores, (faulty, ACROSS[0]))
    async with working(stores.batches, analyzers, conclude=conclude) as at_work:
        batch = await at_work.batches.run(ids, ANY)

    assert batch.state is BatchState.COMPLETED
    assert batch.reason == "The rule of-no-use failed: LookupError: 2."
    assert len(await told(stores, ACROSS[0].id)) == 1
    assert members
