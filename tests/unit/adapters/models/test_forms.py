"""How models are held to a schema: by the API, as the arguments of a tool, or not at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reqsift.adapters.models.anthropic import AnthropicClient
from reqsift.adapters.models.client import Connection, ModelClient, Reply
from reqsift.adapters.models.openai import Form, OpenAIClient
from reqsift.domain.batches import Failure
from reqsift.domain.retries import Cause
from reqsift.simulator import Asked, Ending, Fault, Script, Settings, Spoken, simulated
from tests.unit.adapters.models.answering import to

SCHEMA = b'{"type":"object","properties":{"risk":{"const":"low"}},"required":["risk"]}'
LONG = "Be careful. " * 400
AT_ONCE = Settings(latency="0")
NOWHERE = to("http://127.0.0.1:1")

Make = Callable[[Connection], ModelClient]


def _anthropic(*, structured: bool, system: str = "Be careful.") -> Make:
    return lambda where: AnthropicClient(where, system, SCHEMA, structured=structured)


def _openai(form: Form, system: str = "Be careful.") -> Make:
    return lambda where: OpenAIClient(where, system, SCHEMA, form=form)


HELD = pytest.mark.parametrize(
    "make",
    [
        _anthropic(structured=True),
        _anthropic(structured=False),
        _openai("schema"),
        _openai("tool"),
    ],
)


async def _ask(
    make: Make, settings: Settings = AT_ONCE, script: Script | None = None, times: int = 1
) -> list[Reply]:
    async with simulated(settings, script) as simulator:
        client = make(to(simulator.base_url))
        try:
            return [await client.send(client.encode("Look.", 1000)) for _ in range(times)]
        finally:
            await client.close()


@HELD
async def test_a_model_that_is_held_to_the_schema_obeys(make: Make) -> None:
    (reply,) = await _ask(make)
    assert isinstance(reply.said, str)
    assert json.loads(reply.said) == {"risk": "low"}


@HELD
async def test_the_schema_arrives_as_it_is(make: Make) -> None:
    seen: list[Asked] = []

    def script(asked: Asked) -> str:
        seen.append(asked)
        return '{"risk": "odd",\n"more": [1, 2]}'

    (reply,) = await _ask(make, script=script)
    assert [(asked.schema, asked.system, asked.user) for asked in seen] == [
        (SCHEMA, "Be careful.", "Look.")
    ]
    assert reply.said == '{"risk": "odd",\n"more": [1, 2]}'


async def test_with_text_only_the_instruction_tells_the_form() -> None:
    seen: list[Asked] = []

    def script(asked: Asked) -> str:
        seen.append(asked)
        return "Well: {}"

    (reply,) = await _ask(_openai("text"), script=script)
    assert reply.said == "Well: {}"
    sent = json.loads(seen[0].body)
    assert set(sent) == {"model", "messages", "max_tokens"}


@HELD
async def test_prose_of_a_model_that_does_not_call_its_tool_is_told(make: Make) -> None:
    (reply,) = await _ask(make, script=lambda _: "I would rather not say.")
    assert reply.said == "I would rather not say."


@HELD
@pytest.mark.parametrize(
    ("ending", "cause"),
    [(Ending.REFUSAL, Cause.REFUSED), (Ending.LENGTH, Cause.TRUNCATED)],
)
async def test_refusals_and_cut_answers_are_failures_in_each_form(
    make: Make, ending: Ending, cause: Cause
) -> None:
    spoken = Spoken('{"risk":', ending)
    (reply,) = await _ask(make, script=lambda _: spoken)
    assert isinstance(reply.said, Failure)
    assert reply.said.cause is cause


@HELD
async def test_faults_do_not_break_the_reading(make: Make) -> None:
    (reply,) = await _ask(make, Settings(latency="0", faults={Fault.SCHEMA: 1.0}))
    assert isinstance(reply.said, str)
    assert json.loads(reply.said) == {"unexpected": True}


@pytest.mark.parametrize("structured", [True, False])
async def test_anthropic_tells_what_the_prompt_cache_kept(structured: bool) -> None:
    first, second = await _ask(_anthropic(structured=structured, system=LONG), times=2)
    assert first.tokens.cache_write == second.tokens.cache_read > 1024
    assert first.tokens.cache_read == second.tokens.cache_write == 0
    assert first.tokens.all_input == second.tokens.all_input


async def test_openai_tells_what_the_prompt_cache_brought() -> None:
    first, second = await _ask(_openai("schema", LONG), times=2)
    assert first.tokens.cache_read == 0
    assert second.tokens.cache_read > 1024
    assert first.tokens.all_input == second.tokens.all_input


def _sent(client: ModelClient) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(client.encode("Look.", 1000))
    return sent


def test_the_effort_of_anthropic_stands_beside_the_form() -> None:
    held = {"type": "json_schema", "schema": json.loads(SCHEMA)}

    def config(*, structured: bool, effort: str | None) -> object:
        client = AnthropicClient(NOWHERE, "", SCHEMA, structured=structured, effort=effort)
        return _sent(client).get("output_config")

    assert config(structured=True, effort="low") == {"format": held, "effort": "low"}
    assert config(structured=True, effort=None) == {"format": held}
    assert config(structured=False, effort="low") == {"effort": "low"}
    assert config(structured=False, effort=None) is None


@pytest.mark.parametrize("form", ["schema", "tool", "text"])
def test_the_effort_of_openai_is_sent_only_when_given(form: Form) -> None:
    plain = _sent(OpenAIClient(NOWHERE, "", SCHEMA, form=form))
    with_effort = _sent(OpenAIClient(NOWHERE, "", SCHEMA, form=form, effort="low"))
    assert with_effort == plain | {"reasoning_effort": "low"}
    assert "reasoning_effort" not in plain


@pytest.mark.parametrize(
    "make",
    [
        lambda where: AnthropicClient(where, "", SCHEMA, effort="low"),
        lambda where: OpenAIClient(where, "", SCHEMA, effort="low"),
    ],
)
async def test_with_an_effort_the_model_is_still_held_to_the_schema(make: Make) -> None:
    (reply,) = await _ask(make)
    assert isinstance(reply.said, str)
    assert json.loads(reply.said) == {"risk": "low"}
