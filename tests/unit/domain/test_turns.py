"""Whose turn it is."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.batches import Priority
from reqsift.domain.turns import Turns


def served(priorities: dict[str, Priority], count: int, each_s: float) -> list[str]:
    """Whose turns they are, when all always have something to do."""
    turns, now, order = Turns(), 0.0, []
    for batch_id in priorities:
        turns.join(batch_id, now)
    for _ in range(count):
        chosen = turns.choose(list(priorities.items()), now)
        turns.taken(chosen, now)
        order.append(chosen)
        now += each_s
    return order


def test_urgent_comes_first() -> None:
    order = served({"a": Priority.BULK, "b": Priority.NORMAL, "c": Priority.INTERACTIVE}, 50, 0.01)
    assert set(order) == {"c"}


def test_equals_take_turns() -> None:
    order = served(dict.fromkeys("abcd", Priority.NORMAL), 400, 0.01)
    assert set(Counter(order).values()) == {100}
    assert len({tuple(order[at : at + 4]) for at in range(0, 400, 4)}) == 1


def test_nobody_starves() -> None:
    order = served({"a": Priority.BULK, "b": Priority.INTERACTIVE}, 1_000, 0.01)
    assert 4 <= Counter(order)["a"] <= 6  # about one each 2 s


def test_who_comes_later_does_not_make_up_for_what_he_missed() -> None:
    turns = Turns()
    turns.join("a", 0.0)
    for _ in range(100):
        turns.taken("a", 0.0)
    turns.join("b", 0.0)
    waiting = [("a", Priority.NORMAL), ("b", Priority.NORMAL)]
    order = []
    for _ in range(10):
        order.append(turns.choose(waiting, 0.0))
        turns.taken(order[-1], 0.0)
    assert Counter(order) == {"a": 5, "b": 5}


def test_who_left_is_forgotten() -> None:
    turns = Turns()
    turns.join("a", 0.0)
    turns.leave("a")
    turns.leave("a")
    turns.join("b", 0.0)
    assert turns.choose([("b", Priority.BULK)], 99.0) == "b"


@given(
    priorities=st.lists(st.sampled_from(Priority), min_size=1, max_size=8),
    each_s=st.floats(0.001, 0.2),
)
def test_everyone_gets_a_turn_before_long(priorities: list[Priority], each_s: float) -> None:
    batches = {f"b{number}": priority for number, priority in enumerate(priorities)}
    count = int((2.5 + len(batches) * each_s) / each_s) + 2 * len(batches)
    assert set(served(batches, count, each_s)) == set(batches)
