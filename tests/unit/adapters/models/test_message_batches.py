"""The client of the Message Batches API, against the simulator and against strangers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection, Reply, Tokens
from reqsift.adapters.models.message_batches import BatchStatus, MessageBatches, Results
from reqsift.domain.batches import Failure
from reqsift.domain.retries import POLICIES, Cause
from reqsift.simulator import Asked, Ending, Fault, Script, Settings, Spoken, simulated
from tests.unit.adapters.models.answering import answering, anthropic_message, raw, to

SCHEMA = b'{"type":"object"}'
NOWHERE = to("http://127.0.0.1:1")
AT_ONCE = Settings(batch_seconds=0)
HTML = b"<!doctype html><title>Sign in</title>"


@asynccontextmanager
async def _batches(where: Connection) -> AsyncIterator[MessageBatches]:
    batches = MessageBatches(where)
    try:
        yield batches
    finally:
        await batches.close()


@asynccontextmanager
async def _provider(
    settings: Settings, script: Script | None = None
) -> AsyncIterator[MessageBatches]:
    async with (
        simulated(settings, script) as simulator,
        _batches(to(simulator.base_url)) as batches,
    ):
        yield batches


def _requests(*ids: str, at_most: int = 64) -> list[tuple[str, bytes]]:
    client = AnthropicClient(NOWHERE, "Be careful.", SCHEMA)
    return [(each, client.encode(f"Look at {each}.", at_most)) for each in ids]


async def _created(batches: MessageBatches, *ids: str) -> str:
    created = await batches.create(_requests(*ids))
    assert isinstance(created, str), created
    return created


async def _results(batches: MessageBatches, batch_id: str) -> dict[str, Reply]:
    results = await batches.results(batch_id)
    assert not isinstance(results, Failure), results
    return dict(results)


def _failure(value: object) -> Failure:
    assert isinstance(value, Failure)
    return value


async def test_requests_are_answered_under_their_ids() -> None:
    ids = [f"r-{number}" for number in range(30)]
    async with (
        simulated(AT_ONCE, lambda asked: asked.user) as simulator,
        _batches(to(simulator.base_url)) as batches,
    ):
        batch = await _created(batches, *ids)
        state = await batches.state(batch)
        results = await _results(batches, batch)

    assert state == BatchStatus(ended=True, succeeded=30)
    assert {key: reply.said for key, reply in results.items()} == {
        each: f"Look at {each}." for each in ids
    }
    sent = sum(reply.tokens.all_input for reply in results.values())
    made = sum(reply.tokens.output for reply in results.values())
    assert (sent, made) == (simulator.stats().input_tokens, simulator.stats().output_tokens)
    assert simulator.stats().calls == 0


async def test_a_batch_takes_its_time_and_is_found_again_by_another_client() -> None:
    async with simulated(Settings(batch_seconds=0.2)) as simulator:
        async with _batches(to(simulator.base_url)) as batches:
            batch = await _created(batches, "a", "b")
            assert await batches.state(batch) == BatchStatus(ended=False, processing=2)
            early = _failure(await batches.results(batch))
            assert early.cause is Cause.NOT_THERE
        await asyncio.sleep(0.21)
        async with _batches(to(simulator.base_url)) as batches:
            assert await batches.state(batch) == BatchStatus(ended=True, succeeded=2)
            assert set(await _results(batches, batch)) == {"a", "b"}


async def test_what_is_cancelled_is_told_of_each_request() -> None:
    async with _provider(Settings(batch_seconds=1000)) as batches:
        batch = await _created(batches, "a", "b")
        assert await batches.cancel(batch) is None
        assert await batches.state(batch) == BatchStatus(ended=True, canceled=2)
        results = await _results(batches, batch)
        again = _failure(await batches.cancel(batch))

    for reply in results.values():
        assert "was cancelled before" in _failure(reply.said).reason
        assert POLICIES[_failure(reply.said).cause].retries == 0
        assert reply.tokens == Tokens()
    assert again.cause is Cause.REJECTED


async def test_what_expired_is_tried_again_and_what_the_provider_fails_at_too() -> None:
    for settings, says in (
        (Settings(batch_seconds=0, batch_expired=1.0), "expired before"),
        (Settings(batch_seconds=0, batch_errored=1.0), "could not answer"),
    ):
        async with _provider(settings) as batches:
            results = await _results(batches, await _created(batches, "a"))
        failure = _failure(results["a"].said)
        assert says in failure.reason
        assert POLICIES[failure.cause].retries > 0
        assert not POLICIES[failure.cause].ends_batch


async def test_a_request_without_sense_fails_alone_and_for_good() -> None:
    requests = [*_requests("good"), *_requests("bad", at_most=0)]
    async with _provider(AT_ONCE, lambda _: "Hello") as batches:
        batch = await batches.create(requests)
        assert isinstance(batch, str)
        results = await _results(batches, batch)

    assert results["good"].said == "Hello"
    bad = _failure(results["bad"].said)
    assert bad.cause is Cause.REJECTED
    assert "max_tokens" in bad.reason


@pytest.mark.parametrize(
    ("spoken", "cause"),
    [
        (Spoken("I cannot", Ending.REFUSAL), Cause.REFUSED),
        (Spoken("{", Ending.LENGTH), Cause.TRUNCATED),
    ],
)
async def test_answers_that_bring_no_text(spoken: Spoken, cause: Cause) -> None:
    async with _provider(AT_ONCE, lambda _: spoken) as batches:
        results = await _results(batches, await _created(batches, "a"))
    assert _failure(results["a"].said).cause is cause
    assert results["a"].tokens.output > 0


async def test_tokens_from_the_prompt_cache_are_told() -> None:
    def script(_: Asked) -> str:
        return "{}"

    client = AnthropicClient(NOWHERE, "Be careful. " * 400, SCHEMA)
    requests = [(each, client.encode("x", 9)) for each in ("a", "b", "c")]
    async with _provider(AT_ONCE, script) as batches:
        batch = await batches.create(requests)
        assert isinstance(batch, str)
        results = (await _results(batches, batch)).values()
    written = sum(reply.tokens.cache_write for reply in results)
    assert sum(reply.tokens.cache_read for reply in results) == 2 * written > 0
    assert sum(reply.tokens.all_input for reply in results) == sum(
        -(-len(body) // 4) for _, body in requests
    )


async def test_unknown_batches_and_ids_that_make_no_sense_are_failures() -> None:
    async with _provider(AT_ONCE) as batches:
        for name in ("msgbatch_0", "../../elsewhere", "a?b#c", "ä"):
            for failure in (
                await batches.state(name),
                await batches.results(name),
                await batches.cancel(name),
            ):
                assert _failure(failure).cause is Cause.NOT_THERE
                assert "does not know the batch" in _failure(failure).reason
        twice = _failure(await batches.create(_requests("a", "a")))
        assert twice.cause is Cause.REJECTED
        assert "unique" in twice.reason


async def test_the_key_and_the_paths() -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says({"id": "msgbatch_1"})
        assert await batches.create([("a", b'{"model":"m"}')]) == "msgbatch_1"
        await batches.state("msgbatch_1")
        await batches.results("msgbatch_1")
        await batches.cancel("msgbatch_1")

    base = "/v1/messages/batches"
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("POST", base),
        ("GET", f"{base}/msgbatch_1"),
        ("GET", f"{base}/msgbatch_1/results"),
        ("POST", f"{base}/msgbatch_1/cancel"),
    ]
    for asked in server.asked:
        assert asked.headers["x-api-key"] == "sk-made-up"
        assert asked.headers["anthropic-version"] == "2023-06-01"
    assert server.asked[0].body == {"requests": [{"custom_id": "a", "params": {"model": "m"}}]}


async def test_results_elsewhere_are_not_followed() -> None:
    async with answering() as elsewhere, answering() as server, _batches(to(server.url)) as batches:
        counts = asdict(BatchStatus(ended=True, succeeded=1))
        state = {"processing_status": "ended", "request_counts": counts}
        server.says(state | {"results_url": f"{elsewhere.url}/results"})
        assert await batches.state("b") == BatchStatus(ended=True, succeeded=1)
        server.says({}, status=302, headers={"location": f"{elsewhere.url}/results"})
        assert _failure(await batches.results("b")).cause is Cause.NOT_THERE
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id":5}', b'{"id":"../x"}', b'{"id":"a\\n"}', b"\xff", HTML]
)
async def test_answers_that_are_none(body: bytes) -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says(body)
        cause = Cause.NOT_THERE if body == HTML else Cause.MALFORMED
        assert _failure(await batches.create(_requests("a"))).cause is cause
        assert _failure(await batches.state("b")).cause is cause


@pytest.mark.parametrize(
    ("status", "cause"),
    [(401, Cause.KEY_REFUSED), (429, Cause.RATE_LIMITED), (529, Cause.OVERLOADED)],
)
async def test_failures_of_the_provider_are_values(status: int, cause: Cause) -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says({"error": {"message": "No"}}, status=status)
        for failure in (
            await batches.create(_requests("a")),
            await batches.state("b"),
            await batches.results("b"),
            await batches.cancel("b"),
        ):
            assert _failure(failure).cause is cause
    async with _batches(NOWHERE) as nobody:
        assert _failure(await nobody.state("b")).cause is Cause.DROPPED


def _succeeded(key: str, text: str = "Hello") -> bytes:
    result = {"type": "succeeded", "message": anthropic_message(text)}
    return json.dumps({"custom_id": key, "result": result}).encode()


async def test_a_large_file_of_results_is_read_line_by_line() -> None:
    text = "x" * 10_000
    lines = [_succeeded(str(number), text) for number in range(2000)]
    async with answering() as server, _batches(to(server.url)) as batches:
        # More than one answer may have; neither an empty line nor a missing end matters.
        server.says(b"\n\n".join(lines))
        results = await _results(batches, "b")
    assert len(results) == 2000
    assert {reply.said for reply in results.values()} == {text}


async def test_a_line_has_a_largest_size() -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says(_succeeded("a") + b"\n" + b"x" * (9 * 1024 * 1024))
        assert _failure(await batches.results("b")).cause is Cause.MALFORMED


async def test_a_file_that_breaks_off_is_no_result() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n"
    async with raw(head + _succeeded("a") + b"\n") as url, _batches(to(url)) as batches:
        assert _failure(await batches.results("b")).cause is Cause.DROPPED


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"custom_id":"b"}', b"\xff", b"[" * 100_000, HTML])
async def test_a_file_with_other_lines_is_none_of_results(line: bytes) -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says(_succeeded("a") + b"\n" + line + b"\n" + _succeeded("c"))
        cause = Cause.NOT_THERE if line == HTML else Cause.MALFORMED
        assert _failure(await batches.results("b")).cause is cause


@pytest.mark.parametrize(
    ("result", "cause"),
    [
        ({"type": "succeeded"}, Cause.MALFORMED),
        ({"type": "succeeded", "message": {}}, Cause.MALFORMED),
        ({"type": "new"}, Cause.MALFORMED),
        ({"type": "errored"}, Cause.SERVER_ERROR),
        ({"type": "errored", "error": {"error": {"type": "new"}}}, Cause.SERVER_ERROR),
        ({"type": "errored", "error": {"error": {"type": "overloaded_error"}}}, Cause.OVERLOADED),
        ({"type": "errored", "error": {"error": {"type": "request_too_large"}}}, Cause.REJECTED),
        ({"type": "errored", "error": {"error": {"type": "billing_error"}}}, Cause.NO_CREDIT),
        ({"type": "canceled"}, Cause.BROKEN),
        ({"type": "expired"}, Cause.OVERLOADED),
    ],
)
async def test_outcomes_have_their_causes(result: object, cause: Cause) -> None:
    async with answering() as server, _batches(to(server.url)) as batches:
        server.says({"custom_id": "a", "result": result})
        reply = (await _results(batches, "b"))["a"]
    assert _failure(reply.said).cause is cause
    assert reply.tokens == Tokens()


@given(st.binary(max_size=200))
def test_any_line_is_a_reply_or_breaks_the_file(line: bytes) -> None:
    results = Results(NOWHERE)
    results.take(line)
    assert results.replies or results.broken or not line.strip()


async def test_faults_of_the_model_reach_the_client() -> None:
    settings = Settings(batch_seconds=0, faults={Fault.TRUNCATED: 1.0})
    async with _provider(settings) as batches:
        results = await _results(batches, await _created(batches, "a"))
    assert _failure(results["a"].said).cause is Cause.TRUNCATED
