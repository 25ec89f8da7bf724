"""The circuit breaker: it opens in an outage, and only there."""

import heapq
import math
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reqsift.domain.breaker import Breaker

ROUNDING = 1e-9


def opened(breaker: Breaker, now: float = 0.0) -> None:
    for _ in range(5):
        breaker.failed(breaker.launched(), now)
    assert breaker.is_open


def test_it_is_closed_at_first() -> None:
    breaker = Breaker()
    assert (breaker.is_open, breaker.delay(0.0), breaker.down_s(9.0)) == (False, 0.0, 0.0)


def test_four_failures_are_no_outage() -> None:
    breaker = Breaker()
    for _ in range(4):
        breaker.failed(breaker.launched(), 0.0)
    assert not breaker.is_open
    breaker.failed(breaker.launched(), 0.0)
    assert breaker.is_open


def test_one_probe_at_a_time_with_gaps_that_grow_to_a_bound() -> None:
    breaker = Breaker()
    opened(breaker)
    now, gaps = 0.0, []
    for _ in range(8):
        gap = breaker.delay(now)
        gaps.append(gap)
        now += gap
        assert breaker.delay(now) == 0
        probe = breaker.launched()
        assert breaker.delay(now + 1e9) == math.inf
        breaker.failed(probe, now)

    assert gaps == [0.25, 0.5, 1.0, 2.0, 2.5, 2.5, 2.5, 2.5]
    assert breaker.down_s(now) == now


def test_a_probe_that_is_answered_closes_it() -> None:
    breaker = Breaker()
    opened(breaker)
    breaker.succeeded(breaker.launched())
    assert (breaker.is_open, breaker.delay(0.0)) == (False, 0.0)
    opened(breaker, now=50.0)
    assert breaker.delay(50.0) == 0.25  # the gap begins anew
    assert breaker.down_s(51.0) == 1.0


def test_a_probe_that_was_given_up_makes_room_for_another() -> None:
    breaker = Breaker()
    opened(breaker)
    breaker.forgotten(breaker.launched())
    assert breaker.is_open
    assert breaker.delay(1.0) == 0


def test_late_news_of_calls_before_the_outage_changes_nothing() -> None:
    breaker = Breaker()
    early = breaker.launched()
    opened(breaker)
    breaker.succeeded(early)
    assert breaker.is_open
    gap = breaker.delay(0.0)
    breaker.failed(early, 0.0)
    assert breaker.delay(0.0) == gap


def test_a_success_forgives_what_was_launched_before_it() -> None:
    breaker = Breaker()
    numbers = [breaker.launched() for _ in range(10)]
    for number in numbers[:4]:
        breaker.failed(number, 0.0)
    breaker.succeeded(numbers[9])
    for number in numbers[4:9]:
        breaker.failed(number, 0.0)
    assert not breaker.is_open


def faulty(
    seed: int, *, share: float, calls: int, concurrency: int, fail_s: float, answer_s: float
) -> tuple[int, int]:
    """Calls at a steady concurrency; returns how often it opened, and launches until it did."""
    dice, breaker = Random(seed), Breaker()
    under_way: list[tuple[float, int, bool]] = []
    now, openings, launched, first = 0.0, 0, 0, -1
    while launched < calls or under_way:
        while launched < calls and len(under_way) < concurrency and breaker.delay(now) == 0:
            failed = dice.random() < share
            took = fail_s if failed else answer_s * math.exp(dice.gauss(0, 0.4))
            heapq.heappush(under_way, (now + took, breaker.launched(), failed))
            launched += 1
        if not under_way:
            now += breaker.delay(now)
            continue
        now, number, failed = heapq.heappop(under_way)
        before = breaker.is_open
        if failed:
            breaker.failed(number, now)
        else:
            breaker.succeeded(number)
        if breaker.is_open and not before:
            openings += 1
            first = launched if first < 0 else first
    return openings, first


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(("fail_s", "answer_s"), [(0.03, 0.8), (0.8, 0.8), (3.0, 0.5)])
def test_independent_failures_do_not_open_it(seed: int, fail_s: float, answer_s: float) -> None:
    openings, _ = faulty(
        seed, share=0.1, calls=2_000, concurrency=20, fail_s=fail_s, answer_s=answer_s
    )
    assert openings == 0


@pytest.mark.parametrize("concurrency", [1, 5, 20, 100])
def test_an_outage_opens_it_within_few_calls(concurrency: int) -> None:
    _, first = faulty(1, share=1.0, calls=1_000, concurrency=concurrency, fail_s=0.03, answer_s=1.0)
    assert 5 <= first <= 5 + 2 * concurrency


def test_an_outage_costs_few_calls() -> None:
    """Down for a minute: it is asked about every 2.5 s."""
    breaker, now, calls = Breaker(), 0.0, 0
    while now < 60:
        now += breaker.delay(now)
        breaker.failed(breaker.launched(), now)
        calls += 1
    assert calls <= 5 + 4 + 60 / 2.5


class Histories(RuleBasedStateMachine):
    """Calls in any order: at most one probe at a time, and it never locks up."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = 0.0
        self.failures = 0
        self.under_way: list[int] = []
        self.probe: int | None = None

    @rule(seconds=st.floats(0, 3))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def launch(self) -> None:
        if self.breaker.delay(self.now) == 0:
            number = self.breaker.launched()
            self.under_way.append(number)
            if self.breaker.is_open:
                assert self.probe is None
                self.probe = number

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 99))
    def succeed(self, place: int) -> None:
        number, was_open = self._one(place), self.breaker.is_open
        self.breaker.succeeded(number)
        assert self.breaker.is_open == (was_open and number != self.probe)
        self._ended(number)

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 99))
    def fail(self, place: int) -> None:
        number, was_open = self._one(place), self.breaker.is_open
        self.failures += 1
        self.breaker.failed(number, self.now)
        assert self.breaker.is_open >= was_open
        assert not self.breaker.is_open or self.failures >= 5
        if self.breaker.is_open and (not was_open or number == self.probe):
            assert 0.25 - ROUNDING <= self.breaker.delay(self.now) <= 2.5 + ROUNDING
        self._ended(number)

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 99))
    def forget(self, place: int) -> None:
        number, was_open = self._one(place), self.breaker.is_open
        self.breaker.forgotten(number)
        assert self.breaker.is_open == was_open
        self._ended(number)

    @invariant()
    def the_delay_makes_sense(self) -> None:
        delay = self.breaker.delay(self.now)
        assert 0 <= delay <= 2.5 + ROUNDING or (delay == math.inf and self.probe is not None)

    def teardown(self) -> None:
        for number in self.under_way:
            self.breaker.forgotten(number)
        assert self.breaker.delay(self.now + 2.5 + ROUNDING) == 0
        self.breaker.succeeded(self.breaker.launched())
        assert not self.breaker.is_open

    def _one(self, place: int) -> int:
        return self.under_way.pop(place % len(self.under_way))

    def _ended(self, number: int) -> None:
        if number == self.probe:
            self.probe = None


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
