"""The Messages API of Anthropic."""

import math
import time
from functools import lru_cache
from typing import Annotated

import msgspec

from reqsift.simulator.buckets import Limits
from reqsift.simulator.dialect import NOTHING, Ending, Said, Trouble, Usage, Wanted, schema_of

_ERRORS = {
    Trouble.NO_KEY: (401, "authentication_error"),
    Trouble.BAD_KEY: (401, "authentication_error"),
    Trouble.NO_CREDIT: (400, "invalid_request_error"),
    Trouble.INVALID: (400, "invalid_request_error"),
    Trouble.NO_MODEL: (404, "not_found_error"),
    Trouble.NO_PATH: (404, "not_found_error"),
    Trouble.TOO_MANY_REQUESTS: (429, "rate_limit_error"),
    Trouble.TOO_MANY_TOKENS: (429, "rate_limit_error"),
    Trouble.OVERLOADED: (529, "overloaded_error"),
    Trouble.BROKEN: (500, "api_error"),
}
_STOPS = {Ending.DONE: b"end_turn", Ending.LENGTH: b"max_tokens", Ending.REFUSAL: b"refusal"}
_MESSAGE = (
    b'{"id":"msg_%024d","type":"message","role":"assistant","model":%b,"content":[%b],'
    b'"stop_reason":"%b","stop_sequence":null,"usage":{"input_tokens":%d,'
    b'"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,"output_tokens":%d,'
    b'"service_tier":"standard"}}'
)

_RATE_LINES = tuple(
    f"anthropic-ratelimit-{name}-limit: %d\r\n"
    f"anthropic-ratelimit-{name}-remaining: %d\r\n"
    f"anthropic-ratelimit-{name}-reset: %b\r\n".encode()
    for name in ("requests", "input-tokens", "output-tokens")
)


class _Format(msgspec.Struct):
    schema: msgspec.Raw = NOTHING


class _OutputConfig(msgspec.Struct):
    format: _Format | None = None


class _Tool(msgspec.Struct):
    name: str
    input_schema: msgspec.Raw = NOTHING


class _ToolChoice(msgspec.Struct):
    type: str
    name: str | None = None


class _Message(msgspec.Struct):
    role: str = ""
    content: msgspec.Raw = NOTHING


class _SystemBlock(msgspec.Struct):
    cache_control: dict[str, str] | None = None


class _Request(msgspec.Struct):
    model: str
    max_tokens: Annotated[int, msgspec.Meta(ge=1)]
    messages: Annotated[list[_Message], msgspec.Meta(min_length=1)]
    system: msgspec.Raw = NOTHING
    output_config: _OutputConfig | None = None
    output_format: _Format | None = None
    tools: msgspec.Raw = NOTHING
    tool_choice: _ToolChoice | None = None
    stream: bool = False


_decoder = msgspec.json.Decoder(_Request)


class Anthropic:
    """Implements `Dialect`."""

    limits_cache_reads = False

    def read(self, body: bytes) -> Wanted:
        """Read a request; `output_config.format`, `output_format` or a forced tool."""
        request = _decoder.decode(body)
        if request.stream:
            raise msgspec.ValidationError("stream: answers are not streamed by this simulator")
        wanted = Wanted(request.model, request.max_tokens, body=body)
        wanted.system = (request.system,)
        wanted.user = [each.content for each in request.messages if each.role == "user"]
        form = request.output_config.format if request.output_config else None
        form = form or request.output_format
        if form:
            wanted.schema = schema_of(form.schema)
        _force_tool(request, wanted)
        _keep_prefix(request, wanted)
        return wanted

    def message(
        self, wanted: Wanted, said: Said, ending: Ending, usage: Usage, number: int
    ) -> bytes:
        """A message with one block: text, or the use of the tool."""
        stop = _STOPS[ending]
        if wanted.tool is not None and said.is_json:
            name = msgspec.json.encode(wanted.tool)
            content = b'{"type":"tool_use","id":"toolu_%024d","name":%b,"input":%b}' % (
                number,
                name,
                said.text,
            )
            stop = b"tool_use" if ending is Ending.DONE else stop
        else:
            content = b'{"type":"text","text":%b}' % said.quoted
        model = msgspec.json.encode(wanted.model)
        sent = usage.input_tokens, usage.cache_write, usage.cache_read
        return _MESSAGE % (number, model, content, stop, *sent, usage.output_tokens)

    def error(self, trouble: Trouble, message: str, number: int) -> tuple[int, bytes]:
        """Status and body."""
        status, kind = _ERRORS[trouble]
        error = {"type": kind, "message": message}
        body = {"type": "error", "error": error, "request_id": f"req_{number:024}"}
        return status, msgspec.json.encode(body)

    def id_header(self, number: int) -> bytes:
        """As in the body of errors."""
        return b"request-id: req_%024d\r\n" % number

    def rate_headers(self, limits: Limits, now: float) -> bytes:
        """Three lines for each limit that is set."""
        lines, clock = b"", time.time()
        for form, bucket in zip(
            _RATE_LINES,
            (limits.requests, limits.input_tokens, limits.output_tokens),
            strict=True,
        ):
            if bucket:
                remaining, full_in = bucket.told(now)
                full_at = _moment(math.ceil(clock + full_in))
                lines += form % (bucket.per_minute, remaining, full_at)
        return lines


def _force_tool(request: _Request, wanted: Wanted) -> None:
    choice = request.tool_choice
    if choice is None or choice.type not in {"tool", "any"}:
        return
    wanted.any_tool = choice.type == "any"
    for tool in msgspec.json.decode(request.tools or b"[]", type=list[_Tool]):
        if wanted.any_tool or tool.name == choice.name:
            wanted.tool = tool.name
            wanted.schema = schema_of(tool.input_schema) or b"{}"
            return
    raise msgspec.ValidationError(f"tool_choice: there is no tool {choice.name}")


def _keep_prefix(request: _Request, wanted: Wanted) -> None:
    """Keep tools and system up to the last block that is marked; they come before all else."""
    marked = _marked(bytes(request.system))
    if not marked:
        return
    wanted.prefix_size = len(request.tools) + len(marked)
    # Another form of the answer is another beginning, though it adds little to what is sent.
    parts = request.model.encode(), bytes(request.tools), marked, wanted.schema or b""
    wanted.prefix = b"\n".join(parts)


@lru_cache(maxsize=64)
def _marked(system: bytes) -> bytes:
    """The JSON of the system's blocks up to the last one with a mark for the cache."""
    if not system.startswith(b"["):
        return b""
    blocks = msgspec.json.decode(system, type=list[msgspec.Raw])
    marks = [msgspec.json.decode(block, type=_SystemBlock).cache_control for block in blocks]
    end = max((number for number, mark in enumerate(marks, 1) if mark), default=0)
    return b",".join(map(bytes, blocks[:end]))


@lru_cache(maxsize=4096)
def _moment(seconds: int) -> bytes:
    """RFC 3339; the same few seconds are asked for again and again."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds)).encode()
