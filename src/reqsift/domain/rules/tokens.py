"""JSON Web Tokens that are unsigned, signed by a weak key or say too much."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.jwt import Jwt
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

OWASP = ("A02:2021", "A07:2021", "API2:2023")
BEST = "RFC 8725"
RFC = "RFC 7519"
GUIDE = "OWASP JSON Web Token Cheat Sheet"
_VERIFY = {
    Stack.DJANGO: '`SIMPLE_JWT = {"ALGORITHM": "RS256", ...}`.',
    Stack.FLASK: '`JWT_DECODE_ALGORITHMS = ["RS256"]` of Flask-JWT-Extended.',
    Stack.EXPRESS: "`jwt.verify(token, key, { algorithms: ['RS256'] })`, never `jwt.decode`.",
    Stack.SPRING: "`NimbusJwtDecoder.withJwkSetUri(...).jwsAlgorithm(RS256)`.",
    Stack.LARAVEL: "`JWT::decode($token, new Key($key, 'RS256'))`.",
    Stack.PHP: "`JWT::decode($token, new Key($key, 'RS256'))` of firebase/php-jwt.",
    Stack.RAILS: "`JWT.decode(token, key, true, algorithm: 'RS256')`.",
    Stack.ASP_NET: '`ValidAlgorithms = ["RS256"]`, `RequireSignedTokens = true`.',
}


def evidence_of(view: View, token: Jwt) -> Evidence:
    """Where the token stands."""
    return view.span(token.part, token.start, token.start + len(token.text))


def accepted_tokens(view: View) -> Iterator[Jwt]:
    """The tokens that the server issued or did not refuse."""
    refused = view.status in {400, 401, 403}
    for token in view.jwts:
        if token.claims.get("sub") == "1234567890" and "name" in token.claims:
            continue  # the sample of every tutorial
        if token.part.startswith("response.") or not refused:
            yield token


def _unsigned(view: View) -> Iterator[Match]:
    for token in accepted_tokens(view):
        unsigned = str(token.header.get("alg", "")).strip().lower() == "none"
        if unsigned or token.text.endswith("."):
            taken = token.part.startswith("request.") and 200 <= view.status < 300
            yield Match(
                evidence=(evidence_of(view, token),),
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
    fixes=_VERIFY,
    cwe=347,
    owasp=OWASP,
    references=(BEST, GUIDE),
    silent="It says nothing of tokens that were refused, and of the sample of tutorials; a server "
    "that got one may have ignored it and answered as to anybody.",
    scope=Scope.HOST,
    check=_unsigned,
)


_GUESSES = (
    b"secret", b"password", b"key", b"jwt", b"test", b"changeme", b"admin", b"123456", b"secretkey",
    b"secret_key", b"secret-key", b"mysecret", b"jwtsecret", b"jwt_secret", b"jwt-secret",
    b"qwerty", b"your-256-bit-secret", b"your_jwt_secret", b"supersecret", b"super-secret",
    b"shhhhh", b"",
)  # fmt: skip
_HASHES = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def _guessable(view: View) -> Iterator[Match]:
    for token in accepted_tokens(view):
        digest = _HASHES.get(str(token.header.get("alg", "")).upper())
        signed, _, signature = token.text.rpartition(".")
        if not digest or not signature:
            continue
        for key in _GUESSES:
            mac = urlsafe_b64encode(hmac.digest(key, signed.encode(), digest)).rstrip(b"=").decode()
            if mac == signature.rstrip("="):
                yield Match(
                    evidence=(evidence_of(view, token),),
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
    fixes={
        Stack.DJANGO: 'a `SIMPLE_JWT["SIGNING_KEY"]` from `secrets.token_urlsafe(48)`.',
        Stack.FLASK: "a `JWT_SECRET_KEY` from `secrets.token_urlsafe(48)`.",
        Stack.EXPRESS: "`crypto.randomBytes(48)` once, read from `process.env.JWT_SECRET`.",
        Stack.SPRING: "`Jwts.SIG.HS256.key().build()`, kept outside `application.yml`.",
        Stack.LARAVEL: "`php artisan jwt:secret --force`.",
        Stack.RAILS: "`Rails.application.credentials.jwt_key`, made by `SecureRandom.hex(32)`.",
    },
    cwe=521,
    owasp=OWASP,
    references=(BEST, GUIDE),
    silent="It says nothing of tokens that were refused and of the sample of tutorials; only about "
    "twenty words are tried, so that silence proves no strong key.",
    scope=Scope.HOST,
    check=_guessable,
)

_SENSITIVE = re.compile(
    r"passw|pwd|secret|ssn|social_?sec|card_?n|credit_?card|cvv|iban|api_?key|private_?key|^pin$|"
    r"hash$",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"^(?:birth_?da(?:te|y)|date_?of_?birth|dob|phone(?:_?number)?|mobile|(?:home_|postal_)?address|"
    r"street|passport(?:_?n\w{0,5})?|national_?id|tax_?id|salary|religion|diagnosis)$",
    re.IGNORECASE,
)


def _telling_claims(view: View) -> Iterator[Match]:
    for token in accepted_tokens(view):
        given = [name for name, value in token.claims.items() if value not in (None, "", False)]
        names = [n for n in given if _SENSITIVE.search(n) and n not in _BINDINGS]
        secret = bool(names)
        if not secret and not _BINDINGS & token.claims.keys():  # those are of an ID token
            names = [name for name in given if _PERSONAL.match(name)]
        if names:
            yield Match(
                evidence=(evidence_of(view, token),),
                kind="sensitive-claims" if secret else "personal-claims",
                proof=88 if secret else 70,
                severity=None if secret else Severity.LOW,
                detail=f"Claims concerned: {', '.join(name[:40] for name in names[:5])}.",
            )


_BINDINGS = frozenset({"at_hash", "c_hash", "s_hash", "nonce"})
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
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of an e-mail address or a name, of empty claims and of the personal "
    "data in an ID token, which OpenID Connect puts there for the client.",
    scope=Scope.HOST,
    check=_telling_claims,
)

_ODD_KID = re.compile(r"\.\./|['\"|;]|/dev/|\s")


def _chosen_key(view: View) -> Iterator[Match]:
    for token in accepted_tokens(view):
        kid, typ = token.header.get("kid"), str(token.header.get("typ", "")).lower()
        urls = [token.header.get("jku"), token.header.get("x5u")]
        foreign = any(isinstance(url, str) and foreign_host(view, url) for url in urls)
        odd = isinstance(kid, str) and _ODD_KID.search(kid)
        embedded = "jwk" in token.header and not typ.startswith("dpop")
        if foreign or odd or embedded:
            yield Match(evidence=(evidence_of(view, token),), kind="chosen-key", proof=65)


JWT_CHOSEN_KEY = Rule(
    id="jwt-chosen-key",
    type=FindingType.JWT_WEAK,
    severity=Severity.MEDIUM,
    title="Token names its own key",
    description="The token's header brings a key, points to a foreign address for it or names an "
    "odd key file; a server that follows it accepts tokens made by anyone.",
    remediation="Choose the key on the server from a fixed list by `kid`; ignore `jku`, `x5u` and "
    "`jwk`.",
    fixes=_VERIFY,
    cwe=347,
    owasp=OWASP,
    references=(BEST, "RFC 7515"),
    silent="It says nothing of keys at the server's own site and of proofs of possession (DPoP), "
    "which carry a key by design; a server that ignores these members is safe.",
    scope=Scope.HOST,
    check=_chosen_key,
)
