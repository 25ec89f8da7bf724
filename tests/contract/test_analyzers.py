"""What the port `Analyzer` promises, for every analyzer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Body, Exchange
from reqsift.domain.limits import Resource, Usage
from reqsift.domain.retries import Cause
from reqsift.domain.view import View
from reqsift.services.ports.analyzers import Analyzer
from reqsift.simulator import Asked, Fault, Settings, simulated
from tests.conftest import Stores
from tests.factories import exchange
from tests.unit.adapters.analyzers.replies import document, finding, pack, reply
from tests.wiring import access, inquiries, wired

_MODELS = ["haiku-4.5", "openai:llama"]
_NO_PROOF = finding(evidence=[{"part": "response.body", "quote": "never seen"}])


def _says(asked: Asked) -> str:
    """A finding with proof and one without, for each exchange."""
    count = asked.user.count("<captured-")
    if b"analyses" not in (asked.schema or b""):
        return reply(finding(), _NO_PROOF)
    documents = [document(finding(), _NO_PROOF) for _ in range(count)]
    return pack(*({"exchange": at, **one} for at, one in enumerate(documents, start=1)))


@asynccontextmanager
async def _chosen(
    stores: Stores, model: str, settings: Settings, patience_s: float = 10.0, **more: object
) -> AsyncIterator[Analyzer]:
    async with (
        simulated(settings, **more) as simulator,  # type: ignore[arg-type]
        wired(stores.database, access(simulator.base_url, patience_s)) as analyzers,
    ):
        yield analyzers.choose(model).analyzers[0]


@pytest.fixture(params=["offline", *_MODELS])
async def analyzer(request: pytest.FixtureRequest, stores: Stores) -> AsyncIterator[Analyzer]:
    async with _chosen(stores, request.param, Settings(latency="0"), script=_says) as chosen:
        yield chosen


async def _results(
    analyzer: Analyzer, exchanges: Sequence[Exchange], complaint: str = ""
) -> Sequence[Analysis | Failure]:
    ready = await inquiries(analyzer, *exchanges)
    return (await analyzer.call(analyzer.prepare(ready, complaint))).results


def _odd() -> list[Exchange]:
    empty = exchange(1, body=b"", status=None)
    binary = exchange(2, body=bytes(range(256)) * 40, mime_type="application/octet-stream")
    hostile = exchange(3, url="http://[\ud800/\0", method="", body=b"\xff\xfe<" * 9999)
    cut = exchange(4)
    body = Body(content="é".encode()[:1], mime_type="text/html", size=99, truncated=True)
    cut = replace(cut, request=replace(cut.request, body=body))
    return [empty, binary, hostile, cut, exchange(5, body=b"[" * 200_000)]


async def test_there_is_one_result_for_each_exchange(analyzer: Analyzer) -> None:
    pack = [exchange(index) for index in range(min(3, analyzer.largest_pack))]

    results = await _results(analyzer, pack)

    assert len(results) == len(pack)
    for result in results:
        assert isinstance(result, Analysis)
        assert result.model == analyzer.name
        assert 0 <= result.confidence <= 100
        assert result.duration_ms > 0


async def test_no_exchange_is_too_odd(analyzer: Analyzer) -> None:
    for odd in _odd():
        (result,) = await _results(analyzer, [odd])
        assert isinstance(result, Analysis), result


async def test_findings_are_proven_by_what_stands_in_the_exchange(analyzer: Analyzer) -> None:
    view = View(exchange())

    (result,) = await _results(analyzer, [exchange()])

    assert isinstance(result, Analysis)
    assert result.findings
    for each in result.findings:
        assert each.fingerprint.startswith("v1-")
        assert each.evidence or each.confidence <= 30
        for evidence in each.evidence:
            text = view.part_text(evidence.part) or ""
            assert text[evidence.offset :].startswith(evidence.text)


async def test_to_prepare_is_pure_and_a_call_takes_no_more_than_its_bound(
    analyzer: Analyzer,
) -> None:
    ready = await inquiries(analyzer, exchange())
    prepared = analyzer.prepare(ready)
    assert analyzer.prepare(ready).body == prepared.body

    for call in (prepared, analyzer.prepare(ready, "It was no JSON.")):
        answer = await analyzer.call(call)
        assert answer.usage.input_tokens <= call.bound.input_tokens
        assert answer.usage.output_tokens <= call.bound.output_tokens
        assert answer.usage.cost <= call.bound.cost


async def test_a_prepared_call_can_be_made_again(analyzer: Analyzer) -> None:
    prepared = analyzer.prepare(await inquiries(analyzer, exchange()))

    first, second = [(await analyzer.call(prepared)).results[0] for _ in range(2)]

    assert isinstance(first, Analysis)
    assert isinstance(second, Analysis)
    assert first.findings == second.findings


async def test_the_usage_of_a_call_is_that_of_its_results(analyzer: Analyzer) -> None:
    count = min(3, analyzer.largest_pack)
    ready = await inquiries(analyzer, *(exchange(index) for index in range(count)))

    answer = await analyzer.call(analyzer.prepare(ready))

    usages = [result.usage for result in answer.results if isinstance(result, Analysis)]
    assert len(usages) == count
    total = sum(usages, Usage())
    assert replace(total, cost=0.0) == replace(answer.usage, cost=0.0)
    assert total.cost == pytest.approx(answer.usage.cost)


@pytest.mark.parametrize("model", _MODELS)
@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault.OVERLOADED, Cause.OVERLOADED),
        (Fault.ERROR, Cause.SERVER_ERROR),
        (Fault.DROP, Cause.DROPPED),
        (Fault.CUT, Cause.DROPPED),
        (Fault.HANG, Cause.TIMED_OUT),
        (Fault.MALFORMED, Cause.MALFORMED),
        (Fault.SCHEMA, Cause.MALFORMED),
        (Fault.TRUNCATED, Cause.TRUNCATED),
        (Fault.REFUSAL, Cause.REFUSED),
        (Fault.HTML, Cause.SERVER_ERROR),
    ],
)
async def test_faults_of_providers_are_values(
    stores: Stores, model: str, fault: Fault, cause: Cause
) -> None:
    faulty = Settings(latency="0", faults={fault: 1.0})
    patience_s = 0.2 if fault is Fault.HANG else 10.0
    async with _chosen(stores, model, faulty, patience_s) as analyzer:
        (result,) = await _results(analyzer, [exchange()])

    assert isinstance(result, Failure)
    assert result.cause is cause
    assert result.reason.isprintable()


@pytest.mark.parametrize("model", _MODELS)
async def test_limits_are_heard_from_good_answers_and_from_refusals(
    stores: Stores, model: str
) -> None:
    async with _chosen(stores, model, Settings(latency="0", rpm=60, burst=1)) as analyzer:
        prepared = analyzer.prepare(await inquiries(analyzer, exchange()))
        good, refused = [await analyzer.call(prepared) for _ in range(2)]

    for answer in (good, refused):
        (level,) = answer.limits.levels
        assert (level.resource, level.limit, level.remaining) == (Resource.REQUESTS, 60, 0)
        assert level.reset_s is not None
        assert 0 <= level.reset_s <= 2
    assert isinstance(refused.results[0], Failure)
    assert refused.results[0].cause is Cause.RATE_LIMITED
    assert refused.limits.retry_after_s is not None
