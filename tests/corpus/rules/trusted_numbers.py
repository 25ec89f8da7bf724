"""Numbers of the client that won."""

from tests.corpus.rules.exchanges import Cases, Table, data, sent_json

API = "https://api.cinema.example/v1"

TABLE: Table = {
    "client-number-won": Cases(
        noticed=(
            data(
                {"seat": "F7", "listPrice": 14.5, "paidPrice": 0.01},
                f"{API}/tickets",
                status=201,
                **sent_json({"seat": "F7", "price": 0.01}),
            ),
            data(
                {
                    "quotedAmount": {"value": 4100},
                    "chargedAmount": {"value": 100},
                    "amountSource": "request",
                },
                f"{API}/bookings",
                **sent_json({"amount": 100}),
            ),
            data(
                {"quiz": 4, "computed_score": 12, "stored_score": 950},
                f"{API}/quiz/4",
                form="score=950",
            ),
            data(
                {"payment": {"amount_captured": 900, "amount_refunded": 9000}},
                f"{API}/refund",
                form="payment=7&sum=9000",
            ),
        ),
        silent=(
            data(
                {"listPrice": 14.5, "paidPrice": 12.5},
                f"{API}/tickets",
                **sent_json({"price": 12.5}),
            ),
            data(
                {"listPrice": 14.5, "paidPrice": 1, "discount": "staff"},
                f"{API}/tickets",
                **sent_json({"price": 1}),
            ),
            data({"listPrice": 14.5, "paidPrice": 1}, f"{API}/tickets", **sent_json({"seat": 1})),
            data({"server_score": 40, "final_score": 30}, f"{API}/quiz/4", form="score=30"),
            data({"amount": 900, "amount_refunded": 900}, f"{API}/refunds", form="amount=900"),
            data({"listPrice": 9, "paidPrice": 1}, API, status=422, **sent_json({"price": 1})),
        ),
    ),
}
