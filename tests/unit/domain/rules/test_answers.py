"""What answers say of people, read the same way by several rules."""

import pytest

from reqsift.domain.rules.answers import is_plain, may_more, member, number, records
from tests.corpus.rules.exchanges import data
from tests.factories import view


def test_records_are_found_from_the_outside_in_under_their_names() -> None:
    seen = view(data({"a": {"x": 1}, "list": [{"y": 2}, 3], "deep": {"b": {"z": 3}}}))
    assert [name for name, _ in records(seen)] == ["", "a", "deep", "list", "b"]


def test_an_endless_answer_is_read_only_in_part() -> None:
    assert len(records(view(data([{"n": n} for n in range(5000)])))) <= 150


@pytest.mark.parametrize(
    ("person", "is_anybody", "has_more"),
    [
        ({"role": "member"}, True, False),
        ({"roles": ["USER", "LISTENER"]}, True, False),
        ({"roles": ["user", "admin"]}, False, True),
        ({"isAdmin": True, "role": "member"}, True, True),
        ({"isAdmin": False}, False, False),
        ({"name": "Anna"}, False, False),
    ],
)
def test_a_role_of_anybody_is_told_from_one_with_more_rights(
    person: dict[str, object], is_anybody: bool, has_more: bool
) -> None:
    assert is_plain(person) is is_anybody
    assert may_more(person) is has_more


def test_a_member_is_quoted_with_its_value_as_it_stands() -> None:
    seen = view(data({"code": "7", "other": {"code": "417"}, "open": False}))
    found = member(seen, "code", "417")
    assert found is not None
    assert found.text == '"code": "417'
    assert member(seen, "open", value=False) is not None
    assert member(seen, "missing") is None


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (4, 4.0),
        ("4.50", 4.5),
        ({"amount": 12, "currency": "EUR"}, 12.0),
        (True, None),
        ("four", None),
        (10**400, None),
        ({}, None),
    ],
)
def test_numbers_are_read_in_each_way_of_writing_them(value: object, meant: float | None) -> None:
    assert number(value) == meant
