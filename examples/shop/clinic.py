"""A clinic's portal, once weak about who may read what, once proper; told only by several visits.

Every single answer looks right; what is wrong shows when two of them are held side by side.
"""

from collections.abc import Mapping

from examples.shop.account import STRICT_COOKIE
from examples.shop.store import Shop
from examples.shop.web import Answer, Asked, Handler, Route, data, problem

ANNA_LETTER = "7c9e2b54-0f1a-4a86-b7d3-51c0a8e4f612"
BEN_LETTER = "e3a1f0d8-62c7-4b1e-9f44-8d27b60c5a39"
REPORTS = ("2f6d1c90-a8b4-4e57-8c13-9b0e7d5a6f42", "b84e5a17-3d2c-4f90-a6e8-17c4f2d09b65")

_PEOPLE: Mapping[str, Mapping[str, object]] = {
    "anna": {
        "name": "Anna Berg",
        "birthDate": "1984-05-17",
        "email": "anna.berg@mail.example",
        "phone": "+49 30 5550134",
        "address": "4 Mill Lane, 10115 Berlin",
    },
    "ben": {
        "name": "Ben Okafor",
        "birthDate": "1991-11-02",
        "email": "ben.okafor@mail.example",
        "phone": "+44 20 79460958",
        "address": "81 Harbour Road, Leith",
    },
}
_PASSWORDS = {"anna": "open-sesame-42", "ben": "harbour-gate-81"}
_LETTERS = {
    ANNA_LETTER: ("anna", "Seasonal asthma", "Salbutamol 100 micrograms, as needed"),
    BEN_LETTER: ("ben", "Fracture of the left wrist", "Ibuprofen 400 mg, three times a day"),
}
_COOKIE = "__Host-session"
_PRIVATE = ("Cache-Control", "private, no-store")


def log_in(shop: Shop, asked: Asked) -> Answer:
    user = str(asked.data().get("user"))
    if asked.data().get("password") != _PASSWORDS.get(user):
        return problem(401, "User name or password is wrong")
    cookie = f"{_COOKIE}={shop.log_in(user)}; {STRICT_COOKIE}"
    return data({"user": user}, ("Set-Cookie", cookie), status=201)


def letter(*, careful: bool) -> Handler:
    """A letter of one patient; the careless one asks only whether somebody is logged in."""

    def show(shop: Shop, asked: Asked) -> Answer:
        user = _user(shop, asked)
        owner, finding, medicine = _LETTERS[asked.parts["id"]]
        if not user:
            return _log_in_first()
        if careful and user != owner:
            return problem(404, "Not found")
        patient = _PEOPLE[owner]
        text = {"id": asked.parts["id"], "diagnosis": finding, "prescription": medicine}
        return data({"patient": dict(patient), **text})

    return show


def invoice(*, careful: bool) -> Handler:
    """The open invoice; the careless one forgot to look for a session."""

    def show(shop: Shop, asked: Asked) -> Answer:
        user = _user(shop, asked) or ("" if careful else "anna")
        if not user:
            return _log_in_first()
        person = _PEOPLE[user]
        return data(
            {
                "number": "R-2026-7f3k2q",
                "billedTo": {"name": person["name"], "address": person["address"]},
                "items": [{"text": "Consultation, 20 minutes", "amount": "48.26"}],
                "total": "48.26",
                "currency": "EUR",
            }
        )

    return show


def report(*, careful: bool) -> Handler:
    """Laboratory reports; the careless one lets those of before the move be read by anyone."""

    def show(shop: Shop, asked: Asked) -> Answer:
        is_old = asked.parts["id"] == REPORTS[1]
        if not _user(shop, asked) and (careful or not is_old):
            return _log_in_first()
        values = [{"test": "Ferritin", "value": 41, "unit": "ng/ml"}, {"test": "TSH", "value": 1.9}]
        person = {"patient": "Anna Berg", "birthDate": "1984-05-17"}
        return data({"id": asked.parts["id"], **person, "results": values})

    return show


class Profile:
    """The profile behind a shared cache that keeps the first answer, or is told not to."""

    def __init__(self, *, careful: bool) -> None:
        self._careful = careful

    def __call__(self, shop: Shop, asked: Asked) -> Answer:
        user = _user(shop, asked)
        if not user:
            return _log_in_first()
        if self._careful:
            return data(dict(_PEOPLE[user]), _PRIVATE, ("X-Cache", "MISS"), ("Vary", "Cookie"))
        found = "MISS" if user == "anna" else "HIT"
        age = "0" if user == "anna" else "37"
        shared = ("Cache-Control", "public, max-age=120")
        via = ("Via", "1.1 varnish")
        return data(
            dict(_PEOPLE["anna"]), shared, ("Age", age), ("X-Cache", found), via, ("ETag", '"p-1"')
        )


def article(_shop: Shop, asked: Asked) -> Answer:
    """The magazine: some of it is for members, and the rest is meant for everyone."""
    if asked.parts["slug"] == "sleep-better-in-summer":
        return problem(401, "For members only", ("WWW-Authenticate", 'Bearer realm="magazine"'))
    title = asked.parts["slug"].replace("-", " ").capitalize()
    return data({"title": title, "text": "Two lemons, a litre of water, and some patience."})


def portal(*, careful: bool) -> dict[str, Route]:
    """All routes of one of the two portals."""
    doctors = [{"name": "Dr. Ines Roth", "field": "General medicine"}, {"name": "Dr. Ola Lind"}]
    photo = ("Cache-Control", "public, max-age=3600")
    return {
        "POST /api/session": log_in,
        "GET /api/letters/{id}": letter(careful=careful),
        "GET /api/invoices/open": invoice(careful=careful),
        "GET /api/reports/{id}": report(careful=careful),
        "GET /api/profile": Profile(careful=careful),
        "GET /api/magazine/{slug}": article,
        "GET /api/doctors": data({"doctors": doctors}),
        "GET /api/opening-hours": data(
            {"mon-fri": "08:00-18:00", "sat": "09:00-12:00"},
            photo,
            ("Age", "112"),
            ("X-Cache", "HIT"),
        ),
    }


def _user(shop: Shop, asked: Asked) -> str:
    return shop.sessions.get(asked.cookie(_COOKIE), "")


def _log_in_first() -> Answer:
    return problem(401, "Log in first", ("WWW-Authenticate", 'Cookie realm="portal"'))
