"""Whose turn it is."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.batches import Priority
from reqsift.domain.turns import Turns


def served(priorities: dict[str, Priority], count: int) -> list[str]:
    """Whose turns they are, when all always have something to do."""
    turns, order = Turns(), []
    for batch_id in priorities:
        turns.join(batch_id)
    for _ in range(count):
        chosen = turns.choose(list(priorities.items()))
        turns.taken(chosen)
        order.append(chosen)
    return order


def test_urgent_comes_first() -> None:
    order = served({"a": Priority.BULK, "b": Priority.NORMAL, "c": Priority.INTERACTIVE}, 40)
    assert set(order) == {"c"}


def test_equals_take_turns() -> None:
    order = served(dict.fromkeys("abcd", Priority.NORMAL), 400)
    assert set(Counter(order).values()) == {100}
    assert len({tuple(order[at : at + 4]) for at in range(0, 400, 4)}) == 1


def test_nobody_starves() -> None:
    order = served({"a": Priority.BULK, "b": Priority.INTERACTIVE}, 1_000)
    assert 20 <= Counter(order)["a"] <= 30


def test_who_comes_later_does_not_make_up_for_what_he_missed() -> None:
    turns = Turns()
    turns.join("a")
    for _ in range(100):
        turns.taken("a")
    turns.join("b")
    waiting = [("a", Priority.NORMAL), ("b", Priority.NORMAL)]
    order = []
    for _ in range(10):
        order.append(turns.choose(waiting))
        turns.taken(order[-1])
    assert Counter(order) == {"a": 5, "b": 5}


def test_who_left_is_forgotten() -> None:
    turns = Turns()
    turns.join("a")
    turns.leave("a")
    turns.leave("a")
    turns.join("b")
    assert turns.choose([("b", Priority.BULK)]) == "b"


@given(st.lists(st.sampled_from(Priority), min_size=1, max_size=8))
def test_everyone_gets_a_turn_before_long(priorities: list[Priority]) -> None:
    batches = {f"b{number}": priority for number, priority in enumerate(priorities)}
    assert set(served(batches, 50)) == set(batches)
