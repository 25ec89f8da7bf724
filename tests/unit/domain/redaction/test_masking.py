"""Placeholders, and the way back."""

from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.redaction import Secret, SecretKind, masked, secrets_in, unmasked
from tests.unit.domain.redaction.redacting import placeholder, redacted, view

PIECES = st.lists(
    st.sampled_from(
        ['"password":"hunter2",', "bob@x.example ", "plain text ", "ünïcode ", "token=ab12cd34&"]
    ),
    max_size=12,
)


@given(PIECES, st.data())
def test_every_span_finds_its_way_back(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    result = redacted(view(text))
    left = result.parts.get("response.body", "")
    start = data.draw(st.integers(0, len(left)))
    end = data.draw(st.integers(start, len(left)))
    begin, stop = result.original("response.body", start, end)
    again = text[begin:stop]
    assert 0 <= begin <= stop <= len(text)
    if "<" not in left[max(0, start - 12) : end] and ">" not in left[start : end + 12]:
        assert again == left[start:end]


def test_a_placeholder_that_is_covered_in_part_counts_whole() -> None:
    result = redacted(view('{"password":"hunter2","a":1}'))
    left = result.parts["response.body"]
    at = left.index("SSWORD_1")
    assert result.original("response.body", at, at + 3) == (13, 20)
    assert result.original("response.body", 0, len(left)) == (0, 28)


@given(PIECES)
def test_what_is_masked_has_no_secret_left(pieces: list[str]) -> None:
    left = redacted(view("".join(pieces))).parts.get("response.body", "")
    assert secrets_in(view(left)) == ()


def test_values_are_counted_by_kind() -> None:
    result = redacted(view("a@x.example b@x.example token=ab12cd34"))
    assert result.counts == {SecretKind.EMAIL: 2, SecretKind.TOKEN: 1}


def test_of_a_jwt_the_structure_is_told_and_no_value() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhbm5hIiwiZXhwIjoxNzAwMDAwMDAwfQ.abcDEF_123"
    (line,) = redacted(view(token)).legend
    assert line == "<JWT_1> is a JWT: alg HS256, claims exp, sub, expires 2023-11-14"


def test_nothing_is_replaced_when_redaction_is_off() -> None:
    seen = view("bob@x.example")
    result = unmasked(seen)
    assert result.parts["response.body"] == "bob@x.example"
    assert result.original("response.body", 2, 5) == (2, 5)


def test_secrets_given_by_hand_are_replaced_as_well() -> None:
    seen = view("one two")
    secret = Secret("response.body", 4, 7, SecretKind.CUSTOM, "two")
    assert masked(seen, [secret], placeholder).parts["response.body"] == "one <CUSTOM_1>"
