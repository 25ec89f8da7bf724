"""The circuit breaker: when a provider is down, ask it rarely instead of failing items."""

import math

_ENOUGH_FAILURES = 5
_FIRST_GAP_S = 0.25
_LONGEST_GAP_S = 2.5


class Breaker:
    """A pure state machine; the caller says what time it is.

    Calls are numbered in the order of their launch. Answers arrive in another order, so "in a
    row" means: of the calls launched after the last launched one that succeeded.
    """

    def __init__(self) -> None:
        """Closed: calls pass."""
        self._launched = 0
        self._last_success = 0
        self._failed: set[int] = set()
        self._gap_s: float | None = None
        self._opened_at = 0.0
        self._probe_at = 0.0
        self._probe: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether only probes pass."""
        return self._gap_s is not None

    def delay(self, now: float) -> float:
        """Seconds until a call may pass; 0 for now, infinite while a probe is under way."""
        if self._gap_s is None:
            return 0.0
        if self._probe is not None:
            return math.inf
        return max(0.0, self._probe_at - now)

    def down_s(self, now: float) -> float:
        """Seconds for which it has been open; 0 when it is closed."""
        return 0.0 if self._gap_s is None else now - self._opened_at

    def launched(self) -> int:
        """A call begins; returns its number."""
        self._launched += 1
        if self._gap_s is not None:
            self._probe = self._launched
        return self._launched

    def succeeded(self, number: int) -> None:
        """The provider answered that call, be it with a refusal: it is there."""
        if self._gap_s is not None and number != self._probe:
            return  # launched before the outage
        self._gap_s, self._probe = None, None
        self._last_success = max(self._last_success, number)
        self._failed = {failed for failed in self._failed if failed > self._last_success}

    def failed(self, number: int, now: float) -> None:
        """That call failed in a way that tells of an outage."""
        if self._gap_s is not None:
            if number == self._probe:
                self._probe = None
                self._gap_s = min(self._gap_s * 2, _LONGEST_GAP_S)
                self._probe_at = now + self._gap_s
            return
        if number > self._last_success:
            self._failed.add(number)
        if self._looks_down():
            self._failed.clear()
            self._gap_s = _FIRST_GAP_S
            self._opened_at = now
            self._probe_at = now + _FIRST_GAP_S

    def forgotten(self, number: int) -> None:
        """That call was given up before it told anything."""
        if number == self._probe:
            self._probe = None

    def _looks_down(self) -> bool:
        """Whether the failures outweigh what is still under way and may yet succeed."""
        count = len(self._failed)
        unknown = self._launched - self._last_success - count
        return count >= _ENOUGH_FAILURES and count >= unknown
