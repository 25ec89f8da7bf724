"""The Messages API of Anthropic."""

import time
from collections.abc import Mapping

import msgspec

from reqsift.adapters.models.client import Connection, Reply, Tokens, tokens_of
from reqsift.adapters.models.failures import (
    cut_failure,
    no_answer,
    refused_failure,
    status_failure,
)
from reqsift.adapters.models.headers import anthropic_limits
from reqsift.adapters.models.transport import Transport
from reqsift.domain.batches import Failure

MESSAGES = "/v1/messages"
_VERSION = "2023-06-01"
_TOOL = "report"
_CUT = {"max_tokens", "model_context_window_exceeded"}


class _Message(msgspec.Struct, gc=False):
    content: str
    role: str = "user"


class _Request(msgspec.Struct, omit_defaults=True):
    model: str
    max_tokens: int
    system: msgspec.Raw
    messages: tuple[_Message]
    output_config: msgspec.Raw | None = None
    tools: msgspec.Raw | None = None
    tool_choice: msgspec.Raw | None = None


class _Block(msgspec.Struct, gc=False):
    type: str
    text: str = ""
    input: msgspec.Raw = msgspec.Raw(b"")
    """What a tool is called with."""


class _Usage(msgspec.Struct, gc=False):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Answer(msgspec.Struct):
    content: list[_Block]
    usage: _Usage
    stop_reason: str | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Answer)


class AnthropicClient:
    """Implements `ModelClient`."""

    def __init__(
        self,
        to: Connection,
        system: str,
        schema: bytes,
        *,
        structured: bool = True,
        effort: str | None = None,
    ) -> None:
        """Prepare what all calls have in common.

        Args:
            to: Where the model is.
            system: The instruction.
            schema: JSON schema of the answer.
            structured: Whether the model can be held to a schema; else it must call a tool.
            effort: How much a model that thinks first may think; None leaves it to the provider.
        """
        self._to = to
        block = {"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}
        self._system = msgspec.Raw(_encoder.encode([block]))
        self._form = _form(schema, effort, structured=structured)
        self._transport = Transport(to, MESSAGES, headers_of(to))

    def encode(self, text: str, max_tokens: int) -> bytes:
        """The body of a request."""
        return _encoder.encode(
            _Request(
                model=self._to.model,
                max_tokens=max_tokens,
                system=self._system,
                messages=(_Message(text),),
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


def headers_of(to: Connection) -> dict[str, str]:
    """The headers of every call."""
    return {"x-api-key": to.key or "", "anthropic-version": _VERSION}


def _form(schema: bytes, effort: str | None, *, structured: bool) -> dict[str, msgspec.Raw]:
    """The members of a request that ask for the schema, and for the effort."""
    config: dict[str, object] = {}
    if structured:
        config["format"] = {"type": "json_schema", "schema": msgspec.Raw(schema)}
    if effort is not None:
        config["effort"] = effort
    form = {"output_config": msgspec.Raw(_encoder.encode(config))} if config else {}
    return form if structured else form | _tool_form(schema)


def _tool_form(schema: bytes) -> dict[str, msgspec.Raw]:
    tool = {"name": _TOOL, "input_schema": msgspec.Raw(schema)}
    choice = {"type": "tool", "name": _TOOL}
    return {
        "tools": msgspec.Raw(_encoder.encode([tool])),
        "tool_choice": msgspec.Raw(_encoder.encode(choice)),
    }


def read(status: int, headers: Mapping[str, str], body: bytes, to: Connection) -> Reply:
    """Understand an answer, whatever it is."""
    limits = anthropic_limits(headers, time.time())
    if not 200 <= status < 300:
        return Reply(said=status_failure(status, body, to), limits=limits)
    try:
        answer = _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return Reply(said=no_answer(body, to), limits=limits)
    usage = answer.usage
    tokens = Tokens(
        input=tokens_of(usage.input_tokens),
        cache_write=tokens_of(usage.cache_creation_input_tokens),
        cache_read=tokens_of(usage.cache_read_input_tokens),
        output=tokens_of(usage.output_tokens),
    )
    return Reply(said=_said(answer, tokens, to), tokens=tokens, limits=limits)


def _said(answer: _Answer, tokens: Tokens, to: Connection) -> str | Failure:
    text = "".join(block.text for block in answer.content if block.type == "text")
    if answer.stop_reason == "refusal":
        return refused_failure(text, to)
    if answer.stop_reason in _CUT:
        return cut_failure(tokens.output)
    used = next((block for block in answer.content if block.type == "tool_use"), None)
    return text if used is None else bytes(used.input).decode()
