"""Batches from beginning to end, and how each kind of item ends."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

import pytest

from reqsift.adapters.storage.batches import SqlBatches
from reqsift.domain.batches import Analysis, BatchState, Failure, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import Exchange, StoredExchange
from reqsift.domain.errors import Conflict, InvalidSetting, NotFound
from reqsift.domain.progress import Progress
from reqsift.domain.retries import Cause
from reqsift.services.batch_options import BatchOptions, Changes
from reqsift.services.ports.analyzers import Inquiry, PreparedCall
from reqsift.services.ports.batches import BatchStore
from tests.conftest import Stores
from tests.factories import analysis, finding
from tests.fakes import NamedAnalyzers, OneAnalyzer, RunningClock, ScriptedAnalyzer
from tests.unit.services.running import ANY, Working, imported, until, working


def alone(
    stores: Stores,
    analyzer: ScriptedAnalyzer,
    *,
    maximum: int = 5,
    store: BatchStore | None = None,
) -> AbstractAsyncContextManager[Working]:
    return working(store or stores.batches, OneAnalyzer(analyzer), maximum=maximum)


def failing(
    index: int, cause: Cause, times: int = 1_000_000
) -> Callable[[Exchange], Analysis | Failure]:
    """That exchange fails so many times; the others are fine."""
    left = [times]

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index == index and left[0]:
            left[0] -= 1
            return Failure(reason=f"It is {cause.value}.", cause=cause)
        return analysis()

    return answer


async def test_every_item_has_its_outcome_in_the_order_asked_for(stores: Stores) -> None:
    ids = await imported(stores, 10)
    asked = [ids[7], "r999", ids[2], ids[7], ids[0]]
    async with alone(stores, ScriptedAnalyzer(lambda _: analysis(finding()))) as at_work:
        service = at_work.batches

        batch = await service.run(asked, ANY)

        assert (batch.total, batch.successful, batch.failed) == (4, 3, 1)
        assert batch.state is BatchState.COMPLETED
        results = await service.analyses(batch.id)
        assert [stored.request_id for stored in results] == [ids[7], ids[2], ids[0]]
        assert results[0].analysis.summary == "Looked at it."
        assert [stored.finding.fingerprint for stored in results[0].findings] == ["v1-one"]
        (error,) = await service.errors(batch.id)
        assert (error.request_id, error.entry_index) == ("r999", None)


async def test_one_failing_item_is_its_own_outcome_only(stores: Stores) -> None:
    ids = await imported(stores, 10)
    async with alone(stores, ScriptedAnalyzer(failing(3, Cause.REFUSED))) as at_work:
        batch = await at_work.batches.run(ids, ANY)

        assert (batch.successful, batch.failed) == (9, 1)
        (error,) = await at_work.batches.errors(batch.id)
    assert (error.request_id, error.reason, error.entry_index) == (ids[3], "It is refused.", 3)


async def test_an_analyzer_that_raises_fails_its_items_and_the_rest_goes_on(
    stores: Stores,
) -> None:
    ids = await imported(stores, 8)

    def answer(seen: Exchange) -> Analysis | Failure:
        if seen.entry_index == 0:
            raise RuntimeError("boom")
        return analysis()

    async with alone(stores, ScriptedAnalyzer(answer, largest_pack=2), maximum=1) as at_work:
        batch = await at_work.batches.run(ids, BatchOptions(model="any", concurrency=1))

        assert (batch.successful, batch.failed) == (7, 1)
        assert "RuntimeError: boom" in (await at_work.batches.errors(batch.id))[0].reason


class Choosy(ScriptedAnalyzer):
    """Cannot make a call ready for some exchanges; with a complaint, for none of them."""

    def __init__(
        self,
        odd: frozenset[int],
        answer: Callable[[Exchange], Analysis | Failure] = lambda _: analysis(),
        *,
        hates_complaints: bool = False,
        name: str = "choosy",
    ) -> None:
        super().__init__(answer, name=name)
        self.odd = odd
        self.hates_complaints = hates_complaints

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:
        if complaint and self.hates_complaints:
            raise ValueError("no complaints")
        if self.odd & {inquiry.exchange.entry_index for inquiry in inquiries}:
            raise ValueError("too odd")
        return super().prepare(inquiries, complaint)


async def test_what_cannot_be_made_ready_fails_alone(stores: Stores) -> None:
    ids = await imported(stores, 200)
    async with alone(stores, Choosy(frozenset({3, 77, 199}))) as at_work:
        batch = await at_work.batches.run(ids, ANY)
        errors = await at_work.batches.errors(batch.id)

    assert (batch.successful, batch.failed) == (197, 3)
    assert [error.entry_index for error in errors] == [3, 77, 199]
    assert {error.reason for error in errors} == {"It cannot be analyzed: ValueError: too odd"}


async def test_what_cannot_be_asked_again_fails_alone(stores: Stores) -> None:
    ids = await imported(stores, 8)
    analyzer = Choosy(frozenset(), failing(3, Cause.MALFORMED), hates_complaints=True)
    async with alone(stores, analyzer) as at_work:
        batch = await at_work.batches.run(ids, ANY)

    assert (batch.state, batch.successful, batch.failed) == (BatchState.COMPLETED, 7, 1)


async def test_what_the_fallback_cannot_make_ready_fails_alone(stores: Stores) -> None:
    ids = await imported(stores, 8)
    model = ScriptedAnalyzer(failing(3, Cause.TIMED_OUT))
    both = NamedAnalyzers(any=model, offline=Choosy(frozenset({3}), name="offline"))
    async with working(stores.batches, both) as at_work:
        batch = await at_work.batches.run(ids, BatchOptions(model="any", fallback=True))

    assert (batch.state, batch.successful, batch.failed) == (BatchState.COMPLETED, 7, 1)


@pytest.mark.parametrize("given", [0, 1, 3])
async def test_a_wrong_number_of_results_stops_its_batch_with_a_reason(
    stores: Stores, given: int
) -> None:
    ids = await imported(stores, 16)

    class Miscounting(ScriptedAnalyzer):
        async def call(self, prepared: PreparedCall):  # type: ignore[no-untyped-def] # noqa: ANN202
            answer = await super().call(prepared)
            return type(answer)(results=[analysis()] * given)

    other = ScriptedAnalyzer(name="other")
    both = NamedAnalyzers(any=Miscounting(largest_pack=2), other=other)
    async with working(stores.batches, both, maximum=2) as at_work:
        odd = await at_work.batches.start(ids, ANY)
        fine = await at_work.batches.run(ids, BatchOptions(model="other"))
        odd = await at_work.batches.wait(odd.id)

    assert fine.state is BatchState.COMPLETED
    assert (odd.state, odd.stop) == (BatchState.STOPPED, Stop.BUG)
    assert odd.reason.startswith("A bug: ")
    assert odd.left == 16


@pytest.mark.parametrize(("asked", "maximum", "effective"), [(None, 5, 5), (99, 5, 5), (2, 5, 2)])
async def test_concurrency_is_used_and_never_exceeded(
    stores: Stores, asked: int | None, maximum: int, effective: int
) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer(together=effective)
    async with alone(stores, analyzer, maximum=maximum) as at_work:
        batch = await at_work.batches.run(ids, BatchOptions(model="any", concurrency=asked))

    assert batch.concurrency == effective
    assert analyzer.peak == effective


async def test_adaptive_concurrency_grows_to_the_maximum_and_is_told(stores: Stores) -> None:
    ids = await imported(stores, 100)
    analyzer = ScriptedAnalyzer()
    async with alone(stores, analyzer, maximum=8) as at_work:
        batch = await at_work.batches.run(ids, BatchOptions(model="any", adaptive=True))

    assert (batch.concurrency, analyzer.peak) == (8, 8)


async def test_concurrency_can_be_changed_while_the_batch_runs(stores: Stores) -> None:
    ids = await imported(stores, 40)
    analyzer = ScriptedAnalyzer()
    analyzer.gate.clear()
    peaks: list[int] = []
    async with alone(stores, analyzer) as at_work:
        batch = await at_work.batches.start(ids, BatchOptions(model="any", concurrency=2))
        await until(lambda: analyzer.running == 2)
        await at_work.batches.change(batch.id, Changes(concurrency=1))
        analyzer.answer = seen_by(analyzer, peaks)
        analyzer.gate.set()
        batch = await at_work.batches.wait(batch.id)

    assert batch.concurrency == 1
    assert max(peaks[2:]) == 0  # no other call was under way when one ended


def seen_by(analyzer: ScriptedAnalyzer, peaks: list[int]) -> Callable[[Exchange], Analysis]:
    def answer(_: Exchange) -> Analysis:
        peaks.append(analyzer.running)
        return analysis()

    return answer


@pytest.mark.parametrize("concurrency", [0, -1])
async def test_a_concurrency_below_one_is_refused(stores: Stores, concurrency: int) -> None:
    async with alone(stores, ScriptedAnalyzer()) as at_work:
        service = at_work.batches
        with pytest.raises(InvalidSetting):
            await service.run(["r1"], BatchOptions(model="any", concurrency=concurrency))
        batch = await service.run([], ANY)
        with pytest.raises(InvalidSetting):
            await service.change(batch.id, Changes(concurrency=concurrency))


@pytest.mark.parametrize(
    "budget",
    [
        Budget(max_cost=0),
        Budget(max_cost=-1.0),
        Budget(max_cost=float("nan")),
        Budget(max_cost=float("inf")),
        Budget(max_tokens=0),
        Budget(deadline_s=-1),
    ],
)
async def test_a_budget_without_sense_is_refused(stores: Stores, budget: Budget) -> None:
    ids = await imported(stores, 3)
    analyzer = ScriptedAnalyzer()
    async with alone(stores, analyzer) as at_work:
        service = at_work.batches
        with pytest.raises(InvalidSetting, match="budget"):
            await service.start(ids, BatchOptions(model="any", budget=budget))
        analyzer.gate.clear()
        batch = await service.start(ids, ANY)
        with pytest.raises(InvalidSetting, match="budget"):
            await service.change(batch.id, Changes(budget=budget))
        await service.pause(batch.id)
        with pytest.raises(InvalidSetting, match="budget"):
            await service.resume(batch.id, budget)


async def test_progress_is_told_from_start_to_end(stores: Stores) -> None:
    ids = await imported(stores, 12)
    seen: list[Progress] = []
    async with alone(stores, ScriptedAnalyzer()) as at_work:
        await at_work.batches.run([*ids, "nope"], ANY, on_progress=seen.append)

    assert (seen[0].done, seen[-1].done) == (1, 13)
    assert seen[-1].state is BatchState.COMPLETED
    assert [one.done for one in seen] == sorted(one.done for one in seen)


async def test_an_empty_batch_is_complete_at_once(stores: Stores) -> None:
    async with alone(stores, ScriptedAnalyzer()) as at_work:
        batch = await at_work.batches.run([], ANY)

        assert (batch.total, batch.average_ms, batch.state) == (0, 0, BatchState.COMPLETED)
        assert await at_work.batches.analyses(batch.id) == ()


async def test_a_batch_of_unknown_ids_is_complete_at_once(stores: Stores) -> None:
    async with alone(stores, ScriptedAnalyzer()) as at_work:
        batch = await at_work.batches.run(["r1", "no"], ANY)

    assert (batch.total, batch.failed, batch.state) == (2, 2, BatchState.COMPLETED)


async def test_a_request_removed_meanwhile_fails_alone(stores: Stores) -> None:
    ids = await imported(stores, 2)

    class Forgetful(SqlBatches):
        async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
            found = await super().exchanges(request_ids)
            return [stored for stored in found if stored.id != ids[0]]

    store = Forgetful(stores.database)
    async with alone(stores, ScriptedAnalyzer(), store=store) as at_work:
        batch = await at_work.batches.run(ids, ANY)

    assert (batch.successful, batch.failed) == (1, 1)


async def test_a_hundred_thousand_ids_are_accepted(stores: Stores) -> None:
    ids = await imported(stores, 2)
    many = [*ids, *(f"r{number}" for number in range(1_000, 101_000))]
    async with alone(stores, ScriptedAnalyzer()) as at_work:
        batch = await at_work.batches.run(many, ANY)

    assert (batch.total, batch.successful, batch.failed) == (100_002, 2, 100_000)


async def test_a_wall_clock_that_jumps_changes_nothing(stores: Stores) -> None:
    ids = await imported(stores, 30)
    clock = RunningClock()

    def answer(seen: Exchange) -> Analysis:
        clock.wall = clock.wall.replace(year=2031 - seen.entry_index % 20)
        return analysis(finding())

    async with working(stores.batches, OneAnalyzer(ScriptedAnalyzer(answer)), clock=clock) as it:
        batch = await it.batches.run(ids, ANY)

        assert (batch.successful, batch.state) == (30, BatchState.COMPLETED)
        assert 0 <= batch.duration_ms < 60_000
        ended = await stores.batches.ended(batch.id, 0, 100)
    assert [one.sequence for one in ended] == list(range(1, 31))


async def test_unknown_batches_and_models_are_told(stores: Stores) -> None:
    ids = await imported(stores, 1)
    async with working(stores.batches, NamedAnalyzers(any=ScriptedAnalyzer())) as at_work:
        service = at_work.batches
        for call in (service.batch, service.pause, service.resume, service.retry_failed):
            with pytest.raises(NotFound):
                await call("b77")
        with pytest.raises(NotFound):
            await service.progress("nonsense")
        with pytest.raises(NotFound):
            [happened async for happened in service.watch("b77")]
        with pytest.raises(InvalidSetting):
            await service.start(ids, BatchOptions(model="gpt-0"))
        with pytest.raises(InvalidSetting):
            service.check_model("gpt-0")


async def test_the_same_idempotency_key_gives_the_same_batch(stores: Stores) -> None:
    ids = await imported(stores, 5)
    analyzer = ScriptedAnalyzer()
    async with alone(stores, analyzer) as at_work:
        service = at_work.batches
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(service.start(ids, ANY, key="k")) for _ in range(5)]
        first = await service.wait(tasks[0].result().id)
        again = await service.start(ids, ANY, key="k")
        other = await service.start(ids, ANY, key="other")
        with pytest.raises(Conflict, match="Idempotency-Key"):
            await service.start(ids[1:], ANY, key="k")
        with pytest.raises(Conflict, match="Idempotency-Key"):
            await service.start(ids, BatchOptions(model="any", concurrency=2), key="k")

        assert {task.result().id for task in tasks} == {first.id} == {again.id}
        assert other.id != first.id
        assert again == first
        await service.wait(other.id)
    assert len(analyzer.seen) == 10


async def test_a_cost_limit_needs_a_price(stores: Stores) -> None:
    ids = await imported(stores, 1)
    analyzer = ScriptedAnalyzer()
    analyzer.priced = False
    budget = Budget(max_cost=1.0)
    async with alone(stores, analyzer) as at_work:
        service = at_work.batches
        with pytest.raises(InvalidSetting, match="limit the tokens"):
            await service.start(ids, BatchOptions(model="any", budget=budget))
        batch = await service.run(ids, ANY)
        with pytest.raises(InvalidSetting, match="limit the tokens"):
            await service.change(batch.id, Changes(budget=budget))


async def test_batches_are_listed_newest_first(stores: Stores) -> None:
    from reqsift.domain.paging import PageRequest

    async with alone(stores, ScriptedAnalyzer()) as at_work:
        made = [(await at_work.batches.run([], ANY)).id for _ in range(5)]
        page = await at_work.batches.batches(PageRequest(limit=2))
        rest = await at_work.batches.batches(PageRequest(cursor=page.next_cursor))

    assert [batch.id for batch in (*page.items, *rest.items)] == made[::-1]
    assert page.total == 5
