"""A pace learned from refusals, for quotas whose limit nobody announces.

A refused call met an empty bucket. What was admitted between two refusals is therefore what the
quota gave in that time, whatever its burst; that is the measured pace. In between, the pace is
raised a little, slowly at first, to notice when the quota gives more.
"""

import math

_FIRST_SPAN_S = 1.0
_GROWING = 100
"""Calls after which a measured pace has grown e-fold; slowly at first: with their square."""
_SEEKING = 10
"""The same for a pace that is only guessed; evenly."""
_FASTEST = 20.0
_ENOUGH = 4
"""Admitted calls from which on a pace is measured."""
_BACK = 0.8
"""What is left of a pace after a refusal that came too soon to measure."""
_SLOWEST = 1 / 15
"""Calls per second below which a pace is never lowered without a measurement."""
_EXPECTED = 0.7


class LearnedPace:
    """A pure state machine; the caller numbers the calls from 1 and says what time it is."""

    def __init__(self) -> None:
        """Nothing is known: no pace is kept."""
        self._rate: float | None = None
        self._measured = False
        self._calls = 0
        self._next_at = -math.inf
        self._span_from: tuple[int, float] | None = None
        self._refused_in_span = 0

    @property
    def rate(self) -> float | None:
        """Calls per second; None while no refusal has told."""
        if self._rate is None:
            return None
        calls = self._calls
        growth = (calls / _GROWING) ** 2 if self._measured else calls / _SEEKING
        return self._rate * math.exp(min(growth, _FASTEST))

    def delay(self, now: float) -> float:
        """Seconds until the next call."""
        return max(0.0, self._next_at - now)

    def launched(self, number: int, now: float) -> None:
        """A call starts."""
        if self._span_from is None:
            self._span_from = (number - 1, now)
        self._calls += 1
        rate = self.rate
        if rate is not None:
            self._next_at = max(self._next_at, now - 1.0 / rate) + 1.0 / rate

    def refused_too(self) -> None:
        """A further call of the same episode was refused."""
        self._refused_in_span += 1

    def refused(self, number: int, at: float, now: float) -> bool:
        """The first call of an episode was refused; the pace follows.

        Args:
            number: Of the refused call.
            at: When it started.
            now: The present moment.

        Returns:
            Whether the refusal was to be expected: near the pace that was measured before.
        """
        before = self._rate if self._measured else None
        first, start = self._span_from or (number - 1, at)
        count, span = number - first - 1 - self._refused_in_span, at - start
        if self._rate is None:
            self._rate = max(_ENOUGH, count) / max(span, _FIRST_SPAN_S)
        elif count < _ENOUGH or span <= 0:
            self._rate = max(self._rate * _BACK, min(self._rate, _SLOWEST))
        else:
            self._rate, self._measured = count / span, True
        self._calls = 0
        self._next_at = now + 1.0 / self._rate
        self._span_from = (number, at)
        self._refused_in_span = 0
        return before is not None and self._measured and self._rate > _EXPECTED * before

    def eased(self, unused: float, announced: float) -> None:
        """The provider has calls to spare: take them within a second, up to its announced rate."""
        if self._rate is not None:
            raised = self._rate + unused
            self._rate = raised if raised < announced else None

    def measured(self, number: int, at: float) -> float | None:
        """Calls per second since the last refusal, for a call that starts then; None if unsure."""
        if self._span_from is None:
            return None
        first, start = self._span_from
        count = number - first - 1 - self._refused_in_span
        return count / (at - start) if count >= _ENOUGH and at > start else None
