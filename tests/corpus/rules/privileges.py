"""Rights that a client can give itself."""

from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    page,
    sent_json,
)

ADMIN = "https://shop.example/admin/users"

TABLE: Table = {
    "mass-assignment": Cases(
        noticed=(
            data(
                {"id": 7, "vorname": "Anna", "rolle": "verwalter"},
                "https://shop.example/api/konto",
                method="PATCH",
                **sent_json({"vorname": "Anna", "rolle": "verwalter"}),
            ),
            data(
                {"id": 7, "saldo": 90000},
                "https://shop.example/api/cuenta",
                method="PUT",
                **sent_json({"saldo": 90000}),
            ),
            data({"name": "anna", "role": "admin"}, **sent_json({"role": "admin"})),
            data({"isAdmin": True}, **sent_json({"isAdmin": True})),
            data({"balance": 9000}, form="balance=9000"),
            data(
                {"user": {"name": "anna", "email_verified": True}},
                method="PATCH",
                **sent_json({"name": "anna", "email_verified": True}),
            ),
            data(
                {"id": 9, "email": "a@mail.example", "tier": "GOLD"},
                "https://api.club.example/members",
                status=201,
                **sent_json({"email": "a@mail.example", "password": "x9Qv!7", "tier": "GOLD"}),
            ),
            data({"city": "Graz", "role_id": 2}, "https://lms.example/me", form="role_id=2"),
        ),
        silent=(
            data(
                {"id": 7, "vorname": "Anna", "rolle": "kunde"},
                "https://shop.example/api/konto",
                method="PATCH",
                **sent_json({"vorname": "Anna", "rolle": "kunde"}),
            ),
            data(
                {"id": 7, "saldo": 12},
                "https://shop.example/api/cuenta",
                method="PUT",
                **sent_json({"saldo": 90000}),
            ),
            data(
                {"id": 9, "email": "a@mail.example", "tier": "basic"},
                "https://api.club.example/members",
                **sent_json({"email": "a@mail.example", "password": "x9Qv!7", "tier": "basic"}),
            ),
            data({"level": "GOLD"}, "https://api.game.example/x", **sent_json({"level": "GOLD"})),
            data({"name": "anna", "role": "customer"}, **sent_json({"role": "admin"})),
            data({"error": "unknown field role"}, status=422, **sent_json({"role": "admin"})),
            data({"role": "admin"}, ADMIN, **sent_json({"role": "admin"})),
            data({"name": "anna"}, **sent_json({"name": "anna"})),
            data(
                {"email": "ben@mail.example", "role": "editor"},
                "https://api.shop.example/teams/5/invitations",
                **sent_json({"email": "ben@mail.example", "role": "editor"}),
            ),
            data({"id": 1, "account_type": "business"}, **sent_json({"account_type": "business"})),
            data({"role": "button", "id": 5}, **sent_json({"label": "Buy", "id": 5})),
        ),
    ),
    "role-in-cookie": Cases(
        noticed=(
            page(got={"Set-Cookie": "role=user"}),
            page(sent={"Cookie": "is_admin=0"}),
            data({"ok": True}, got={"Set-Cookie": "user_role=customer; Path=/; HttpOnly"}),
            page(sent={"Cookie": "sid=5c1de7f0; admin=false"}),
        ),
        silent=(
            page(got={"Set-Cookie": "role=x9f2.signed"}),
            page(sent={"Cookie": "theme=admin"}),
            page(got={"Set-Cookie": "role=; Max-Age=0"}),
            page(sent={"Cookie": "admin_notice=1; role_filter=user"}),
        ),
    ),
}
