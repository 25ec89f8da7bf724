"""Numbers that make no sense in trade."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    page,
    sent_json,
)

API = "https://api.shop.example/v1"

TABLE: Table = {
    "negative-amount": Cases(
        noticed=(
            data({"id": 4}, status=201, **sent_json({"id": 1, "quantity": -5})),
            data({"id": 4}, form="item=1&price=-9.50"),
            data({"cart": {"total": -40}}, f"{API}/cart", method="PUT", **sent_json({"qty": -4})),
            page("<p>Thank you</p>", "https://shop.example/transfer", form="to=17&amount=-250"),
            page("<p>Gracias</p>", "https://tienda.example/carrito", form="cantidad=-2&sku=4"),
            page("<p>Danke</p>", "https://laden.example/korb", form="anzahl=-1&artikel=4"),
            data({"state": "done"}, f"{API}/miles/gift", **sent_json({"to": 9, "miles": -5000})),
        ),
        silent=(
            data({"error": "quantity"}, status=422, **sent_json({"quantity": -5})),
            data({"id": 4}, **sent_json({"quantity": 5})),
            data({}, "https://api.shop.example/v1/refunds", **sent_json({"amount": -5})),
            data({}, **sent_json({"temperature": -5, "note": "-5"})),
            data({"success": False, "error": "quantity"}, **sent_json({"quantity": -5})),
            data({"id": 9}, f"{API}/expenses", **sent_json({"amount": -12.5})),
            data({"id": 9}, f"{API}/stock/movements", **sent_json({"quantity": -3})),
            data({"id": 4}, **sent_json({"quantity": -0.0})),
            data({"id": 4}, f"{API}/quiz/4/grade", **sent_json({"points": -5})),
            page(
                '<div class="alert alert-danger">Anzahl</div>',
                "https://laden.example/korb",
                form="anzahl=-1",
            ),
            data({"id": 4}, **sent_json({"lat": -33.8, "offset": -5, "utcOffset": -120})),
        ),
    ),
}
