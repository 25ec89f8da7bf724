import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.urls import Param, parse_params, parse_url


@pytest.mark.parametrize(
    ("url", "host", "path", "secure"),
    [
        ("https://Shop.Example/a?b=c#d", "shop.example", "/a", True),
        ("https://shop.example:443", "shop.example", "/", True),
        ("http://shop.example:443/", "shop.example:443", "/", False),
        ("HTTP://user:pw@shop.example:80/", "shop.example", "/", False),
        ("wss://shop.example/live", "shop.example", "/live", True),
        ("{{baseUrl}}/items", "", "{{baseUrl}}/items", False),
        ("http://[::1", "", "http://[::1", False),
        ("http://[::1]:8080/x", "[::1]:8080", "/x", False),
        ("", "", "", False),
    ],
)
def test_parts_of_a_url(url: str, host: str, path: str, secure: bool) -> None:
    parts = parse_url(url)
    assert (parts.host, parts.path, parts.secure) == (host, path, secure)


def test_credentials_are_kept_apart_from_the_host() -> None:
    assert parse_url("http://user:p%40w@shop.example/").userinfo == "user:p%40w"


def test_parameters_are_decoded_and_empty_ones_kept() -> None:
    assert parse_params("a=1&b=&c=%C3%A4+x&a=2") == (
        Param("a", "1"),
        Param("b", ""),
        Param("c", "ä x"),
        Param("a", "2"),
    )


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    parse_url(text)
    parse_params(text)
