"""What all providers have in common: the words between the limits and the shapes of an API."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Protocol

import msgspec

from reqsift.simulator.buckets import Limits

NOTHING = msgspec.Raw(b"")
"""JSON that was left out of a request."""


class Trouble(Enum):
    """Why a call gets no answer of a model."""

    NO_KEY = auto()
    BAD_KEY = auto()
    NO_CREDIT = auto()
    INVALID = auto()
    NO_MODEL = auto()
    NO_PATH = auto()
    TOO_MANY_REQUESTS = auto()
    TOO_MANY_TOKENS = auto()
    OVERLOADED = auto()
    BROKEN = auto()


_MESSAGES = {
    Trouble.NO_KEY: "An API key is required.",
    Trouble.BAD_KEY: "The API key is not valid.",
    Trouble.NO_CREDIT: "Your credit balance is too low to access the Anthropic API.",
    Trouble.OVERLOADED: "Overloaded",
    Trouble.BROKEN: "Internal server error",
}


class Refused(Exception):
    """A call gets no answer of a model; its text is the message for the client."""

    def __init__(self, trouble: Trouble, reason: str, message: str = "", wait: float = -1) -> None:
        """Refuse it.

        Args:
            trouble: What is told.
            reason: Under which name the ledger counts it.
            message: Another one than is usual for the trouble.
            wait: Seconds for `retry-after`; below 0 is none.
        """
        super().__init__(message or _MESSAGES[trouble])
        self.trouble = trouble
        self.reason = reason
        self.wait = wait


class Ending(Enum):
    """Why a model stops to speak."""

    DONE = auto()
    LENGTH = auto()
    REFUSAL = auto()


class Wanted(msgspec.Struct, gc=False):
    """What a request asks for."""

    model: str
    most_tokens: int | None = None
    schema: bytes | None = None
    """JSON; `None` is free text."""
    tool: str | None = None
    """The tool that must be called, with arguments of the schema."""
    any_tool: bool = False
    """The model had to call one, yet could choose which."""
    system: Sequence[msgspec.Raw] = ()
    """The contents of what comes before the user's messages."""
    user: Sequence[msgspec.Raw] = ()
    """The contents of the user's messages."""
    prefix: bytes | None = None
    """All that tells whether the request begins as another; `None` when nothing may be kept."""
    prefix_size: int = 0
    """Bytes of the body that the beginning takes."""
    body: bytes = b""


class Said(msgspec.Struct, frozen=True, gc=False):
    """What the model says."""

    text: bytes
    quoted: bytes
    """As a JSON string."""
    is_json: bool

    @classmethod
    def json(cls, text: bytes) -> "Said":
        """Say JSON."""
        return cls(text, msgspec.json.encode(text.decode()), is_json=True)

    @classmethod
    def of(cls, text: str) -> "Said":
        """Say what may be JSON or not."""
        try:
            msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return cls.prose(text)
        return cls.json(text.encode())

    @classmethod
    def prose(cls, text: str) -> "Said":
        """Say anything else."""
        return cls(text.encode(), msgspec.json.encode(text), is_json=False)

    def half(self) -> "Said":
        """Say the first half only."""
        text = self.text.decode()
        return Said.prose(text[: len(text) // 2])


class Usage(msgspec.Struct, frozen=True, gc=False):
    """Tokens of one call."""

    input_tokens: int
    """Neither read from the prompt cache nor written to it."""
    output_tokens: int = 0
    cache_write: int = 0
    cache_read: int = 0

    @property
    def all_input(self) -> int:
        """Everything that was sent."""
        return self.input_tokens + self.cache_write + self.cache_read


class Dialect(Protocol):
    """The shapes of one provider's API; times are monotonic seconds."""

    limits_cache_reads: bool
    """Whether tokens that the prompt cache brought count for the limit of input tokens."""

    def read(self, body: bytes) -> Wanted:
        """Read a request.

        Raises:
            msgspec.DecodeError: It is no request of this API; the message says why.
        """
        ...

    def message(
        self, wanted: Wanted, said: Said, ending: Ending, usage: Usage, number: int
    ) -> bytes:
        """The body of an answer with status 200; `number` makes its id."""
        ...

    def error(self, trouble: Trouble, message: str, number: int) -> tuple[int, bytes]:
        """Status and body of an answer that tells of trouble."""
        ...

    def id_header(self, number: int) -> bytes:
        """The header that names the request, as a line."""
        ...

    def rate_headers(self, limits: Limits, now: float) -> bytes:
        """The headers that tell of the limits, as lines."""
        ...


def schema_of(raw: msgspec.Raw) -> bytes | None:
    """A schema as it stands in a request, by which its answer is found again."""
    schema = bytes(raw)
    return None if schema in {b"", b"null"} else schema
