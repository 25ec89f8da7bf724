"""Requests that ask for a change, and answers that say that it was made."""

import pytest

from reqsift.domain.rules.changes import is_told_to_change, told_change
from tests.corpus.rules.exchanges import data, page
from tests.factories import view

API = "https://api.shop.example/me"


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"emailChanged": True}, f"{API}/email/change?to=a"),
        ({"status": "address removed"}, f"{API}/address/remove?n=2"),
        ({"phone_updated": True}, f"{API}/updatePhone?n=2"),
    ],
)
def test_a_change_is_quoted(answer: object, url: str) -> None:
    seen = view(data(answer, url))
    told = told_change(seen)
    assert told is not None
    assert told.text in seen.body


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"emailChanged": False}, f"{API}/email/change?to=a"),
        ({"emailChanged": True}, f"{API}/email?to=a"),
        ({"emailChanged": True}, f"{API}/email/change"),
        ({"updatedAt": "2026-03-01"}, f"{API}/address/update?n=2"),
    ],
)
def test_what_only_resembles_one_is_not(answer: object, url: str) -> None:
    assert told_change(view(data(answer, url))) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/?do=delete&id=7", True),
        ("https://shop.example/?_action=save-address&street=x", True),
        ("https://shop.example/?action=set_lang&lang=de", False),
        ("https://shop.example/?action=save", False),
        ("https://shop.example/account/close?confirmed=1", True),
        ("https://shop.example/account/close?confirmed=0", False),
        ("https://shop.example/newsletter?confirm=yes", False),
    ],
)
def test_a_parameter_may_ask_for_a_change(url: str, expected: bool) -> None:
    assert is_told_to_change(view(page(url=url))) is expected
