"""The Chat Completions API of OpenAI, and of the many servers that speak it too."""

import time
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from reqsift.adapters.models.client import Connection, Reply, Tokens, tokens_of
from reqsift.adapters.models.failures import (
    cut_failure,
    no_answer,
    refused_failure,
    status_failure,
)
from reqsift.adapters.models.headers import openai_limits
from reqsift.adapters.models.transport import Transport
from reqsift.domain.batches import Failure
from reqsift.domain.retries import Cause

Form = Literal["schema", "tool", "text"]
"""How a model is held to the schema: by the server, as the arguments of a tool, or not at all."""

_TOOL = "report"
_OFFICIAL_HOST = "api.openai.com"


class _Message(msgspec.Struct, gc=False):
    role: str
    content: str


class _Request(msgspec.Struct, omit_defaults=True):
    model: str
    messages: tuple[msgspec.Raw, _Message]
    response_format: msgspec.Raw | None = None
    tools: msgspec.Raw | None = None
    tool_choice: msgspec.Raw | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    reasoning_effort: str | None = None


class _Function(msgspec.Struct, gc=False):
    arguments: str = ""


class _ToolCall(msgspec.Struct, gc=False):
    function: _Function | None = None


class _Said(msgspec.Struct, gc=False):
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Choice(msgspec.Struct):
    message: _Said
    finish_reason: str | None = None


class _Details(msgspec.Struct, gc=False):
    cached_tokens: int | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Error(msgspec.Struct, gc=False):
    code: int | str | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: _Error | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Answer)


class OpenAIClient:
    """Implements `ModelClient`."""

    def __init__(
        self,
        to: Connection,
        system: str,
        schema: bytes,
        *,
        form: Form = "schema",
        effort: str | None = None,
    ) -> None:
        """Prepare what all calls have in common.

        Args:
            to: Where the model is; the base URL ends in `/v1` as a rule.
            system: The instruction.
            schema: JSON schema of the answer.
            form: What the server understands; with "text", only the instruction tells the schema.
            effort: How much a model that thinks first may think; None leaves it to the server.
        """
        self._to = to
        self._system = msgspec.Raw(_encoder.encode(_Message("system", system)))
        self._form = _form(form, schema)
        self._effort = effort
        # OpenAI's newer models refuse `max_tokens`, other servers do not know its successor.
        self._is_official = urlsplit(to.base_url).hostname == _OFFICIAL_HOST
        headers = {"authorization": f"Bearer {to.key}"} if to.key else {}
        self._transport = Transport(to, "/chat/completions", headers)

    def encode(self, text: str, max_tokens: int) -> bytes:
        """The body of a request."""
        return _encoder.encode(
            _Request(
                model=self._to.model,
                messages=(self._system, _Message("user", text)),
                max_tokens=None if self._is_official else max_tokens,
                max_completion_tokens=max_tokens if self._is_official else None,
                reasoning_effort=self._effort,
                **self._form,
            )
        )

    async def send(self, body: bytes) -> Reply:
        """Make one call."""
        received = await self._transport.post(body)
        if isinstance(received, Failure):
            return Reply(said=received)
        return read(received.status, received.headers, received.body, self._to)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def _form(form: Form, schema: bytes) -> dict[str, msgspec.Raw]:
    """The members of a request that ask for the schema."""
    if form == "text":
        return {}
    if form == "tool":
        function = {"name": _TOOL, "parameters": msgspec.Raw(schema)}
        choice = {"type": "function", "function": {"name": _TOOL}}
        return {
            "tools": msgspec.Raw(_encoder.encode([{"type": "function", "function": function}])),
            "tool_choice": msgspec.Raw(_encoder.encode(choice)),
        }
    named = {"name": "analysis", "strict": True, "schema": msgspec.Raw(schema)}
    wanted = {"type": "json_schema", "json_schema": named}
    return {"response_format": msgspec.Raw(_encoder.encode(wanted))}


def read(status: int, headers: Mapping[str, str], body: bytes, to: Connection) -> Reply:
    """Understand an answer, whatever it is."""
    limits = openai_limits(headers, time.time())
    if not 200 <= status < 300:
        return Reply(said=status_failure(status, body, to), limits=limits)
    try:
        answer = _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Reply(said=no_answer(body, to), limits=limits)
    if not answer.choices:
        return Reply(said=_without_choice(answer, body, to), limits=limits)
    tokens = _tokens(answer.usage or _Usage())
    return Reply(said=_said(answer.choices[0], tokens, to), tokens=tokens, limits=limits)


def _said(choice: _Choice, tokens: Tokens, to: Connection) -> str | Failure:
    said = choice.message
    if said.refusal or choice.finish_reason == "content_filter":
        return refused_failure(said.refusal, to)
    if choice.finish_reason == "length":
        return cut_failure(tokens.output)
    called = next((call.function for call in said.tool_calls or () if call.function), None)
    if called is not None:
        return called.arguments
    if said.content is None:
        reason = f"{to.model} answered without any text."
        return Failure(reason=reason, cause=Cause.MALFORMED)
    return said.content


def _without_choice(answer: _Answer, body: bytes, to: Connection) -> Failure:
    """Some gateways tell of errors with status 200."""
    if answer.error is None:
        return no_answer(body, to)
    code = answer.error.code
    return status_failure(code if isinstance(code, int) and 400 <= code < 600 else 500, body, to)


def _tokens(usage: _Usage) -> Tokens:
    details = usage.prompt_tokens_details
    sent = tokens_of(usage.prompt_tokens)
    cached = min(sent, tokens_of(details.cached_tokens)) if details else 0
    return Tokens(input=sent - cached, cache_read=cached, output=tokens_of(usage.completion_tokens))
