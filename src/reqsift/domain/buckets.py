"""A mirror of one of the provider's token buckets: what may be sent, and when."""

import math

from reqsift.domain.limits import BucketLevel

_MINUTE_S = 60.0
_PER_MINUTE_AT_MOST_S = 90.0
"""A bucket that takes longer than this to fill up is no bucket of a minute."""
_RESERVE = 0.5
"""Units left in the bucket: the way to the server takes longer one time than another."""
_TRUST = 0.1
"""Part of a surprise for the better that is believed: calls overtake each other on their way."""


class Bucket:
    """Follows a bucket that refills steadily, from what answers announce and calls take."""

    def __init__(self, level: BucketLevel, now: float) -> None:
        """Begin with the first announcement.

        Args:
            level: What an answer announced.
            now: Seconds on the caller's monotonic clock.
        """
        self.rate = _rate(level)
        """Units per second."""
        self._capacity = level.remaining
        self._level = level.remaining
        self._at = now

    def level(self, now: float) -> float:
        """Units there are now, by our own account; negative when more was taken."""
        return min(self._capacity, self._level + self.rate * (now - self._at))

    def take(self, units: float, now: float) -> float:
        """Take units (negative: give back); returns the level after it."""
        self._level = self.level(now) - units
        self._at = now
        return self._level

    def delay(self, units: float, now: float) -> float:
        """Seconds until that many units may be taken, with a little to spare."""
        wanted = min(units + min(_RESERVE, units), self._capacity)
        missing = wanted - self.level(now)
        if missing <= 0:
            return 0.0
        return missing / self.rate if self.rate > 0 else math.inf

    def hear(self, level: BucketLevel, at_launch: float | None, now: float) -> None:
        """Correct the mirror by an answer.

        Providers may stamp the level when a call comes in or when they answer. Ours is held
        against both moments, and only what both agree on is corrected.

        Args:
            level: What the answer announced.
            at_launch: Our level just after that call was launched; None if not known.
            now: Seconds on the caller's monotonic clock.
        """
        self.rate = _rate(level)
        mine = self.level(now)
        self._capacity = max(self._capacity, level.remaining)
        off = _beyond_rounding(level.remaining - mine)
        if at_launch is not None:
            then = _beyond_rounding(level.remaining - at_launch)
            off = 0.0 if off * then <= 0 else min(off, then, key=abs)
        self._level = min(self._capacity, mine + (off if off < 0 else off * _TRUST))
        self._at = now

    def emptied(self, now: float) -> None:
        """The provider refused: whatever we thought, there is nothing left."""
        self._level = min(self.level(now), 0.0)
        self._at = now


def _rate(level: BucketLevel) -> float:
    used = level.limit - level.remaining
    if level.reset_s is not None and level.reset_s > _PER_MINUTE_AT_MOST_S and used > 0:
        return used / level.reset_s
    return level.limit / _MINUTE_S


def _beyond_rounding(difference: float) -> float:
    """Announced levels are rounded down to whole units: less than one off says nothing."""
    if -1.0 <= difference <= 1.0:
        return 0.0
    return difference - math.copysign(1.0, difference)
