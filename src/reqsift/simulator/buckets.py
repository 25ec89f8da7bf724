"""The limits of a provider: token buckets that refill all the time."""

import math

from reqsift.simulator.settings import Settings

_DUST = 1e-9
"""What sums of fractions may lack: who waited as long as told must not be refused for it."""


class Bucket:
    """Holds at most `capacity`, and gains `per_minute` evenly; times are monotonic seconds."""

    __slots__ = ("_at", "_level", "_per_second", "capacity", "per_minute")

    def __init__(self, per_minute: float, capacity: float, now: float) -> None:
        self.per_minute = per_minute
        self.capacity = capacity
        self._per_second = per_minute / 60
        self._level = capacity
        self._at = now

    def level(self, now: float) -> float:
        """What it holds now; below 0 when more was taken than there was."""
        if now > self._at:
            gained = (now - self._at) * self._per_second
            self._level = min(self.capacity, self._level + gained)
            self._at = now
        return self._level

    def take(self, amount: float, now: float) -> None:
        """Take it, whether it is there or not."""
        self._level = self.level(now) - amount

    def wait(self, amount: float, now: float) -> float:
        """Seconds until it holds so much, or is full when it never can."""
        return max(0.0, (min(amount, self.capacity) - self.level(now)) / self._per_second)

    def told(self, now: float) -> tuple[int, float]:
        """What it holds, as clients are told, and the seconds until it is full again."""
        level = self.level(now)
        return max(0, math.floor(level)), (self.capacity - level) / self._per_second


class Limits:
    """The buckets of the limits that are set."""

    __slots__ = ("input_tokens", "output_tokens", "requests")

    def __init__(self, settings: Settings, now: float) -> None:
        tokens = settings.token_burst
        self.requests = _bucket(settings.rpm, settings.burst, now)
        self.input_tokens = _bucket(settings.input_tpm, tokens, now)
        self.output_tokens = _bucket(settings.output_tpm, tokens, now)

    def lacking(self, input_tokens: int, now: float) -> tuple[str, float] | None:
        """Which limit refuses a call of so many tokens, and for how many seconds at least."""
        requests, inputs, outputs = self.requests, self.input_tokens, self.output_tokens
        if requests and requests.level(now) < 1 - _DUST:
            return "requests", requests.wait(1, now)
        if inputs and inputs.level(now) < input_tokens - _DUST:
            return "input tokens", inputs.wait(input_tokens, now)
        # What an answer will cost is unknown before it is made: it may overdraw the bucket.
        if outputs and outputs.level(now) <= 0:
            return "output tokens", outputs.wait(1, now)
        return None

    def take_call(self, input_tokens: int, now: float) -> None:
        """Charge a call that is let in."""
        if self.requests:
            self.requests.take(1, now)
        if self.input_tokens:
            self.input_tokens.take(input_tokens, now)

    def take_output(self, tokens: int, now: float) -> None:
        """Charge an answer that was made."""
        if self.output_tokens:
            self.output_tokens.take(tokens, now)


def _bucket(per_minute: float | None, capacity: float | None, now: float) -> Bucket | None:
    return Bucket(per_minute, capacity or per_minute, now) if per_minute else None
