import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.packing import packs


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], []),
        ([1], [(0, 1)]),
        ([1, 1, 1, 1], [(0, 3), (3, 4)]),
        ([4, 4, 4], [(0, 2), (2, 3)]),
        ([4, 11, 4, 4], [(0, 1), (1, 2), (2, 4)]),
        ([11, 11], [(0, 1), (1, 2)]),
        ([5, 5, 1], [(0, 2), (2, 3)]),
    ],
)
def test_neighbours_share_a_call_as_long_as_they_fit(
    weights: list[float], expected: list[tuple[int, int]]
) -> None:
    assert packs(weights, most_items=3, most_weight=10) == expected


def test_one_item_at_most_is_one_each() -> None:
    assert packs([0, 0, 0], most_items=1, most_weight=10) == [(0, 1), (1, 2), (2, 3)]


@given(
    weights=st.lists(st.floats(min_value=0, max_value=100)),
    most_items=st.integers(min_value=1, max_value=6),
    most_weight=st.floats(min_value=1, max_value=150),
)
def test_every_item_is_in_one_pack_and_no_pack_is_too_large(
    weights: list[float], most_items: int, most_weight: float
) -> None:
    made = packs(weights, most_items, most_weight)

    assert [place for start, end in made for place in range(start, end)] == list(
        range(len(weights))
    )
    for start, end in made:
        assert 1 <= end - start <= most_items
        assert end - start == 1 or sum(weights[start:end]) <= most_weight


@given(weights=st.lists(st.integers(min_value=0, max_value=10)))
def test_no_pack_ends_before_it_is_full(weights: list[int]) -> None:
    made = packs(weights, most_items=4, most_weight=20)

    for start, middle in made[:-1]:
        assert middle - start == 4 or sum(weights[start : middle + 1]) > 20
