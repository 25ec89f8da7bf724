import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.bodies import body_text, essence, is_textual
from reqsift.domain.captures import Body


def text(content: bytes, mime_type: str = "", *, truncated: bool = False) -> str | None:
    return body_text(Body(content=content, mime_type=mime_type, truncated=truncated))


@pytest.mark.parametrize(
    ("content", "mime_type", "expected"),
    [
        (b"", "", ""),
        ("größe".encode(), "image/png", "größe"),
        ("größe".encode("latin-1"), "text/html; charset=ISO-8859-1", "größe"),
        ("größe".encode("latin-1"), 'text/html; charset="latin-1"; x=y', "größe"),
        ("日本".encode("shift_jis"), "text/plain;charset=Shift_JIS", "日本"),
        (b"gr\xf6\xdfe", "text/html", "gr��e"),
        (b"gr\xf6\xdfe", "text/html; charset=nonsense", "gr��e"),
        (b"gr\xf6\xdfe", "text/html; charset=base64", "gr��e"),
        (b"\x89PNG\r\n\xff\x00", "image/png", None),
        (b"\xff\x00\x01", "text/html", None),
    ],
)
def test_text_of_a_body(content: bytes, mime_type: str, expected: str | None) -> None:
    assert text(content, mime_type) == expected


def test_a_cut_body_loses_at_most_the_cut_character() -> None:
    content = "aä日".encode()
    assert text(content[:-1], truncated=True) == "aä"
    assert text(content[:-1]) is None


def test_media_types() -> None:
    assert essence(" Text/HTML ; charset=x") == "text/html"
    assert is_textual("application/vnd.api+json")
    assert not is_textual("image/png")


@given(st.binary(), st.text(), st.booleans())
def test_no_bytes_are_too_odd(content: bytes, mime_type: str, truncated: bool) -> None:
    text(content, mime_type, truncated=truncated)
