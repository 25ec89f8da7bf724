"""Access that is not checked, as far as one exchange shows it."""

import json
from base64 import urlsafe_b64encode

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
)

ROWS = "<h1>Users</h1><table><tr><td>Anna</td></tr></table>"
CSV = "name,email\nanna,anna@mail.example\n"
PERSON = {"id": 17, "name": "Anna", "email": "anna@mail.example"}
ADMIN = "https://shop.example/admin/users"
USER = "https://api.shop.example/v1/users/17"


def encoded(part: object) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def as_user(**claims: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {encoded({'alg': 'HS256'})}.{encoded(claims)}.c2ln"}


TABLE: Table = {
    "open-admin-page": Cases(
        noticed=(
            page(ROWS, ADMIN),
            data([{"id": 1, "name": "Anna"}], "https://shop.example/internal/users"),
            page(ROWS, "https://admin.shop.example/users"),
            exchange("https://admin.shop.example/users.csv", CSV, "text/csv"),
            data({"deleted": 3}, "https://api.shop.example/admin/users/3/delete", method="POST"),
        ),
        silent=(
            page(ROWS, ADMIN, sent={"Cookie": "sid=5c1de7f0"}),
            page(ROWS, ADMIN, status=403),
            page('<form><input type="password"></form>', ADMIN),
            page('<div id="root"></div>', ADMIN),
            page(ROWS, "https://shop.example/administrative-fees"),
            page("<form></form>", "https://admin.shop.example/login"),
            data({"found": [], "total": 0}, "https://shop.example/internal/search"),
            data({"success": False, "message": "Please log in first"}, ADMIN),
            data({"name": "Anna", "job": "Gardener"}, "https://shop.example/staff/anna"),
            data({"title": "Users", "save": "Save"}, "https://shop.example/admin/i18n/en.json"),
        ),
    ),
    "open-object": Cases(
        noticed=(
            data(PERSON, USER),
            data(PERSON, "https://api.shop.example/v1/user?id=17"),
            data(
                {"order": 90412, "shipTo": {"street": "4 Mill Lane", "phone": "+49 30 5550134"}},
                "https://api.shop.example/orders/90412",
            ),
            page(
                "<h1>Your account</h1><p>Balance 40</p><p>anna@mail.example</p>",
                "https://shop.example/customers/17",
            ),
            data({"id": 4, "iban": "DE89"}, "https://api.shop.example/vendors/4"),
        ),
        silent=(
            data(PERSON, USER, sent={"Authorization": "Bearer abc"}),
            data({"id": 17, "name": "Wool socks"}, "https://api.shop.example/v1/products/17"),
            data({"error": "login first"}, USER, status=401),
            data(
                {"id": 4, "street": "4 Mill Lane", "phone": "+49 30 5550134"},
                "https://api.shop.example/stores/4",
            ),
            data({"id": 9, "email": "info@maker.example"}, "https://api.shop.example/makers/9"),
            data({"id": 17, "name": "Anna", "email": None}, USER),
            data(PERSON, "https://api.shop.example/v1/me"),
            page("<p>Any question? hello@shop.example</p>", "https://shop.example/products/17"),
            data(PERSON, USER, sent={"Cookie": "cart=4f1c"}),
        ),
    ),
    "foreign-object": Cases(
        noticed=(
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="17")),
            data({"id": 5, "owner": "ben"}, USER, sent=as_user(sub="anna")),
            data({"id": 5, "customerId": 18}, f"{USER}/orders/5", sent=as_user(userId=17)),
            data({"id": 5, "userId": 18}, USER, sent={"Cookie": "user_id=17"}),
        ),
        silent=(
            data({"id": 5, "user_id": 17}, USER, sent=as_user(sub="17")),
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="17", role="admin")),
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="anna")),
            data({"id": 5, "customer": "Anna Berg"}, USER, sent=as_user(sub="anna")),
            data([{"id": 5, "user_id": 18}], USER, sent=as_user(sub="17")),
            data({"id": 5, "user_id": 18}, USER, status=403, sent=as_user(sub="17")),
        ),
    ),
}
