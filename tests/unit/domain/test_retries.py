"""What becomes of a failed call, by cause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.retries import (
    LONGEST_DELAY_S,
    LONGEST_TRIAL_S,
    POLICIES,
    Cause,
    retry_delay,
)

causes = st.sampled_from(Cause)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_policy(cause: Cause) -> None:
    assert POLICIES[cause].retries >= 0


def test_what_no_other_item_can_escape_ends_the_batch() -> None:
    ending = {cause for cause in Cause if POLICIES[cause].ends_batch}
    assert {Cause.KEY_REFUSED, Cause.NO_CREDIT} <= ending
    assert not any(POLICIES[cause].retries for cause in ending)


def test_answers_tell_of_no_outage() -> None:
    answered = {Cause.RATE_LIMITED, Cause.MALFORMED, Cause.TRUNCATED, Cause.REFUSED}
    assert not any(POLICIES[cause].outage for cause in answered | {Cause.BROKEN, Cause.GONE})
    down = {Cause.OVERLOADED, Cause.SERVER_ERROR, Cause.DROPPED, Cause.TIMED_OUT}
    assert all(POLICIES[cause].outage for cause in down)


@given(cause=causes, failures=st.integers(1, 1_000), chance=st.floats(0, 1))
def test_tries_are_counted_by_the_table(cause: Cause, failures: int, chance: float) -> None:
    delay = retry_delay(cause, failures, 0.0, chance)
    assert (delay is None) == (failures > POLICIES[cause].retries)


@given(cause=causes, failures=st.integers(1, 8), chance=st.floats(0, 1))
def test_waits_are_spread_from_nothing_to_a_doubling_bound(
    cause: Cause, failures: int, chance: float
) -> None:
    delay = retry_delay(cause, failures, 0.0, chance)
    most = retry_delay(cause, failures, 0.0, 1.0)
    if delay is None or most is None:
        return
    assert 0 <= delay <= most <= LONGEST_DELAY_S
    assert delay == pytest.approx(most * chance)
    if failures > 1:
        before = retry_delay(cause, failures - 1, 0.0, 1.0)
        assert before is not None
        assert most >= before


def test_some_are_tried_again_at_once() -> None:
    assert retry_delay(Cause.DROPPED, 1, 0.0, 1.0) == 0
    assert retry_delay(Cause.DROPPED, 2, 0.0, 1.0) == pytest.approx(0.1)
    assert retry_delay(Cause.OVERLOADED, 1, 0.0, 1.0) == pytest.approx(0.1)
    assert retry_delay(Cause.OVERLOADED, 4, 0.0, 1.0) == pytest.approx(0.8)


@given(cause=causes)
def test_nothing_is_tried_for_ever(cause: Cause) -> None:
    assert retry_delay(cause, 1, LONGEST_TRIAL_S + 1, 0.5) is None
