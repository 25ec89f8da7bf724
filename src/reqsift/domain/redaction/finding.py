"""Find what must not leave an exchange."""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote, unquote

from reqsift.domain.redaction.fields import named_values
from reqsift.domain.redaction.names import entropy, is_identifier, kind_of_name, looks_random
from reqsift.domain.redaction.personal import personal_data
from reqsift.domain.redaction.secrets import Pattern, Secret, SecretKind, parts_of
from reqsift.domain.redaction.shapes import Hit, Runs, known_shapes
from reqsift.domain.view import STATUS, View

_USERINFO = re.compile(r"[^\s/@:\"'<>]{0,128}:([^\s/@\"'<>]{1,256})(?=@)")
_SCHEMES = ("bearer ", "basic ", "token ", "digest ", "apikey ", "hawk ", "aws4-hmac-sha256 ")
_MOST_HITS = 50_000
_CREDENTIAL = re.compile(r"[^\s,;\"']{4,8192}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}+={0,2}")
_SCHEME = re.compile(r"[A-Za-z0-9-]{2,24}\s{1,3}")
_OPAQUE = re.compile(r"(?=.*\d)[\w+/=.-]{32,512}")
_DRAWN = 4.2
"""Bits a character, from which on a word of a header is no name."""
_COOKIE = re.compile(r"(?:^|[;\n])\s{0,5}[^=;\n]{1,256}=([^;\n]*)")
_SET_COOKIE = re.compile(r"(?m)^[^=;\n]{1,256}=([^;\n]*)")
_CHALLENGES = frozenset(
    {"www-authenticate", "proxy-authenticate", "authentication-info", "idempotency-key"}
)
_MOST_DECODED = 64 * 1024
_MOST_DECODED_RUNS = 2_000
_LEAST_ECHO = 8
_LONGEST_ECHO = 4_096
_MOST_ECHOES = 200
_COMMON = frozenset({"password", "username", "undefined", "function", "document", "required"})


def secrets_in(view: View, patterns: Sequence[Pattern] = ()) -> tuple[Secret, ...]:
    """What must not leave, over every part; disjoint, in order of part and place.

    Args:
        view: The exchange.
        patterns: Of the user.

    A part with more candidates than can be looked at does not leave at all.
    """
    parts = list(parts_of(view))
    found = {part: _hits_or_all(part, text, patterns) for part, text in parts}
    secrets: list[Secret] = []
    echoes = _echoes(parts, found)
    for part, text in parts:
        hits = _disjoint([*found[part], *echoes.get(part, ())])
        secrets += [
            Secret(part, hit.start, hit.end, hit.kind, text[hit.start : hit.end]) for hit in hits
        ]
    return _one_kind_each(secrets)


def _hits_or_all(part: str, text: str, patterns: Sequence[Pattern]) -> list[Hit]:
    try:
        return list(_hits(part, text, patterns))
    except ValueError:
        return [Hit(0, len(text), SecretKind.SECRET)]


def _hits(part: str, text: str, patterns: Sequence[Pattern]) -> Iterator[Hit]:
    if part == STATUS:
        return
    if "headers[" in part:
        yield from _in_header(part.partition("[")[2][:-1], text)
    yield from in_text(text)
    for pattern in patterns:
        for start, end in pattern.finditer(text):
            yield Hit(start, end, SecretKind.CUSTOM)


def in_text(text: str, *, deep: bool = True) -> Iterator[Hit]:
    """Secrets in any text; `deep` also looks into base64."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = text
    runs = Runs(text)
    yield from known_shapes(text, runs)
    yield from named_values(text, lowered)
    yield from personal_data(text)
    for at in _all(text, "://"):
        if found := _USERINFO.match(text, at + 3):
            yield Hit(*found.span(1), SecretKind.CREDENTIAL)
    yield from _credentials(text, lowered)
    if deep:
        yield from _encoded(runs)


def _in_header(name: str, text: str) -> Iterator[Hit]:
    if name in {"cookie", "set-cookie", "cookie2", "set-cookie2"}:
        pattern = _COOKIE if name.startswith("cookie") else _SET_COOKIE
        for found in pattern.finditer(text):
            if found[1].strip():
                yield Hit(*found.span(1), SecretKind.COOKIE)
    elif name in {"authorization", "proxy-authorization"}:
        scheme = _SCHEME.match(text)
        start = scheme.end() if scheme else 0
        if text[start:].strip():
            kind = SecretKind.BASIC if text[:5].lower() == "basic" else SecretKind.BEARER
            yield Hit(start, len(text), kind)
    elif name not in _CHALLENGES and not name.startswith("access-control-"):
        yield from _named_header(name, text)


def _named_header(name: str, text: str) -> Iterator[Hit]:
    """A header of a vendor: by its name, or since it looks as if a machine had drawn it."""
    value = text.strip()
    if is_identifier(value):
        return
    named = kind_of_name(name)
    if named is not None and len(value) >= 4:
        yield Hit(0, len(text), named)
    elif name.startswith("x-") and _OPAQUE.fullmatch(value) and entropy(value) > _DRAWN:
        yield Hit(0, len(text), SecretKind.TOKEN)


def _credentials(text: str, lowered: str) -> Iterator[Hit]:
    """What follows the name of an authentication scheme."""
    for scheme in _SCHEMES:
        for at in _all(lowered, scheme):
            found = _CREDENTIAL.match(text, at + len(scheme))
            if found is None or lowered[max(0, at - 1) : at].isalnum():
                continue
            strong = scheme in {"bearer ", "basic "} and len(found[0]) >= 8
            if (strong and not found[0].isalpha()) or looks_random(found[0]):
                kind = SecretKind.BASIC if scheme == "basic " else SecretKind.BEARER
                yield Hit(*found.span(), kind)


def _all(text: str, literal: str) -> Iterator[int]:
    at = text.find(literal)
    for _ in range(_MOST_HITS):
        if at < 0:
            return
        yield at
        at = text.find(literal, at + len(literal))
    raise ValueError(f"too many places with {literal!r}")


def _encoded(runs: Runs) -> Iterator[Hit]:
    """Base64 that hides a secret."""
    for count, found in enumerate(_BASE64.finditer(runs.joined)):
        if count >= _MOST_DECODED_RUNS:
            return
        decoded = _decoded(found[0][:_MOST_DECODED])
        if not decoded:
            continue
        start = runs.back(found.start())
        span = (start, start + len(found[0]))
        if _USER_AND_PASSWORD.fullmatch(decoded):
            yield Hit(*span, SecretKind.BASIC)
        elif any(True for _ in in_text(decoded, deep=False)):
            yield Hit(*span, SecretKind.ENCODED)


_USER_AND_PASSWORD = re.compile(r"[\w.@+-]{1,64}:[^\s:]{4,128}")


def _decoded(run: str) -> str:
    """The text of a base64 run; empty if it is none."""
    body = run.rstrip("=")
    padded = body + "=" * (-len(body) % 4)
    try:
        decode = urlsafe_b64decode if "-" in body or "_" in body else b64decode
        decoded = decode(padded[: len(padded) - len(padded) % 4]).decode()
    except ValueError:
        return ""
    return decoded if len(decoded) >= 8 and decoded.isprintable() else _lines_of(decoded)


def _lines_of(decoded: str) -> str:
    return decoded if "".join(decoded.split()).isprintable() and decoded.strip() else ""


def _echoes(
    parts: Sequence[tuple[str, str]], found: Mapping[str, Sequence[Hit]]
) -> dict[str, list[Hit]]:
    """The same values elsewhere, as they are and percent-encoded."""
    echoes: dict[str, list[Hit]] = {}
    for value, kind in _telling_values(parts, found).items():
        forms = (value,) if value.isalnum() else (value, quote(value, safe=""), unquote(value))
        for form in dict.fromkeys(forms):
            if len(form) < _LEAST_ECHO:
                continue
            for part, text in parts:
                hits = [Hit(at, at + len(form), kind) for at in _all(text, form)]
                if hits:
                    echoes.setdefault(part, []).extend(hits)
    return echoes


def _telling_values(
    parts: Sequence[tuple[str, str]], found: Mapping[str, Sequence[Hit]]
) -> dict[str, SecretKind]:
    """Values that are worth looking for in other places."""
    values: dict[str, SecretKind] = {}
    for part, text in parts:
        for hit in found[part][:_MOST_ECHOES]:
            value = text[hit.start : hit.end].strip()
            if _LEAST_ECHO <= len(value) <= _LONGEST_ECHO and value.lower() not in _COMMON:
                values.setdefault(value, hit.kind)
    return dict(list(values.items())[:_MOST_ECHOES])


def _disjoint(hits: Sequence[Hit]) -> list[Hit]:
    """Without overlaps: what overlaps becomes one, under the kind of the longest."""
    merged: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if hit.end <= hit.start:
            continue
        if merged and hit.start < merged[-1].end:
            last = merged[-1]
            if hit.end > last.end:
                merged[-1] = Hit(last.start, hit.end, last.kind)
            elif hit.start == last.start and hit.end == last.end:
                merged[-1] = Hit(last.start, last.end, _telling(last.kind, hit.kind))
        else:
            merged.append(hit)
    return merged


_ORDER = (SecretKind.JWT, SecretKind.API_KEY, SecretKind.PASSWORD_HASH, SecretKind.PRIVATE_KEY)


def _telling(first: SecretKind, second: SecretKind) -> SecretKind:
    """Of two kinds for one value, the one that says more."""
    return second if second in _ORDER and first not in _ORDER else first


def _one_kind_each(secrets: Sequence[Secret]) -> tuple[Secret, ...]:
    """Equal values have one kind, that of the first, so that they have one placeholder."""
    kinds: dict[str, SecretKind] = {}
    for secret in secrets:
        kind = kinds.setdefault(secret.value, secret.kind)
        kinds[secret.value] = _telling(kind, secret.kind)
    return tuple(
        Secret(one.part, one.start, one.end, kinds[one.value], one.value) for one in secrets
    )
