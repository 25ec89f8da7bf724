"""The same secret in other places: what a name gave away in one is hidden in all."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

from reqsift.domain.redaction.names import is_plain_word
from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Hit, places

_SHORTEST, _LONGEST = 8, 4_096
_MOST_VALUES = 200
_MOST_SEARCHED = 300_000_000
"""Code points: of a small exchange all values are looked for, of a huge one the first 30 or so."""
_COMMON = frozenset({"password", "username", "undefined", "function", "document", "required"})
_BY_SHAPE = frozenset(
    {
        SecretKind.EMAIL,
        SecretKind.PHONE,
        SecretKind.CARD,
        SecretKind.ACCOUNT,
        SecretKind.JWT,
        SecretKind.PRIVATE_KEY,
        SecretKind.ENCODED,
    }
)
"""These are found in every place by themselves."""
_TOLD = frozenset({SecretKind.PASSWORD, SecretKind.SECRET, SecretKind.CREDENTIAL})
"""Words of a language are secret in these."""


def echoes(text: str, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Where else in `text` the values of `hits` stand: as they are, percent-encoded, in JSON."""
    left = _MOST_SEARCHED
    for value, kind in _telling(text, hits).items():
        for form in _forms(value):
            left -= len(text)
            if left < 0:
                return
            for at in places(text, form):
                yield Hit(at, at + len(form), kind)


def _forms(value: str) -> Iterable[str]:
    if value.isascii() and value.isalnum():
        return (value,)
    encoded = value.encode("utf-8", "replace").decode()
    forms = (value, quote(encoded, safe=""), quote_plus(encoded), unquote(value), json.dumps(value))
    return dict.fromkeys(form.strip('"') for form in forms if len(form) >= _SHORTEST)


def _telling(text: str, hits: Iterable[Hit]) -> dict[str, SecretKind]:
    """Values that are worth looking for."""
    values: dict[str, SecretKind] = {}
    for hit in hits:
        if hit.kind in _BY_SHAPE or not _SHORTEST <= hit.end - hit.start <= _LONGEST:
            continue
        value = text[hit.start : hit.end].strip()
        if len(value) < _SHORTEST or value.lower() in _COMMON:
            continue
        if hit.kind in _TOLD or not is_plain_word(value):
            values.setdefault(value, hit.kind)
            if len(values) == _MOST_VALUES:
                break
    return values
