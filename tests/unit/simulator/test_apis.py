"""The shapes of both APIs, over HTTP."""

import json

import pytest

from reqsift.simulator import Fault, Settings
from reqsift.simulator.openai import duration
from tests.unit.simulator.clients import (
    ANSWER,
    COMPLETIONS,
    MESSAGES,
    SCHEMA,
    Json,
    anthropic,
    client_of,
    openai,
)

AT_ONCE = Settings(latency="0")
TOOL = {"name": "report", "input_schema": SCHEMA}
FUNCTION = {"type": "function", "function": {"name": "report", "parameters": SCHEMA}}


async def _ask(path: str, body: Json, settings: Settings = AT_ONCE) -> Json:
    async with client_of(settings) as (_, client):
        answer = await client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        parsed: Json = answer.json()
        return parsed


async def test_a_message_has_the_documented_shape() -> None:
    async with client_of(AT_ONCE) as (_, client):
        answer = await client.post(MESSAGES, json=anthropic())
    message = answer.json()
    assert message.pop("id").startswith("msg_")
    text = message.pop("content")[0]
    assert (text["type"], json.loads(text["text"])) == ("text", ANSWER)
    sent = len(answer.request.content)
    assert message.pop("usage") == {
        "input_tokens": -(-sent // 4),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 200,
        "service_tier": "standard",
    }
    assert message == {
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "stop_reason": "end_turn",
        "stop_sequence": None,
    }
    assert answer.headers["request-id"].startswith("req_")


async def test_a_completion_has_the_documented_shape() -> None:
    completion = await _ask("/api/v1/chat/completions?a=b", openai(max_tokens=50))
    assert completion["object"] == "chat.completion"
    assert completion["usage"]["completion_tokens"] == 50
    assert completion["usage"]["total_tokens"] == 50 + completion["usage"]["prompt_tokens"]
    choice = completion["choices"][0]
    assert json.loads(choice["message"]["content"]) == ANSWER
    assert choice["finish_reason"] == "stop"


async def test_other_ways_to_ask_messages_for_json() -> None:
    older = anthropic(output_config=None, output_format={"type": "json_schema", "schema": SCHEMA})
    assert json.loads((await _ask(MESSAGES, older))["content"][0]["text"]) == ANSWER
    for choice in ({"type": "tool", "name": "report"}, {"type": "any"}):
        forced = anthropic(output_config=None, tools=[TOOL], tool_choice=choice)
        message = await _ask(MESSAGES, forced)
        block = message["content"][0]
        assert (block["type"], block["name"], block["input"]) == ("tool_use", "report", ANSWER)
        assert message["stop_reason"] == "tool_use"


async def test_other_ways_to_ask_completions_for_json() -> None:
    named = {"type": "function", "function": {"name": "report"}}
    for choice, finish in ((named, "stop"), ("required", "tool_calls")):
        forced = openai(response_format=None, tools=[FUNCTION], tool_choice=choice)
        first = (await _ask(COMPLETIONS, forced))["choices"][0]
        function = first["message"]["tool_calls"][0]["function"]
        assert (function["name"], json.loads(function["arguments"])) == ("report", ANSWER)
        assert first["finish_reason"] == finish
    some_json = openai(response_format={"type": "json_object"})
    assert (await _ask(COMPLETIONS, some_json))["choices"][0]["message"]["content"] == "{}"


async def test_without_a_schema_the_answer_is_ok() -> None:
    free = anthropic(output_config=None, tools=[TOOL], tool_choice={"type": "auto"})
    assert (await _ask(MESSAGES, free))["content"][0]["text"] == "OK"
    free = openai(response_format=None, tools=[FUNCTION], tool_choice="auto")
    assert (await _ask(COMPLETIONS, free))["choices"][0]["message"]["content"] == "OK"


async def test_arrays_get_the_items_that_were_set() -> None:
    message = await _ask(MESSAGES, anthropic(), Settings(latency="0", items=2))
    assert json.loads(message["content"][0]["text"])["findings"] == ["ok", "ok"]


@pytest.mark.parametrize(
    ("key", "status", "kind", "code"),
    [
        ("", 401, "authentication_error", None),
        ("refused", 401, "authentication_error", "invalid_api_key"),
        ("no-credit", 400, "invalid_request_error", "insufficient_quota"),
    ],
)
async def test_keys_are_refused(key: str, status: int, kind: str, code: str | None) -> None:
    async with client_of(AT_ONCE, key) as (simulator, client):
        answer = await client.post(MESSAGES, json=anthropic())
        assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)
        assert answer.json()["request_id"] == answer.headers["request-id"]
        answer = await client.post(COMPLETIONS, json=openai())
        assert answer.status_code == (429 if key == "no-credit" else 401)
        assert answer.json()["error"]["code"] == code
        assert "retry-after" not in answer.headers
        assert simulator.stats().refused_keys == 2


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"model": "m", "messages": [{}]}, 400, "max_tokens"),
        (anthropic(messages=[]), 400, "messages"),
        (anthropic(stream=True), 400, "stream"),
        (anthropic(tools=[TOOL], tool_choice={"type": "tool", "name": "x"}), 400, "no tool x"),
        (anthropic(output_format={"schema": False}, output_config=None), 400, "permits nothing"),
        (anthropic(model="gone"), 404, "gone"),
    ],
)
async def test_requests_without_sense_are_refused(body: Json, status: int, says: str) -> None:
    async with client_of(AT_ONCE) as (simulator, client):
        answer = await client.post(MESSAGES, json=body)
        assert answer.status_code == status
        assert says in answer.json()["error"]["message"]
        assert simulator.stats().invalid == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (openai(model="gone"), 404, "model_not_found"),
        (openai(stream=True), 400, None),
        (openai(tool_choice="required"), 400, None),
    ],
)
async def test_completions_without_sense_are_refused(
    body: Json, status: int, code: str | None
) -> None:
    async with client_of(AT_ONCE) as (_, client):
        answer = await client.post(COMPLETIONS, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_no_json_and_unknown_paths_are_refused() -> None:
    async with client_of(AT_ONCE) as (_, client):
        answer = await client.post(MESSAGES, content=b"{")
        assert (answer.status_code, answer.json()["type"]) == (400, "error")
        for answer in (await client.get(MESSAGES), await client.post("/v1/other")):
            assert answer.status_code == 404
            assert answer.json()["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(
    ("fault", "stop", "finish"),
    [
        (Fault.MALFORMED, "end_turn", "stop"),
        (Fault.SCHEMA, "end_turn", "stop"),
        (Fault.TRUNCATED, "max_tokens", "length"),
        (Fault.REFUSAL, "refusal", "stop"),
    ],
)
async def test_models_say_what_they_should_not(fault: Fault, stop: str, finish: str) -> None:
    settings = Settings(latency="0", faults={fault: 1.0})
    message = await _ask(MESSAGES, anthropic(), settings)
    completion = (await _ask(COMPLETIONS, openai(), settings))["choices"][0]
    assert (message["stop_reason"], completion["finish_reason"]) == (stop, finish)
    said = message["content"][0]["text"]
    if fault is Fault.REFUSAL:
        assert completion["message"] == {"role": "assistant", "content": None, "refusal": said}
    else:
        assert completion["message"]["content"] == said
    if fault is Fault.SCHEMA:
        assert json.loads(said) == {"unexpected": True}
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(said)


async def test_a_tool_is_not_used_when_the_model_says_prose() -> None:
    forced = anthropic(output_config=None, tools=[TOOL], tool_choice={"type": "any"})
    message = await _ask(MESSAGES, forced, Settings(latency="0", faults={Fault.MALFORMED: 1.0}))
    assert (message["content"][0]["type"], message["stop_reason"]) == ("text", "end_turn")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, b"0s"),
        (0.0001, b"1ms"),
        (0.025, b"25ms"),
        (1, b"1s"),
        (62.5, b"1m2.5s"),
        (360, b"6m0s"),
        (3600, b"1h0m0s"),
    ],
)
def test_durations_are_written_as_openai_does(seconds: float, text: bytes) -> None:
    assert duration(seconds) == text
