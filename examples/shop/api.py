"""The JSON APIs: `api.shop.example` is careless, `safe-api.example` answers the same with care."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from examples.shop.store import (
    AWS_KEY,
    AWS_SECRET,
    BCRYPT,
    CARDS,
    DB_URL,
    FILES,
    INTERNET,
    NOW,
    PARTNER_TOKEN,
    Shop,
    good_claims,
    jwt,
    pem,
)
from examples.shop.web import Answer, Asked, data, problem, redirect, text

_ME = {"id": 17, "name": "Anna Berg", "email": "anna.berg@mail.example", "phone": "+49 30 5550134"}
_OWN_ID = "0b7c4c1e-52f4-4f0d-9d61-7a5be1b0a2c9"
_FRIENDS = {"https://safe-shop.example"}

# --- who may read: CORS ------------------------------------------------------------------------


def me_weak(_shop: Shop, asked: Asked) -> Answer:
    return data(
        _ME,
        ("Access-Control-Allow-Origin", asked.header("origin") or "*"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Cache-Control", "no-store"),
    )


def me_safe(_shop: Shop, asked: Asked) -> Answer:
    return _bearer(asked) or data(_ME | {"id": _OWN_ID, "password": None}, *_cors(asked))


def profile_weak(_shop: Shop, _asked: Asked) -> Answer:
    return data(_ME, ("Cache-Control", "public, max-age=86400"))


def contacts_weak(shop: Shop, _asked: Asked) -> Answer:
    rows = shop.db.execute("SELECT name, email, phone FROM customers").fetchall()
    contacts = [{"name": n, "email": e, "phone": p} for n, e, p in rows]
    return data({"contacts": contacts}, ("Access-Control-Allow-Origin", "*"))


def preflight_weak(_shop: Shop, asked: Asked) -> Answer:
    return Answer(
        status=204,
        headers=(
            ("Access-Control-Allow-Origin", asked.header("origin")),
            ("Access-Control-Allow-Credentials", "true"),
            ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
            ("Access-Control-Allow-Headers", "authorization, content-type"),
        ),
    )


def preflight_safe(_shop: Shop, asked: Asked) -> Answer:
    allowed = _cors(asked)
    methods = ("Access-Control-Allow-Methods", "GET, POST, PATCH, DELETE")
    headers = ("Access-Control-Allow-Headers", "authorization, content-type")
    return Answer(status=204, headers=(*allowed, methods, headers) if allowed else ())


# --- what is told: personal data ---------------------------------------------------------------


def users_weak(shop: Shop, _asked: Asked) -> Answer:
    rows = shop.db.execute("SELECT * FROM customers").fetchall()
    names = ("name", "email", "phone", "password_hash", "card_number", "ssn")
    return data({"users": [dict(zip(names, row, strict=True)) for row in rows]})


def user_weak(_shop: Shop, asked: Asked) -> Answer:
    return data({"id": int(asked.parts["id"]), "email": _ME["email"], "password": BCRYPT})


def payment_weak(_shop: Shop, _asked: Asked) -> Answer:
    return data({"id": 88, "holder": "Ben Okafor", "pan": CARDS[1], "cvv": "737", "exp": "11/28"})


def payment_safe(_shop: Shop, asked: Asked) -> Answer:
    return _bearer(asked) or data({"id": _OWN_ID, "brand": "visa", "card": "**** **** **** 1111"})


def order_weak(shop: Shop, asked: Asked) -> Answer:
    row = shop.db.execute("SELECT * FROM orders WHERE id = ?", (asked.parts["id"],)).fetchone()
    return data(dict(zip(("id", "customer", "item", "total", "street"), row, strict=True)))


def orders_safe(_shop: Shop, asked: Asked) -> Answer:
    order = {
        "id": _OWN_ID,
        "number": "4111111111111112",  # as long as a card number, but its check digit is wrong
        "placedAt": NOW * 1000 + 123,
        "tracking": "00340434161094042557",
        "total": "19.00",
    }
    return _bearer(asked) or data({"orders": [order], "next": None})


def order_safe(_shop: Shop, asked: Asked) -> Answer:
    refused = _bearer(asked)
    if refused or asked.parts["id"] == _OWN_ID:
        return refused or data({"id": _OWN_ID, "item": "Wool socks", "total": "19.00"})
    return problem(404, "Not found")


def place_weak(_shop: Shop, asked: Asked) -> Answer:
    quantity = int(asked.data().get("quantity", 1))
    return data({"id": 1004, "quantity": quantity, "total": 9.5 * quantity}, status=201)


def place_safe(_shop: Shop, asked: Asked) -> Answer:
    if int(asked.data().get("quantity", 0)) < 1:
        return problem(422, "The quantity must be 1 or more")
    return data(
        {"id": _OWN_ID, "total": "19.00"}, ("Location", f"/v1/orders/{_OWN_ID}"), status=201
    )


# --- what is accepted: mass assignment ---------------------------------------------------------


def change_weak(_shop: Shop, asked: Asked) -> Answer:
    return data(_ME | {"role": "customer"} | asked.data())


def register_weak(_shop: Shop, asked: Asked) -> Answer:
    new = {key: value for key, value in asked.data().items() if key != "password"}
    return data({"id": 18, "is_admin": False} | new, status=201)


def change_safe(_shop: Shop, asked: Asked) -> Answer:
    allowed = {key: value for key, value in asked.data().items() if key in {"name", "phone"}}
    return _bearer(asked) or data(_ME | {"id": _OWN_ID, "role": "customer"} | allowed)


# --- tokens ------------------------------------------------------------------------------------


def token_weak(_shop: Shop, asked: Asked) -> Answer:
    claims: dict[str, object] = {"sub": "anna", "role": "customer"}
    if asked.data().get("kind") == "session":
        token = jwt(claims | {"exp": NOW + 900}, signed=False)
    elif asked.data().get("kind") == "profile":
        token = jwt(claims | {"exp": NOW + 900, "password": "open-sesame-42", "ssn": "219-09-9999"})
    else:
        token = jwt(claims | {"iat": NOW})
    return data({"access_token": token, "token_type": "Bearer"}, ("Cache-Control", "no-store"))


def token_safe(_shop: Shop, asked: Asked) -> Answer:
    if asked.field("code") != "SplxlOBeZQQYbYS6WxSbIA":
        return data({"error": "invalid_grant"}, status=400)
    token = jwt(good_claims("anna"))
    return data({"access_token": token, "token_type": "Bearer", "expires_in": 900})


def login_weak(_shop: Shop, asked: Asked) -> Answer:
    if asked.data().get("user") != "anna":
        return data({"error": "no account with this name"}, status=404)
    return data({"error": "wrong password"}, status=401)


def session_weak(shop: Shop, asked: Asked) -> Answer:
    flags = {"web": "; Secure", "app": "; HttpOnly", "embed": "; HttpOnly; SameSite=None"}
    cookie = f"auth_token={shop.log_in('anna')}; Path=/{flags.get(asked.parts['client'], '')}"
    return data({"ok": True}, ("Set-Cookie", cookie))


def fast_logins(_shop: Shop, _asked: Asked) -> Answer:
    return problem(429, "Too many attempts", ("Retry-After", "60"), ("RateLimit", "r=0; t=60"))


# --- reaching further than meant ---------------------------------------------------------------


def file_weak(_shop: Shop, asked: Asked) -> Answer:
    name = unquote(asked.arg("name")).replace("\\", "/").removeprefix("C:/")
    path = name.replace("../", "").lstrip("/")
    found = FILES.get(path)
    return text(found) if found else text(f"cannot open /srv/shop/files/{name}", status=404)


def file_safe(_shop: Shop, asked: Asked) -> Answer:
    found = FILES.get(f"invoices/{asked.arg('name')}")
    if found is None:
        return problem(404, "Not found")
    return text(found, ("Content-Disposition", 'attachment; filename="invoice.txt"'))


def fetch_weak(_shop: Shop, asked: Asked) -> Answer:
    url = asked.arg("url") or str(asked.data().get("url", ""))
    return text(INTERNET.get(url, f"no route to {url}"))


def fetch_safe(_shop: Shop, asked: Asked) -> Answer:
    url = asked.arg("url")
    if not url.startswith("https://cdn.example/"):
        return problem(400, "This host is not on the list")
    return text(INTERNET.get(url, ""))


def graphql_weak(_shop: Shop, asked: Asked) -> Answer:
    query = str(asked.data().get("query", ""))
    if "__schema" in query or "__type" in query:
        kinds = [{"name": "Query", "kind": "OBJECT"}, {"name": "AdminUser", "kind": "OBJECT"}]
        return data({"data": {"__schema": {"queryType": {"name": "Query"}, "types": kinds}}})
    message = 'Cannot query field "pasword" on type "AdminUser". Did you mean "passwordHash"?'
    return data({"errors": [{"message": message}]}, status=400)


def graphql_safe(_shop: Shop, asked: Asked) -> Answer:
    if "__schema" in str(asked.data().get("query", "")):
        return data({"errors": [{"message": "Introspection is not enabled"}]}, status=400)
    return data({"data": {"product": {"id": "1", "name": "Wool socks"}}})


# --- configuration that nobody should see ------------------------------------------------------

CONFIG_WEAK = data(
    {
        "database": DB_URL,
        "aws": {"accessKeyId": AWS_KEY, "secretAccessKey": AWS_SECRET},
        "partner": {"api_token": PARTNER_TOKEN},
    }
)
KEY_WEAK = text(pem("RSA"), kind="application/x-pem-file")
INTERNALS_WEAK = data(
    {"upstream": "http://10.12.4.17:9200", "host": "web03.corp.internal", "root": "/var/www/shop"},
    ("X-Backend-Server", "10.12.0.7:8080"),
)


# --- helpers -----------------------------------------------------------------------------------


def _bearer(asked: Asked) -> Answer | None:
    """Refuse a request without a good token; None if all is well."""
    if asked.header("authorization") == f"Bearer {jwt(good_claims('anna'))}":
        return None
    return problem(401, "Log in first", ("WWW-Authenticate", 'Bearer realm="safe-api"'))


def _cors(asked: Asked) -> Sequence[Any]:
    origin = asked.header("origin")
    if origin not in _FRIENDS:
        return (("Vary", "Origin"),)
    return (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))


def pay_link_weak(_shop: Shop, asked: Asked) -> Answer:
    return redirect(f"https://pay.example/start?access_token={asked.arg('access_token')}")
