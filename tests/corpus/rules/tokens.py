"""JSON Web Tokens: what they say of themselves."""

import hmac
import json
from base64 import urlsafe_b64encode

from reqsift.domain.captures import Exchange
from tests.corpus.rules.exchanges import (
    Cases,
    Table,
    data,
    page,
)

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


def issued(token: str) -> Exchange:
    return data({"access_token": token})


GOOD = jwt(iat=NOW, exp=NOW + 900)
SAMPLE = jwt(sub="1234567890", name="John Doe")
NONE = f"{encoded({'alg': 'none'})}.{encoded({'sub': 'anna', 'exp': NOW})}."

TABLE: Table = {
    "jwt-unsigned": Cases(
        noticed=(bearer(NONE), issued(NONE), page(got={"Set-Cookie": f"auth={NONE}"})),
        silent=(bearer(GOOD), bearer(NONE, 401), issued("eyJhbGciOiJub25lIn0.rubbish."), data({})),
    ),
    "jwt-guessable-key": Cases(
        noticed=(bearer(keyed(b"secret")), issued(keyed(b"changeme"))),
        silent=(bearer(GOOD), bearer(keyed(b"Jv8#kq2!mZ0p")), bearer(keyed(b"secret"), 401)),
    ),
    "jwt-without-expiry": Cases(
        noticed=(bearer(jwt(iat=NOW)), issued(jwt(exp="never"))),
        silent=(bearer(GOOD), bearer(jwt(), 401), page(f"<code>{SAMPLE}</code>")),
    ),
    "jwt-long-lived": Cases(
        noticed=(bearer(jwt(iat=NOW, exp=NOW + YEAR)), issued(jwt(exp=NOW + 2 * YEAR))),
        silent=(
            bearer(GOOD),
            issued(jwt(iat=NOW, exp=NOW + YEAR, typ="Refresh")),
            bearer(jwt(iat=NOW, exp=10**30)),
        ),
    ),
    "jwt-sensitive-claims": Cases(
        noticed=(bearer(jwt(exp=NOW, password="open")), issued(jwt(exp=NOW, card_number="4111"))),
        silent=(bearer(GOOD), issued(jwt(exp=NOW, email="a@b.example", at_hash="x", ssn=""))),
    ),
    "jwt-chosen-key": Cases(
        noticed=(
            bearer(headed(jku="https://evil.test/k.json")),
            bearer(headed(kid="../../dev/null")),
            bearer(headed(jwk={"kty": "RSA"})),
        ),
        silent=(
            bearer(headed(kid="key-2026")),
            bearer(headed(jku="https://api.shop.example/k.json")),
            bearer(headed(jwk={"kty": "EC"}, typ="dpop+jwt")),
        ),
    ),
}
