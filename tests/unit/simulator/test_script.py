"""Models that say what a test decides."""

import json

import httpx
import pytest

from reqsift.simulator import Asked, Ending, Fault, Script, Settings, Spoken, simulated
from tests.unit.simulator.clients import (
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


def _tool(**more: object) -> Json:
    choice = {"type": "tool", "name": "report"}
    return anthropic(output_config=None, tools=[TOOL], tool_choice=choice, **more)


def _function() -> Json:
    choice = {"type": "function", "function": {"name": "report"}}
    return openai(response_format=None, tools=[FUNCTION], tool_choice=choice)


async def _ask(script: Script, path: str, body: Json, settings: Settings = AT_ONCE) -> Json:
    async with client_of(settings, script=script) as (_, client):
        answer = await client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        parsed: Json = answer.json()
        return parsed


async def test_a_script_is_shown_what_the_model_would_see() -> None:
    seen: list[Asked] = []

    def script(asked: Asked) -> str:
        seen.append(asked)
        return "{}"

    blocks = [{"type": "text", "text": "Be "}, {"type": "text", "text": "careful."}]
    turns = [
        {"role": "user", "content": [{"type": "text", "text": "One"}, {"type": "image"}]},
        {"role": "assistant", "content": "Well"},
        {"role": "user", "content": "Two"},
    ]
    system = {"role": "system", "content": "Be careful."}
    async with client_of(AT_ONCE, script=script) as (_, client):
        sent = await client.post(MESSAGES, json=anthropic(system=blocks, messages=turns))
        await client.post(COMPLETIONS, json=openai(messages=[system, *turns]))
        await client.post(MESSAGES, json=anthropic(system="Be careful.", output_config=None))

    assert [asked.model for asked in seen] == ["claude-haiku-4-5", "gpt", "claude-haiku-4-5"]
    assert {asked.system for asked in seen} == {"Be careful."}
    assert [asked.user for asked in seen] == ["One\nTwo", "One\nTwo", "Hello"]
    assert [asked.schema and json.loads(asked.schema) for asked in seen] == [SCHEMA, SCHEMA, None]
    assert seen[0].body == sent.request.content


@pytest.mark.parametrize("text", ['{"risk":"high","findings":["é"]}', '{"risk":', "No.", ""])
async def test_what_a_script_says_arrives_unchanged_and_is_counted(text: str) -> None:
    message = await _ask(lambda _: text, MESSAGES, anthropic())
    completion = await _ask(lambda _: text, COMPLETIONS, openai())

    assert message["content"] == [{"type": "text", "text": text}]
    assert completion["choices"][0]["message"]["content"] == text
    tokens = -(-len(text) // 4)
    assert message["usage"]["output_tokens"] == tokens
    assert completion["usage"]["completion_tokens"] == tokens


async def test_a_script_fills_the_arguments_of_a_tool() -> None:
    message = await _ask(lambda _: '{"risk":"high"}', MESSAGES, _tool())
    assert (message["content"][0]["input"], message["stop_reason"]) == (
        {"risk": "high"},
        "tool_use",
    )
    broken = await _ask(lambda _: '{"risk":', MESSAGES, _tool())
    assert broken["content"] == [{"type": "text", "text": '{"risk":'}]
    completion = await _ask(lambda _: '{"risk":', COMPLETIONS, _function())
    call = completion["choices"][0]["message"]["tool_calls"][0]
    assert call["function"] == {"name": "report", "arguments": '{"risk":'}


@pytest.mark.parametrize(
    ("ending", "stop", "finish"),
    [(Ending.REFUSAL, "refusal", "stop"), (Ending.LENGTH, "max_tokens", "length")],
)
async def test_a_script_may_refuse_or_stop_too_early(
    ending: Ending, stop: str, finish: str
) -> None:
    message = await _ask(lambda _: Spoken("I cannot", ending), MESSAGES, anthropic())
    completion = await _ask(lambda _: Spoken("I cannot", ending), COMPLETIONS, openai())

    assert message["stop_reason"] == stop
    (choice,) = completion["choices"]
    assert choice["finish_reason"] == finish
    assert (choice["message"].get("refusal") == "I cannot") == (ending is Ending.REFUSAL)


async def test_nobody_says_more_than_the_call_permits() -> None:
    message = await _ask(lambda _: "x" * 100, MESSAGES, anthropic(max_tokens=5))

    assert message["content"][0]["text"] == "x" * 20
    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("max_tokens", 5)


async def test_faults_befall_scripted_models_too() -> None:
    faulty = Settings(latency="0", faults={Fault.SCHEMA: 1.0})
    message = await _ask(lambda _: "{}", MESSAGES, anthropic(), faulty)
    assert json.loads(message["content"][0]["text"]) == {"unexpected": True}


async def test_a_script_is_asked_only_for_what_the_limits_let_in_and_can_be_replaced() -> None:
    seen: list[str] = []

    def script(asked: Asked) -> str:
        seen.append(asked.user)
        return "{}"

    async with client_of(Settings(latency="0", rpm=1), script=script) as (simulator, client):
        statuses = [(await client.post(MESSAGES, json=anthropic())).status_code for _ in range(2)]
        assert (statuses, seen) == ([200, 429], ["Hello"])
        simulator.reset(script=lambda _: "other")
        for _ in range(2):
            message = (await client.post(MESSAGES, json=anthropic())).json()
            assert message["content"][0]["text"] == "other"
            simulator.reset()


async def test_a_script_that_fails_leaves_nobody_waiting() -> None:
    def script(_: Asked) -> str:
        raise LookupError("a mistake of the test")

    async with simulated(Settings(latency="1"), script) as simulator:
        async with httpx.AsyncClient(headers={"x-api-key": "any"}) as client:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(simulator.base_url + MESSAGES, json=anthropic())
        assert simulator.stats().in_flight == 0
