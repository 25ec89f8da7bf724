"""An exchange as one text, so that every search runs once; and the way back to its parts."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from reqsift.domain.redaction.secrets import SecretKind

BREAK = "\n\0\n"
"""Stands between parts; patterns end at its NUL."""
MOST_PLACES = 60_000
_WORTH_COUNTING = 1_000
_SHORTEST_RUN = 18
_RUN_SIGNS = "_$+/.=:~%-"
_RUN_MAP = {
    code: "a" if chr(code).isalnum() or chr(code) in _RUN_SIGNS else " " for code in range(128)
}


class Hit(NamedTuple):
    """A secret in a text."""

    start: int
    end: int
    kind: SecretKind


class Text:
    """A text for searching: ASCII of the same length, other characters are `?`.

    Its case can be folded without moving anything, and searches in ASCII are quick.
    """

    def __init__(self, text: str) -> None:
        """Prepare `text`."""
        self.plain = text if text.isascii() else text.encode("ascii", "replace").decode("ascii")

    @cached_property
    def lowered(self) -> str:
        """`plain` in lower case."""
        return self.plain.lower()

    @cached_property
    def runs(self) -> "Runs":
        """The long words."""
        return Runs(self.plain)


class Runs:
    """The words of a text that are long enough for a key, one under the other."""

    def __init__(self, plain: str) -> None:
        """Collect them."""
        self._starts: list[int] = []
        self._places: list[int] = []
        marks = plain.translate(_RUN_MAP)
        words: list[str] = []
        place = 0
        at = marks.find("a" * _SHORTEST_RUN)
        while at >= 0:
            end = marks.find(" ", at)
            end = end if end >= 0 else len(plain)
            words.append(plain[at:end])
            self._starts.append(at)
            self._places.append(place)
            place += end - at + 1
            at = marks.find("a" * _SHORTEST_RUN, end)
        self.joined = "\n".join(words)

    def back(self, place: int) -> int:
        """The place in the text of a place in `joined`."""
        index = bisect_right(self._places, place) - 1
        return self._starts[index] + place - self._places[index]


class Joined:
    """Several parts as one text."""

    def __init__(self, parts: Sequence[tuple[str, str]]) -> None:
        """Join the texts of `parts`."""
        self.text = BREAK.join(text for _, text in parts)
        self._parts = parts
        self.starts: list[int] = []
        start = 0
        for _, text in parts:
            self.starts.append(start)
            start += len(text) + len(BREAK)

    def apart(self, hits: Iterable[Hit]) -> Iterator[tuple[int, Hit]]:
        """Each hit with the number of its part, counted in that part's text and cut at its end."""
        for hit in hits:
            index = bisect_right(self.starts, hit.start) - 1
            begin = self.starts[index]
            end = min(hit.end - begin, len(self._parts[index][1]))
            if hit.start - begin < end:
                yield index, Hit(hit.start - begin, end, hit.kind)


def places(text: str, literal: str, most: int = MOST_PLACES) -> Iterator[int]:
    """Where `literal` stands.

    Raises:
        ValueError: In more places than can be looked at.
    """
    at = text.find(literal)
    for count in range(most):
        if at < 0:
            return
        if count == _WORTH_COUNTING and text.count(literal, at) > most:
            break
        yield at
        at = text.find(literal, at + len(literal))
    if at >= 0:
        raise ValueError(f"too many places with {literal!r}")
