"""Names of fields that hold secrets, and values that are none whatever the name."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

from reqsift.domain.redaction.secrets import SecretKind

WORDS = (
    *("pass", "pwd", "secret", "token", "key", "auth", "sess", "srf", "sid", "cred", "jwt"),
    *("otp", "pin", "sig", "phone", "mobile", "ssn", "cvv", "cvc", "nonce", "bearer", "hash"),
)
"""Lower-case pieces of which at least one is in every such name."""


def _of(kind: SecretKind, words: str) -> dict[str, SecretKind]:
    return dict.fromkeys(words.split(), kind)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KINDS = {
    **_of(
        SecretKind.PASSWORD,
        "password passwd passwort passphrase pass pwd passcode pin otp totp mfacode otpcode cvv cvc"
        " userpass dbpass passw",
    ),
    **_of(SecretKind.PASSWORD_HASH, "passwordhash passhash hashedpassword pwdhash pwhash"),
    **_of(SecretKind.CSRF, "csrf xsrf csrfmiddlewaretoken authenticity requestverification"),
    **_of(SecretKind.SESSION, "session sid sess sessid sessionid jsessionid phpsessid connectsid"),
    **_of(
        SecretKind.TOKEN,
        "token tokens jwt bearer auth authorization signature sig nonce authcode oauth",
    ),
    **_of(SecretKind.SECRET, "secret secrets credential credentials cred creds"),
    **_of(SecretKind.API_KEY, "apikey accesskey secretkey authkey privatekey"),
    **_of(SecretKind.PHONE, "phone mobile telephone phonenumber mobilenumber cellphone"),
    **_of(SecretKind.ACCOUNT, "ssn"),
}
_ENDINGS = tuple(
    (ending, _KINDS[ending])
    for ending in ("password", "passwd", "pwd", "secret", "token", "apikey", "sessionid", "sessid")
)
_STRONG_KEYS = _set(
    "api access secret private auth client encryption signing sign service account app license"
    " subscription master shared session x aws apikey accesskey secretkey authkey privatekey"
    " admin server consumer functions storage"
)
_HARMLESS_WORDS = _set(
    "type types name names label url uri link href path page text title expiry expires expiration"
    " in at count counts length size min max limit field fields placeholder error errors message"
    " hint policy required enabled disabled strength method methods provider status public issuer"
    " algorithm alg format version visible show reset forgot forgotten changed change updated"
    " created template icon image class style color board endpoint ttl lifetime age duration"
    " timeout valid verified supported header param prefix index used left remaining"
)
_KINDS |= {f"{word}key": SecretKind.API_KEY for word in _STRONG_KEYS - {"x"}}
_STRONG_KEYS |= {f"{word}key" for word in _STRONG_KEYS - {"x"}}
"""Names in one word, as in settings: `ENCRYPTIONKEY`."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HARMLESS_VALUE = re.compile(
    r"(?:true|false|null|none|nil|undefined|yes|no|on|off|string|number|boolean|object|\*+|x+"
    r"|-?\d{1,5}(?:\.\d+)?|<[A-Z_]+_\d+>|\{\{.*|\$\{.*|function\b.*|this\b.*|document\b.*"
    r"|return\b.*|window\b.*|bearer|basic|required|optional|hidden|password|text|new|var|let"
    r"|typeof\b.*|await\b.*|current-password|new-password|one-time-code)\Z",
    re.IGNORECASE | re.DOTALL,
)
_PLAIN_WORDS = re.compile(r"[A-Za-z][a-z]*+(?:[ _.-][A-Za-z]?[a-z]++)*+[.!?]?\Z")
_IDENTIFIER = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z|[0-9a-f]{32}\Z|[0-9a-f]{40}\Z"
    r"|[0-9a-f]{64}\Z|sha\d{3}-.*|\d{4}-\d\d-\d\d.*|[\d.]+\Z"
)
_CODES = frozenset({"pin", "otp", "totp", "cvv", "cvc", "passcode", "mfacode", "otpcode", "ssn"})
_CODE = re.compile(r"\d{3,9}\Z")


@lru_cache(maxsize=4096)
def kind_of_name(name: str) -> SecretKind | None:
    """What a field of that name holds; None if the name tells of no secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _HARMLESS_WORDS or "public" in words:
        return None
    joined = map("".join, pairwise(words))
    for word in ("".join(words), *joined, *words):
        if (kind := _KINDS.get(word)) is not None:
            return kind
    if words[-1] in {"key", "keys"}:
        return SecretKind.API_KEY
    return next((kind for ending, kind in _ENDINGS if words[-1].endswith(ending)), None)


def is_secret(name: str, kind: SecretKind, value: str) -> bool:
    """Whether a value in a field of that name is worth hiding."""
    value = value.strip()
    words = _words(name)
    if _CODE.match(value) and _CODES & {*words, "".join(words)}:
        return True
    if not value or _HARMLESS_VALUE.match(value):
        return False
    if kind is SecretKind.API_KEY and not _STRONG_KEYS & set(words):
        return looks_random(value) and not is_identifier(value)
    return _FITS[kind](value) if kind in _FITS else _is_no_word(value)


def _is_no_word(value: str) -> bool:
    return len(value) >= 4 and not (_PLAIN_WORDS.match(value) and len(value) < 16)


_FITS: Mapping[SecretKind, Callable[[str], bool]] = {
    SecretKind.PASSWORD: bool,
    SecretKind.PHONE: lambda value: sum(map(str.isdigit, value)) >= 7,
    SecretKind.SECRET: lambda value: (
        len(value) >= 6 and (" " not in value or any(map(looks_random, value.split())))
    ),
}
"""What a value must be besides, by the kind of its name."""


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


def is_identifier(value: str) -> bool:
    """A UUID, a digest, a date or a number: an identifier unless its name says otherwise."""
    return _IDENTIFIER.match(value) is not None


def is_plain_word(value: str) -> bool:
    """Words without digits, as people write them."""
    return _PLAIN_WORDS.match(value) is not None


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))
