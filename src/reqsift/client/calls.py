"""The calls of the API: what is sent, and how the answer is read. Nothing here touches a network.

Both clients make these calls; they differ in how they wait, and in nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Final, Generic, Literal, TypeVar
from urllib.parse import quote, urlsplit

import httpx
from pydantic import ValidationError

from reqsift.api.schemas.batches import (
    BatchDataOut,
    BatchDetailOut,
    BatchOut,
    BatchStateOut,
)
from reqsift.api.schemas.captures import (
    ImportOut,
)
from reqsift.api.schemas.wire import Wire
from reqsift.client.errors import UnexpectedAnswer, problem_of

T = TypeVar("T")
W = TypeVar("W", bound=Wire)

Concurrency = int | Literal["auto"]
DEFAULT_URL = "http://127.0.0.1:8787"
BATCHES = "/api/ai/batches"
_TIMEOUT = httpx.Timeout(30.0)
_PATIENT = httpx.Timeout(30.0, read=None)
"""Where the server may work for long before it answers."""


class _Keep(Enum):
    KEEP = "keep"


KEEP: Final = _Keep.KEEP
"""Leave a bound of a batch as it is; None takes it away."""
Kept = Literal[_Keep.KEEP]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A request, and how its answer is read."""

    method: str = "GET"
    path: str
    parse: Callable[[bytes], T]
    """Raises `UnexpectedAnswer`."""
    query: Sequence[tuple[str, str | int]] = ()
    json: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    """Sent as the part `file`."""
    patient: bool = False
    """Whether the server may work for long before it answers."""

    def opened(self) -> AbstractContextManager[BinaryIO | None]:
        """The file to send, open; None where there is none."""
        return nullcontext() if self.file is None else self.file.open("rb")

    def arguments(self, opened: BinaryIO | None) -> dict[str, Any]:
        """The arguments of httpx's `request`."""
        files = None if opened is None or self.file is None else {"file": (self.file.name, opened)}
        return {
            "method": self.method,
            "url": self.path,
            "params": list(self.query),
            "json": self.json,
            "headers": dict(self.headers),
            "files": files,
            "timeout": _PATIENT if self.patient else _TIMEOUT,
        }

    def read(self, answer: httpx.Response) -> T:
        """What the answer says.

        Raises:
            Problem: The server refused or failed.
            UnexpectedAnswer: It is no answer of this API.
        """
        if not answer.is_success:
            raise problem_of(answer)
        return self.parse(answer.content)


def reader(model: type[W]) -> Callable[[bytes], W]:
    """How an answer of that model is read."""

    def read(content: bytes) -> W:
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(map(str, fault["loc"]))
            raise UnexpectedAnswer(
                f"The server's answer is no {model.__name__}: {place}: {fault['msg']}."
            ) from error

    return read


def connection(base_url: str, token: str) -> dict[str, Any]:
    """The arguments of httpx's clients."""
    return {
        "base_url": base_url,
        "headers": {"authorization": f"Bearer {token}"},
        # A proxy that the environment names has no business with this machine's own server.
        "trust_env": urlsplit(base_url).hostname not in {"127.0.0.1", "localhost", "::1"},
    }


def batch_analyze(
    request_ids: Sequence[str], model: str, concurrency: Concurrency
) -> Call[BatchDataOut]:
    """Analyze and wait."""
    read = reader(BatchOut)
    return Call(
        method="POST",
        path="/api/ai/batch-analyze",
        parse=lambda content: read(content).data,
        json={"requestIds": list(request_ids), "model": model, "concurrency": concurrency},
        patient=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds of a batch, each as it is to be sent."""

    max_cost: float | Kept | None = KEEP
    max_tokens: int | Kept | None = KEEP
    deadline: float | Kept | None = KEEP

    def json(self) -> dict[str, object]:
        """Without those that stay."""
        members = {
            "maxCost": self.max_cost,
            "maxTokens": self.max_tokens,
            "deadline": self.deadline,
        }
        return {name: value for name, value in members.items() if value is not KEEP}


def start_batch(
    request_ids: Sequence[str], asked: Mapping[str, object], bounds: Bounds, key: str | None
) -> Call[BatchStateOut]:
    """Begin a batch."""
    given = {name: value for name, value in {**asked, **bounds.json()}.items() if value is not None}
    return Call(
        method="POST",
        path=BATCHES,
        parse=reader(BatchStateOut),
        json={"requestIds": list(request_ids), **given},
        headers={} if key is None else {"idempotency-key": key},
        patient=True,
    )


def batch(batch_id: str) -> Call[BatchDetailOut]:
    """One batch."""
    return Call(path=path_of(batch_id), parse=reader(BatchDetailOut))


def act(batch_id: str, action: str, bounds: Bounds | None = None) -> Call[BatchStateOut]:
    """Pause, resume, cancel or retry-failed."""
    json = None if bounds is None else bounds.json()
    path = f"{path_of(batch_id)}/{action}"
    return Call(method="POST", path=path, parse=reader(BatchStateOut), json=json)


def change(
    batch_id: str, priority: str | None, concurrency: int | None, bounds: Bounds
) -> Call[BatchStateOut]:
    """Change a batch."""
    json: dict[str, object] = bounds.json()
    if priority is not None:
        json["priority"] = priority
    if concurrency is not None:
        json["concurrency"] = concurrency
    return Call(method="PATCH", path=path_of(batch_id), parse=reader(BatchStateOut), json=json)


def upload(path: Path, *, partial: bool) -> Call[ImportOut]:
    """Import a capture file."""
    query = [("partial", "true")] if partial else []
    return Call(
        method="POST",
        path="/api/captures",
        parse=reader(ImportOut),
        query=query,
        file=path,
        patient=True,
    )


def events_path(batch_id: str) -> str:
    """Where the events of a batch are."""
    return f"{path_of(batch_id)}/events"


def path_of(batch_id: str) -> str:
    """Where a batch is."""
    return f"{BATCHES}/{quote(batch_id, safe='')}"
