"""A provider in virtual time, and a client that does as the pacer says."""

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from reqsift.domain.limits import BucketLevel, RateLimits, Resource, Usage
from reqsift.domain.pacing import Need, Pacer, Permit

_REFUSED_AFTER_S = 0.03
NEED = Need(input_tokens=500.0, output_tokens=100.0)


@dataclass(slots=True, kw_only=True)
class Provider:
    """A token bucket of requests; without `rate` it admits all, up to `at_once` at a time."""

    seed: int
    rate: float = math.inf
    """Requests per second."""
    burst: float = math.inf
    latency_s: float = 0.8
    """Median; lognormal."""
    spread: float = 0.4
    announces: bool = True
    at_once: float = math.inf
    others: float = 0.0
    """Requests per second that somebody else makes with the same key."""
    on_the_way_s: float = 0.0
    """Calls take up to so long to get there, so that they may overtake each other."""
    level: float = field(init=False)
    under_way: int = field(default=0, init=False)
    at: float = field(default=0.0, init=False)
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.level = self.burst
        self.dice = Random(self.seed)

    def asked(self, now: float) -> tuple[bool, float, RateLimits]:
        """Whether a call that comes in now is admitted, how long it takes, what it is told."""
        if self.rate < math.inf:
            gained = max(0.0, self.rate - self.others) * (now - self.at)
            self.level = min(self.burst, self.level + gained)
        self.at = now
        admitted = self.level >= 1 and self.under_way < self.at_once
        if admitted:
            self.level -= 1
            self.under_way += 1
        took = self.latency_s * math.exp(self.dice.gauss(0.0, self.spread))
        return admitted, took if admitted else _REFUSED_AFTER_S, self._told(admitted=admitted)

    def _told(self, *, admitted: bool) -> RateLimits:
        if not self.announces:
            return RateLimits()
        level = BucketLevel(
            resource=Resource.REQUESTS,
            limit=self.rate * 60,
            remaining=math.floor(max(0.0, self.level)),
            reset_s=(self.burst - self.level) / self.rate,
        )
        wait = None if admitted else math.ceil((1 - self.level) / self.rate)
        return RateLimits(levels=(level,), retry_after_s=wait)


@dataclass(slots=True, kw_only=True)
class Outcome:
    succeeded: int = 0
    refused: int = 0
    peak: int = 0
    took_s: float = 0.0

    @property
    def refused_share(self) -> float:
        """Refused calls for each that succeeded."""
        return self.refused / self.succeeded


class Client:
    """Makes calls until so many have succeeded; what is refused is made again."""

    def __init__(self, pacer: Pacer, provider: Provider, count: int) -> None:
        self.pacer = pacer
        self.provider = provider
        self.left = count
        self.outcome = Outcome()
        self._order = itertools.count()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []

    def work(self) -> Outcome:
        now = 0.0
        while self.left or self._events:
            wait = self.pacer.delay(NEED, now) if self.left else math.inf
            assert wait >= 0
            if wait == 0:
                self._launch(now)
                continue
            now = min(now + wait, self._events[0][0] if self._events else math.inf)
            assert now < math.inf, "nothing is under way, and nothing may be launched"
            while self._events and self._events[0][0] <= now:
                heapq.heappop(self._events)[2](now)
        self.outcome.took_s = now
        return self.outcome

    def _launch(self, now: float) -> None:
        permit = self.pacer.launched(NEED, now)
        assert self.pacer.in_flight <= min(int(self.pacer.ceiling), self.pacer.most)
        self.left -= 1
        self.outcome.peak = max(self.outcome.peak, self.pacer.in_flight)
        way = self.provider.on_the_way_s * self.provider.dice.random()
        self._at(now + way, lambda then: self._arrive(permit, then))

    def _arrive(self, permit: Permit, now: float) -> None:
        admitted, took, told = self.provider.asked(now)
        end = self._succeed if admitted else self._refuse
        self._at(now + took, lambda then: end(permit, told, then))

    def _succeed(self, permit: Permit, told: RateLimits, now: float) -> None:
        self.provider.under_way -= 1
        self.outcome.succeeded += 1
        self.pacer.succeeded(permit, told, Usage(input_tokens=500, output_tokens=100), now)

    def _refuse(self, permit: Permit, told: RateLimits, now: float) -> None:
        self.outcome.refused += 1
        self.left += 1
        self.pacer.refused(permit, told, now)

    def _at(self, when: float, what: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (when, next(self._order), what))
