"""How long a simulated model thinks."""

import math
from dataclasses import dataclass
from random import Random
from typing import Self

_SIGMA = 0.3
"""Of a lognormal latency that does not give its own."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A distribution of seconds; equal bounds and no sigma are a fixed latency."""

    low: float
    high: float
    sigma: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `200`, `0-5` or `lognormal:200:0.3`, in milliseconds.

        Raises:
            ValueError: It is written otherwise, or negative.
        """
        try:
            return cls._parsed(text.strip())
        except ValueError:
            raise ValueError(
                f"The latency {text!r} must be milliseconds, as 200, 0-5 or lognormal:200:0.3."
            ) from None

    @classmethod
    def _parsed(cls, text: str) -> Self:
        kind, _, rest = text.partition(":")
        if kind == "lognormal":
            median, _, sigma = rest.partition(":")
            low, high, spread = float(median), float(median), float(sigma or _SIGMA)
        else:
            first, dash, second = text.partition("-")
            low, spread = float(first), 0.0
            high = float(second) if dash else low
        if not (0 <= low <= high < math.inf and 0 <= spread < math.inf):
            raise ValueError
        return cls(low / 1000, high / 1000, spread)

    def draw(self, random: Random) -> float:
        """Seconds for the next call."""
        if self.sigma:
            return self.low * math.exp(random.gauss(0.0, self.sigma))
        if self.low == self.high:
            return self.low
        return random.uniform(self.low, self.high)
