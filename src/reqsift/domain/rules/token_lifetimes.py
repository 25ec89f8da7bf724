"""JSON Web Tokens that live too long, or that are taken after their end."""

import re
from collections.abc import Iterator
from math import isfinite

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.jwt import Jwt
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import private_data
from reqsift.domain.rules.tokens import BEST, GUIDE, OWASP, RFC, accepted_tokens, evidence_of
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_DAY = 86_400
_MAX_DAYS = 30
_OF_PROGRAMS = ("anon", "service_role")
"""Roles of the keys that a service such as Supabase gives to programs, which live for years."""
_NO_LOGIN = ("dpop", "secevent", "logout", "oauth-authz-req")
_EXPIRE = {
    Stack.DJANGO: '`SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=15)}`.',
    Stack.FLASK: "`JWT_ACCESS_TOKEN_EXPIRES = timedelta(minutes=15)`.",
    Stack.EXPRESS: "`jwt.sign(claims, key, { expiresIn: '15m' })`, checked by `jwt.verify`.",
    Stack.SPRING: "`JwtClaimsSet.builder().expiresAt(now.plusSeconds(900))`.",
    Stack.LARAVEL: "`JWT_TTL=15` in `.env`.",
    Stack.RAILS: "`JWT.encode({ exp: 15.minutes.from_now.to_i, ... }, key, 'RS256')`.",
    Stack.ASP_NET: "`expires: DateTime.UtcNow.AddMinutes(15)`, `ValidateLifetime = true`.",
}


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 and isfinite(value) else None


def _logins(view: View) -> Iterator[Jwt]:
    """The tokens that may stand for a login: no proofs of possession, events or public keys."""
    for token in accepted_tokens(view):
        typ = str(token.header.get("typ", "")).lower()
        if token.claims.get("role") in _OF_PROGRAMS or typ.startswith(_NO_LOGIN):
            continue
        yield token


def _endless(view: View) -> Iterator[Match]:
    for token in _logins(view):
        if token.claims and _seconds(token.claims.get("exp")) is None:
            yield Match(
                evidence=(evidence_of(view, token),), kind="no-expiry", proof=_session(token, 85)
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
    fixes=_EXPIRE,
    cwe=613,
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of tokens that were refused, of proofs of possession (DPoP), events "
    "and keys of an anonymous role; one that can be used once, or that the server can withdraw, "
    "needs no expiry.",
    scope=Scope.HOST,
    check=_endless,
)


def _long_lived(view: View) -> Iterator[Match]:
    for token in _logins(view):
        ends = _seconds(token.claims.get("exp"))
        starts = _seconds(token.claims.get("iat")) or _seconds(token.claims.get("nbf"))
        starts = starts or _captured_at(view)
        kind = str(token.claims.get("typ", "")) + str(token.claims.get("type", ""))
        if ends is None or starts is None or "refresh" in kind.lower():
            continue
        days = (ends - starts) / _DAY
        if days > _MAX_DAYS:
            yield Match(
                evidence=(evidence_of(view, token),),
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
    fixes=_EXPIRE,
    cwe=613,
    owasp=OWASP,
    references=(RFC, GUIDE),
    silent="It says nothing of tokens that call themselves refresh tokens and of the public key of "
    "an anonymous role; one that the server can withdraw may live long.",
    scope=Scope.HOST,
    check=_long_lived,
)

_LEEWAY = 300
_RENEWS = re.compile(r"refresh|renew|token|log-?(?:in|out)|sign-?(?:in|out)|session", re.IGNORECASE)
_REFUSED = ("expired", "unauthori", "unauthenticated", "forbidden", "not logged", '"errors"')


def _expired(view: View) -> Iterator[Match]:
    now = _captured_at(view)
    if now is None or not view.jwts or not 200 <= view.status < 300 or not view.is_json:
        return
    if _RENEWS.search(view.url.path) or any(word in view.lower_body for word in _REFUSED):
        return
    if any(token.part.startswith("response.") for token in view.jwts):
        return  # the server renewed it
    private = private_data(view)
    for token in view.jwts:
        ends = _seconds(token.claims.get("exp"))
        in_header = token.part.startswith("request.headers[") and "cookie" not in token.part
        if (
            ends is None
            or ends > now - _LEEWAY
            or not (private or in_header)
            or not view.response_json
        ):
            continue
        if token.part.startswith("request.headers["):
            yield Match(
                evidence=(evidence_of(view, token), *([private] if private else [])),
                kind="expired",
                proof=85 if private else 60,
                detail=f"It had ended {_ago(now - ends)} before the request was sent.",
            )


def _ago(seconds: float) -> str:
    for size, name in ((_DAY, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return "minutes"


JWT_EXPIRED = Rule(
    id="jwt-expired-accepted",
    type=FindingType.JWT_WEAK,
    severity=Severity.HIGH,
    title="Expired token still opens data",
    description="The server answered with data although the token had ended: if it does not check "
    "`exp`, a stolen token works for ever.",
    remediation="Let the library check `exp` at each request, with a leeway of a minute at most, "
    "and answer 401.",
    fixes=_EXPIRE,
    cwe=613,
    owasp=OWASP,
    references=(RFC, BEST),
    silent="It says nothing without the time of the capture, for renewals and log-outs, and for "
    "answers that tell of an error; data that anybody may read needs no valid token.",
    scope=Scope.HOST,
    check=_expired,
)
