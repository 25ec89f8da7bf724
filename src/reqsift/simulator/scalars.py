"""Short plain strings and numbers that a JSON schema permits."""

import math
import re
from collections.abc import Mapping
from typing import Any

_FORMATS = {
    "date": "2024-01-01",
    "date-time": "2024-01-01T00:00:00Z",
    "duration": "PT1S",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "00:00:00Z",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_WORDS = ("ok", "OK", "1", "a-1", "A-1", "/a")
"""Tried in turn where a pattern is to be matched."""


def text(schema: Mapping[str, Any]) -> str:
    """A word; a pattern that none of a few words matches is not obeyed."""
    shape = schema.get("format")
    if shape in _FORMATS:
        return _FORMATS[shape]
    word = _WORDS[0]
    if "pattern" in schema:
        word = next((each for each in _WORDS if re.search(schema["pattern"], each)), word)
    least = schema.get("minLength", 0)
    if least > len(word):
        word = (f"{word} " * (least // len(word) + 1))[:least]
        # No space at the end: a client may strip it, and find the rest too short.
        word = word[:-1] + "s" if word.endswith(" ") else word
    return word[: schema.get("maxLength")]


def number(schema: Mapping[str, Any], *, whole: bool) -> float:
    """Zero, or the nearest to it that the bounds permit; whole numbers are an `int`."""
    step = schema.get("multipleOf") or (1 if whole else None)
    low, high = _bounds(schema, step)
    value = min(max(0, low), high)
    if step:
        value = math.ceil(value / step) * step if value == low else math.floor(value / step) * step
    return int(value) if whole or value == int(value) else value


def _bounds(schema: Mapping[str, Any], step: float | None) -> tuple[float, float]:
    """The lowest and the highest number, both permitted."""
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    # Half of the room is as near to an excluded bound as one needs to come.
    if above is not None and above >= low:
        ceiling = min(high, math.inf if below is None else below)
        low = _next(above, step) if step else above + min(1, (ceiling - above) / 2)
    if below is not None and below <= high:
        high = -_next(-below, step) if step else below - min(1, (below - low) / 2)
    return low, high


def _next(bound: float, step: float) -> float:
    """The first multiple of the step above the bound."""
    return (math.floor(bound / step) + 1) * step
