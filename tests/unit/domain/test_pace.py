"""The pace learned from refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.pace import LearnedPace


def test_nothing_is_kept_before_the_first_refusal() -> None:
    pace = LearnedPace()
    for number in range(1, 100):
        assert pace.delay(0.0) == 0
        pace.launched(number, 0.0)
    assert pace.rate is None


def learned(per_second: float, calls: int) -> tuple[LearnedPace, int, float]:
    """So many calls at that pace, then a refusal, twice: the second measures."""
    pace, now = LearnedPace(), 0.0
    number = 0
    for _ in range(2):
        for _ in range(calls):
            number += 1
            pace.launched(number, now)
            now += 1 / per_second
        number += 1
        pace.launched(number, now)
        pace.refused(number, now, now)
    return pace, number, now


@pytest.mark.parametrize("per_second", [0.5, 5.0, 200.0])
def test_what_was_admitted_between_two_refusals_is_the_pace(per_second: float) -> None:
    pace, _, now = learned(per_second, 50)
    assert pace.rate == pytest.approx(per_second, rel=0.05)
    assert pace.delay(now) == pytest.approx(1 / per_second, rel=0.05)


def test_a_measured_pace_grows_slowly_then_faster() -> None:
    pace, number, now = learned(10.0, 50)
    rates = []
    for _ in range(100):
        number += 1
        now += pace.delay(now)
        pace.launched(number, now)
        assert pace.rate is not None
        rates.append(pace.rate)

    assert rates[9] == pytest.approx(10, rel=0.06)
    assert rates[-1] > 20


def test_a_refusal_near_the_measured_pace_was_to_be_expected() -> None:
    pace, number, now = learned(10.0, 50)
    for _ in range(20):
        number += 1
        pace.launched(number, now)
        now += 0.1
    assert pace.refused(number + 1, now, now)


def test_a_refusal_far_below_it_was_not() -> None:
    pace, number, now = learned(10.0, 50)
    for _ in range(20):
        number += 1
        pace.launched(number, now)
        now += 1.0
    assert not pace.refused(number + 1, now, now)


def test_calls_to_spare_raise_it_until_it_is_not_needed() -> None:
    pace, *_ = learned(10.0, 50)
    pace.eased(5, announced=100)
    assert pace.rate == pytest.approx(15, rel=0.05)
    pace.eased(90, announced=100)
    assert pace.rate is None


def test_measuring_needs_some_calls() -> None:
    pace = LearnedPace()
    assert pace.measured(9, 9.0) is None
    for number in range(1, 11):
        pace.launched(number, float(number))
    assert pace.measured(3, 3.0) is None
    assert pace.measured(11, 11.0) == pytest.approx(1.0)


@given(
    refusals=st.lists(st.tuples(st.integers(0, 20), st.floats(0, 100), st.booleans()), max_size=100)
)
def test_it_stays_positive_and_gives_way(refusals: list[tuple[int, float, bool]]) -> None:
    """After any history a call is due within a part of the time that has passed."""
    pace, now, number = LearnedPace(), 0.0, 0
    for calls, span, too in refusals:
        for _ in range(calls + 1):
            now += pace.delay(now)
            number += 1
            pace.launched(number, now)
            now += span / (calls + 1)
        pace.refused(number, now, now)
        if too:
            pace.refused_too()
        assert pace.rate is None or pace.rate > 0
        assert 0 <= pace.delay(now) <= 1 + now
