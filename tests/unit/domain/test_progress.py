"""How a batch is doing, and when it will be done."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.batches import Batch, BatchState
from reqsift.domain.limits import Usage
from reqsift.domain.progress import Progress, Speed


def test_the_speed_is_that_of_the_last_items() -> None:
    speed = Speed()
    assert (speed.rate(0.0), speed.eta(10, 0.0)) == (0.0, None)
    speed.ended(1, 0.0)
    assert speed.rate(1.0) == 0.0
    for second in range(1, 1_001):
        speed.ended(1, float(second))
    for tenth in range(1, 2_001):
        speed.ended(1, 1_000 + tenth / 10)

    assert speed.rate(1_200.0) == pytest.approx(10, rel=0.01)
    eta = speed.eta(100, 1_200.0)
    assert eta is not None
    assert eta[0] == pytest.approx(10, rel=0.01)
    assert 0 < eta[1] < eta[0]


def test_silence_lowers_the_speed() -> None:
    speed = Speed()
    speed.ended(100, 0.0)
    speed.ended(100, 10.0)
    assert speed.rate(1_000.0) < 0.3


@given(
    ends=st.lists(st.tuples(st.integers(0, 500), st.floats(0, 100)), max_size=30),
    left=st.integers(0, 10**6),
)
def test_it_never_tells_nonsense(ends: list[tuple[int, float]], left: int) -> None:
    speed, now = Speed(), 0.0
    for count, gap in ends:
        now += gap
        speed.ended(count, now)
        assert speed.rate(now) >= 0
        eta = speed.eta(left, now)
        assert eta is None or (eta[0] >= 0 and eta[1] >= 0)
    assert speed.rate(now + 1) < 250


def test_the_interval_holds_about_nine_times_out_of_ten() -> None:
    """Ends at random moments of a steady pace: 1,000 of them take about 200 s."""
    held = 0
    for seed in range(200):
        dice, speed, now = Random(seed), Speed(), 0.0
        for _ in range(200):
            now += dice.expovariate(5.0)
            speed.ended(1, now)
        eta = speed.eta(1_000, now)
        assert eta is not None
        held += abs(eta[0] - sum(dice.expovariate(5.0) for _ in range(1_000))) <= eta[1]
    assert 165 <= held <= 195


BATCH = Batch(
    id="b1",
    model="offline",
    concurrency=5,
    state=BatchState.PAUSED,
    total=10,
    successful=6,
    failed=1,
    spent=Usage(cost=0.5),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    duration_ms=1_500,
)


def test_a_batch_that_does_not_run_has_progress_too() -> None:
    progress = Progress.of(BATCH, 7)
    assert (progress.done, progress.total, progress.last_event_id) == (7, 10, 7)
    assert (progress.state, progress.elapsed_ms, progress.in_flight) == (
        BatchState.PAUSED,
        1_500,
        0,
    )
    assert progress.spent == BATCH.spent


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.4, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3_600, "1 h 0 min"), (90_061, "25 h 1 min")],
)
def test_it_reads_well(seconds: float, shown: str) -> None:
    progress = Progress(
        batch_id="b1",
        state=BatchState.RUNNING,
        total=100,
        successful=8,
        failed=2,
        elapsed_ms=5,
        in_flight=3,
        concurrency=5,
        rate=8.34,
        eta_s=seconds,
        eta_uncertainty_s=1,
        spent=Usage(cost=0.25),
        retries=1_000,
        rate_limited=4,
        breaker_open=True,
    )
    words = progress.in_words
    assert words.startswith(f"8.3/s · {shown} left ± 1 s · 3 of 5 under way · $0.2500")
    assert "2 failed" in words
    assert "1,000 tried again" in words
    assert "4 rate-limited" in words
    assert "the provider does not answer" in words
