"""Records that tell whose they are and who asked."""

from tests.corpus.rules.access import as_user
from tests.corpus.rules.exchanges import Cases, Table, data

API = "https://api.clinic.example/v1"
RECORD = f"{API}/records/812"
ANNA = {"id": "p-17", "name": "Anna Berg", "email": "anna@mail.example", "birthDate": "1984-05-02"}
BEN = {"id": "p-18", "name": "Ben Falk", "email": "ben@mail.example", "role": "patient"}
PAPER = {"id": 5, "title": "Lease", "owner": {"id": 31, "email": "anna@mail.example"}}

TABLE: Table = {
    "viewer-is-not-owner": Cases(
        noticed=(
            data({"patient": ANNA, "currentUser": BEN}, RECORD),
            data(
                {
                    "requester": {"customer_id": 40, "role": "user"},
                    "customer_id": 41,
                    "iban": "DE89370400440532013000",
                },
                f"{API}/mandates/41",
            ),
            data({"id": 812, "owner": ANNA}, RECORD, sent=as_user(sub="p-18", role="patient")),
            data(
                {"document": {**PAPER, "sharedWith": []}, "loggedInAs": {"id": 32}},
                f"{API}/documents/5",
            ),
            data(
                {
                    "result": {
                        "personnel_number": "00018",
                        "salary": 51000,
                        "requestedBy": "00017 (Falk)",
                    }
                },
                f"{API}/payroll/00018",
            ),
        ),
        silent=(
            data({"patient": ANNA, "currentUser": ANNA}, RECORD),
            data({"patient": ANNA, "currentUser": {**BEN, "role": "nurse"}}, RECORD),
            data({"patient": ANNA, "currentUser": {"id": "p-18", "isAdmin": True}}, RECORD),
            data({"document": PAPER, "viewer": {"id": 32, "role": "user"}}, f"{API}/documents/5"),
            data(
                {"owner": {**ANNA, "teamId": 4}, "viewer": {"id": "p-18", "teamId": 4}},
                RECORD,
            ),
            data({"id": 812, "owner": ANNA}, RECORD, sent=as_user(sub="p-17")),
            data({"id": 812, "owner": ANNA}, RECORD, sent=as_user(sub="auth0|5c1de7f0a94b")),
            data({"customer": ANNA}, f"{API}/seller/orders/7", sent=as_user(sub="p-18")),
            data({"customer": ANNA}, f"{API}/orders/7", sent=as_user(sub="p-18", role="driver")),
            data({"patient": ANNA, "currentUser": BEN}, RECORD, status=403),
            data({"post": {"author": ANNA}, "viewer": BEN}, f"{API}/posts/7"),
        ),
    ),
}
