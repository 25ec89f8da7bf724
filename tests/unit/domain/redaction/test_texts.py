"""An exchange as one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.redaction import SecretKind
from reqsift.domain.redaction.texts import BREAK, Hit, Joined, Runs, Text, places


@given(st.text(max_size=60))
def test_nothing_moves(text: str) -> None:
    made = Text(text)
    assert len(made.plain) == len(made.lowered) == len(text)
    assert all(a == b for a, b in zip(text, made.plain, strict=True) if a.isascii())


@given(st.lists(st.sampled_from(["a" * 18, "key-" * 6, "ab", " ", "ä", "."]), max_size=30))
def test_long_words_know_their_place(pieces: list[str]) -> None:
    plain = Text("".join(pieces)).plain
    runs = Runs(plain)
    for place, character in enumerate(runs.joined):
        if character != "\n":
            assert plain[runs.back(place)] == character


def test_a_hit_is_cut_where_its_part_ends() -> None:
    joined = Joined([("first", "abc"), ("second", "defg")])
    assert joined.text == f"abc{BREAK}defg"
    hits = [Hit(1, 9, SecretKind.TOKEN), Hit(6, 8, SecretKind.TOKEN), Hit(3, 5, SecretKind.TOKEN)]
    assert list(joined.apart(hits)) == [
        (0, Hit(1, 3, SecretKind.TOKEN)),
        (1, Hit(0, 2, SecretKind.TOKEN)),
    ]


def test_too_many_places_are_refused() -> None:
    assert list(places("aXaXa", "X", 2)) == [1, 3]
    with pytest.raises(ValueError, match="too many"):
        list(places("aXaXa", "X", 1))
