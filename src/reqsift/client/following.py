"""Follow the events of a batch over connections that may break; no network in here."""

from collections.abc import Iterator
from typing import Any

import httpx
from pydantic import ValidationError

from reqsift.api.schemas.live import ANY_EVENT, EndEvent, ItemEvent, LiveEvent, SnapshotEvent
from reqsift.client.calls import events_path
from reqsift.client.errors import ReqsiftClientError, Unavailable, UnexpectedAnswer, problem_of

_DELAYS_S = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0)
"""Before each attempt to connect again; after the last one we give up."""
_SILENCE_S = 45.0
"""Three heartbeats left out: the connection is dead."""
_KNOWN = frozenset({"snapshot", "item", "progress", "end"})


class Following:
    """What is known of the stream: where it goes on, and whether it is over."""

    def __init__(self, batch_id: str, last_event_id: int | None) -> None:
        """Follow from now on, or from the last event that is known."""
        self.over = False
        self._path = events_path(batch_id)
        self._last = last_event_id
        self._connected = False
        self._attempts = 0
        self._lines = _Lines()
        self._fields: dict[str, str] = {}

    def arguments(self) -> dict[str, Any]:
        """The arguments of httpx's `stream` for the next connection."""
        self._lines, self._fields = _Lines(), {}
        headers = {"accept": "text/event-stream"}
        if self._last is not None:
            headers["last-event-id"] = str(self._last)
        return {
            "method": "GET",
            "url": self._path,
            "headers": headers,
            "timeout": httpx.Timeout(10.0, read=_SILENCE_S),
        }

    def refusal(self, answer: httpx.Response) -> ReqsiftClientError:
        """The error of an answer that is no stream, its body read; raised unless it may pass.

        Raises:
            Problem: Asking again will not help.
        """
        error = problem_of(answer)
        if isinstance(error, Unavailable):
            return error
        raise error

    def read(self, chunk: bytes) -> Iterator[LiveEvent]:
        """The events that this piece of the stream completes."""
        for line in self._lines.add(chunk):
            if line:
                name, _, value = line.partition(":")
                self._fields[name] = value.removeprefix(" ")
            else:
                fields, self._fields = self._fields, {}
                if fields.get("event") in _KNOWN:  # a newer server may have further ones
                    yield self._happened(_event(fields))

    def lost(self, error: Exception | None) -> float:
        """The connection is gone; returns seconds until the next attempt.

        Raises:
            ReqsiftClientError: There is to be none.
        """
        if not self._connected or self._attempts >= len(_DELAYS_S):
            raise error or UnexpectedAnswer("The server ends the stream of events at once.")
        self._attempts += 1
        return _DELAYS_S[self._attempts - 1]

    def _happened(self, event: LiveEvent) -> LiveEvent:
        self._connected = True
        if isinstance(event, SnapshotEvent):
            # Connecting alone is no progress; but what ends from here on must not be missed.
            self._last = event.data.last_event_id if self._last is None else self._last
        else:
            self._attempts = 0
        if isinstance(event, ItemEvent):
            self._last = event.id
        self.over = isinstance(event, EndEvent)
        return event


class _Lines:
    """Cuts a stream into lines; httpx would cut at U+2028 too, which JSON may hold."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, chunk: bytes) -> Iterator[str]:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r").decode(errors="replace")


def _event(fields: dict[str, str]) -> LiveEvent:
    number = f'"id":{fields["id"]},' if "id" in fields else ""
    try:
        return ANY_EVENT.validate_json(
            f'{{"event":"{fields["event"]}",{number}"data":{fields.get("data", "")}}}'
        )
    except ValidationError as error:
        raise UnexpectedAnswer(f"The server's event cannot be read: {fields}.") from error
