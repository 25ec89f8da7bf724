"""Tokens in hostile text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.jwt import jwts_in

TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln"


def test_a_token_is_found_where_it_stands() -> None:
    (found,) = jwts_in("request.url", f"/?t={TOKEN}&x=1")
    assert (found.start, found.text) == (4, TOKEN)


def test_the_full_stop_of_a_sentence_is_no_part_of_a_token() -> None:
    (found,) = jwts_in("response.body", f"It is {TOKEN}.")
    assert found.text == TOKEN


@pytest.mark.parametrize(
    "text", ["eyJ", "eyJ.eyJ.eyJ", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0.W10.c2ln", ""]
)
def test_rubbish_is_no_token(text: str) -> None:
    assert list(jwts_in("response.body", text)) == []


@given(st.text(alphabet="eyJ.-_aA0= ", max_size=200))
def test_nothing_raises(text: str) -> None:
    list(jwts_in("response.body", text))


@pytest.mark.timeout(60)  # no measurement: only a pattern that runs away takes this long
def test_a_hostile_body_does_not_run_away() -> None:
    assert list(jwts_in("response.body", "eyJ" * 170_000)) == []
