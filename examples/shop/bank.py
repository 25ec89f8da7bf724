"""A bank: cookies, forms, tokens and what goes into addresses; and its proper twin."""

from collections.abc import Mapping

from examples.shop.account import STRICT_COOKIE
from examples.shop.catalogue import safe_page
from examples.shop.store import CARDS, NOW, Shop, good_claims, jwt
from examples.shop.web import Answer, Asked, Handler, Route, data, page, problem, redirect

IBANS = ("DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606")
"""As printed in the standard's own examples: their check digits are right, the accounts are not."""

STALE = jwt(good_claims("anna") | {"iat": NOW - 90_000, "exp": NOW - 86_400})
FRESH = jwt(good_claims("anna") | {"iat": NOW + 600, "exp": NOW + 1500})
_COOKIE = "__Host-session"

# --- cookies -----------------------------------------------------------------------------------

_FLAGS: Mapping[str, str] = {
    "widget": "Path=/; HttpOnly; SameSite=None",
    "portal": "Domain=bank.example; Path=/; Secure; HttpOnly; SameSite=Lax",
    "remember": "Max-Age=315360000; Path=/; Secure; HttpOnly; SameSite=Lax",
}
_SETTINGS: Mapping[str, str] = {
    "widget": "chat_open=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
    "portal": "language=de; Domain=safe-bank.example; Path=/; Secure; SameSite=Lax",
    "remember": "theme=dark; Max-Age=31536000; Path=/; Secure; SameSite=Lax",
}


def start_weak(shop: Shop, asked: Asked) -> Answer:
    cookie = f"sessionid={shop.log_in('anna')}; {_FLAGS[asked.parts['where']]}"
    return data({"welcome": "Anna"}, ("Set-Cookie", cookie))


def start_safe(_shop: Shop, asked: Asked) -> Answer:
    return data({"ok": True}, ("Set-Cookie", _SETTINGS[asked.parts["where"]]))


def log_in(shop: Shop, _asked: Asked) -> Answer:
    cookie = f"{_COOKIE}={shop.log_in('anna')}; {STRICT_COOKIE}"
    return data({"welcome": "Anna"}, ("Set-Cookie", cookie))


# --- changes -----------------------------------------------------------------------------------


def transfer(*, careful: bool) -> Handler:
    """Moves money; the careless bank needs nothing but the cookie."""

    def answer(shop: Shop, asked: Asked) -> Answer:
        session = asked.cookie(_COOKIE)
        bearer = asked.header("authorization").startswith("Bearer ")
        if careful and not bearer and asked.header("x-csrf-token") != shop.csrf(session):
            return problem(403, "Form token missing")
        done = {"state": "booked", "amount": "25.00", "currency": "EUR"}
        return data(done, status=201)

    return answer


def me(shop: Shop, asked: Asked) -> Answer:
    token = shop.csrf(asked.cookie(_COOKIE))
    return data({"name": "Anna", "lastLogin": "2026-03-01"}, ("X-CSRF-Token", token))


def balance(*, careful: bool) -> Handler:
    """The careless bank never looks at the time in a token."""

    def answer(_shop: Shop, asked: Asked) -> Answer:
        token = asked.header("authorization").removeprefix("Bearer ")
        if token != FRESH and (careful or token != STALE):
            why = 'Bearer error="invalid_token", error_description="The access token expired"'
            return problem(401, "The token has expired", ("WWW-Authenticate", why))
        return data({"available": "1204.18", "currency": "EUR"})

    return answer


# --- forms -------------------------------------------------------------------------------------


def _form(method: str, attributes: str) -> Handler:
    def show(shop: Shop, asked: Asked) -> Answer:
        visitor = asked.cookie("__Host-pre") or shop.token("visitor")
        token = f'<input type="hidden" name="csrf_token" value="{shop.csrf(visitor)}">'
        body = (
            f'<h1>Log in</h1><form method="{method}" action="/login">{token}'
            '<input name="user" autocomplete="username">'
            f'<input name="password" type="password" {attributes}><button>Log in</button></form>'
        )
        cookie = ("Set-Cookie", f"__Host-pre={visitor}; {STRICT_COOKIE}")
        return safe_page(shop, "Log in", body, cookie)

    return show


# --- people ------------------------------------------------------------------------------------

_NAMES = (
    "Anna Berg, Ben Okafor, Chloe Martin, Davide Rossi, Elif Kaya, Femi Ade, Greta Lund, "
    "Hugo Blanc, Ines Sousa, Jonas Weber, Katja Novak, Lars Holm, Mira Stein, Nuno Reis, Olga Popov"
)
_PEOPLE = [tuple(name.split()) for name in _NAMES.split(", ")]


def customers_weak(_shop: Shop, _asked: Asked) -> Answer:
    """Everyone, with everything, to whoever asks for a page of the list."""
    people = [
        {
            "firstName": first,
            "lastName": last,
            "email": f"{first}.{last}@mail.example".lower(),
            "phone": f"+49 30 55501{34 + 7 * number}",
            "birthDate": f"19{60 + 2 * number}-0{1 + number % 9}-1{number % 10}",
            "street": f"{4 + 3 * number} Mill Lane",
        }
        for number, (first, last) in enumerate(_PEOPLE)
    ]
    return data({"customers": people, "total": 15, "page": 1})


def customers_safe(_shop: Shop, _asked: Asked) -> Answer:
    people = [
        {"name": f"{first} {last[0]}.", "email": f"{first[0].lower()}***@mail.example"}
        for first, last in _PEOPLE
    ]
    return data({"customers": people, "total": 15, "page": 1})


ACCOUNTS_WEAK = data(
    {
        "accounts": [
            {"holder": holder, "iban": iban, "bic": bic}
            for holder, iban, bic in zip(
                ("Anna Berg", "Ben Okafor", "Chloe Martin"),
                IBANS,
                ("COBADEFFXXX", "NWBKGB2LXXX", "PSSTFRPPXXX"),
                strict=True,
            )
        ]
    }
)
ACCOUNTS_SAFE = data(
    {
        "accounts": [
            {"holder": "Anna Berg", "iban": "DE89 **** **** **** **** 00"},
            {"holder": "Ben Okafor", "iban": "GB29 **** **** **** **68 19"},
        ],
        "reference": "DE89370400440532013001",  # as long as an IBAN, but its check digits are wrong
    }
)
TAX_WEAK = data(
    {
        "persons": [
            {"name": "Inés Soler", "country": "ES", "dni": "12345678Z"},
            {"name": "Jan Kowalski", "country": "PL", "pesel": "44051401359"},
            {"name": "Mario Rossi", "country": "IT", "codiceFiscale": "RSSMRA85T10A562S"},
            {"name": "João Silva", "country": "BR", "cpf": "529.982.247-25"},
            {"name": "Sanne de Vries", "country": "NL", "bsn": "111222333"},
        ]
    }
)
TAX_SAFE = data(
    {
        "persons": [
            {"name": "I. Soler", "country": "ES", "document": "*****678Z"},
            {"name": "J. Kowalski", "country": "PL", "document": "*******1359"},
        ],
        "batch": "20260302-44051401358",
        "checksum": "12345678A",
    }
)


# --- routes ------------------------------------------------------------------------------------

_CHECKED = data({"ok": True, "bank": "Example Savings"})


def site(*, careful: bool) -> dict[str, Route]:
    prefilled = "" if careful else 'value="Winter-Garden-77"'
    return {
        "POST /api/start/{where}": start_safe if careful else start_weak,
        "POST /api/login": log_in,
        "GET /api/me": me,
        "POST /api/transfers": transfer(careful=careful),
        "GET /api/balance": balance(careful=careful),
        "GET /login": _form("post" if careful else "get", 'autocomplete="current-password"'),
        "GET /desk": _form("post", prefilled),
        "GET /api/check": _CHECKED,
        "POST /api/check": _CHECKED,
        "GET /api/customers": customers_safe if careful else customers_weak,
        "GET /api/accounts": ACCOUNTS_SAFE if careful else ACCOUNTS_WEAK,
        "GET /api/tax": TAX_SAFE if careful else TAX_WEAK,
        "GET /branches": redirect("/branches/", status=308),
    }


def challenge(*schemes: str) -> Answer:
    """A page that asks the browser itself for a password."""
    asks = [("WWW-Authenticate", scheme) for scheme in schemes]
    return page("Log in", "<h1>401 Unauthorized</h1>", *asks, status=401)


CARD = CARDS[0]
DIGEST_MD5 = (
    'Digest realm="branch office", qop="auth", algorithm=MD5, '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
DIGEST_SHA = DIGEST_MD5.replace("algorithm=MD5", "algorithm=SHA-256")
INTRANET: dict[str, Route] = {
    "GET /printers": challenge(DIGEST_MD5),
    "GET /files": challenge("Negotiate", "NTLM"),
}
SAFE_INTRANET: dict[str, Route] = {
    "GET /printers": challenge(DIGEST_SHA),
    "GET /files": challenge("Negotiate"),
}
