"""JSON Web Tokens that are unsigned, live too long or say too much."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from math import isfinite

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.jwt import Jwt
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host
from reqsift.domain.view import View

_OWASP = ("A02:2021", "A07:2021", "API2:2023")
_DAY = 86_400
_MAX_DAYS = 30


def _evidence(view: View, token: Jwt) -> Evidence:
    return view.span(token.part, token.start, token.start + len(token.text))


def _tokens(view: View) -> Iterator[Jwt]:
    """The tokens that the server issued or did not refuse."""
    refused = view.status in {400, 401, 403}
    for token in view.jwts:
        if token.claims.get("sub") == "1234567890" and "name" in token.claims:
            continue  # the sample of every tutorial
        if token.part.startswith("response.") or not refused:
            yield token


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 and isfinite(value) else None


def _unsigned(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        unsigned = str(token.header.get("alg", "")).strip().lower() == "none"
        if unsigned or token.text.endswith("."):
            taken = token.part.startswith("request.") and 200 <= view.status < 300
            yield Match(
                evidence=(_evidence(view, token),),
                kind="unsigned",
                proof=95 if unsigned else 70,
                severity=Severity.CRITICAL if taken and unsigned else None,
            )


JWT_UNSIGNED = Rule(
    id="jwt-unsigned",
    type=FindingType.JWT_WEAK,
    severity=Severity.HIGH,
    title="Token is not signed",
    description="Without a signature anyone can write a token for any user.",
    remediation="Sign with a fixed algorithm and accept only that one: `jwt.decode(token, key, "
    'algorithms=["EdDSA"])`.',
    cwe=347,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_unsigned,
)


def _endless(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        if token.claims and _seconds(token.claims.get("exp")) is None:
            yield Match(
                evidence=(_evidence(view, token),), kind="no-expiry", proof=_session(token, 85)
            )


def _session(token: Jwt, proof: int) -> int:
    """A token in a login's usual places is surely a session; elsewhere it may be anything."""
    usual = ("authorization", "cookie", "x-a")
    return proof if any(place in token.part for place in usual) else proof - 10


JWT_WITHOUT_EXPIRY = Rule(
    id="jwt-without-expiry",
    type=FindingType.JWT_WEAK,
    severity=Severity.MEDIUM,
    title="Token never expires",
    description="A token that is stolen once can be used for ever.",
    remediation='Set `exp` to minutes, such as `"exp": now + 900`, and renew by a refresh token.',
    cwe=613,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_endless,
)


def _long_lived(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        ends = _seconds(token.claims.get("exp"))
        starts = _seconds(token.claims.get("iat")) or _seconds(token.claims.get("nbf"))
        starts = starts or _captured_at(view)
        kind = str(token.claims.get("typ", "")) + str(token.claims.get("type", ""))
        if ends is None or starts is None or "refresh" in kind.lower():
            continue
        days = (ends - starts) / _DAY
        if days > _MAX_DAYS:
            yield Match(
                evidence=(_evidence(view, token),),
                kind="long-lived",
                proof=_session(token, 85),
                severity=Severity.MEDIUM if days > 365 else None,
                detail=f"It is valid for about {days:.0f} days.",
            )


def _captured_at(view: View) -> float | None:
    started = view.exchange.started_at
    if started is None or started.tzinfo is None:
        return None
    return started.timestamp()


JWT_LONG_LIVED = Rule(
    id="jwt-long-lived",
    type=FindingType.JWT_WEAK,
    severity=Severity.LOW,
    title="Token lives longer than a month",
    description="The longer a token is valid, the longer a stolen one is of use.",
    remediation='Set `exp` to minutes, such as `"exp": now + 900`, and renew by a refresh token.',
    cwe=613,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_long_lived,
)

_GUESSES = (
    b"secret",
    b"password",
    b"key",
    b"jwt",
    b"test",
    b"changeme",
    b"admin",
    b"123456",
    b"secretkey",
    b"secret_key",
    b"secret-key",
    b"mysecret",
    b"jwtsecret",
    b"jwt_secret",
    b"jwt-secret",
    b"qwerty",
    b"your-256-bit-secret",
    b"your_jwt_secret",
    b"supersecret",
    b"super-secret",
    b"shhhhh",
    b"",
)
_HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def _guessable(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        digest = _HASHES.get(str(token.header.get("alg", "")).upper())
        signed, _, signature = token.text.rpartition(".")
        if not digest or not signature:
            continue
        for key in _GUESSES:
            mac = urlsafe_b64encode(hmac.digest(key, signed.encode(), digest)).rstrip(b"=").decode()
            if mac == signature.rstrip("="):
                yield Match(
                    evidence=(_evidence(view, token),),
                    kind="guessable-key",
                    proof=99,
                    detail="The signature fits a key from a short list of common words.",
                )
                break


JWT_GUESSABLE_KEY = Rule(
    id="jwt-guessable-key",
    type=FindingType.JWT_WEAK,
    severity=Severity.CRITICAL,
    title="Token is signed with a guessable key",
    description="Whoever tries common words finds the key and can write a token for any user.",
    remediation="Sign with at least 32 random bytes, kept out of the code, and change the key now.",
    cwe=521,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_guessable,
)

_SENSITIVE = re.compile(
    r"passw|pwd|secret|ssn|social_?sec|card_?n|credit_?card|cvv|iban|api_?key|private_?key|^pin$|"
    r"hash$",
    re.IGNORECASE,
)


def _telling_claims(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        names = [n for n, value in token.claims.items() if value and _SENSITIVE.search(n)]
        names = [name for name in names if name not in {"at_hash", "c_hash", "s_hash"}]
        if names:
            yield Match(
                evidence=(_evidence(view, token),),
                kind="sensitive-claims",
                proof=88,
                detail=f"Claims concerned: {', '.join(name[:40] for name in names[:5])}.",
            )


JWT_TELLING_CLAIMS = Rule(
    id="jwt-sensitive-claims",
    type=FindingType.JWT_WEAK,
    severity=Severity.HIGH,
    title="Token carries data that it should not",
    description="The claims of a token are only encoded, not encrypted: whoever holds it can read "
    "them.",
    remediation="Put only an identifier and what is needed for the decision into a token; look "
    "the rest up on the server.",
    cwe=522,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_telling_claims,
)

_ODD_KID = re.compile(r"\.\./|['\"|;]|/dev/|\s")


def _chosen_key(view: View) -> Iterator[Match]:
    for token in _tokens(view):
        kid, typ = token.header.get("kid"), str(token.header.get("typ", "")).lower()
        urls = [token.header.get("jku"), token.header.get("x5u")]
        foreign = any(isinstance(url, str) and foreign_host(view, url) for url in urls)
        odd = isinstance(kid, str) and _ODD_KID.search(kid)
        embedded = "jwk" in token.header and not typ.startswith("dpop")
        if foreign or odd or embedded:
            yield Match(evidence=(_evidence(view, token),), kind="chosen-key", proof=65)


JWT_CHOSEN_KEY = Rule(
    id="jwt-chosen-key",
    type=FindingType.JWT_WEAK,
    severity=Severity.MEDIUM,
    title="Token names its own key",
    description="The token's header brings a key, points to a foreign address for it or names an "
    "odd key file; a server that follows it accepts tokens made by anyone.",
    remediation="Choose the key on the server from a fixed list by `kid`; ignore `jku`, `x5u` and "
    "`jwk`.",
    cwe=347,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_chosen_key,
)
