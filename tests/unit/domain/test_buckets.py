"""The mirror of a provider's bucket."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.buckets import Bucket
from reqsift.domain.limits import BucketLevel, Resource


def level(limit: float, remaining: float, reset_s: float | None = None) -> BucketLevel:
    return BucketLevel(
        resource=Resource.REQUESTS, limit=limit, remaining=remaining, reset_s=reset_s
    )


def test_it_refills_steadily_up_to_the_highest_level_that_was_announced() -> None:
    bucket = Bucket(level(600, 50), now=100.0)
    bucket.take(30, now=100.0)

    assert bucket.level(100.0) == 20
    assert bucket.level(101.0) == 30
    assert bucket.level(1_000.0) == 50


def test_the_delay_is_until_there_is_enough_and_a_little_more() -> None:
    bucket = Bucket(level(60, 10), now=0.0)
    assert bucket.delay(9, now=0.0) == 0
    bucket.take(10, now=0.0)

    wait = bucket.delay(1, now=0.0)

    assert 1 < wait <= 2
    assert bucket.delay(1, now=wait) == pytest.approx(0, abs=1e-9)


def test_more_than_it_can_ever_hold_waits_until_it_is_full() -> None:
    bucket = Bucket(level(60, 10), now=0.0)
    assert bucket.delay(1_000, now=0.0) == 0
    bucket.take(1_000, now=0.0)
    assert bucket.delay(1_000, now=0.0) == pytest.approx(1_000)


def test_a_bucket_that_never_refills_is_waited_for_without_end() -> None:
    bucket = Bucket(level(0, 0), now=0.0)
    bucket.take(1, now=0.0)
    assert bucket.delay(1, now=0.0) == math.inf


def test_a_window_longer_than_a_minute_is_seen_by_its_reset() -> None:
    hourly = Bucket(level(1_000, 400, reset_s=3_600), now=0.0)
    assert hourly.rate == pytest.approx(600 / 3_600)
    minute = Bucket(level(1_000, 400, reset_s=36), now=0.0)
    assert minute.rate == pytest.approx(1_000 / 60)


def test_what_was_given_back_can_be_taken_again() -> None:
    bucket = Bucket(level(60, 10), now=0.0)
    bucket.take(8, now=0.0)
    bucket.take(-5, now=0.0)
    assert bucket.level(0.0) == 7
    bucket.take(-100, now=0.0)
    assert bucket.level(0.0) == 10


def test_a_lower_level_is_believed_when_it_was_lower_at_both_moments() -> None:
    bucket = Bucket(level(60, 50), now=0.0)
    at_launch = bucket.take(1, now=0.0)
    bucket.hear(level(60, 20), at_launch, now=0.0)
    assert bucket.level(0.0) == pytest.approx(21, abs=1)


def test_a_level_that_fits_either_moment_corrects_nothing() -> None:
    """The provider stamps it when the call comes in, or when it answers."""
    bucket = Bucket(level(60, 50), now=0.0)
    at_launch = bucket.take(1, now=0.0)
    bucket.take(30, now=0.0)
    bucket.hear(level(60, 49), at_launch, now=0.0)
    assert bucket.level(0.0) == 19
    bucket.hear(level(60, 19), at_launch, now=0.0)
    assert bucket.level(0.0) == 19


def test_rounding_corrects_nothing() -> None:
    bucket = Bucket(level(60, 50), now=0.0)
    at_launch = bucket.take(1.5, now=0.0)
    bucket.hear(level(60, 48), at_launch, now=0.0)
    assert bucket.level(0.0) == 48.5


def test_a_higher_level_than_ever_makes_it_larger() -> None:
    bucket = Bucket(level(60, 10), now=0.0)
    bucket.hear(level(60, 60), None, now=0.0)
    assert 10 < bucket.level(10_000.0) <= 60


def test_a_refusal_empties_it() -> None:
    bucket = Bucket(level(60, 50), now=0.0)
    bucket.emptied(now=1.0)
    assert bucket.level(1.0) == 0
    bucket.take(5, now=1.0)
    bucket.emptied(now=1.0)
    assert bucket.level(1.0) == -5


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["take", "hear", "empty", "wait"]),
            st.floats(0, 1e6),
            st.floats(1, 1e6),
        ),
        max_size=30,
    )
)
def test_no_history_makes_the_delay_senseless(events: list[tuple[str, float, float]]) -> None:
    bucket, now, at_launch = Bucket(level(60, 10), 0.0), 0.0, None
    for kind, amount, limit in events:
        match kind:
            case "take":
                at_launch = bucket.take(amount, now)
            case "hear":
                bucket.hear(level(limit, amount), at_launch, now)
            case "empty":
                bucket.emptied(now)
            case _:
                now += amount
        wait = bucket.delay(amount, now)
        assert 0 <= wait < math.inf
        # Whoever waits as long as it says need not wait again.
        assert bucket.delay(amount, now + wait) <= 1e-6 * (1 + wait)
