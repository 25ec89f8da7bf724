from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reqsift.domain.batches import (
    Batch,
    BatchState,
    Priority,
    effective_concurrency,
    pack_size,
)
from reqsift.domain.limits import Usage


@pytest.mark.parametrize(
    ("asked", "maximum", "limit"), [(None, 5, 5), (None, 3, 3), (99, 5, 5), (1, 5, 1), (7, 50, 7)]
)
def test_the_limit_in_force(asked: int | None, maximum: int, limit: int) -> None:
    assert effective_concurrency(asked, maximum) == limit


@pytest.mark.parametrize(
    ("total", "concurrency", "largest", "size"),
    [(0, 5, 64, 1), (10, 5, 64, 1), (100, 5, 64, 5), (20_000, 5, 64, 64), (20_000, 5, 1, 1)],
)
def test_packs_keep_all_workers_busy(total: int, concurrency: int, largest: int, size: int) -> None:
    assert pack_size(total, concurrency, largest) == size


def test_the_average_is_over_all_requests() -> None:
    batch = Batch(
        id="b1",
        model="offline",
        concurrency=5,
        state=BatchState.COMPLETED,
        total=10,
        successful=9,
        failed=1,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_ms=8300,
    )
    assert batch.average_ms == 830
    assert replace(batch, total=0).average_ms == 0
    assert batch.in_words == (
        "completed in 8.3s; successful 9; failed 1; total 10; average time 0.83s per request; "
        "concurrency 5 parallel requests"
    )
    assert "average time 0.0083s" in replace(batch, total=1000).in_words


def test_what_is_left_and_what_it_cost_is_told() -> None:
    batch = Batch(
        id="b1",
        model="haiku-4.5",
        concurrency=5,
        state=BatchState.PAUSED,
        total=10,
        successful=5,
        failed=1,
        spent=Usage(cost=0.125),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert batch.left == 4
    assert "failed 1; left 4; total 10" in batch.in_words
    assert batch.in_words.endswith("cost $0.1250")


def test_the_most_urgent_has_the_lowest_rank() -> None:
    assert sorted(Priority, key=lambda one: one.rank) == [
        Priority.INTERACTIVE,
        Priority.NORMAL,
        Priority.BULK,
    ]
