"""Numbers that make no sense in trade."""

import pytest

from reqsift.domain.captures import Exchange
from tests.unit.domain.rules.exchanges import (
    Cases,
    data,
    findings,
    noticed,
    sent_json,
    silent,
)

TABLE = {
    "negative-amount": Cases(
        noticed=(
            data({"id": 4}, status=201, **sent_json({"id": 1, "quantity": -5})),
            data({"id": 4}, form="item=1&price=-9.50"),
        ),
        silent=(
            data({"error": "quantity"}, status=422, **sent_json({"quantity": -5})),
            data({"id": 4}, **sent_json({"quantity": 5})),
            data({}, "https://api.shop.example/v1/refunds", **sent_json({"amount": -5})),
            data({}, **sent_json({"temperature": -5, "note": "-5"})),
        ),
    ),
}


@pytest.mark.parametrize(("rule", "seen"), noticed(TABLE))
def test_noticed(rule: str, seen: Exchange) -> None:
    assert findings(rule, seen)


@pytest.mark.parametrize(("rule", "seen"), silent(TABLE))
def test_silent(rule: str, seen: Exchange) -> None:
    assert not findings(rule, seen)
