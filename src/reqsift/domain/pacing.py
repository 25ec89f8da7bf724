"""The pacer: how many calls of one quota may be under way, and when the next one may start.

A quota is what a provider counts together: one key and one model. Providers limit rates, so the
rate is paced; the number of calls under way is only a ceiling. Both are learned from answers:

- Announced limits are mirrored bucket by bucket (`buckets.py`).
- Without them, or where others use the same quota, the pace is learned from refusals (`pace.py`).
- A refusal that no bucket and no pace explains also lowers the ceiling. It is lowered once per
  episode: calls launched before a refusal was known tell nothing new.
"""

import math
from dataclasses import dataclass, field

from reqsift.domain.buckets import Bucket
from reqsift.domain.limits import RateLimits, Resource, Usage
from reqsift.domain.pace import LearnedPace

FIRST_HOLD_S = 0.25
LONGEST_HOLD_S = 2.5
_INSTANT_S = 1e-6
"""Waits below it are rounding."""
_CUT = 0.8
_SHARED = 0.9
"""Part of an announced rate below which others seem to use the same quota."""
_PLENTY = 3
"""Announced requests from which on a learned pace is too slow."""
_USED = 0.5
"""Part of the ceiling that must be in use before it grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a call is expected to take."""

    input_tokens: float = 0.0
    output_tokens: float = 0.0

    def of(self, resource: Resource) -> float:
        """Units of one resource."""
        match resource:
            case Resource.REQUESTS:
                return 1.0
            case Resource.INPUT_TOKENS:
                return self.input_tokens
            case Resource.OUTPUT_TOKENS:
                return self.output_tokens
            case Resource.TOKENS:
                return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A call that was launched."""

    number: int
    at: float
    need: Need
    episode: int
    used: bool
    """Whether the ceiling was in use when it was launched."""
    levels: dict[Resource, float] = field(default_factory=dict)
    """Our mirrors' levels just after it."""


class Pacer:
    """A pure state machine; the caller says what time it is, and does what it decides."""

    def __init__(self, most: int) -> None:
        """Begin with one call, and with nothing known.

        Args:
            most: The ceiling never gets above it.
        """
        self.most = most
        self.ceiling = 1.0
        """Calls that may be under way at once; its whole part counts."""
        self.in_flight = 0
        self.refusals = 0
        """Calls that met a rate limit."""
        self._buckets: dict[Resource, Bucket] = {}
        self._pace = LearnedPace()
        self._launched = 0
        self._episode = 0
        self._episode_first = 1
        self._cut_once = False
        self._growth_pause = 0
        self._held_until = -math.inf
        self._misses = 0
        self._probe: int | None = None

    def open(self, concurrency: int) -> None:
        """Raise the ceiling at once, for a user who named a number; not after a refusal."""
        if not self.refusals and not self._buckets:
            self.ceiling = max(self.ceiling, float(min(concurrency, self.most)))

    def delay(self, need: Need, now: float) -> float:
        """Seconds until such a call may start; infinite while only an answer can change that."""
        if self.in_flight >= int(self.ceiling) or self._probe is not None:
            return math.inf
        waits = [self._held_until - now, self._pace.delay(now)]
        waits += [bucket.delay(need.of(of), now) for of, bucket in self._buckets.items()]
        wait = max(0.0, *waits)
        return wait if wait > _INSTANT_S else 0.0

    def held_s(self, now: float) -> float:
        """Seconds for which a rate limit still holds all calls."""
        return max(0.0, self._held_until - now)

    def launched(self, need: Need, now: float) -> Permit:
        """A call starts."""
        self._launched += 1
        self.in_flight += 1
        if self._misses > 1:
            self._probe = self._launched
        self._pace.launched(self._launched, now)
        return Permit(
            number=self._launched,
            at=now,
            need=need,
            episode=self._episode,
            used=self.in_flight >= _USED * self.ceiling,
            levels={of: bucket.take(need.of(of), now) for of, bucket in self._buckets.items()},
        )

    def succeeded(self, permit: Permit, limits: RateLimits, usage: Usage, now: float) -> None:
        """A call was answered."""
        self._ended(permit)
        self._settle(permit, usage, now)
        self._hear(permit, limits, now)
        if permit.episode == self._episode:
            self._misses = 0
            self._grow(permit, now)

    def failed(self, permit: Permit, limits: RateLimits, now: float) -> None:
        """A call failed for another reason than a rate limit: growth pauses, nothing is cut."""
        self._ended(permit)
        self._hear(permit, limits, now)
        self._growth_pause = int(self.ceiling)

    def forgotten(self, permit: Permit) -> None:
        """A call was given up on our side; whether it was admitted is not known."""
        self._ended(permit)

    def refused(self, permit: Permit, limits: RateLimits, now: float) -> None:
        """A call met a rate limit: hold all, then go on at the pace that is known."""
        self._ended(permit)
        self._settle(permit, Usage(), now)
        self._hear(permit, limits, now)
        self.refusals += 1
        if permit.episode != self._episode:
            self._pace.refused_too()
            return
        # Refusals come at once: what was launched before it in this episode was admitted.
        self._misses = self._misses + 1 if permit.number == self._episode_first else 1
        self._episode += 1
        self._episode_first = self._launched + 1
        empty = self._empty(permit, limits, now)
        expected = self._learn(permit, empty=empty, now=now)
        if not expected:
            self.ceiling = max(1.0, min(self.ceiling, _CUT * (self.in_flight + 1)))
            self._cut_once = True
        self._hold(limits, forecast=expected or self._pace.rate is not None, now=now)

    def _learn(self, permit: Permit, *, empty: bool, now: float) -> bool:
        """Adapt the pace; returns whether a rate explains the refusal."""
        if not empty:
            return self._pace.refused(permit.number, permit.at, now)
        requests = self._buckets.get(Resource.REQUESTS)
        measured = self._pace.measured(permit.number, permit.at)
        alone = requests is None or measured is None or measured >= _SHARED * requests.rate
        if not alone or self._misses > 1:
            self._pace.refused(permit.number, permit.at, now)
        return True

    def _hold(self, limits: RateLimits, *, forecast: bool, now: float) -> None:
        """Decide when the next call may try; a forecast that failed once is not trusted again."""
        if forecast and self._misses == 1:
            return
        gap = min(FIRST_HOLD_S * 2.0 ** (self._misses - 1), LONGEST_HOLD_S)
        self._held_until = now + (gap if limits.retry_after_s is None else limits.retry_after_s)

    def _empty(self, permit: Permit, limits: RateLimits, now: float) -> bool:
        """Whether an announced bucket had too little for that call; if so, so has its mirror."""
        short = [
            level.resource
            for level in limits.levels
            if level.remaining < max(1.0, permit.need.of(level.resource))
        ]
        for resource in short:
            self._buckets[resource].emptied(now)
        return bool(short)

    def _grow(self, permit: Permit, now: float) -> None:
        if self._growth_pause:
            self._growth_pause -= 1
            return
        if permit.used:
            self.ceiling += 1.0 / self.ceiling if self._cut_once else 1.0
        requests = self._buckets.get(Resource.REQUESTS)
        if requests is not None and not self._cut_once:
            # An announced permit is as good as one that was tried.
            self.ceiling = max(self.ceiling, self.in_flight + requests.level(now))
        self.ceiling = min(self.ceiling, float(self.most))

    def _ended(self, permit: Permit) -> None:
        self.in_flight -= 1
        if permit.number == self._probe:
            self._probe = None

    def _settle(self, permit: Permit, usage: Usage, now: float) -> None:
        """Replace what a call was expected to take by what it took."""
        actual = Need(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
        for resource, bucket in self._buckets.items():
            if resource is not Resource.REQUESTS and resource in permit.levels:
                bucket.take(actual.of(resource) - permit.need.of(resource), now)

    def _hear(self, permit: Permit, limits: RateLimits, now: float) -> None:
        for level in limits.levels:
            bucket = self._buckets.get(level.resource)
            if bucket is None:
                self._buckets[level.resource] = Bucket(level, now)
            else:
                bucket.hear(level, permit.levels.get(level.resource), now)
                if level.resource is Resource.REQUESTS and level.remaining >= _PLENTY:
                    self._pace.eased(level.remaining, bucket.rate)
