"""What happened to the calls, for those who measure."""

import time
from collections import Counter, deque

import msgspec

from reqsift.simulator.dialect import Usage

_KEPT = 200_000


class Call(msgspec.Struct, array_like=True, gc=False):
    """One call; in JSON `[identity, start, end, outcome]`, times in seconds since 1970."""

    identity: str | None
    start: float
    end: float | None = None
    outcome: int | str | None = None
    """The HTTP status of its answer, or the kind of its fault."""


class Stats(msgspec.Struct, rename="camel", kw_only=True):
    """The sum of all calls; times in seconds since 1970."""

    calls: int
    ok: int
    rejected: int
    """Refused by a limit."""
    faults: dict[str, int]
    """Also `outage`, and `abandoned`: the client left before its answer."""
    refused_keys: int
    invalid: int
    """Answered with 400 or 404."""
    in_flight: int
    peak_in_flight: int
    first_call_at: float | None
    last_answer_at: float | None
    window: float
    """Seconds from the first call to the last answer."""
    input_tokens: int
    """All of them, also those that the prompt cache kept or brought."""
    cache_write_tokens: int
    cache_read_tokens: int
    output_tokens: int
    batches: int
    """Message batches that were created, and the requests in them."""
    batched_requests: int
    now: float


class Ledger:
    """Counts the calls from one reset to the next, and keeps the last of them."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._count = 0
        self._ok = 0
        self._peak = 0
        self._last: float | None = None
        self._sums: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._first: float | None = None
        self.in_flight = 0

    def handed_in(self, requests: int) -> None:
        """Note a message batch of so many requests; they are no calls."""
        self._sums["batches"] += 1
        self._sums["batched_requests"] += requests

    def since_first(self, now: float) -> float:
        """Seconds from the first call, which may be this one."""
        if self._first is None:
            self._first = now
        return now - self._first

    def arrived(self, identity: str | None) -> Call:
        """Note a call that arrives now."""
        call = Call(identity, time.time())
        self._calls.append(call)
        self._count += 1
        self.since_first(call.start)
        return call

    def admitted(self, usage: Usage) -> None:
        """Note that it is let in; `answered`, `closed` or `abandoned` follows."""
        self.bill(usage)
        self.in_flight += 1
        self._peak = max(self._peak, self.in_flight)

    def befell(self, call: Call, fault: str) -> None:
        """Note a fault of the call."""
        call.outcome = fault
        self._faults[fault] += 1

    def refused(self, call: Call, status: int, reason: str) -> None:
        """Note a call that is not let in, and is told so; `reason` is a name in `Stats`."""
        if call.outcome is None:
            call.outcome = status
            self._sums[reason] += 1
        call.end = self._last = time.time()

    def answered(self, call: Call, output_tokens: int) -> None:
        """Note the answer to a call that was let in."""
        if call.outcome is None:
            call.outcome = 200
            self._ok += 1
        self._sums["output_tokens"] += output_tokens
        call.end = self._last = time.time()
        self.in_flight -= 1

    def closed(self, call: Call) -> None:
        """Note the end of a call that gets no answer, whoever ended it."""
        if call.outcome is None:
            self.befell(call, "abandoned")
        call.end = time.time()
        self.in_flight -= 1

    def bill(self, usage: Usage) -> None:
        """Note what the client has to pay for."""
        self._sums["input_tokens"] += usage.all_input
        self._sums["cache_write_tokens"] += usage.cache_write
        self._sums["cache_read_tokens"] += usage.cache_read
        self._sums["output_tokens"] += usage.output_tokens

    def calls(self) -> list[Call]:
        """The last calls, in the order of their arrival."""
        return list(self._calls)

    def stats(self) -> Stats:
        """All sums until now."""
        lasted = (self._last or 0.0) - (self._first or 0.0)
        return Stats(
            calls=self._count,
            ok=self._ok,
            rejected=self._sums["rejected"],
            faults=dict(self._faults),
            refused_keys=self._sums["refused_keys"],
            invalid=self._sums["invalid"],
            in_flight=self.in_flight,
            peak_in_flight=self._peak,
            first_call_at=self._first,
            last_answer_at=self._last,
            window=max(0.0, lasted),
            input_tokens=self._sums["input_tokens"],
            cache_write_tokens=self._sums["cache_write_tokens"],
            cache_read_tokens=self._sums["cache_read_tokens"],
            output_tokens=self._sums["output_tokens"],
            batches=self._sums["batches"],
            batched_requests=self._sums["batched_requests"],
            now=time.time(),
        )
