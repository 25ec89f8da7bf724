import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.rules import OfflineRules
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Exchange, Request
from tests.factories import exchange
from tests.wiring import inquiries


@pytest.fixture
def analyzer() -> Iterator[OfflineAnalyzer]:
    made = OfflineAnalyzer(OfflineRules(), processes=2)
    yield made
    made.close()


async def _results(
    analyzer: OfflineAnalyzer, exchanges: Sequence[Exchange]
) -> Sequence[Analysis | Failure]:
    ready = await inquiries(analyzer, *exchanges)
    return (await analyzer.call(analyzer.prepare(ready))).results


@pytest.mark.parametrize("count", [1, 64])
async def test_in_a_thread_or_in_processes_the_answers_are_the_same(
    analyzer: OfflineAnalyzer, count: int
) -> None:
    page = exchange(0, body=b"<!doctype html><title>x</title>")

    results = await _results(analyzer, [page] * count)

    assert len(results) == count
    first = results[0]
    assert isinstance(first, Analysis)
    assert first.model == "offline"
    assert "missing-hsts" in [finding.rule for finding in first.findings]
    assert first.duration_ms > 0


async def test_a_rule_that_fails_costs_one_item(analyzer: OfflineAnalyzer) -> None:
    class Broken(Exchange):
        @property
        def request(self) -> Request:
            raise RuntimeError("a bug")

    bad = object.__new__(Broken)

    results = await _results(analyzer, [exchange(0), bad, exchange(1)])

    assert [type(result) for result in results] == [Analysis, Failure, Analysis]
    assert isinstance(results[1], Failure)
    assert "a bug" in results[1].reason


async def test_a_worker_that_dies_fails_its_items_and_is_replaced(
    analyzer: OfflineAnalyzer,
) -> None:
    many = [exchange(index) for index in range(64)]
    await _results(analyzer, many)
    assert analyzer._pool is not None  # noqa: SLF001 -- the death of a worker cannot be asked for
    # All are there from the start: one born while the pool breaks would never be ended.
    assert len(analyzer._pool._processes) == 2  # noqa: SLF001
    for pid in list(analyzer._pool._processes):  # noqa: SLF001
        os.kill(pid, signal.SIGKILL)

    failed = await _results(analyzer, many)
    again = await _results(analyzer, many)

    assert {type(result) for result in failed} == {Failure}
    assert {type(result) for result in again} == {Analysis}
