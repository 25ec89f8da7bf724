"""The Chat Completions API of OpenAI, which many other providers speak too."""

import math
import time
from typing import Annotated

import msgspec

from reqsift.simulator.buckets import Limits
from reqsift.simulator.dialect import NOTHING, Ending, Said, Trouble, Usage, Wanted, schema_of

_ERRORS = {
    Trouble.NO_KEY: (401, "invalid_request_error", None),
    Trouble.BAD_KEY: (401, "invalid_request_error", "invalid_api_key"),
    Trouble.NO_CREDIT: (429, "insufficient_quota", "insufficient_quota"),
    Trouble.INVALID: (400, "invalid_request_error", None),
    Trouble.NO_MODEL: (404, "invalid_request_error", "model_not_found"),
    Trouble.NO_PATH: (404, "invalid_request_error", "unknown_url"),
    Trouble.TOO_MANY_REQUESTS: (429, "requests", "rate_limit_exceeded"),
    Trouble.TOO_MANY_TOKENS: (429, "tokens", "rate_limit_exceeded"),
    Trouble.OVERLOADED: (503, "server_error", "server_overloaded"),
    Trouble.BROKEN: (500, "server_error", None),
}
_SYSTEM_ROLES = {"system", "developer"}
_MESSAGES = {
    Trouble.NO_CREDIT: "You exceeded your current quota, please check your plan and billing."
}
_COMPLETION = (
    b'{"id":"chatcmpl-%d","object":"chat.completion","created":%d,"model":%b,"choices":'
    b'[{"index":0,"message":{"role":"assistant",%b},"logprobs":null,"finish_reason":"%b"}],'
    b'"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,'
    b'"prompt_tokens_details":{"cached_tokens":%d}}}'
)


class _JsonSchema(msgspec.Struct):
    schema: msgspec.Raw = NOTHING


class _ResponseFormat(msgspec.Struct):
    type: str
    json_schema: _JsonSchema | None = None


class _Function(msgspec.Struct):
    name: str
    parameters: msgspec.Raw = NOTHING


class _Tool(msgspec.Struct):
    function: _Function


class _ChosenFunction(msgspec.Struct):
    name: str


class _ToolChoice(msgspec.Struct):
    function: _ChosenFunction


class _Message(msgspec.Struct):
    role: str = ""
    content: msgspec.Raw = NOTHING


class _Request(msgspec.Struct):
    model: str
    messages: Annotated[list[_Message], msgspec.Meta(min_length=1)]
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    response_format: _ResponseFormat | None = None
    tools: list[_Tool] | None = None
    tool_choice: _ToolChoice | str | None = None
    stream: bool | None = None


_decoder = msgspec.json.Decoder(_Request)


class OpenAI:
    """Implements `Dialect`."""

    limits_cache_reads = True

    def read(self, body: bytes) -> Wanted:
        """Read a request; `response_format` or a forced tool."""
        request = _decoder.decode(body)
        if request.stream:
            raise msgspec.ValidationError("stream: answers are not streamed by this simulator")
        most_tokens = request.max_completion_tokens or request.max_tokens
        wanted = Wanted(request.model, most_tokens, body=body)
        messages = request.messages
        wanted.system = [each.content for each in messages if each.role in _SYSTEM_ROLES]
        wanted.user = [each.content for each in messages if each.role == "user"]
        form = request.response_format
        if form and form.json_schema:
            wanted.schema = schema_of(form.json_schema.schema)
        elif form and form.type == "json_object":
            wanted.schema = b'{"type":"object"}'
        _force_tool(request, wanted)
        _keep_prefix(request, wanted)
        return wanted

    def message(
        self, wanted: Wanted, said: Said, ending: Ending, usage: Usage, number: int
    ) -> bytes:
        """A completion with one choice: text, or the call of the tool."""
        finish = b"length" if ending is Ending.LENGTH else b"stop"
        if ending is Ending.REFUSAL:
            content = b'"content":null,"refusal":%b' % said.quoted
        elif wanted.tool is not None:
            content = (
                b'"content":null,"refusal":null,"tool_calls":[{"id":"call_%d",'
                b'"type":"function","function":{"name":%b,"arguments":%b}}]'
            ) % (number, msgspec.json.encode(wanted.tool), said.quoted)
            # As documented: a call of the one tool that was named ends with `stop`.
            if wanted.any_tool and ending is Ending.DONE:
                finish = b"tool_calls"
        else:
            content = b'"content":%b,"refusal":null' % said.quoted
        model = msgspec.json.encode(wanted.model)
        tokens = usage.all_input, usage.output_tokens
        counts = *tokens, sum(tokens), usage.cache_read
        return _COMPLETION % (number, int(time.time()), model, content, finish, *counts)

    def error(self, trouble: Trouble, message: str, number: int) -> tuple[int, bytes]:  # noqa: ARG002 -- only in a header here
        """Status and body."""
        status, kind, code = _ERRORS[trouble]
        message = _MESSAGES.get(trouble, message)
        error = {"message": message, "type": kind, "param": None, "code": code}
        return status, msgspec.json.encode({"error": error})

    def id_header(self, number: int) -> bytes:
        """Only the header tells it."""
        return b"x-request-id: req_%d\r\n" % number

    def rate_headers(self, limits: Limits, now: float) -> bytes:
        """Three lines for requests, and for tokens: one limit here, so the input's is told."""
        lines = b""
        for name, bucket in (
            (b"requests", limits.requests),
            (b"tokens", limits.input_tokens or limits.output_tokens),
        ):
            if bucket:
                remaining, full_in = bucket.told(now)
                lines += (
                    b"x-ratelimit-limit-%b: %d\r\n"
                    b"x-ratelimit-remaining-%b: %d\r\n"
                    b"x-ratelimit-reset-%b: %b\r\n"
                ) % (name, bucket.per_minute, name, remaining, name, duration(full_in))
        return lines


def duration(seconds: float) -> bytes:
    """Seconds as `1h0m0s`, `1m2.5s`, `25ms` or `0s`, rounded up to milliseconds."""
    milliseconds = math.ceil(seconds * 1000 - 1e-6)
    if milliseconds <= 0:
        return b"0s"
    if milliseconds < 1000:
        return b"%dms" % milliseconds
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours}h" if hours else ""
    text += f"{minutes}m" if hours or minutes else ""
    return f"{text}{rest / 1000:g}s".encode()


def _force_tool(request: _Request, wanted: Wanted) -> None:
    choice = request.tool_choice
    if choice is None or (isinstance(choice, str) and choice != "required"):
        return
    wanted.any_tool = choice == "required"
    for tool in request.tools or ():
        if isinstance(choice, str) or tool.function.name == choice.function.name:
            wanted.tool = tool.function.name
            wanted.schema = schema_of(tool.function.parameters) or b"{}"
            return
    raise msgspec.ValidationError("tool_choice: there is no such tool")


def _keep_prefix(request: _Request, wanted: Wanted) -> None:
    """Keep the messages of the system; here nobody has to ask for it."""
    if wanted.system:
        parts = request.model.encode(), *map(bytes, wanted.system), wanted.schema or b""
        wanted.prefix_size = sum(map(len, wanted.system))
        wanted.prefix = b"\n".join(parts)
