import pytest

from reqsift.simulator.buckets import Bucket, Limits
from reqsift.simulator.settings import Settings


def test_a_bucket_refills_all_the_time_up_to_its_capacity() -> None:
    bucket = Bucket(per_minute=60, capacity=10, now=0)
    bucket.take(10, now=0)
    assert bucket.level(now=0) == 0
    assert bucket.level(now=2.5) == pytest.approx(2.5)
    assert bucket.level(now=100) == 10


def test_a_bucket_tells_how_long_to_wait() -> None:
    bucket = Bucket(per_minute=60, capacity=10, now=0)
    bucket.take(12, now=0)
    assert bucket.wait(1, now=0) == pytest.approx(3)
    assert bucket.wait(99, now=0) == pytest.approx(12), "until it is full: it never holds 99"
    assert bucket.wait(1, now=50) == 0


def test_clients_are_never_told_less_than_nothing() -> None:
    bucket = Bucket(per_minute=60, capacity=10, now=0)
    assert bucket.told(now=0) == (10, 0)
    bucket.take(12.5, now=0)
    assert bucket.told(now=0) == (0, 12.5)
    assert bucket.told(now=4) == (1, 8.5)


def test_a_call_is_refused_by_the_first_limit_that_lacks() -> None:
    limits = Limits(Settings(rpm=60, burst=1, input_tpm=600, output_tpm=60), now=0)
    assert limits.lacking(600, now=0) is None
    assert limits.lacking(601, now=0) == ("input tokens", 0)
    limits.take_call(600, now=0)
    assert limits.lacking(1, now=0) == ("requests", 1)
    assert limits.lacking(100, now=1) == ("input tokens", 9)
    assert limits.lacking(100, now=10) is None


def test_output_tokens_may_be_overdrawn_and_then_refuse() -> None:
    limits = Limits(Settings(output_tpm=60, token_burst=10), now=0)
    limits.take_output(30, now=0)
    assert limits.lacking(1, now=0) == ("output tokens", 21)
    assert limits.lacking(1, now=21) is None


def test_limits_that_are_not_set_refuse_nothing() -> None:
    limits = Limits(Settings(), now=0)
    limits.take_call(10**9, now=0)
    limits.take_output(10**9, now=0)
    assert limits.lacking(10**9, now=0) is None
