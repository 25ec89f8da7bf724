"""The Message Batches API of Anthropic: many requests, answered later and together."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic
from typing import Annotated

import msgspec

from reqsift.simulator.anthropic import Anthropic
from reqsift.simulator.connection import Request
from reqsift.simulator.dialect import Refused, Trouble
from reqsift.simulator.ledger import Ledger
from reqsift.simulator.model import Model
from reqsift.simulator.prompt_cache import PromptCache
from reqsift.simulator.settings import Settings, befalling

PATH = b"/v1/messages/batches"

_LIFETIME = timedelta(hours=24)
_JSON = b"application/json"
_JSON_LINES = b"application/x-jsonl"
_OUTCOMES = ("succeeded", "errored", "canceled", "expired")
_Result = dict[str, object]

_anthropic = Anthropic()
_numbers = itertools.count(1)


class _Item(msgspec.Struct):
    custom_id: Annotated[str, msgspec.Meta(pattern=r"\A[a-zA-Z0-9_-]{1,64}\Z")]
    params: msgspec.Raw


class _Order(msgspec.Struct):
    requests: Annotated[list[_Item], msgspec.Meta(min_length=1, max_length=100_000)]


class _Batch(msgspec.Struct, kw_only=True):
    """One batch; its requests are answered when somebody first looks after its end."""

    id: str
    items: list[_Item]
    created_at: datetime
    began: float
    ends: float
    """Both on the monotonic clock."""
    takes: float
    """Seconds from one to the other, unless it is cancelled."""
    cancelled_at: datetime | None = None
    ended_at: datetime | None = None
    lines: list[bytes] = []
    """The results; they are told once it has ended."""
    counts: dict[str, int]
    """The same by outcome."""

    @property
    def done(self) -> int:
        """How many requests are answered when it ends; each takes the same time."""
        if self.cancelled_at is None:
            return len(self.items)
        return int((self.ends - self.began) / self.takes * len(self.items))


_decoder = msgspec.json.Decoder(_Order)


class Batches:
    """All batches of a provider; they outlive the clients that made them."""

    def __init__(
        self, settings: Settings, model: Model, cache: PromptCache, ledger: Ledger
    ) -> None:
        """Answer requests as the provider does that they are handed in at."""
        self._settings = settings
        self._model = model
        self._cache = cache
        self._ledger = ledger
        self._dice = Random(settings.seed)  # noqa: S311 -- to be repeatable is the point
        self._batches: dict[str, _Batch] = {}

    def answer(self, request: Request, base_url: str) -> tuple[bytes, bytes]:
        """Body and content type of the answer to a call below `PATH`.

        Raises:
            Refused: There is no such batch, or it cannot be as asked.
        """
        path = request.target.partition(b"?")[0].rpartition(PATH)[2]
        _, _, rest = path.decode("latin-1").partition("/")
        name, _, verb = rest.partition("/")
        match request.method, name, verb:
            case b"POST", "", "":
                return _shown(self._create(request.body), base_url), _JSON
            case b"GET", _, "" if name:
                return _shown(self._found(name), base_url), _JSON
            case b"GET", _, "results":
                return self._results(self._found(name)), _JSON_LINES
            case b"POST", _, "cancel":
                return _shown(self._cancel(self._found(name)), base_url), _JSON
            case _:
                raise Refused(Trouble.NO_PATH, "invalid", f"No such path: {path.decode()}")

    def _create(self, body: bytes) -> _Batch:
        try:
            items = _decoder.decode(body).requests
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Refused(Trouble.INVALID, "invalid", str(error)) from error
        if len({item.custom_id for item in items}) < len(items):
            raise Refused(Trouble.INVALID, "invalid", "requests: each custom_id must be unique")
        now, takes = monotonic(), self._settings.batch_seconds
        batch = _Batch(
            id=f"msgbatch_{next(_numbers):024}",
            items=items,
            created_at=datetime.now(UTC),
            began=now,
            ends=now + takes,
            takes=takes,
            counts=dict.fromkeys(_OUTCOMES, 0),
        )
        self._batches[batch.id] = batch
        self._ledger.handed_in(len(items))
        return batch

    def _found(self, name: str) -> _Batch:
        batch = self._batches.get(name)
        if batch is None:
            raise Refused(Trouble.NO_PATH, "invalid", f"There is no message batch {name}.")
        if batch.ended_at is None and monotonic() >= batch.ends:
            self._finish(batch)
        return batch

    def _cancel(self, batch: _Batch) -> _Batch:
        """What is left undone ends at once, as the next look will tell."""
        if batch.ended_at is not None:
            raise Refused(Trouble.INVALID, "invalid", f"{batch.id} has ended already.")
        if batch.cancelled_at is None:
            batch.cancelled_at = datetime.now(UTC)
            batch.ends = monotonic()
        return batch

    def _results(self, batch: _Batch) -> bytes:
        if batch.ended_at is None:
            raise Refused(Trouble.NO_PATH, "invalid", f"{batch.id} has no results yet.")
        return b"\n".join(batch.lines) + b"\n"

    def _finish(self, batch: _Batch) -> None:
        # A script may have failed at the last look: what it had answered stays answered.
        done, begun = batch.done, len(batch.lines)
        for number, item in enumerate(batch.items[begun:], begun):
            result = self._result(item) if number < done else {"type": "canceled"}
            batch.counts[str(result["type"])] += 1
            line = {"custom_id": item.custom_id, "result": result}
            batch.lines.append(msgspec.json.encode(line))
        # Clients must not rely on their own order.
        self._dice.shuffle(batch.lines)
        batch.ended_at = batch.cancelled_at or batch.created_at + timedelta(seconds=batch.takes)

    def _result(self, item: _Item) -> _Result:
        settings = self._settings
        shares = {"expired": settings.batch_expired, "errored": settings.batch_errored}
        outcome = befalling(shares, self._dice.random())
        if outcome == "expired":
            return {"type": outcome}
        if outcome == "errored":
            return _errored(Refused(Trouble.BROKEN, outcome))
        try:
            message = self._message(bytes(item.params))
        except Refused as refused:
            return _errored(refused)
        return {"type": "succeeded", "message": msgspec.Raw(message)}

    def _message(self, params: bytes) -> bytes:
        """Answer one request; one comes after the other, so they share the prompt cache."""
        wanted, now = self._model.read(params, _anthropic), monotonic()
        fault = befalling(self._settings.faults, self._dice.random())
        speech = self._model.speak(wanted, fault)
        usage = self._cache.bill(wanted, now)
        self._cache.keep(wanted, usage, now)
        usage = msgspec.structs.replace(usage, output_tokens=speech.tokens)
        self._ledger.bill(usage)
        return _anthropic.message(wanted, speech.said, speech.ending, usage, next(_numbers))


def _errored(refused: Refused) -> _Result:
    _, body = _anthropic.error(refused.trouble, str(refused), next(_numbers))
    return {"type": "errored", "error": msgspec.Raw(body)}


def _shown(batch: _Batch, base_url: str) -> bytes:
    """The object that all calls but one answer with."""
    ended, total = batch.ended_at is not None, len(batch.items)
    status = "canceling" if batch.cancelled_at else "in_progress"
    counts = batch.counts if ended else dict.fromkeys(_OUTCOMES, 0)
    place = f"{base_url}{PATH.decode()}/{batch.id}/results"
    return msgspec.json.encode(
        {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else status,
            "request_counts": {"processing": 0 if ended else total, **counts},
            "created_at": batch.created_at,
            "expires_at": batch.created_at + _LIFETIME,
            "ended_at": batch.ended_at,
            "archived_at": None,
            "cancel_initiated_at": batch.cancelled_at,
            "results_url": place if ended else None,
        }
    )
