"""Find what must not leave an exchange."""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator, Sequence
from urllib.parse import quote, unquote

from reqsift.domain.redaction.fields import named_values
from reqsift.domain.redaction.names import entropy, is_identifier, kind_of_name, looks_random
from reqsift.domain.redaction.personal import personal_data
from reqsift.domain.redaction.secrets import Pattern, Secret, SecretKind, parts_of
from reqsift.domain.redaction.shapes import Hit, known_shapes
from reqsift.domain.view import STATUS, View

_USERINFO = re.compile(r"(?<=://)[^\s/@:\"'<>]{0,128}:([^\s/@\"'<>]{1,256})(?=@)")
_SCHEME = re.compile(
    r"(?i)\b(bearer|basic|token|digest|apikey|negotiate|ntlm|hawk|aws4-hmac-sha256)\s{1,3}"
)
_CREDENTIAL = re.compile(r"[^\s,;\"']{4,8192}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}+={0,2}")
_COOKIE = re.compile(r"(?:^|[;\n])\s{0,5}[^=;\n]{1,256}=([^;\n]*)")
_SET_COOKIE = re.compile(r"(?m)^[^=;\n]{1,256}=([^;\n]*)")
_CHALLENGES = frozenset(
    {"www-authenticate", "proxy-authenticate", "authentication-info", "idempotency-key"}
)
_MOST_DECODED = 64 * 1024
_MOST_DECODED_RUNS = 2_000
_LEAST_ECHO = 8
_MOST_ECHOES = 200
_COMMON = frozenset({"password", "username", "undefined", "function", "document", "required"})


def secrets_in(view: View, patterns: Sequence[Pattern] = ()) -> tuple[Secret, ...]:
    """What must not leave, over every part; disjoint, in order of part and place.

    Args:
        view: The exchange.
        patterns: Of the user.

    Raises:
        ValueError: A part holds more candidates than can be looked at; it must not leave at all.
    """
    parts = list(parts_of(view))
    found = {part: list(_hits(part, text, patterns)) for part, text in parts}
    secrets: list[Secret] = []
    echoes = _echoes(parts, found)
    for part, text in parts:
        hits = _disjoint([*found[part], *echoes.get(part, ())])
        secrets += [
            Secret(part, hit.start, hit.end, hit.kind, text[hit.start : hit.end]) for hit in hits
        ]
    return _one_kind_each(secrets)


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
    yield from known_shapes(text)
    yield from named_values(text)
    yield from personal_data(text)
    if "://" in text:
        for found in _USERINFO.finditer(text):
            yield Hit(*found.span(1), SecretKind.CREDENTIAL)
    yield from _credentials(text)
    if deep:
        yield from _encoded(text)


def _in_header(name: str, text: str) -> Iterator[Hit]:
    if name in {"cookie", "set-cookie", "cookie2", "set-cookie2"}:
        pattern = _COOKIE if name.startswith("cookie") else _SET_COOKIE
        for found in pattern.finditer(text):
            if found[1].strip():
                yield Hit(*found.span(1), SecretKind.COOKIE)
        return
    if name in _CHALLENGES or name.startswith("access-control-"):
        return
    if name in {"authorization", "proxy-authorization"}:
        scheme = re.match(r"[A-Za-z0-9-]{2,24}\s{1,3}", text)
        start = scheme.end() if scheme else 0
        if text[start:].strip():
            kind = SecretKind.BASIC if text[:5].lower() == "basic" else SecretKind.BEARER
            yield Hit(start, len(text), kind)
        return
    kind = kind_of_name(name)
    if kind is not None and len(text.strip()) >= 4 and not is_identifier(text.strip()):
        yield Hit(0, len(text), kind)
    elif looks_random(text) and len(text) >= 32 and not is_identifier(text) and entropy(text) > 4.2:
        if re.fullmatch(r"[\w+/=.-]{32,512}", text) and name.startswith("x-"):
            yield Hit(0, len(text), SecretKind.TOKEN)


def _credentials(text: str) -> Iterator[Hit]:
    """What follows the name of an authentication scheme."""
    for found in _SCHEME.finditer(text):
        credential = _CREDENTIAL.match(text, found.end())
        if credential is None:
            continue
        value = credential[0]
        scheme = found[1].lower()
        strong = scheme in {"bearer", "basic"} and len(value) >= 8
        if (strong and not value.isalpha()) or looks_random(value):
            kind = SecretKind.BASIC if scheme == "basic" else SecretKind.BEARER
            yield Hit(*credential.span(), kind)


def _encoded(text: str) -> Iterator[Hit]:
    """Base64 that hides a secret."""
    for count, found in enumerate(_BASE64.finditer(text)):
        if count >= _MOST_DECODED_RUNS:
            return
        decoded = _decoded(found[0][:_MOST_DECODED])
        if decoded and any(True for _ in in_text(decoded, deep=False)):
            yield Hit(*found.span(), SecretKind.ENCODED)
        elif decoded and _USER_AND_PASSWORD.fullmatch(decoded):
            yield Hit(*found.span(), SecretKind.BASIC)


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


def _echoes(parts: Sequence[tuple[str, str]], found: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """The same values elsewhere, as they are and percent-encoded."""
    values: dict[str, SecretKind] = {}
    texts = dict(parts)
    for part, hits in found.items():
        for hit in hits:
            value = texts[part][hit.start : hit.end].strip()
            if len(value) >= _LEAST_ECHO and value.lower() not in _COMMON:
                values.setdefault(value, hit.kind)
            if len(values) >= _MOST_ECHOES:
                break
    echoes: dict[str, list[Hit]] = {}
    for value, kind in values.items():
        for form in dict.fromkeys((value, quote(value, safe=""), unquote(value))):
            if len(form) < _LEAST_ECHO:
                continue
            for part, text in parts:
                at = text.find(form)
                while at >= 0:
                    echoes.setdefault(part, []).append(Hit(at, at + len(form), kind))
                    at = text.find(form, at + len(form))
    return echoes


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
