"""Both dialects, over real HTTP."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.models import anthropic, openai
from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection, ModelClient, Reply, Tokens, tokens_of
from reqsift.adapters.models.openai import OpenAIClient
from reqsift.domain.batches import Failure
from reqsift.domain.limits import Resource
from reqsift.domain.retries import Cause
from tests.unit.adapters.models.answering import (
    answering,
    anthropic_message,
    openai_completion,
    raw,
    to,
)

SCHEMA = b'{"type":"object"}'
NOWHERE = to("http://127.0.0.1:1")
HTML = b"<!doctype html><title>Sign in</title>"

Make = Callable[[Connection, str, bytes], ModelClient]
MAKERS = pytest.mark.parametrize("make", [AnthropicClient, OpenAIClient])


async def _once(make: Make, where: Connection) -> Reply:
    client = make(where, "Be careful.", SCHEMA)
    try:
        return await client.send(client.encode("Look at this.", 64))
    finally:
        await client.close()


def _cause(reply: Reply) -> Cause:
    assert isinstance(reply.said, Failure)
    return reply.said.cause


async def test_a_message_of_anthropic() -> None:
    async with answering() as server:
        server.says(
            anthropic_message(
                "Hello",
                cache_read_input_tokens=7,
                cache_creation_input_tokens=3,
                output_tokens=20,
            ),
            headers={
                "anthropic-ratelimit-requests-limit": "50",
                "anthropic-ratelimit-requests-remaining": "49",
            },
        )

        reply = await _once(AnthropicClient, to(server.url))

    assert reply.said == "Hello"
    assert reply.tokens == Tokens(input=100, cache_read=7, cache_write=3, output=20)
    assert [level.resource for level in reply.limits.levels] == [Resource.REQUESTS]
    (asked,) = server.asked
    assert asked.path == "/v1/messages"
    assert asked.headers["x-api-key"] == "sk-made-up"
    assert asked.headers["anthropic-version"] == "2023-06-01"
    assert asked.body == {
        "model": "some-model",
        "max_tokens": 64,
        "system": [{"type": "text", "text": "Be careful.", "cache_control": {"type": "ephemeral"}}],
        "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}},
        "messages": [{"role": "user", "content": "Look at this."}],
    }


async def test_a_completion_of_openai() -> None:
    async with answering() as server:
        server.says(
            openai_completion("Hello"),
            headers={"x-ratelimit-limit-tokens": "50", "x-ratelimit-remaining-tokens": "49"},
        )

        reply = await _once(OpenAIClient, to(f"{server.url}/v1", provider="OpenAI"))

    assert reply.said == "Hello"
    assert reply.tokens == Tokens(input=40, cache_read=60, output=20)
    assert [level.resource for level in reply.limits.levels] == [Resource.TOKENS]
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer sk-made-up"
    named = {"name": "analysis", "strict": True, "schema": {"type": "object"}}
    assert asked.body == {
        "model": "some-model",
        "max_tokens": 64,
        "response_format": {"type": "json_schema", "json_schema": named},
        "messages": [
            {"role": "system", "content": "Be careful."},
            {"role": "user", "content": "Look at this."},
        ],
    }


async def test_a_local_server_needs_no_key_and_openai_itself_its_own_word_for_the_limit() -> None:
    async with answering() as server:
        server.says(openai_completion("Hello"))
        await _once(OpenAIClient, to(server.url, provider="OpenAI", key=None))

    official = OpenAIClient(to("https://api.openai.com/v1"), "Be careful.", SCHEMA)

    assert "authorization" not in server.asked[0].headers
    assert b'"max_completion_tokens":64' in official.encode("x", 64)
    assert b'"max_tokens"' not in official.encode("x", 64)


@MAKERS
async def test_calls_share_connections_and_a_closed_client_opens_new_ones(make: Make) -> None:
    async with answering() as server:
        server.says(HTML)
        client = make(to(server.url), "", SCHEMA)
        for _ in range(3):
            await client.send(client.encode("x", 1))
        assert len(server.peers) == 1
        await client.close()
        await client.close()
        await client.send(client.encode("x", 1))
        await client.close()
    assert len(server.peers) == 2


@MAKERS
async def test_a_redirect_is_not_followed_and_a_cookie_not_kept(make: Make) -> None:
    async with answering() as server:
        server.says({}, status=307, headers={"location": "/elsewhere", "set-cookie": "a=b"})
        client = make(to(server.url), "", SCHEMA)
        replies = [await client.send(client.encode("x", 1)) for _ in range(2)]
        await client.close()

    assert {_cause(reply) for reply in replies} == {Cause.NOT_THERE}
    assert len(server.asked) == 2
    assert "cookie" not in server.asked[1].headers


@MAKERS
async def test_failures_tell_their_limits_too(make: Make) -> None:
    async with answering() as server:
        server.says({"error": {"message": "Slow down"}}, status=429, headers={"retry-after": "3"})
        reply = await _once(make, to(server.url))

    assert _cause(reply) is Cause.RATE_LIMITED
    assert reply.limits.retry_after_s == 3


@MAKERS
async def test_who_does_not_answer_in_time(make: Make) -> None:
    async with answering() as server:
        server.hangs = True
        reply = await _once(make, to(server.url, timeout=0.05))

    assert _cause(reply) is Cause.TIMED_OUT


@MAKERS
async def test_a_call_that_is_cancelled_ends_at_once(make: Make) -> None:
    async with answering() as server:
        server.hangs = True
        client = make(to(server.url), "", SCHEMA)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.send(client.encode("x", 1))
        await client.close()


@MAKERS
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc",
        b"no HTTP at all\r\n\r\n",
    ],
)
async def test_a_connection_that_breaks(make: Make, answer: bytes) -> None:
    async with raw(answer) as url:
        reply = await _once(make, to(url))

    assert _cause(reply) is Cause.DROPPED


@MAKERS
async def test_nobody_there(make: Make) -> None:
    reply = await _once(make, NOWHERE)

    assert _cause(reply) is Cause.DROPPED
    assert isinstance(reply.said, Failure)
    assert "check ANTHROPIC_BASE_URL" in reply.said.reason


@MAKERS
async def test_an_answer_has_a_largest_size(make: Make) -> None:
    async with answering() as server:
        server.says(b"x" * (8 * 1024 * 1024 + 1))
        reply = await _once(make, to(server.url))

    assert _cause(reply) is Cause.MALFORMED


def _read(module: object, document: object) -> Reply:
    body = document if isinstance(document, bytes) else msgspec.json.encode(document)
    read = anthropic.read if module is anthropic else openai.read
    return read(200, {}, body, NOWHERE)


@pytest.mark.parametrize("module", [anthropic, openai])
@pytest.mark.parametrize("body", [HTML, b"", b"{}", b"null", b"\xff", b"[" * 100_000, b'"Hello"'])
def test_a_body_that_is_no_answer(module: object, body: bytes) -> None:
    expected = Cause.NOT_THERE if body == HTML else Cause.MALFORMED
    assert _cause(_read(module, body)) is expected


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (_read(anthropic, anthropic_message('{"a', "max_tokens")), Cause.TRUNCATED),
        (_read(anthropic, anthropic_message("I cannot", "refusal")), Cause.REFUSED),
        (_read(openai, openai_completion('{"a', "length")), Cause.TRUNCATED),
        (_read(openai, openai_completion(None, refusal="No")), Cause.REFUSED),
        (_read(openai, openai_completion(None, "content_filter")), Cause.REFUSED),
        (_read(openai, openai_completion(None)), Cause.MALFORMED),
        (_read(openai, {"error": {"message": "x", "code": 429}}), Cause.RATE_LIMITED),
        (_read(openai, {"error": {"message": "x", "code": "odd"}}), Cause.SERVER_ERROR),
    ],
)
def test_answers_that_bring_no_text(reply: Reply, cause: Cause) -> None:
    assert _cause(reply) is cause


def test_what_was_paid_is_known_for_a_cut_answer_too() -> None:
    reply = _read(anthropic, anthropic_message('{"a', "max_tokens"))

    assert reply.tokens == Tokens(input=100, output=20)


@given(st.integers(100, 999), st.binary(max_size=200))
def test_any_bytes_are_a_failure_or_a_text(status: int, body: bytes) -> None:
    for read in (anthropic.read, openai.read):
        assert isinstance(read(status, {}, body, NOWHERE), Reply)


@pytest.mark.parametrize("count", [None, -1, 10**18, 0])
def test_counts_that_make_no_sense_count_nothing(count: int | None) -> None:
    assert tokens_of(count) == 0


def test_an_account_tells_keys_apart_without_telling_them() -> None:
    # printf %s sk-made-up | sha256sum
    assert NOWHERE.account == "dc2ba6188880395c"
    assert to("http://127.0.0.1:1", key="sk-other").account != NOWHERE.account
    assert [to("http://127.0.0.1:1", key=key).account for key in (None, "")] == ["", ""]
