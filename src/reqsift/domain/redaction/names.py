"""Names of fields that hold secrets, and values that are none whatever the name."""

import math
import re
from collections import Counter
from itertools import pairwise

from reqsift.domain.redaction.secrets import SecretKind

WORDS = (
    *("pass", "pwd", "secret", "token", "key", "auth", "sess", "srf", "sid", "credential", "jwt"),
    *("otp", "pin", "sig", "phone", "mobile", "ssn", "cvv", "cvc", "nonce", "mail", "iban"),
    *("verification", "authenticity"),
)
"""Lower-case pieces of which at least one is in every such name."""

_KINDS = {
    **dict.fromkeys(
        ("password", "passwd", "passwort", "passphrase", "pass", "pwd", "passcode", "pin", "otp"),
        SecretKind.PASSWORD,
    ),
    **dict.fromkeys(
        (
            "csrf",
            "xsrf",
            "csrftoken",
            "xsrftoken",
            "csrfmiddlewaretoken",
            "authenticity",
            "requestverificationtoken",
        ),
        SecretKind.CSRF,
    ),
    **dict.fromkeys(
        ("session", "sessionid", "sid", "sess", "sessid", "jsessionid", "phpsessid"),
        SecretKind.SESSION,
    ),
    **dict.fromkeys(
        (
            "token",
            "tokens",
            "accesstoken",
            "refreshtoken",
            "idtoken",
            "authtoken",
            "jwt",
            "bearer",
            "auth",
            "authorization",
            "signature",
            "sig",
            "nonce",
            "cookie",
            "cvv",
            "cvc",
        ),
        SecretKind.TOKEN,
    ),
    **dict.fromkeys(
        ("secret", "secrets", "clientsecret", "credential", "credentials", "privatekey", "private"),
        SecretKind.SECRET,
    ),
    **dict.fromkeys(
        ("apikey", "accesskey", "secretkey", "authkey", "key", "keys"), SecretKind.API_KEY
    ),
    **dict.fromkeys(("phone", "mobile", "phonenumber", "telephone"), SecretKind.PHONE),
    **dict.fromkeys(("ssn", "iban"), SecretKind.ACCOUNT),
    **dict.fromkeys(("email", "mail"), SecretKind.EMAIL),
}
_STRONG_KEYS = frozenset(
    [
        "api",
        "access",
        "secret",
        "private",
        "auth",
        "client",
        "encryption",
        "signing",
        "sign",
        "service",
        "account",
        "app",
        "license",
        "subscription",
        "master",
        "shared",
        "session",
        "x",
        "aws",
    ]
)
_HARMLESS_WORDS = frozenset(
    [
        "type",
        "name",
        "names",
        "label",
        "url",
        "uri",
        "link",
        "href",
        "path",
        "page",
        "text",
        "title",
        "expiry",
        "expires",
        "expiration",
        "in",
        "at",
        "count",
        "counts",
        "length",
        "size",
        "min",
        "max",
        "limit",
        "field",
        "fields",
        "placeholder",
        "error",
        "errors",
        "message",
        "hint",
        "policy",
        "required",
        "enabled",
        "disabled",
        "strength",
        "method",
        "methods",
        "provider",
        "status",
        "public",
        "issuer",
        "algorithm",
        "alg",
        "format",
        "version",
        "visible",
        "show",
        "reset",
        "forgot",
        "forgotten",
        "changed",
        "change",
        "updated",
        "created",
        "confirmation",
        "template",
        "icon",
        "image",
        "class",
        "style",
        "color",
        "board",
        "codes",
    ]
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HARMLESS_VALUE = re.compile(
    r"(?:true|false|null|none|nil|undefined|yes|no|on|off|string|number|boolean|object|\*+|x+"
    r"|-?\d{1,5}(?:\.\d+)?|<[A-Z_]+_\d+>|\{\{.*|\$\{.*|function\b.*|this\b.*|document\b.*|return\b.*"
    r"|bearer|basic|required|optional|hidden|password|text)\Z",
    re.IGNORECASE,
)
_WORDS_ONLY = re.compile(r"[A-Za-z][a-z]*(?:[ _.-][A-Za-z]?[a-z]+)*[.!?]?\Z")


def kind_of_name(name: str) -> SecretKind | None:
    """What a field of that name holds; None if the name tells of no secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _HARMLESS_WORDS or "public" in words:
        return None
    joined = map("".join, pairwise(words))
    for word in (*joined, "".join(words), *words):
        kind = _KINDS.get(word)
        if kind is not None and word not in {"key", "keys"}:
            return kind
    if words[-1] in {"key", "keys"}:
        return SecretKind.API_KEY
    return None


def is_secret(name: str, kind: SecretKind, value: str) -> bool:
    """Whether a value in a field of that name is worth hiding."""
    value = value.strip()
    if not value or _HARMLESS_VALUE.match(value):
        return False
    if kind is SecretKind.PASSWORD:
        return True
    if kind is SecretKind.EMAIL:
        return "@" in value or "%40" in value
    if kind is SecretKind.PHONE:
        return sum(character.isdigit() for character in value) >= 7
    if kind is SecretKind.API_KEY and not _names_a_strong_key(name):
        return looks_random(value) and not is_identifier(value)
    return len(value) >= 4 and not (_WORDS_ONLY.match(value) and len(value) < 12)


def looks_random(value: str) -> bool:
    """Whether it looks as if a machine had drawn it."""
    if len(value) < 16 or " " in value or "/" in value[:2]:
        return False
    has_digit = any(character.isdigit() for character in value)
    has_letter = any(character.isalpha() for character in value)
    return has_digit and has_letter and entropy(value[:256]) >= 3.0


def entropy(value: str) -> float:
    """Bits for each character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


_IDENTIFIER = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z|[0-9a-f]{32}\Z|[0-9a-f]{40}\Z"
    r"|[0-9a-f]{64}\Z|sha\d{3}-.*|\d{4}-\d\d-\d\d.*|[\d.]+\Z"
)


def is_identifier(value: str) -> bool:
    """A UUID, a digest, a date or a number: an identifier unless its name says otherwise."""
    return _IDENTIFIER.match(value) is not None


def _names_a_strong_key(name: str) -> bool:
    words = {word.lower() for word in _WORD.findall(name)}
    return bool(words & _STRONG_KEYS) or bool(words & {"apikey", "accesskey", "secretkey"})
