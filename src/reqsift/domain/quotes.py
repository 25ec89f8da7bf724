"""Where a model's quote stands: word for word, or but for white space, case and escapes."""

import html
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
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
_SPELT_OTHERWISE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}"
    r'|\\[nrtbf"\\/]|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});|[^\S ]\s*+| \s++'
)
"""Escapes of JSON and HTML, and white space other than a single space."""
_IDLE_SPACE = re.compile(r"(?<!\w) ++| ++(?!\w)| {2,}")
"""Spaces that part no words, and more than one."""


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
        self._read = _Rewritten(text, _SPELT_OTHERWISE, _unescaped)
        self._spaced = _Rewritten(self._read.text, _IDLE_SPACE, _space)
        self.text = _lowered(self._spaced.text)

    def place(self, quote: str) -> tuple[int, int] | None:
        """Start and end, in the original text, of what is the quote but for such differences."""
        once = _SPELT_OTHERWISE.sub(_unescaped, quote)
        # A quote may be escaped less often than the text, as often, or once more.
        for said in (" ".join(quote.split()), once, _SPELT_OTHERWISE.sub(_unescaped, once)):
            wanted = _lowered(_IDLE_SPACE.sub(_space, said))
            start = self.text.find(wanted) if wanted else -1
            if start >= 0:
                end = start + len(wanted)
                start, end = self._spaced.origin(start, end)
                return self._read.origin(start, end)
        return None


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
    if escape[0] == "&":
        meant = html.unescape(escape)
    elif escape[0] == "\\":
        meant = str(json.loads(f'"{escape}"'))
    else:
        meant = " "
    if meant.isspace() or meant in "\b\f":
        return " "
    return meant if len(meant) == 1 else escape


def _space(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    between = start > 0 and end < len(text)
    return " " if between and _is_word(text[start - 1]) and _is_word(text[end]) else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _lowered(text: str) -> str:
    """In lower case, with every character in its place."""
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(low if len(low := one.lower()) == 1 else one for one in text)
    )
