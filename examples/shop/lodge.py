"""A housing club that trusts whoever asks: records, rights, prices, log-ins; and its careful twin.

Both know Anna, tenant 4711, by `PASS`; Ben is tenant 4712.
"""

from examples.shop.account import STRICT_COOKIE
from examples.shop.catalogue import safe_page
from examples.shop.policies import strict
from examples.shop.store import NOW, Shop, good_claims, jwt
from examples.shop.web import Answer, Asked, Host, Route, data, problem, redirect

_ANNA: dict[str, object] = {"sub": "4711", "iat": NOW + 900, "exp": NOW + 9_900}
PASS = jwt(good_claims("4711") | _ANNA)
CODES = [f"LODGE-{number:04d}" for number in range(7300, 7332)]

# --- records of others -------------------------------------------------------------------------


def _contract(tenant: int) -> Answer:
    return data({"id": 90210, "user_id": tenant, "flat": "3b", "rent": "640.00"})


def _tenant(tenant: int, name: str) -> Answer:
    viewer = {"id": 4711, "role": "member"}
    return data({"viewer": viewer, "tenant": {"id": tenant, "name": name, "door_code": "58#2"}})


_NAMES = ("Anna Berg", "Ben Okafor", "Chloe Martin", "Davide Rossi", "Elif Kaya")
_MAILS = [f"{name.lower().replace(' ', '.')}@mail.example" for name in _NAMES]
OWN = (
    *("1f0c8a52-6d1e-4b7a-9c53-0e2f7d84b611", "7b39e2d4-08f5-4c1d-8a6e-95d1c3f0a724"),
    *("c4d86f17-52ab-4e90-b3f8-6a170e9d2c35", "e95a1b60-3f7c-4d28-8e14-b2c7f6d0935a"),
    "0a6d4e83-b91f-47c5-92d7-3c8e5f1b7042",
)


def _booking_weak(_shop: Shop, asked: Asked) -> Answer:
    number = int(asked.parts["id"])
    mail = _MAILS[number % len(_MAILS)]
    return data({"id": number, "room": "sauna", "email": mail})


def _booking_safe(_shop: Shop, asked: Asked) -> Answer:
    if asked.parts["id"] not in OWN:
        return problem(404, "Not found")
    return data({"id": asked.parts["id"], "room": "sauna", "email": _MAILS[0]})


_WHOLE = [
    {"id": 4711 + place, "name": name, "email": mail, "birth_date": f"198{place}-04-17"}
    for place, (name, mail) in enumerate(zip(_NAMES, _MAILS, strict=True))
]
_SHORT = [{"id": person["id"], "name": person["name"]} for person in _WHOLE]


def _people(people: object) -> Answer:
    return data({"viewer": {"id": 4711, "role": "member"}, "people": people})


_MINUTES = Answer(kind="application/pdf", body=b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n")

# --- numbers and guesses -----------------------------------------------------------------------


def _rent_weak(_shop: Shop, asked: Asked) -> Answer:
    price = asked.data().get("price", 0)
    return data(
        {"room": 12, "list_price": 89.0, "charged_price": price, "price_source": "client"},
        status=201,
    )


def _codes_weak(_shop: Shop, asked: Asked) -> Answer:
    codes = asked.data().get("codes", [])
    return data({"valid": codes[17:18], "invalid": codes[:17] + codes[18:]})


def _codes_safe(_shop: Shop, asked: Asked) -> Answer:
    if not asked.data().get("code"):
        return problem(422, "Send one code")
    return data({"valid": True, "worth": "10.00"})


# --- logging in --------------------------------------------------------------------------------

_SENT = "If the address is known, a message is on its way"


def _forgot_weak(shop: Shop, _asked: Asked) -> Answer:
    return data({"status": "sent", "reset_token": shop.token("reset")})


def _login_weak(shop: Shop, _asked: Asked) -> Answer:
    return redirect(
        "/desk", ("Set-Cookie", f"__Host-session={shop.log_in('admin')}; {STRICT_COOKIE}")
    )


def _factor_weak(_shop: Shop, _asked: Asked) -> Answer:
    return data({"mfa": {"method": "totp", "skipped": True}, "access_token": PASS})


def _factor_safe(_shop: Shop, _asked: Asked) -> Answer:
    return data({"mfa_required": True, "methods": ["totp"], "challenge": "c-51f0a7e2"})


def _register(*, careful: bool) -> Route:
    def answer(_shop: Shop, asked: Asked) -> Answer:
        given = asked.data()
        shown = ("name", "email") if careful else ("name", "email", "password")
        return data({"id": 4733, **{name: given.get(name) for name in shown}}, status=201)

    return answer


def _desk(shop: Shop, _asked: Asked) -> Answer:
    return safe_page(shop, "Desk", "<h1>Desk</h1><p>Two flats are free.</p>")


def _ask_first(shop: Shop, asked: Asked) -> Answer:
    token = shop.csrf(asked.cookie("__Host-session"))
    return safe_page(
        shop,
        "Delete",
        '<h1>Delete this booking?</h1><form method="post"><input type="hidden" name="csrf_token" '
        f'value="{token}"><button>Delete</button></form>',
    )


# --- tokens and cookies ------------------------------------------------------------------------

_CLAIMS = good_claims("4711") | _ANNA
FOREIGN_KEY = jwt(_CLAIMS, key=b"\x17" * 32, jku="https://keys.evil.example/jwks.json")
WEAK_TOKENS = {
    "app": jwt(_CLAIMS, key=b"secret"),
    "meter": jwt(_CLAIMS | {"exp": NOW + 400 * 86_400}),
}


def _token_weak(_shop: Shop, asked: Asked) -> Answer:
    return data({"access_token": WEAK_TOKENS[asked.parts["kind"]], "token_type": "Bearer"})


def _token_safe(_shop: Shop, _asked: Asked) -> Answer:
    return data({"access_token": PASS, "token_type": "Bearer", "expires_in": 9_000})


def _me_safe(_shop: Shop, asked: Asked) -> Answer:
    if asked.header("authorization") != f"Bearer {PASS}":
        return problem(401, "Log in first", ("WWW-Authenticate", 'Bearer error="invalid_token"'))
    return data({"id": 4711, "name": "Anna"})


_FLAGS = "Path=/; Secure; HttpOnly; SameSite=Lax"
_COOKIES_WEAK = {
    "saved": f"password=Sunny-Garden-12; Max-Age=2592000; {_FLAGS}",
    "number": f"session=10482; {_FLAGS}",
    "prefix": f"__Host-session=a1d5c07e93b24f68; Domain=lodge.example; {_FLAGS}",
    "role": f"role=admin; {_FLAGS}",
}
_COOKIES_SAFE = {
    "saved": f"__Host-remember=5d02b7c1e84f4a6f9c30d17be6524a8f; Max-Age=2592000; {_FLAGS}",
    "number": f"__Host-session=9b41f06e2d7c4835a1e05c98d3f7b260; {_FLAGS}",
    "prefix": f"__Host-session=c27e51f9048b4d63b8d61a3e75f0294c; {_FLAGS}",
    "role": f"theme=dark; {_FLAGS}",
}


def _cookies(table: dict[str, str]) -> Route:
    return lambda _, asked: data({"ok": True}, ("Set-Cookie", table[asked.parts["kind"]]))


_UNCHECKED = {"deleted": 4713, "required_permission": "people:destroy", "enforced": False}
_OK = data({"ok": True})
WEAK: dict[str, Route] = {
    "GET /private/minutes-2026-02.pdf": _MINUTES,
    "GET /api/contracts/90210": _contract(4712),
    "GET /api/tenants/{id}": _tenant(4712, "Ben Okafor"),
    "GET /api/bookings/{id}": _booking_weak,
    "DELETE /api/people/4713": data(_UNCHECKED),
    "GET /api/people": _people(_WHOLE),
    "POST /api/rooms/12/rent": _rent_weak,
    "POST /api/locker/pin": data(
        {"valid": False, "failed_attempts": 412, "locked": False}, status=401
    ),
    "POST /api/vouchers/check": _codes_weak,
    "POST /api/password/forgot": _forgot_weak,
    "POST /login": _login_weak,
    "POST /api/login": _factor_weak,
    "POST /api/register": _register(careful=False),
    "GET /desk": _desk,
    "GET /bookings/77/delete": redirect("/bookings", status=303),
    "GET /api/token/{kind}": _token_weak,
    "GET /api/me": data({"id": 4711, "name": "Anna"}),
    "GET /api/start/{kind}": _cookies(_COOKIES_WEAK),
    "GET /api/meters": _OK,
}
SAFE: dict[str, Route] = {
    "GET /private/minutes-2026-02.pdf": redirect("/login?next=/private", status=303),
    "GET /api/contracts/90210": _contract(4711),
    "GET /api/tenants/{id}": _tenant(4711, "Anna Berg"),
    "GET /api/bookings/{id}": _booking_safe,
    "DELETE /api/people/4713": problem(403, "This needs the permission people:destroy"),
    "GET /api/people": _people(_SHORT),
    "POST /api/rooms/12/rent": data({"room": 12, "list_price": 89.0, "charged_price": 89.0}),
    "POST /api/locker/pin": problem(429, "Locked after 5 tries", ("Retry-After", "900")),
    "POST /api/vouchers/check": _codes_safe,
    "POST /api/password/forgot": data({"status": _SENT}, status=202),
    "POST /login": problem(401, "User or password is wrong"),
    "POST /api/login": _factor_safe,
    "POST /api/register": _register(careful=True),
    "GET /desk": _desk,
    "GET /bookings/77/delete": _ask_first,
    "GET /api/token/{kind}": _token_safe,
    "GET /api/me": _me_safe,
    "GET /api/start/{kind}": _cookies(_COOKIES_SAFE),
    "GET /api/meters": _OK,
}
_MISSING = problem(404, "Not found")
HOSTS = {
    "lodge.example": Host(WEAK, strict, _MISSING),
    "safe-lodge.example": Host(SAFE, strict, _MISSING),
}
