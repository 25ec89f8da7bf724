"""Texts that answer quickly must answer as any text does."""

from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.words import Words

ASKED = ("sql", "sqlite", "lit", "ite err", "ä", "$", "x" * 40, "")
SAMPLES = ("", "sqlite error", "no sql", "lite $ ä", "x" * 80, "sq", "SQL")


def taught() -> Words:
    words = Words()
    for _ in range(100):
        text = words.searchable("sqlite error: ä$")
        for word in ASKED:
            assert (word in text) == (word in "sqlite error: ä$")
    return words


TAUGHT = taught()


@given(
    st.text(alphabet="sqlite er$äxSQL", max_size=60) | st.sampled_from(SAMPLES), st.text(max_size=3)
)
def test_the_answer_is_that_of_the_plain_text(text: str, unasked: str) -> None:
    searchable = TAUGHT.searchable(text)

    assert searchable == text
    for word in (*ASKED, unasked):
        assert (word in searchable) == (word in text), word


def test_it_is_a_text_like_any_other() -> None:
    searchable = TAUGHT.searchable("SQLite error")

    assert searchable.lower() == "sqlite error"
    assert searchable[:3] == "SQL"
    assert searchable.find("error") == 7
    assert f"{searchable}" == "SQLite error"
    assert hash(searchable) == hash("SQLite error")


def test_a_long_text_is_left_alone() -> None:
    text = "$" * 70_000
    assert TAUGHT.searchable(text) is text


def test_learning_takes_the_words_that_are_often_looked_for() -> None:
    words = Words()
    for number in range(100):
        text = words.searchable("a b c")
        _ = "a" in text
        if number < 3:
            _ = "b" in text
    searched = words.searchable("c")

    assert getattr(searched, "sought", None) == {"a"}
