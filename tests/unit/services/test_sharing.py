"""What saves calls: packs, one call for equal payloads, a stronger analyzer only where in doubt."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from reqsift.domain.batches import (
    AS_USUAL,
    Analysis,
    BatchState,
    Failure,
    Handling,
    Stop,
    StoredAnalysis,
)
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import Exchange
from reqsift.domain.findings import FindingFilter
from reqsift.domain.limits import Usage
from reqsift.domain.paging import PageRequest
from reqsift.domain.retries import Cause
from reqsift.services.batch_options import BatchOptions
from reqsift.services.ports.analyzers import AnalyzerChoice, Inquiry
from tests.conftest import Stores
from tests.factories import analysis, finding
from tests.fakes import NamedAnalyzers, OneAnalyzer, ScriptedAnalyzer
from tests.unit.services.running import ANY, imported, working

ONE_AT_A_TIME = BatchOptions(model="any", concurrency=1)


async def test_exchanges_share_calls_up_to_a_number_and_a_weight(stores: Stores) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer(largest_pack=5)
    analyzer.heaviest_pack = 10.0
    analyzer.weight = lambda seen: 6.0 if seen.entry_index < 10 else 1.0
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, ONE_AT_A_TIME)

    assert done.successful == 40
    assert max(map(len, analyzer.packs)) == 5
    assert [pack for pack in analyzer.packs if pack[0] < 9] == [(index,) for index in range(9)]


async def test_packing_can_be_turned_off(stores: Stores) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer(largest_pack=5)
    alone = replace(ONE_AT_A_TIME, handling=Handling(pack=False))
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        await at_work.batches.run(ids, alone)

    assert len(analyzer.packs) == 40


@pytest.mark.parametrize("cause", [Cause.MALFORMED, Cause.REFUSED, Cause.TRUNCATED])
async def test_a_pack_that_goes_wrong_is_asked_about_one_by_one(
    stores: Stores, cause: Cause
) -> None:
    ids = await imported(stores, 40)

    class Whole(ScriptedAnalyzer):
        """Fails a pack as a whole as soon as one in it is odd."""

        async def call(self, prepared):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            answer = await super().call(prepared)
            bad = next((one for one in answer.results if isinstance(one, Failure)), None)
            return answer if bad is None else replace(answer, results=[bad] * len(answer.results))

    def odd(seen: Exchange) -> Analysis | Failure:
        return Failure(reason="odd", cause=cause) if seen.entry_index == 7 else analysis()

    analyzer = Whole(odd, largest_pack=5)
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, ONE_AT_A_TIME)
        (error,) = await at_work.batches.errors(done.id)

    assert (done.successful, done.failed) == (39, 1)
    assert (error.entry_index, error.reason) == (7, "odd")


async def test_a_pack_that_does_not_fit_the_budget_is_divided(stores: Stores) -> None:
    ids = await imported(stores, 40)

    class Bounded(ScriptedAnalyzer):
        def prepare(self, inquiries: Sequence[Inquiry], complaint: str = ""):  # type: ignore[no-untyped-def] # noqa: ANN202
            prepared = super().prepare(inquiries, complaint)
            return replace(prepared, bound=Usage(cost=float(len(inquiries))))

    analyzer = Bounded(largest_pack=5)
    within = replace(ONE_AT_A_TIME, budget=Budget(max_cost=3.0))
    async with working(stores.batches, OneAnalyzer(analyzer), maximum=1) as at_work:
        done = await at_work.batches.run(ids, within)

    # Each takes 0.25 of its bound of 1: nine fit before the tenth might take too much.
    assert (done.state, done.stop, done.successful) == (BatchState.STOPPED, Stop.BUDGET, 9)
    assert done.spent.cost == 9 * 0.25


async def test_equal_payloads_are_asked_about_once(stores: Stores) -> None:
    ids = await imported(stores, 60)
    analyzer = ScriptedAnalyzer()
    analyzer.key = lambda seen: f"key {seen.entry_index % 7}"
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        done = await at_work.batches.run(ids, ANY)
        analyses = await at_work.batches.analyses(done.id)

    assert (done.successful, len(analyzer.seen)) == (60, 7)
    assert sum(one.analysis.cached for one in analyses) == 53


async def test_when_the_one_that_was_asked_about_fails_the_next_is_tried(stores: Stores) -> None:
    ids = await imported(stores, 6)
    analyzer = ScriptedAnalyzer(
        lambda seen: Failure(reason="no") if seen.entry_index < 2 else analysis()
    )
    analyzer.key = lambda _: "the same"
    async with working(stores.batches, OneAnalyzer(analyzer)) as at_work:
        done = await at_work.batches.run(ids, ANY)

    assert (done.successful, done.failed) == (4, 2)
    assert analyzer.seen == [0, 1, 2]


class Two:
    """A cheap analyzer whose doubts go to a strong one."""

    def __init__(
        self,
        strong: Callable[[Exchange], Analysis | Failure] = lambda _: analysis(),
        bound: Usage | None = None,
    ) -> None:
        self.cheap = ScriptedAnalyzer(name="cheap")
        self.strong = ScriptedAnalyzer(strong, name="strong", bound=bound)
        self.offline = ScriptedAnalyzer(name="offline")
        self.cheap.doubtful = self._doubt

    def choose(self, model: str, handling: Handling = AS_USUAL) -> AnalyzerChoice:
        if model == "offline":
            return AnalyzerChoice.of(self.offline)
        return AnalyzerChoice(inquirer=self.cheap, analyzers=(self.cheap, self.strong))

    def _doubt(self, inquiry: Inquiry, before: Analysis) -> Inquiry | None:
        if inquiry.exchange.entry_index % 4:
            return None
        return replace(inquiry, analyzer=self.strong, before=before, choice="not sure.")


def _models(analyses: Sequence[StoredAnalysis]) -> list[str]:
    return [one.analysis.summary for one in analyses]


async def test_only_what_is_doubtful_is_asked_of_the_stronger_one(stores: Stores) -> None:
    ids = await imported(stores, 20)
    two = Two(lambda _: replace(analysis(), summary="strong"))
    async with working(stores.batches, two) as at_work:
        done = await at_work.batches.run(ids, ANY)
        said = _models(await at_work.batches.analyses(done.id))

    assert done.successful == 20
    assert sorted(two.strong.seen) == [0, 4, 8, 12, 16]
    assert [summary == "strong" for summary in said] == [index % 4 == 0 for index in range(20)]
    assert done.spent.cost == 25 * 0.25


@pytest.mark.parametrize("cause", [Cause.REFUSED, Cause.BROKEN])
async def test_a_stronger_one_that_fails_leaves_the_first_answer(
    stores: Stores, cause: Cause
) -> None:
    ids = await imported(stores, 8)
    two = Two(lambda _: Failure(reason="it declined", cause=cause))
    async with working(stores.batches, two) as at_work:
        done = await at_work.batches.run(ids, ANY)
        analyses = await at_work.batches.analyses(done.id)

    assert (done.successful, done.failed) == (8, 0)
    assert "it declined" in analyses[0].analysis.choice


async def test_what_the_budget_does_not_allow_is_not_asked_again(stores: Stores) -> None:
    ids = await imported(stores, 8)
    two = Two(bound=Usage(cost=50.0))
    async with working(stores.batches, two) as at_work:
        done = await at_work.batches.run(ids, replace(ANY, budget=Budget(max_cost=10.0)))

    assert (done.state, done.successful) == (BatchState.COMPLETED, 8)
    assert two.strong.seen == []


async def test_a_batch_that_stops_keeps_the_first_answers(stores: Stores) -> None:
    ids = await imported(stores, 8)
    two = Two(lambda _: Failure(reason="no key", cause=Cause.KEY_REFUSED))
    async with working(stores.batches, two, maximum=1) as at_work:
        done = await at_work.batches.run(ids, ONE_AT_A_TIME)

    assert (done.state, done.stop) == (BatchState.STOPPED, Stop.KEY_REFUSED)
    assert done.successful >= 1
    assert done.failed == 0


async def test_what_the_offline_rules_found_stays_where_a_model_fails(stores: Stores) -> None:
    ids = await imported(stores, 2)

    class Knowing(ScriptedAnalyzer):
        def inquiry(
            self, exchange: Exchange, request_id: str = "r1", batch_id: str = "b1"
        ) -> Inquiry:
            return replace(super().inquiry(exchange, request_id, batch_id), rules=(finding(),))

    refusing = Knowing(lambda _: Failure(reason="it declined", cause=Cause.REFUSED))
    both = NamedAnalyzers(any=refusing)
    async with working(stores.batches, both) as at_work:
        done = await at_work.batches.run(ids, ANY)
        errors = await at_work.batches.errors(done.id)

    assert [error.reason for error in errors] == ["it declined"] * 2
    found = await stores.findings.findings(FindingFilter(), PageRequest(limit=10))
    assert [(one.finding.fingerprint, one.member_count) for one in found.items] == [("v1-one", 2)]
