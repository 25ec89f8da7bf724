"""Percent-encoded secrets."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.redaction import SecretKind
from reqsift.domain.redaction.escaped import escaped
from reqsift.domain.redaction.texts import Hit, Text, places
from tests.unit.domain.redaction.redacting import body_of, redacted, view


@pytest.mark.parametrize("value", ["+49 171 2345678", "$6$jKRIRbyw$" + "dzdEKDupbv3Jqb" * 6])
def test_a_shape_is_known_behind_its_escapes(value: str) -> None:
    left = redacted(view(url=f"https://x.example/a?long_name={quote(value)}&b=2")).parts
    assert quote(value) not in left["request.url"]
    assert left["request.url"].startswith("https://x.example/a?long_name=<")
    assert left["request.url"].endswith("&b=2")


def test_of_a_url_in_a_parameter_the_secret_alone_is_hidden() -> None:
    there = quote("https://x.example/cb?token=ab12cd34", safe="")
    assert body_of(f"next={there}") == f"next={there}".replace("ab12cd34", "<TOKEN_1>")


@given(st.text(alphabet="ab %+ü\n/X", max_size=60))
def test_places_are_those_of_the_escaped_text(text: str) -> None:
    raw = quote(text) + " " + quote(text + "X" * 20)
    plain = Text(raw)

    def marks(decoded: Text) -> list[Hit]:
        return [Hit(at, at + 1, SecretKind.CUSTOM) for at in places(decoded.plain, "X")]

    for hit in escaped(plain, lambda decoded: iter(marks(decoded))):
        assert raw[hit.start : hit.end] == "X"


def test_too_many_escapes_are_refused() -> None:
    with pytest.raises(ValueError, match="escapes"):
        list(escaped(Text("%41" * 300_000), lambda _: iter(())))
