"""Base64 that hides a secret."""

from base64 import b64encode, urlsafe_b64encode

import pytest

from tests.unit.domain.redaction.redacting import body_of

SECRETS = ('{"user":"x","password":"hunter2"}', "token=ab12cd34&a=b", '{"n":"Jörg","pwd":"x1y2z3"}')


@pytest.mark.parametrize("text", SECRETS)
@pytest.mark.parametrize("around", ["{}", '{{"x":"{}"}}', "/api/v1/state/{}", "a={}&b=1"])
def test_it_is_hidden(text: str, around: str) -> None:
    for encode in (b64encode, urlsafe_b64encode):
        run = encode(text.encode()).decode()
        assert run.rstrip("=") not in body_of(around.format(run))


def test_user_and_password_are_named_so() -> None:
    assert body_of(b64encode(b"some.user:correct-horse").decode()) == "<BASIC_1>"


def test_what_hides_nothing_stays() -> None:
    text = b64encode(b'{"page":2,"sort":"name","dir":"ascending"}').decode()
    picture = b64encode(bytes(range(256))).decode()
    assert body_of(f"{text} {picture}") == f"{text} {picture}"
