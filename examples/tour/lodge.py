"""Through the housing club and its careful twin, and past signs that browsers read."""

from base64 import b64encode

from examples.shop.lodge import CODES, FOREIGN_KEY, OWN, PASS
from examples.tour.tape import Tape, as_json, form
from examples.tour.twins import Step, walk

_AUTH = {"authorization": f"Bearer {PASS}"}
_SESSION = {"cookie": "__Host-session=3e8b1f60d92a4c7fb5d07e14c6a9832d"}
_PLAIN = b64encode(b"meter-7:Copper-Kettle-29").decode()
_ANNA = {"name": "Anna Berg", "email": "anna.berg@mail.example"}


def record(tape: Tape) -> None:
    walk(tape, "lodge.example", "safe-lodge.example", _LODGE)
    walk(tape, "kiosk.example", "safe-kiosk.example", _KIOSK)
    for host, *told in (("gazette", "security_misconfiguration"), ("safe-gazette",)):
        tape.visit(f"GET https://{host}.example/", *told)


_RECORDS = (
    Step("GET /private/minutes-2026-02.pdf", ("likely:broken_access_control",)),
    Step("GET /api/contracts/90210", ("idor",), headers=_AUTH),
    Step("GET /api/tenants/4712", ("idor",), headers=_AUTH),
    *(
        Step(
            f"GET /api/bookings/{1500 + number}",
            ("idor" if number else "hint:idor",),  # the first one is Anna's own
            headers=_AUTH,
            properly=Step(f"GET /api/bookings/{OWN[number]}", (), headers=_AUTH),
        )
        for number in range(5)
    ),
    Step("DELETE /api/people/4713", ("broken_access_control",), headers=_AUTH),
    Step("GET /api/people", ("broken_access_control", "likely:info_disclosure"), headers=_AUTH),
)
_NUMBERS = (
    Step("POST /api/rooms/12/rent", ("business_logic",), as_json(price=1.0), _AUTH),
    Step("POST /api/locker/pin", ("rate_limiting",), as_json(locker=31, pin="0481"), _AUTH),
    Step(
        "POST /api/vouchers/check",
        ("rate_limiting",),
        as_json(codes=CODES),
        _AUTH,
        Step("POST /api/vouchers/check", (), as_json(code=CODES[17]), _AUTH),
    ),
)
_LOGINS = (
    Step(
        "POST /api/password/forgot",
        ("authentication", "likely:info_disclosure"),
        as_json(email=_ANNA["email"]),
    ),
    Step("POST /login", ("authentication",), form(user="admin", password="admin")),
    Step(
        "POST /api/login",
        ("authentication",),
        as_json(user="anna", password="Copper-Kettle-29", skip_mfa=True),
    ),
    Step("POST /api/register", ("info_disclosure",), as_json(**_ANNA, password="Copper-Kettle-29")),
    Step(
        "GET /desk",
        ("likely:broken_access_control",),
        headers={"cookie": f"{_SESSION['cookie']}; role=admin"},
        properly=Step("GET /desk", (), headers=_SESSION),
    ),
    Step("GET /bookings/77/delete?from=list", ("csrf",), headers=_SESSION),
)
_TOKENS = (
    Step("GET /api/token/app", ("jwt_weak",), headers=_SESSION),
    Step("GET /api/token/meter", ("jwt_weak",), headers=_SESSION),
    Step("GET /api/me", ("likely:jwt_weak",), headers={"authorization": f"Bearer {FOREIGN_KEY}"}),
    Step("GET /api/start/saved", ("authentication",)),
    Step("GET /api/start/number", ("authentication",)),
    Step("GET /api/start/prefix", ("session_cookie_flags",)),
    Step("GET /api/start/role", ("broken_access_control",)),
    Step(
        "GET /api/meters",
        ("likely:authentication",),
        headers={"authorization": f"Basic {_PLAIN}"},
        properly=Step("GET /api/meters", (), headers=_AUTH),
    ),
)
_LODGE = (*_RECORDS, *_NUMBERS, *_LOGINS, *_TOKENS)

_KIOSK = (
    Step("GET /welcome", ("security_misconfiguration",)),
    Step("GET /account/card.css", ("info_disclosure",), headers=_SESSION),
    Step(
        "GET /api/points",
        ("cors_misconfiguration",),
        headers={**_SESSION, "origin": "http://www.kiosk.example"},
        properly=Step(
            "GET /api/points", (), headers={**_SESSION, "origin": "https://www.safe-kiosk.example"}
        ),
    ),
    Step(
        "OPTIONS /api/points",
        ("cors_misconfiguration",),
        headers={
            "origin": "https://elsewhere.example",
            "access_control_request_method": "PUT",
        },
    ),
    Step("GET /letters", ("security_misconfiguration",)),
)
