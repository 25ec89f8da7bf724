"""The pacer: what always holds, and how well it does against providers in virtual time."""

import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reqsift.domain.limits import BucketLevel, RateLimits, Resource, Usage
from reqsift.domain.pacing import LONGEST_HOLD_S, Need, Pacer, Permit
from tests.unit.domain.providers import Client, Provider

SILENT = RateLimits()
NOTHING = Usage()

UNITS = 10_000
needs = st.just(Need()) | st.builds(
    Need, input_tokens=st.floats(0, UNITS), output_tokens=st.floats(0, UNITS)
)
usages = st.builds(Usage, input_tokens=st.integers(0, UNITS), output_tokens=st.integers(0, UNITS))
levels = st.builds(
    BucketLevel,
    resource=st.sampled_from(Resource),
    limit=st.floats(2 * UNITS, 100 * UNITS),
    remaining=st.floats(0, 100 * UNITS),
    reset_s=st.none() | st.floats(0, 60),
)
absurd = st.builds(
    BucketLevel,
    resource=st.sampled_from(Resource),
    limit=st.sampled_from([1e-9, 1.0, 1e18]) | st.floats(1e-9, 1e18),
    remaining=st.sampled_from([0.0, 1e18]) | st.floats(0, 1e18),
    reset_s=st.none() | st.sampled_from([0.0, 91.0, 1e9]),
)


def limits_of(level: st.SearchStrategy[BucketLevel]) -> st.SearchStrategy[RateLimits]:
    return st.builds(
        RateLimits,
        levels=st.lists(level, max_size=3).map(tuple),
        retry_after_s=st.none() | st.floats(0, 60),
    )


class Histories(RuleBasedStateMachine):
    """Launches that the pacer permits, and every end that a call may have."""

    limits = limits_of(levels) | st.just(SILENT)

    @initialize(most=st.integers(1, 50), asked=st.integers(0, 60))
    def begin(self, most: int, asked: int) -> None:
        self.pacer = Pacer(most)
        if asked:
            self.pacer.open(asked)
        self.now = 0.0
        self.under_way: list[Permit] = []
        self.episode_from = 0
        self.announced = False
        self.held_s = 0.0

    @rule(seconds=st.floats(0, 90))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(need=needs, most=st.integers(1, 20))
    def launch(self, need: Need, most: int) -> None:
        for _ in range(most):
            if self.pacer.delay(need, self.now) > 0:
                return
            permit = self.pacer.launched(need, self.now)
            self.under_way.append(permit)
            assert len(self.under_way) <= int(self.pacer.ceiling)

    @rule(need=needs)
    def look_again_when_it_says(self, need: Need) -> None:
        """Who comes back when he is told to is not sent away for ever."""
        wait = self.pacer.delay(need, self.now)
        if wait < math.inf:
            self.now += wait
            assert self.pacer.delay(need, self.now) <= 1e-5 + wait / 1e9

    @precondition(lambda self: self.under_way)
    @rule(limits=limits, usage=usages, which=st.randoms(use_true_random=False))
    def succeed(self, limits: RateLimits, usage: Usage, which: object) -> None:
        self.announced |= bool(limits.levels)
        permit, before = self._one(which), self.pacer.ceiling
        self.pacer.succeeded(permit, limits, usage, self.now)
        assert self.pacer.ceiling >= before  # a success never lowers it
        if not permit.used and not self.announced:
            assert self.pacer.ceiling == before

    @precondition(lambda self: self.under_way)
    @rule(limits=limits, which=st.randoms(use_true_random=False))
    def refuse(self, limits: RateLimits, which: object) -> None:
        self.announced |= bool(limits.levels)
        permit, before = self._one(which), self.pacer.ceiling
        self.pacer.refused(permit, limits, self.now)
        assert self.pacer.ceiling <= before
        if permit.number <= self.episode_from:
            assert self.pacer.ceiling == before  # launched before the last cut was known
        else:
            assert self.pacer.ceiling >= 0.8 * min(before, len(self.under_way) + 1) - 1e-9
            self.episode_from = self._launched
            self.held_s = max(self.held_s, limits.retry_after_s or 0.0)

    @precondition(lambda self: self.under_way)
    @rule(limits=limits, which=st.randoms(use_true_random=False), forgotten=st.booleans())
    def fail(self, limits: RateLimits, which: object, forgotten: bool) -> None:
        permit, before = self._one(which), self.pacer.ceiling
        if forgotten:
            self.pacer.forgotten(permit)
        else:
            self.announced |= bool(limits.levels)
            self.pacer.failed(permit, limits, self.now)
        assert self.pacer.ceiling == before

    @invariant()
    def the_counts_are_right(self) -> None:
        if not hasattr(self, "pacer"):
            return
        assert self.pacer.in_flight == len(self.under_way) <= self.pacer.most
        assert 1 <= self.pacer.ceiling <= self.pacer.most
        delay = self.pacer.delay(Need(), self.now)
        assert delay >= 0  # and no NaN

    def teardown(self) -> None:
        """Whatever happened: once calls succeed again, there is no end of them."""
        if not hasattr(self, "pacer"):
            return
        while self.under_way:
            self.pacer.succeeded(self.under_way.pop(), SILENT, NOTHING, self.now)
        began = self.now
        for _ in range(20):
            wait = self.pacer.delay(Need(), self.now)
            assert wait <= self._longest_wait(began)
            self.now += wait + 1e-5
            assert self.pacer.delay(Need(), self.now) < 1e-5
            permit = self.pacer.launched(Need(), self.now)
            self.pacer.succeeded(permit, SILENT, NOTHING, self.now)

    def _longest_wait(self, began: float) -> float:
        """A minute for what each call may have taken, a hold, a pace as slow as what was."""
        return 60.0 * (1 + self._launched) + self.held_s + LONGEST_HOLD_S + 0.5 * began

    @property
    def _launched(self) -> int:
        return self.pacer._launched  # noqa: SLF001 -- permits are numbered by it

    def _one(self, which: object) -> Permit:
        index = which.randrange(len(self.under_way))  # type: ignore[attr-defined]
        return self.under_way.pop(index)


class AbsurdHistories(Histories):
    """Announcements that make no sense: it must stay sane, and end its waits."""

    limits = limits_of(absurd) | st.just(SILENT)

    def _longest_wait(self, began: float) -> float:
        return 1e12 + 2 * began


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAbsurdHistories = AbsurdHistories.TestCase
TestAbsurdHistories.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_named_concurrency_is_open_at_once_but_not_above_the_most() -> None:
    pacer = Pacer(8)
    pacer.open(5)
    assert pacer.ceiling == 5
    pacer.open(3)
    assert pacer.ceiling == 5
    pacer.open(100)
    assert pacer.ceiling == 8


def test_a_named_concurrency_opens_nothing_after_a_refusal() -> None:
    pacer = Pacer(8)
    pacer.refused(pacer.launched(Need(), 0.0), SILENT, 0.1)
    pacer.open(8)
    assert pacer.ceiling == 1


def test_after_repeated_misses_one_probe_at_a_time() -> None:
    pacer = Pacer(10)
    pacer.open(10)
    now = 0.0
    for _ in range(2):
        while (wait := pacer.delay(Need(), now)) > 0:
            now += wait
        pacer.refused(pacer.launched(Need(), now), SILENT, now + 0.1)
    while (wait := pacer.delay(Need(), now)) > 0:
        now += wait
    probe = pacer.launched(Need(), now)

    assert pacer.delay(Need(), now + 1e6) == math.inf
    pacer.succeeded(probe, SILENT, NOTHING, now)
    assert pacer.delay(Need(), now + 1e3) == 0


def test_gaps_between_misses_grow_to_a_bound() -> None:
    pacer = Pacer(10)
    now, gaps = 0.0, []
    for _ in range(12):
        wait = pacer.delay(Need(), now)
        now += wait
        gaps.append(wait)
        pacer.refused(pacer.launched(Need(), now), SILENT, now)

    assert max(gaps) <= 10
    assert gaps[-1] >= LONGEST_HOLD_S


def test_a_provider_that_asks_for_a_wait_is_obeyed_from_the_second_refusal_on() -> None:
    pacer = Pacer(10)
    asked = RateLimits(retry_after_s=7.0)
    pacer.refused(pacer.launched(Need(), 0.0), asked, 0.0)
    now = pacer.delay(Need(), 0.0)
    pacer.refused(pacer.launched(Need(), now), asked, now)

    assert pacer.delay(Need(), now) == pytest.approx(7.0)


def test_an_announced_bucket_is_never_overdrawn() -> None:
    pacer = Pacer(50)
    level = BucketLevel(resource=Resource.INPUT_TOKENS, limit=6000, remaining=1000)
    need = Need(input_tokens=300)
    first = pacer.launched(need, 0.0)
    pacer.succeeded(first, RateLimits(levels=(level,)), Usage(input_tokens=300), 0.0)
    pacer.ceiling = 50.0
    launched = 0
    while pacer.delay(need, 0.0) == 0:
        pacer.launched(need, 0.0)
        launched += 1

    assert launched == 3
    assert 0 < pacer.delay(need, 0.0) <= 3


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("rate", "burst", "count", "goodput"),
    [(50.0, 50.0, 4000, 0.9), (50.0, 5.0, 4000, 0.9), (10.0, 600.0, 2000, 0.9)],
)
def test_announced_limits_are_used_to_the_full_without_refusals(
    seed: int, rate: float, burst: float, count: int, goodput: float
) -> None:
    provider = Provider(seed=seed, rate=rate, burst=burst)

    outcome = Client(Pacer(200), provider, count).work()

    assert outcome.succeeded == count
    assert (count - burst) / rate / outcome.took_s >= goodput
    assert outcome.refused_share <= 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_calls_that_overtake_each_other_do_not_spoil_the_mirrors(seed: int) -> None:
    provider = Provider(seed=seed, rate=50.0, burst=50.0, on_the_way_s=0.001)

    outcome = Client(Pacer(200), provider, 4000).work()

    assert outcome.succeeded == 4000
    assert (4000 - 50) / 50 / outcome.took_s >= 0.85
    assert outcome.refused_share <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_what_others_leave_of_an_announced_limit_is_used(seed: int) -> None:
    provider = Provider(seed=seed, rate=50.0, burst=50.0, others=25.0)

    outcome = Client(Pacer(200), provider, 4000).work()

    assert outcome.succeeded == 4000
    assert (4000 - 50) / 25 / outcome.took_s >= 0.85


@pytest.mark.parametrize("seed", SEEDS)
def test_what_others_use_is_noticed(seed: int) -> None:
    provider = Provider(seed=seed, rate=50.0, burst=50.0, others=25.0)

    outcome = Client(Pacer(200), provider, 4000).work()

    assert outcome.refused_share <= 0.15


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("on_the_way_s", [0.0, 0.01])
@pytest.mark.parametrize(
    ("rate", "burst", "count"), [(50.0, 50.0, 4000), (50.0, 5.0, 4000), (5.0, 60.0, 1000)]
)
def test_a_limit_that_nobody_announces_is_learned(
    seed: int, on_the_way_s: float, rate: float, burst: float, count: int
) -> None:
    provider = Provider(
        seed=seed, rate=rate, burst=burst, announces=False, on_the_way_s=on_the_way_s
    )

    outcome = Client(Pacer(200), provider, count).work()

    assert outcome.succeeded == count
    assert (count - burst) / rate / outcome.took_s >= 0.7
    assert outcome.refused_share <= 0.06


@pytest.mark.parametrize("seed", SEEDS)
def test_a_limit_of_calls_at_once_is_learned(seed: int) -> None:
    provider = Provider(seed=seed, at_once=12, announces=False)

    outcome = Client(Pacer(200), provider, 3000).work()

    best_s = 3000 * 0.8 * math.exp(0.4**2 / 2) / 12
    assert outcome.succeeded == 3000
    assert best_s / outcome.took_s >= 0.6
    assert outcome.refused_share <= 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_limit_the_most_is_reached(seed: int) -> None:
    outcome = Client(Pacer(64), Provider(seed=seed, announces=False), 4000).work()

    assert outcome.peak == 64
    assert outcome.refused == 0
