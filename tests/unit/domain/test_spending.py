"""Sums of spendings."""

from datetime import date

from reqsift.domain.limits import Usage
from reqsift.domain.spending import Spending


def test_a_sum_keeps_the_name_of_the_first() -> None:
    first = Spending(
        day=date(2026, 1, 1),
        batch_id="b1",
        model="haiku-4.5",
        calls=1,
        bytes=100,
        answered=3,
        usage=Usage(input_tokens=10, output_tokens=2, cost=0.5, cached_tokens=4),
    )
    second = Spending(day=date(2026, 1, 2), batch_id="b2", model="other", calls=2, cached=5)

    both = first + second

    assert (both.day, both.batch_id, both.model) == (first.day, "b1", "haiku-4.5")
    assert (both.calls, both.bytes, both.answered, both.cached) == (3, 100, 3, 5)
    assert both.usage == first.usage
