"""Percent-encoded secrets: their shape shows only once they are decoded."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from reqsift.domain.redaction.texts import Hit, Joined, Text

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_WORD = re.compile(r"[^\n]{1,16384}+")
_MOST_ESCAPES = 200_000


def escaped(text: Text, secrets_of: Callable[[Text], Iterator[Hit]]) -> Iterator[Hit]:
    """What `secrets_of` finds in long words with escapes, where it stands in `text`.

    Raises:
        ValueError: There are more escapes than can be looked at.
    """
    runs = text.runs
    if runs.joined.count("%") > _MOST_ESCAPES:
        raise ValueError("too many escapes")
    if "%" not in runs.joined:
        return
    found = [match for match in _WORD.finditer(runs.joined) if "%" in match[0]]
    words = [(match.start(), *_decoded(match[0])) for match in found]
    joined = Joined([("", decoded) for _, decoded, _ in words])
    for index, hit in joined.apart(secrets_of(Text(joined.text))):
        start, _, escapes = words[index]
        begin, end = (at + 2 * bisect_left(escapes, at) for at in (hit.start, hit.end))
        yield Hit(runs.back(start + begin), runs.back(start + end - 1) + 1, hit.kind)


def _decoded(word: str) -> tuple[str, list[int]]:
    """The word without escapes, and where in it they were; one character for each byte."""
    escapes: list[int] = []

    def character(found: re.Match[str]) -> str:
        escapes.append(found.start() - 2 * len(escapes))
        code = int(found[1], 16)
        return chr(code) if 0 < code < 128 else "?"

    return _ESCAPE.sub(character, word), escapes
