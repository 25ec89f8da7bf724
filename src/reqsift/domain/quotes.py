"""Where a model's quote stands: word for word, or but for white space, case and escapes."""

import html
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from reqsift.domain.claims import Quote
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL

_LONGEST_QUOTE = 2_000
_SHORTEST_QUOTE = 3
_SHORT_PART = 4_000
"""Characters of a part in which a whole line tells something, however short it is."""
_LOOKED_THROUGH = 300_000
"""Characters of a part in which a quote is looked for that does not stand there word for word."""

_UNSPELT = re.compile(r"[^a-z0-9_-]+")
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
    r'|\\[nrtbf"\\/]|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});'
)
"""Of JSON and of HTML."""
_SPACE = re.compile(r"\s++")
_IDLE_SPACE = re.compile(r"(?<!\w)\s++|\s++(?!\w)")
"""White space that parts no words."""
_MOST_PLACES = 50
"""Places that are looked at where a quote might stand but for its spaces."""


class Span(NamedTuple):
    """Characters `start` to `end` of a part's text, the end excluded."""

    part: str
    start: int
    end: int


def find(quote: Quote, parts: Mapping[str, str]) -> Span | None:
    """Where a quote stands in the part that it names; None if it does not stand there.

    It may differ in white space, in case, and in how characters are escaped in JSON or HTML.

    Args:
        quote: As the model wrote it.
        parts: The text of each part.
    """
    return Parts(parts).find(quote)


class Parts:
    """The parts of an exchange, to look up many quotes."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        """Look into the texts of `parts`."""
        self._parts = parts
        self._spelt: dict[str, str] = {}
        for part in parts:
            # Of two that are spelt alike neither is meant for certain.
            self._spelt[_spelling(part)] = "" if _spelling(part) in self._spelt else part
        self._plain: dict[str, _Plain] = {}

    def find(self, quote: Quote) -> Span | None:
        """As the function `find`."""
        part = self._named(quote.part)
        if part is None or len(quote.text) > _LONGEST_QUOTE:
            return None
        shown = self._parts[part]
        told = [text for text in _readings(quote.text, part) if _says_something(text, shown)]
        for text in told:
            if (start := shown.find(text)) >= 0:
                return Span(part, start, start + len(text))
        for text in told:
            if (place := self._plain_part(part).place(text)) is not None:
                return Span(part, *place)
        return None

    def _named(self, name: str) -> str | None:
        """The part that a model means, however it spells it."""
        if name in self._parts:
            return name
        spelt = _spelling(name).replace(".header.", ".headers.")
        for whole in (REQUEST_BODY, RESPONSE_BODY, URL, STATUS):
            if spelt.startswith(f"{whole}."):  # with a path to a member of the body
                spelt = whole
        return self._spelt.get(spelt) or None

    def _plain_part(self, part: str) -> "_Plain":
        if part not in self._plain:
            self._plain[part] = _Plain(self._parts[part][:_LOOKED_THROUGH])
        return self._plain[part]


def _spelling(part: str) -> str:
    return _UNSPELT.sub(".", part.lower()).strip(".")


def _readings(quoted: str, part: str) -> Iterator[str]:
    """The quote, and of a whole header line its value."""
    text = quoted.strip()
    yield text
    name = part.partition("[")[2].rstrip("]")
    if name and text.lower().startswith(f"{name}:"):
        yield text[len(name) + 1 :].strip()


def _says_something(text: str, shown: str) -> bool:
    """A brace or two letters prove nothing, unless they are all that stands there."""
    if not any(character.isalnum() for character in text):
        return False
    if len(text) >= _SHORTEST_QUOTE:
        return True
    return len(shown) <= _SHORT_PART and text in (line.strip() for line in shown.splitlines())


class _Plain:
    """A text in which white space, case and escapes make no difference, and the way back."""

    def __init__(self, text: str) -> None:
        self._read = _Rewritten(text, _ESCAPE, _unescaped)
        self._tight = _tight(self._read.text)

    @cached_property
    def _gaps(self) -> "_Rewritten":
        return _Rewritten(self._read.text, _SPACE, lambda _: "")

    def place(self, quote: str) -> tuple[int, int] | None:
        """Start and end, in the original text, of what is the quote but for such differences."""
        once = _ESCAPE.sub(_unescaped, quote)
        # A quote may be escaped less often than the text, as often, or once more.
        for said in dict.fromkeys((quote, once, _ESCAPE.sub(_unescaped, once))):
            for start, end in self._places(_tight(said)):
                if _worded(self._read.text[start:end]) == _worded(said):
                    return self._read.origin(start, end)
        return None

    def _places(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where it stands if no white space counts, in the text without escapes."""
        start = self._tight.find(wanted) if wanted else -1
        for _ in range(_MOST_PLACES):
            if start < 0:
                return
            yield self._gaps.origin(start, start + len(wanted))
            start = self._tight.find(wanted, start + 1)


class _Rewritten:
    """A text with replacements, which remembers what stood where."""

    def __init__(
        self, text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
    ) -> None:
        pieces: list[str] = []
        self._places, self._origins = [0], [0]
        at = length = 0
        for found in pattern.finditer(text):
            new = replace(found)
            before = text[at : found.start()]
            at = found.end()
            pieces += (before, new)
            length += len(before)
            self._places += (length, length + len(new))
            self._origins += (found.start(), at)
            length += len(new)
        self.text = "".join([*pieces, text[at:]])

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """What a span of the new text was in the old one; a replacement counts whole."""
        first = bisect_right(self._places, start) - 1
        behind = bisect_left(self._places, end)
        if behind == len(self._places) or self._places[behind] > end:
            old_end = self._origins[behind - 1] + end - self._places[behind - 1]
        else:
            old_end = self._origins[behind]
        return self._origins[first] + start - self._places[first], old_end


def _unescaped(found: re.Match[str]) -> str:
    escape = found[0]
    is_html = escape[0] == "&"
    meant = html.unescape(escape) if is_html else str(json.loads(f'"{escape}"'))
    if meant.isspace() or meant in "\b\f":
        return " "
    return meant if len(meant) == 1 else escape


def _tight(text: str) -> str:
    """Without white space and case."""
    return _lowered("".join(text.split()))


def _worded(text: str) -> str:
    """With one space between words and none elsewhere, without case."""
    return _lowered(_SPACE.sub(" ", _IDLE_SPACE.sub("", text.strip())))


def _lowered(text: str) -> str:
    """In lower case, with every character in its place."""
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(low if len(low := one.lower()) == 1 else one for one in text)
    )
