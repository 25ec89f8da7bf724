"""JSON Web Tokens: what they say of themselves."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import replace

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import Cases, Table, data, page

NOW = 1_772_442_000
YEAR = 365 * 86_400


def encoded(part: object) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def jwt(**claims: object) -> str:
    return f"{encoded({'alg': 'HS256'})}.{encoded({'sub': 'anna', **claims})}.c2lnbmVk"


def keyed(key: bytes) -> str:
    signed = jwt(iat=NOW, exp=NOW + 900).rpartition(".")[0]
    mac = urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=").decode()
    return f"{signed}.{mac}"


def headed(**header: object) -> str:
    return f"{encoded({'alg': 'RS256', **header})}.{encoded({'sub': 'a', 'exp': NOW})}.c2ln"


def bearer(token: str, status: int = 200) -> Exchange:
    return data({}, sent={"Authorization": f"Bearer {token}"}, status=status)


def opened(token: str, value: object, path: str = "me") -> Exchange:
    """An API that answers with `value` to somebody with `token`."""
    url = f"https://api.shop.example/v1/{path}"
    return data(value, url, sent={"Authorization": f"Bearer {token}"})


def untimed(seen: Exchange) -> Exchange:
    return replace(seen, started_at=None)


def in_cookie(token: str, value: object) -> Exchange:
    return data(value, "https://shop.example/api/me", sent={"Cookie": f"theme=dark; auth={token}"})


def issued(token: str) -> Exchange:
    return data({"access_token": token})


GOOD = jwt(iat=NOW, exp=NOW + 900)
OLD = jwt(iat=NOW - 90_000, exp=NOW - 86_400)
ME = {"id": 7, "email": "anna@mail.example"}
SAMPLE = jwt(sub="1234567890", name="John Doe")
NONE = f"{encoded({'alg': 'none'})}.{encoded({'sub': 'anna', 'exp': NOW})}."
CUT = f"{encoded({'alg': 'HS256'})}.{encoded({'sub': 'anna', 'role': 'admin', 'exp': NOW})}."
ANON = jwt(iss="supabase", role="anon", iat=NOW, exp=NOW + 10 * YEAR)
EVENT = f"{encoded({'alg': 'RS256', 'typ': 'secevent+jwt'})}.{encoded({'iss': 'x', 'iat': NOW})}.c2"
PERSON = {"exp": NOW, "birthdate": "1984-05-17", "phone_number": "+49 30 901820"}

TABLE: Table = {
    "jwt-unsigned": Cases(
        noticed=(
            bearer(NONE),
            issued(NONE),
            page(got={"Set-Cookie": f"auth={NONE}"}),
            bearer(CUT),
            page(status=302, got={"Location": f"https://app.shop.example/#id_token={NONE}"}),
        ),
        silent=(
            bearer(GOOD),
            bearer(NONE, 401),
            issued("eyJhbGciOiJub25lIn0.rubbish."),
            data({}),
            issued(f"{encoded({'alg': 'none'})}.{encoded([1])}."),
        ),
    ),
    "jwt-guessable-key": Cases(
        noticed=(
            bearer(keyed(b"secret")),
            issued(keyed(b"changeme")),
            page(got={"Set-Cookie": f"jwt={keyed(b'your-256-bit-secret')}; HttpOnly"}),
            in_cookie(keyed(b"jwt_secret"), ME),
        ),
        silent=(
            bearer(GOOD),
            bearer(keyed(b"Jv8#kq2!mZ0p")),
            bearer(keyed(b"secret"), 401),
            issued(keyed(b"secret")[:-4]),
            bearer(headed(kid="key-2026")),
        ),
    ),
    "jwt-without-expiry": Cases(
        noticed=(
            bearer(jwt(iat=NOW)),
            issued(jwt(exp="never")),
            in_cookie(jwt(iat=NOW, role="customer"), ME),
            page(got={"Set-Cookie": f"auth={jwt(uid=7)}; HttpOnly; Secure"}),
        ),
        silent=(
            bearer(GOOD),
            bearer(jwt(), 401),
            page(f"<code>{SAMPLE}</code>"),
            data({"event": EVENT}),
            bearer(jwt(iss="supabase", role="anon")),
        ),
    ),
    "jwt-long-lived": Cases(
        noticed=(
            bearer(jwt(iat=NOW, exp=NOW + YEAR)),
            issued(jwt(exp=NOW + 2 * YEAR)),
            page(got={"Set-Cookie": f"auth={jwt(iat=NOW, exp=NOW + YEAR // 4)}; Secure"}),
            in_cookie(jwt(nbf=NOW, exp=NOW + YEAR), ME),
        ),
        silent=(
            bearer(GOOD),
            issued(jwt(iat=NOW, exp=NOW + YEAR, typ="Refresh")),
            bearer(jwt(iat=NOW, exp=10**30)),
            bearer(ANON),
            issued(jwt(iat=NOW, exp=NOW + 14 * 86_400)),
            bearer(jwt(iat=NOW, exp=NOW + YEAR), 401),
        ),
    ),
    "jwt-expired-accepted": Cases(
        noticed=(
            opened(OLD, ME),
            opened(OLD, {"orders": [{"id": 17, "total": "49.90"}]}, "orders"),
            in_cookie(OLD, ME),
            opened(jwt(exp=NOW - 3 * 3600), {"iban": "DE89370400440532013000"}, "account"),
        ),
        silent=(
            opened(GOOD, ME),
            opened(jwt(exp=NOW - 60), ME),
            untimed(opened(OLD, ME)),
            bearer(OLD, 401),
            opened(OLD, {"errors": [{"message": "Token has expired"}]}, "graphql"),
            opened(OLD, {"access_token": GOOD}, "auth/refresh"),
            opened(OLD, {"accessToken": GOOD, "user": ME}),
            opened(OLD, {}, "orders"),
            in_cookie(OLD, {"products": [{"id": 7, "name": "Wool"}]}),
            page(sent={"Cookie": f"auth={OLD}"}),
        ),
    ),
    "jwt-sensitive-claims": Cases(
        noticed=(
            bearer(jwt(exp=NOW, password="open")),
            issued(jwt(exp=NOW, card_number="4111")),
            in_cookie(jwt(exp=NOW, passwordHash="$2b$12$WApznUPhDubN0oeveSXHp"), ME),
            bearer(jwt(**PERSON)),
            issued(jwt(exp=NOW, address={"street_address": "Linienstr. 7"}, salary=52_000)),
        ),
        silent=(
            bearer(GOOD),
            issued(jwt(exp=NOW, email="a@b.example", at_hash="x", ssn="")),
            issued(jwt(**PERSON, at_hash="MTIzNDU2Nzg5MDEyMzQ1Ng")),
            issued(jwt(**PERSON, nonce="n-0S6_WzA2Mj")),
            bearer(jwt(exp=NOW, phone_number_verified=True, ip_address="192.0.2.7")),
            bearer(jwt(exp=NOW, password="open"), 401),
        ),
    ),
    "jwt-chosen-key": Cases(
        noticed=(
            bearer(headed(jku="https://evil.test/k.json")),
            bearer(headed(kid="../../dev/null")),
            bearer(headed(jwk={"kty": "RSA"})),
            in_cookie(headed(x5u="//keys.evil.test/c.pem"), ME),
            bearer(headed(kid="1' UNION SELECT 'k")),
        ),
        silent=(
            bearer(headed(kid="key-2026")),
            bearer(headed(jku="https://api.shop.example/k.json")),
            bearer(headed(jwk={"kty": "EC"}, typ="dpop+jwt")),
            bearer(headed(kid="https://shop.example/keys/1")),
            bearer(headed(jku="https://evil.test/k.json"), 401),
        ),
    ),
}
