"""What models cost, and the short names of those we know."""

from dataclasses import dataclass
from datetime import date

from reqsift.adapters.models.client import Tokens

_MILLION = 1_000_000

PRICES_OF = date(2026, 3, 21)
"""When the prices were looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    cache_write: float
    cache_read: float
    output: float

    def of(self, tokens: Tokens) -> float:
        """What a call cost."""
        return (
            tokens.input * self.input
            + tokens.cache_write * self.cache_write
            + tokens.cache_read * self.cache_read
            + tokens.output * self.output
        ) / _MILLION

    def at_most(self, input_tokens: int, output_tokens: int) -> float:
        """What a call of that size can cost."""
        dearest = max(self.input, self.cache_write, self.cache_read)
        return (input_tokens * dearest + output_tokens * self.output) / _MILLION


ALIASES = {"haiku-4.5": "claude-haiku-4-5", "sonnet-4.5": "claude-sonnet-4-5"}
"""Short names of Anthropic's models."""

PRICES = {
    "claude-haiku-4-5": Price(input=1.0, cache_write=1.25, cache_read=0.1, output=5.0),
    "claude-sonnet-4-5": Price(input=3.0, cache_write=3.75, cache_read=0.3, output=15.0),
}
"""By Anthropic's id."""
