"""What beginnings of requests are billed as."""

import asyncio

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.simulator import Settings
from reqsift.simulator.dialect import Usage, Wanted
from reqsift.simulator.prompt_cache import PromptCache
from tests.unit.simulator.clients import (
    COMPLETIONS,
    MESSAGES,
    SCHEMA,
    Json,
    anthropic,
    client_of,
    openai,
    until,
)

LONG = "Be careful. " * 400
AT_ONCE = Settings(latency="0")


def _marked(text: str = LONG, **more: object) -> Json:
    block = {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}
    return anthropic(system=[block], **more)


def _long(text: str = LONG, **more: object) -> Json:
    messages = [{"role": "system", "content": text}, {"role": "user", "content": "Hello"}]
    return openai(messages=messages, **more)


def _input(answer: httpx.Response) -> tuple[int, int, int]:
    """What was written, read and neither; all of it is a quarter of the body."""
    usage = answer.json()["usage"]
    written, read = usage["cache_creation_input_tokens"], usage["cache_read_input_tokens"]
    rest = usage["input_tokens"]
    assert written + read + rest == -(-len(answer.request.content) // 4)
    return written, read, rest


async def test_a_marked_beginning_is_written_once_and_read_from_then_on() -> None:
    async with client_of(AT_ONCE) as (simulator, client):
        other = [{"role": "user", "content": "Something else"}]
        bodies = [_marked(), _marked(), _marked(messages=other)]
        first, second, third = [_input(await client.post(MESSAGES, json=body)) for body in bodies]
        stats = simulator.stats()

    written = first[0]
    assert written == pytest.approx(len(LONG) / 4, rel=0.05)
    assert (first[1], second[0], third[0]) == (0, 0, 0)
    assert (second[1], third[1]) == (written, written)
    assert second[2] == first[2] < third[2]
    assert (stats.cache_write_tokens, stats.cache_read_tokens) == (written, 2 * written)
    assert stats.input_tokens == sum(map(sum, (first, second, third)))


async def test_another_beginning_is_written_anew() -> None:
    tool = {"name": "report", "input_schema": SCHEMA}
    others = [
        _marked(LONG + "!"),
        _marked(model="claude-sonnet-4-5"),
        _marked(tools=[tool]),
        _marked(output_config={"format": {"schema": {"type": "string"}}}),
    ]
    async with client_of(AT_ONCE) as (_, client):
        for body in (_marked(), *others):
            written, read, _rest = _input(await client.post(MESSAGES, json=body))
            assert written > 0 == read


async def test_what_is_short_or_not_marked_is_not_kept() -> None:
    system = [{"type": "text", "text": LONG}]
    short = _marked("Be careful.")
    async with client_of(AT_ONCE) as (simulator, client):
        for body in (anthropic(system=system), anthropic(system=LONG), short):
            for _ in range(2):
                assert _input(await client.post(MESSAGES, json=body))[:2] == (0, 0)
        simulator.reset(Settings(latency="0", least_cached_tokens=10))
        assert _input(await client.post(MESSAGES, json=short))[0] > 0
        assert _input(await client.post(MESSAGES, json=short))[1] > 0


async def test_what_follows_the_last_mark_is_not_kept() -> None:
    async with client_of(AT_ONCE) as (_, client):
        reads = []
        for end in ("one", "two"):
            body = _marked()
            body["system"].append({"type": "text", "text": end})
            reads.append(_input(await client.post(MESSAGES, json=body))[1])
    assert reads[0] == 0 < reads[1]


async def test_calls_that_begin_before_the_first_answer_pay_for_the_beginning_too() -> None:
    async with client_of(Settings(latency="50")) as (simulator, client):
        async with asyncio.TaskGroup() as tasks:
            calls = [tasks.create_task(client.post(MESSAGES, json=_marked())) for _ in range(3)]
            await until(simulator, calls=3, in_flight=3)
        late = _input(await client.post(MESSAGES, json=_marked()))
    assert all(_input(call.result())[0] > 0 for call in calls)
    assert late[0] == 0 < late[1]


async def test_a_completion_tells_how_much_was_kept() -> None:
    async with client_of(AT_ONCE) as (_, client):
        told = []
        for body in (_long(), _long(), _long("Be careful."), _long("Be careful.")):
            answer = await client.post(COMPLETIONS, json=body)
            usage = answer.json()["usage"]
            assert usage["prompt_tokens"] == -(-len(answer.request.content) // 4)
            told.append(usage["prompt_tokens_details"]["cached_tokens"])
    assert told == [0, pytest.approx(len(LONG) / 4, rel=0.05), 0, 0]


async def test_only_openai_counts_reads_for_the_limit_of_tokens() -> None:
    settings = Settings(latency="0", input_tpm=2000, token_burst=2000)
    async with client_of(settings) as (simulator, client):
        for path, body, status in ((MESSAGES, _marked(), 200), (COMPLETIONS, _long(), 429)):
            simulator.reset()
            statuses = [(await client.post(path, json=body)).status_code for _ in range(2)]
            assert statuses == [200, status]


@pytest.mark.parametrize(("gap", "read"), [(299.0, 100), (301.0, 0)])
def test_what_is_not_used_for_five_minutes_is_forgotten(gap: float, read: int) -> None:
    cache = PromptCache(1)
    wanted = Wanted("m", prefix=b"x", prefix_size=400, body=b" " * 800)
    cache.keep(wanted, cache.bill(wanted, 0.0), 0.0)
    assert cache.bill(wanted, 200.0).cache_read == 100
    assert cache.bill(wanted, 200.0 + gap).cache_read == read


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 3000))
def test_the_parts_are_the_whole(prefix: int, rest: int, least: int) -> None:
    cache = PromptCache(least)
    wanted = Wanted("m", prefix=b"x", prefix_size=prefix, body=b" " * (prefix + rest))
    for _ in range(2):
        usage = cache.bill(wanted, 0.0)
        assert usage.all_input == -(-(prefix + rest) // 4)
        assert min(usage.input_tokens, usage.cache_write, usage.cache_read) >= 0
        cache.keep(wanted, usage, 0.0)
    assert Usage(3, cache_write=2, cache_read=1).all_input == 6
