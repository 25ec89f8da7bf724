"""Rights that nobody checked."""

from tests.corpus.rules.access import as_user
from tests.corpus.rules.exchanges import Cases, Table, data

API = "https://api.club.example/v1"
BEN = {"id": 18, "role": "member"}


def people(count: int = 4, /, **more: object) -> list[dict[str, object]]:
    return [
        {"id": n, "email": f"{name}@mail.example", **more}
        for n, name in enumerate(("anna", "ben", "cleo", "dora", "emil")[:count])
    ]


BIRTH = {"date_of_birth": "1984-05-02"}
USERS = f"{API}/admin/users"

TABLE: Table = {
    "permission-not-enforced": Cases(
        noticed=(
            data(
                {"ok": True, "actor": BEN, "requiredRole": "treasurer", "enforced": False},
                f"{API}/fees/7",
                method="DELETE",
            ),
            data({"id": 7, "acl": "check not applied for legacy clients"}, f"{API}/fees/7"),
            data(
                {"rows": [], "meta": {"required_permissions": ["fees:read"], "enforced": False}},
                f"{API}/fees",
            ),
            data({"id": 7, "accessCheck": "F_FEES not evaluated", "iban": "DE89"}, f"{API}/fees/7"),
        ),
        silent=(
            data({"required_permission": "fees:read", "enforced": True}, f"{API}/fees"),
            data({"required_permission": "fees:read", "enforced": False}, f"{API}/policies/7"),
            data({"requiredRole": "treasurer", "enforced": False}, f"{API}/fees", status=403),
            data({"allowed": False, "required_permission": "fees:read"}, f"{API}/can"),
            data(
                {"viewer": {"id": 1, "role": "owner"}, "requiredRole": "x", "enforced": False},
                f"{API}/fees",
            ),
            data({"mfa": {"enforced": False}}, f"{API}/account"),
        ),
    ),
    "people-listed-to-plain-role": Cases(
        noticed=(
            data({"users": people(**BIRTH)}, USERS, sent=as_user(sub="18", role="member")),
            data({"viewer": BEN, "members": people(last_ip="203.0.113.4")}, f"{API}/members"),
            data(
                {"data": {"me": 1, "currentUser": BEN, "players": people(card={"iban": "DE89"})}},
                f"{API}/players",
            ),
            data(people(phone="+49 30 5550134"), USERS, sent=as_user(sub="18", roles=["USER"])),
        ),
        silent=(
            data({"users": people(**BIRTH)}, USERS, sent=as_user(sub="1", role="admin")),
            data({"users": people(**BIRTH)}, USERS, sent=as_user(sub="18")),
            data({"viewer": BEN, "members": people(phone="+49 30")}, f"{API}/members"),
            data({"viewer": BEN, "members": people(2, **BIRTH)}, f"{API}/members"),
            data({"viewer": BEN, "members": people()}, f"{API}/members"),
            data({"viewer": BEN, "members": people(**BIRTH)}, f"{API}/members", status=403),
            data(
                {"viewer": {"id": 2, "role": "trainer"}, "members": people(**BIRTH)},
                f"{API}/members",
            ),
        ),
    ),
}
