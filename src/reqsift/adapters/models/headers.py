"""Rate limits from the header fields of an answer; what makes no sense is left out.

This runs on every answer, so it looks known names up and nothing else.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

from reqsift.domain.limits import BucketLevel, RateLimits, Resource

_DAY_S = 86_400.0
_LONGEST_RESET_S = 31 * _DAY_S
_ROUNDING_S = 60.0
"""A moment that lies further back than this is nonsense; less is rounding."""

_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
_DURATION = re.compile(
    r"(?:([0-9]{1,4})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m(?!s))?"
    r"(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)s)?(?:([0-9]{1,12}(?:\.[0-9]{1,9})?)ms)?"
)
_UNITS_S = (_DAY_S, 3600.0, 60.0, 1.0, 0.001)


class _Names(NamedTuple):
    """The three fields that tell of one limit."""

    resource: Resource
    limit: str
    remaining: str
    reset: str


def _anthropic(resource: Resource, name: str) -> _Names:
    start = f"anthropic-ratelimit-{name}"
    return _Names(resource, f"{start}-limit", f"{start}-remaining", f"{start}-reset")


def _openai(resource: Resource, name: str) -> _Names:
    start = "x-ratelimit"
    return _Names(
        resource, f"{start}-limit-{name}", f"{start}-remaining-{name}", f"{start}-reset-{name}"
    )


_ANTHROPIC = (
    _anthropic(Resource.REQUESTS, "requests"),
    _anthropic(Resource.INPUT_TOKENS, "input-tokens"),
    _anthropic(Resource.OUTPUT_TOKENS, "output-tokens"),
)
_ANTHROPIC_TOKENS = _anthropic(Resource.TOKENS, "tokens")
_OPENAI = (_openai(Resource.REQUESTS, "requests"), _openai(Resource.TOKENS, "tokens"))


def anthropic_limits(headers: Mapping[str, str], now: float) -> RateLimits:
    """Read Anthropic's fields.

    Args:
        headers: By lower-case name, or in any case if the mapping does not care.
        now: Seconds since the epoch, for answers that do not say when they were made.
    """
    at = _answered_at(headers, now)
    levels = [
        level
        for names in _ANTHROPIC
        if (level := _level(headers, names, _until(headers.get(names.reset), at))) is not None
    ]
    if not any(level.resource is not Resource.REQUESTS for level in levels):
        # Of both together only the tighter limit is told: it is no bucket of its own.
        names = _ANTHROPIC_TOKENS
        both = _level(headers, names, _until(headers.get(names.reset), at))
        levels += [both] if both else []
    return RateLimits(levels=tuple(levels), retry_after_s=_retry_after(headers, now))


def openai_limits(headers: Mapping[str, str], now: float) -> RateLimits:
    """Read the fields of OpenAI and of those who do as it does; arguments as above."""
    levels = tuple(
        level
        for names in _OPENAI
        if (level := _level(headers, names, duration(headers.get(names.reset)))) is not None
    )
    return RateLimits(levels=levels, retry_after_s=_retry_after(headers, now))


def duration(text: str | None) -> float | None:
    """Seconds of `1m2.5s`, `25ms`, `6h0m1s` or a bare number of seconds."""
    if not text:
        return None
    found = _DURATION.fullmatch(text)
    if found:
        seconds = sum(
            float(amount) * unit
            for amount, unit in zip(found.groups(), _UNITS_S, strict=True)
            if amount
        )
    else:
        number = _number(text)
        if number is None:
            return None
        seconds = number
    return seconds if seconds <= _LONGEST_RESET_S else None


def _level(headers: Mapping[str, str], names: _Names, reset_s: float | None) -> BucketLevel | None:
    limit = _number(headers.get(names.limit))
    remaining = _number(headers.get(names.remaining))
    if not limit or remaining is None:
        return None
    return BucketLevel(resource=names.resource, limit=limit, remaining=remaining, reset_s=reset_s)


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    if exact := _number(headers.get("retry-after-ms")):
        return exact / 1000 if exact <= _DAY_S * 1000 else None
    text = headers.get("retry-after")
    if text is None:
        return None
    seconds = _number(text)
    if seconds is None:
        moment = _http_date(text)
        seconds = None if moment is None else _ahead(moment - _answered_at(headers, now))
    return seconds if seconds is not None and seconds <= _DAY_S else None


def _answered_at(headers: Mapping[str, str], now: float) -> float:
    """When the answer was made, by its own clock: ours may be wrong."""
    date = headers.get("date")
    moment = _http_date(date) if date else None
    return now if moment is None else moment


def _until(text: str | None, at: float) -> float | None:
    moment = _rfc3339(text) if text else None
    return None if moment is None else _ahead(moment - at)


def _ahead(seconds: float) -> float | None:
    return max(0.0, seconds) if -_ROUNDING_S <= seconds <= _LONGEST_RESET_S else None


def _number(text: str | None) -> float | None:
    return float(text) if text and _NUMBER.fullmatch(text) else None


# Providers tell whole seconds: many answers say the same.
@lru_cache(maxsize=512)
def _rfc3339(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _http_date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
