"""The Message Batches API of Anthropic: requests are handed in, and answered later for less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Meta

from reqsift.adapters.models import anthropic
from reqsift.adapters.models.client import Connection, Reply
from reqsift.adapters.models.failures import no_answer, status_failure
from reqsift.adapters.models.transport import Received, Transport
from reqsift.domain.batches import Failure
from reqsift.domain.retries import Cause

_STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The status that the provider tells with a kind of error outside of batches."""

_EXPIRED = Failure(
    reason="The provider's batch expired before this request was processed.",
    cause=Cause.OVERLOADED,
)
_CANCELED = Failure(
    reason="The provider's batch was cancelled before this request was processed.",
    cause=Cause.BROKEN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatus:
    """How far a batch is; until it ends, all of its requests count as being processed."""

    ended: bool
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


class _Item(msgspec.Struct, gc=False):
    custom_id: str
    params: msgspec.Raw


class _Order(msgspec.Struct):
    requests: list[_Item]


class _Created(msgspec.Struct, gc=False):
    id: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,200}\Z")]


_Count = Annotated[int, Meta(ge=0)]


class _Counts(msgspec.Struct, gc=False):
    processing: _Count = 0
    succeeded: _Count = 0
    errored: _Count = 0
    canceled: _Count = 0
    expired: _Count = 0


class _State(msgspec.Struct):
    processing_status: str
    request_counts: _Counts


class _Error(msgspec.Struct, gc=False):
    type: str = ""


class _ErrorBody(msgspec.Struct):
    error: _Error


class _Result(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw(b"")
    error: msgspec.Raw = msgspec.Raw(b"")


class _Line(msgspec.Struct):
    custom_id: str
    result: _Result


_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_T = TypeVar("_T")

_encoder = msgspec.json.Encoder()
_created = msgspec.json.Decoder(_Created)
_state = msgspec.json.Decoder(_State)
_error_body = msgspec.json.Decoder(_ErrorBody)
_line = msgspec.json.Decoder(_Line)


class MessageBatches:
    """A lean client: no retries, failures are values, and only the base URL is ever asked."""

    def __init__(self, to: Connection) -> None:
        """Prepare; the first call opens a connection.

        Raises:
            InvalidSetting: The environment names a proxy that is none.
        """
        self._to = to
        path = f"{anthropic.MESSAGES}/batches"
        self._transport = Transport(to, path, anthropic.headers_of(to))

    async def create(self, requests: Sequence[tuple[str, bytes]]) -> str | Failure:
        """Hand in a batch.

        Args:
            requests: The id and the body of each, as `AnthropicClient.encode` makes it. An id is
                unique, and 1 to 64 letters, digits, `_` and `-`.

        Returns:
            The provider's id of the batch.
        """
        items = [_Item(custom_id, msgspec.Raw(body)) for custom_id, body in requests]
        received = await self._transport.post(_encoder.encode(_Order(items)))
        created = self._decoded(received, _created)
        return created if isinstance(created, Failure) else created.id

    async def state(self, batch_id: str) -> BatchStatus | Failure:
        """Look how far a batch is."""
        received = await self._transport.get(_below(batch_id))
        state = self._decoded(received, _state, batch_id)
        if isinstance(state, Failure):
            return state
        counts = msgspec.structs.asdict(state.request_counts)
        return BatchStatus(ended=state.processing_status == "ended", **counts)

    async def results(self, batch_id: str) -> Mapping[str, Reply] | Failure:
        """Fetch what came of each request of a batch that has ended, by the request's id."""
        results = Results(self._to)
        received = await self._transport.get_lines(_below(batch_id, "/results"), results.take)
        checked = self._checked(received, batch_id)
        if isinstance(checked, Failure):
            return checked
        return results.replies if results.broken is None else results.broken

    async def cancel(self, batch_id: str) -> Failure | None:
        """Ask for the end of a batch; what is done already will be among its results."""
        received = await self._transport.post(b"", _below(batch_id, "/cancel"))
        checked = self._checked(received, batch_id)
        return checked if isinstance(checked, Failure) else None

    async def close(self) -> None:
        """Close the connections; the next call would open new ones."""
        await self._transport.close()

    def _decoded(
        self, received: Received | Failure, decoder: msgspec.json.Decoder[_T], batch_id: str = ""
    ) -> _T | Failure:
        checked = self._checked(received, batch_id)
        if isinstance(checked, Failure):
            return checked
        try:
            return decoder.decode(checked.body)
        except _UNREADABLE:
            return no_answer(checked.body, self._to)

    def _checked(self, received: Received | Failure, batch_id: str) -> Received | Failure:
        if isinstance(received, Failure) or 200 <= received.status < 300:
            return received
        if received.status == HTTPStatus.NOT_FOUND and batch_id:
            reason = f"{self._to.provider} does not know the batch {batch_id} (any more)."
            return Failure(reason=reason, cause=Cause.NOT_THERE)
        return status_failure(received.status, received.body, self._to)


class Results:
    """Understands the lines of a file of results."""

    def __init__(self, to: Connection) -> None:
        self._to = to
        self.replies: dict[str, Reply] = {}
        self.broken: Failure | None = None
        """For a line that is none: then the file is not one of results, or not whole."""

    def take(self, line: bytes) -> None:
        """Understand one line; empty ones are passed over."""
        if not line.strip():
            return
        try:
            parsed = _line.decode(line)
        except _UNREADABLE:
            self.broken = self.broken or no_answer(line, self._to)
        else:
            self.replies[parsed.custom_id] = self._reply(parsed.result)

    def _reply(self, result: _Result) -> Reply:
        match result.type:
            case "succeeded":
                return anthropic.read(HTTPStatus.OK, {}, bytes(result.message), self._to)
            case "errored":
                return Reply(said=self._error(bytes(result.error)))
            case "expired":
                return Reply(said=_EXPIRED)
            case "canceled":
                return Reply(said=_CANCELED)
            case _:
                return Reply(said=no_answer(b"", self._to))

    def _error(self, body: bytes) -> Failure:
        """As the provider would have told it outside of a batch."""
        try:
            kind = _error_body.decode(body).error.type
        except _UNREADABLE:
            kind = ""
        return status_failure(_STATUSES.get(kind, 500), body, self._to)


def _below(batch_id: str, verb: str = "") -> str:
    # The provider tells a URL of the results too, but the key goes nowhere else.
    return f"/{quote(batch_id, safe='')}{verb}"
