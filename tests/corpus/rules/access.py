"""Access that is not checked, as far as one exchange shows it."""

import json
from base64 import urlsafe_b64encode

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    exchange,
    page,
    sent_json,
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
        ),
        silent=(
            page(ROWS, ADMIN, sent={"Cookie": "sid=5c1de7f0"}),
            page(ROWS, ADMIN, status=403),
            page('<form><input type="password"></form>', ADMIN),
            page('<div id="root"></div>', ADMIN),
            page(ROWS, "https://shop.example/administrative-fees"),
            page("<form></form>", "https://admin.shop.example/login"),
        ),
    ),
    "open-object": Cases(
        noticed=(data(PERSON, USER), data(PERSON, "https://api.shop.example/v1/user?id=17")),
        silent=(
            data(PERSON, USER, sent={"Authorization": "Bearer abc"}),
            data({"id": 17, "name": "Wool socks"}, "https://api.shop.example/v1/products/17"),
            data({"error": "login first"}, USER, status=401),
        ),
    ),
    "foreign-object": Cases(
        noticed=(
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="17")),
            data({"id": 5, "owner": "ben"}, USER, sent=as_user(sub="anna")),
        ),
        silent=(
            data({"id": 5, "user_id": 17}, USER, sent=as_user(sub="17")),
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="17", role="admin")),
            data({"id": 5, "user_id": 18}, USER, sent=as_user(sub="anna")),
            data({"id": 5, "customer": "Anna Berg"}, USER, sent=as_user(sub="anna")),
        ),
    ),
    "mass-assignment": Cases(
        noticed=(
            data({"name": "anna", "role": "admin"}, **sent_json({"role": "admin"})),
            data({"isAdmin": True}, **sent_json({"isAdmin": True})),
            data({"balance": 9000}, form="balance=9000"),
        ),
        silent=(
            data({"name": "anna", "role": "customer"}, **sent_json({"role": "admin"})),
            data({"error": "unknown field role"}, status=422, **sent_json({"role": "admin"})),
            data({"role": "admin"}, ADMIN, **sent_json({"role": "admin"})),
            data({"name": "anna"}, **sent_json({"name": "anna"})),
        ),
    ),
    "role-in-cookie": Cases(
        noticed=(page(got={"Set-Cookie": "role=user"}), page(sent={"Cookie": "is_admin=0"})),
        silent=(page(got={"Set-Cookie": "role=x9f2.signed"}), page(sent={"Cookie": "theme=admin"})),
    ),
}
