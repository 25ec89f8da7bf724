"""Numbers that make no sense in trade."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    sent_json,
)

TABLE: Table = {
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
