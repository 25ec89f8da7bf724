"""Find what must not leave an exchange."""

import re
from collections.abc import Iterable, Iterator, Sequence

from reqsift.domain.redaction.echoes import echoes
from reqsift.domain.redaction.encoded import encoded
from reqsift.domain.redaction.escaped import escaped
from reqsift.domain.redaction.fields import named_values, path_tokens
from reqsift.domain.redaction.headers import credentials, in_header
from reqsift.domain.redaction.personal import personal_data
from reqsift.domain.redaction.secrets import Pattern, Secret, SecretKind, parts_of
from reqsift.domain.redaction.shapes import known_shapes
from reqsift.domain.redaction.texts import Hit, Joined, Text, places
from reqsift.domain.view import STATUS, URL, View

_USERINFO = re.compile(r"[^\s\0/@:\"'<>]{0,128}:([^\s\0/@\"'<>]{1,256})(?=@)")
_URLS = frozenset({URL, "request.headers[referer]", "response.headers[location]"})
_MOST_TELLING = frozenset(
    {SecretKind.JWT, SecretKind.API_KEY, SecretKind.PASSWORD_HASH, SecretKind.PRIVATE_KEY}
)

Part = tuple[str, str]
"""Name and text."""


def secrets_in(view: View, patterns: Sequence[Pattern] = ()) -> tuple[Secret, ...]:
    """What must not leave, over every part; disjoint, in order of part and place.

    Equal values have one kind, so that they get one placeholder. A part with more candidates than
    can be looked at does not leave: it becomes one secret.

    Args:
        view: The exchange.
        patterns: Of the user.
    """
    parts = [(part, text) for part, text in parts_of(view) if part != STATUS]
    joined = Joined(parts)
    hits = _hits_or_wholes(parts, joined, patterns)
    try:
        hits += echoes(joined.text, sorted(hits))
    except ValueError:
        hits = _wholes(parts, joined)
    by_part: dict[int, list[Hit]] = {}
    for index, hit in joined.apart(hits):
        by_part.setdefault(index, []).append(hit)
    return _one_kind_each(
        Secret(parts[index][0], hit.start, hit.end, hit.kind, parts[index][1][hit.start : hit.end])
        for index in sorted(by_part)
        for hit in _disjoint(by_part[index])
    )


def _hits(parts: Sequence[Part], joined: Joined, patterns: Sequence[Pattern]) -> Iterator[Hit]:
    for part, start in zip(parts, joined.starts, strict=True):
        for hit in _in_part(*part, patterns):
            yield Hit(start + hit.start, start + hit.end, hit.kind)
    whole = Text(joined.text)
    yield from _in_text(whole)
    yield from escaped(whole, _in_text)
    yield from encoded(whole, _in_text)


def _in_part(part: str, text: str, patterns: Sequence[Pattern]) -> Iterator[Hit]:
    """What only the name of the part tells."""
    if part in _URLS:
        yield from path_tokens(text)
    if part.endswith("]"):
        yield from in_header(part.partition("[")[2][:-1], text)
    for pattern in patterns:
        for start, end in pattern.finditer(text):
            yield Hit(start, end, SecretKind.CUSTOM)


def _in_text(text: Text) -> Iterator[Hit]:
    """Secrets in any text; what may have too many places comes first, since it ends the search."""
    yield from personal_data(text.plain)
    for at in places(text.plain, "://"):
        if found := _USERINFO.match(text.plain, at + 3):
            yield Hit(*found.span(1), SecretKind.CREDENTIAL)
    yield from credentials(text)
    yield from named_values(text)
    yield from known_shapes(text)


def _hits_or_wholes(
    parts: Sequence[Part], joined: Joined, patterns: Sequence[Pattern]
) -> list[Hit]:
    """Hits in `joined`; a part with too many candidates is one hit."""
    try:
        return list(_hits(parts, joined, patterns))
    except ValueError:
        if len(parts) == 1:
            return _wholes(parts, joined)
    return [
        Hit(start + hit.start, start + hit.end, hit.kind)
        for one, start in zip(parts, joined.starts, strict=True)
        for hit in _hits_or_wholes([one], Joined([one]), patterns)
    ]


def _wholes(parts: Sequence[Part], joined: Joined) -> list[Hit]:
    """Every part as one secret."""
    return [
        Hit(start, start + len(text), SecretKind.SECRET)
        for (_, text), start in zip(parts, joined.starts, strict=True)
    ]


def _disjoint(hits: Iterable[Hit]) -> list[Hit]:
    """Without overlaps: what overlaps becomes one, under the kind of the first."""
    merged: list[Hit] = []
    for hit in sorted(hits, key=_rank):
        last = merged[-1] if merged else None
        if last is None or hit.start >= last.end:
            merged.append(hit)
        elif hit.kind is SecretKind.EMAIL and last.kind is SecretKind.CREDENTIAL:
            continue  # `password@host` of a URL: the host may leave
        elif hit.end > last.end:
            merged[-1] = Hit(last.start, hit.end, last.kind)
        elif hit[:2] == last[:2]:
            merged[-1] = Hit(last.start, last.end, _telling(last.kind, hit.kind))
    return merged


def _rank(hit: Hit) -> tuple[int, bool, int]:
    return hit.start, hit.kind is not SecretKind.CREDENTIAL, -hit.end


def _telling(first: SecretKind, second: SecretKind) -> SecretKind:
    """Of two kinds for one value, the one that says more."""
    return second if second in _MOST_TELLING and first not in _MOST_TELLING else first


def _one_kind_each(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """Equal values have one kind, the most telling, so that they have one placeholder."""
    found = tuple(secrets)
    kinds: dict[str, SecretKind] = {}
    for one in found:
        kinds[one.value] = _telling(kinds.setdefault(one.value, one.kind), one.kind)
    return tuple(
        one
        if one.kind is kinds[one.value]
        else Secret(one.part, one.start, one.end, kinds[one.value], one.value)
        for one in found
    )
