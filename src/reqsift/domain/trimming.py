"""Trimming: a long body as far as it tells something, within a number of characters.

JSON keeps its shape, HTML what acts, text its ends and what lies around suspicious spots. What is
cut is said. Linear in the text; nothing that is broken is an error.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LONGEST_PARSED = 1_000_000
"""Characters of JSON or HTML that are parsed; of more, only ends and spots are kept."""
_SAMPLES = ((60, 600), (20, 400), (8, 300), (3, 200), (1, 80), (1, 20))
"""Elements of an array and characters of a string that are shown; the first that fits is taken."""
_DEEPEST = 12
_ARRAYS_NAMED = 3
_PLAIN_NAME = re.compile(r"[\w.-]{1,40}\Z")
_PLACEHOLDER_START = re.compile(r"<[A-Z_]{0,20}\d{0,9}\Z")
_BARE_PLACEHOLDER = re.compile(r"(?<=[:\[,\s])<[A-Z_]{1,20}\d{1,9}>(?=\s{0,9}[,}\]])")
"""One in the place of a number: JSON no more."""
_SPOT = 300
"""Characters on either side of a suspicious spot."""
_MOST_SPOTS = 12
_SCRIPT_SHOWN = 1_200
_TEXT_SHOWN = 400
_OPENING = re.compile(
    r"<(?:(!--)|(script|style|title|textarea)\b|/?(?:form|input|select|option|button|meta|base|link"
    r"|iframe|frame|object|embed|svg|a|img|html|head|body|label)\b)",
    re.IGNORECASE,
)
_LINK = re.compile(r"<(?:/|(?:a|img|link|label|svg|button|option|body|head|html)\b)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]{0,500}>")
_LONGEST_TAG = 1_000
_LONGEST_BETWEEN = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """What is shown of a text."""

    text: str
    note: str = ""
    """What was cut, in words; empty if nothing was."""


def trimmed(text: str, mime_type: str, most: int, marks: Sequence[int] = ()) -> Trimmed:
    """Cut a text to about `most` characters.

    Args:
        text: Of a body.
        mime_type: Its media type, without parameters.
        most: Characters that may be shown.
        marks: Offsets of suspicious spots, whose surroundings are kept.
    """
    if len(text) <= most:
        return Trimmed(text=text)
    shaped = None
    room = most // 4 if marks else 0
    if len(text) <= _LONGEST_PARSED:
        if "json" in mime_type or text.lstrip()[:1] in {"{", "["}:
            shaped = _json(text, most - room)
        elif "html" in mime_type or "<html" in text[:2_000].lower():
            shaped = _html(text, most - room)
    if shaped is None:
        return _ends_and_spots(text, most, marks)
    around = _spots(text, marks, room, shaped.text)
    return Trimmed(text=shaped.text + around, note=shaped.note)


def beginning(text: str, most: int) -> str:
    """The first characters, at most so many, without a placeholder that would be cut."""
    return text if len(text) <= most else _PLACEHOLDER_START.sub("", text[:most])


def _json(text: str, most: int) -> Trimmed | None:
    parsed = _parsed(text)
    if not isinstance(parsed, dict | list):
        return None
    for elements, characters in _SAMPLES:
        cut = _Sample(elements, characters)
        shown = json.dumps(cut.of(parsed, 0), ensure_ascii=False, separators=(",", ":"))
        if len(shown) <= most:
            return Trimmed(text=shown, note=cut.note)
    return None


def _parsed(text: str) -> object:
    for form in (text, _BARE_PLACEHOLDER.sub(r'"\g<0>"', text)):
        try:
            parsed: object = json.loads(form)
        except (ValueError, RecursionError):
            continue
        return parsed
    return None


class _Sample:
    """A JSON value with its shape, long arrays and strings cut."""

    def __init__(self, elements: int, characters: int) -> None:
        self._elements = elements
        self._characters = characters
        self._left_out: dict[str, tuple[int, int]] = {}
        self._shortened = 0

    @property
    def note(self) -> str:
        """What was cut, in words."""
        parts = [
            f"{left} of {total} elements of {name} left out"
            for name, (left, total) in list(self._left_out.items())[:_ARRAYS_NAMED]
        ]
        if len(self._left_out) > _ARRAYS_NAMED:
            parts.append("elements of further arrays left out")
        if self._shortened:
            parts.append(f"{self._shortened} long or deep values shortened")
        return ", ".join(parts) or "white space left out"

    def of(self, value: object, depth: int, name: str = "the whole") -> object:
        """What is shown of a value; `name` is that of the member that holds it."""
        if isinstance(value, dict | list) and depth >= _DEEPEST:
            self._shortened += 1
            return "(deeper levels left out)"
        if isinstance(value, dict):
            return {key: self.of(member, depth + 1, key) for key, member in value.items()}
        if isinstance(value, list):
            return self._array(value, depth, name)
        if isinstance(value, str) and len(value) > self._characters:
            self._shortened += 1
            return f"{beginning(value, self._characters)}(cut)"
        return value

    def _array(self, value: list[object], depth: int, name: str) -> list[object]:
        shown = [self.of(member, depth + 1, name) for member in value[: self._elements]]
        more = len(value) - len(shown)
        if more > 0:
            plain = name if name == "the whole" or _PLAIN_NAME.match(name) else "an array"
            left, total = self._left_out.get(plain, (0, 0))
            self._left_out[plain] = (left + more, total + len(value))
            shown.append(f"({more} more elements)")
        return shown


def _html(text: str, most: int) -> Trimmed | None:
    if not _OPENING.search(text):
        return None
    pieces, whole = _fitting(_acting(text), most)
    if not whole:
        pieces, whole = _fitting(filter(_tells_much, _acting(text)), most)
    if not pieces:
        return None
    rest = "" if whole else "(the rest is left out)"
    return Trimmed(
        text="".join(pieces) + rest,
        note="only forms, scripts, comments, links and meta data shown, text and markup shortened",
    )


def _fitting(pieces: Iterable[str], most: int) -> tuple[list[str], bool]:
    """The first pieces that fit, and whether all do."""
    kept: list[str] = []
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            return kept, False
        kept.append(piece)
    return kept, True


def _tells_much(piece: str) -> bool:
    """Whether a piece is more than words, a closing tag, or a link without parameters."""
    return piece.startswith("<") and ("?" in piece or not _LINK.match(piece))


def _acting(text: str) -> Iterator[str]:
    """What acts, and a little of the text between."""
    lowered = text.lower()
    ends = _Ends(lowered if len(lowered) == len(text) else text)
    at = 0
    for found in _OPENING.finditer(text):
        if found.start() < at:
            continue  # within a script or a comment
        if found.start() > at:
            yield _words(text[at : min(found.start(), at + _LONGEST_BETWEEN)])
        name = (found[2] or "").lower()
        closing = "-->" if found[1] else f"</{name}>" if name else ">"
        at = ends.behind(closing, found.end())
        piece = text[found.start() : at]
        if name == "style":
            piece = "<style>(left out)</style>"
        most = _SCRIPT_SHOWN if name or found[1] else _LONGEST_TAG
        yield piece if len(piece) <= most else f"{beginning(piece, most)}(cut)"
    yield _words(text[at : at + _LONGEST_BETWEEN])


def _words(text: str) -> str:
    """The first words between tags."""
    words = " ".join(_ANY_TAG.sub(" ", text).split())
    return words if len(words) <= _TEXT_SHOWN else f"{beginning(words, _TEXT_SHOWN)}…"


class _Ends:
    """Where things end; what does not end anywhere is not looked for twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def behind(self, closing: str, start: int) -> int:
        """The place behind the next `closing`; a little further on if there is none."""
        if closing not in self._missing:
            place = self._text.find(closing, start)
            if place >= 0:
                return place + len(closing)
            self._missing.add(closing)
        return min(len(self._text), start + _TEXT_SHOWN)


def _ends_and_spots(text: str, most: int, marks: Sequence[int]) -> Trimmed:
    """Beginning, end, and what lies around the marks, in order."""
    spots = sorted({mark for mark in marks if 0 <= mark < len(text)})[:_MOST_SPOTS]
    around = min(_SPOT, most // (4 * len(spots))) if spots else 0
    tail = most // 5
    head = max(0, most - tail - 2 * around * len(spots))
    windows = [(0, head), *((spot - around, spot + around) for spot in spots)]
    windows.append((len(text) - tail, len(text)))
    pieces: list[str] = []
    at = 0
    for start, end in windows:
        begin = max(start, at)
        if end <= begin:
            continue
        if begin > at:
            pieces.append(f"\n({begin - at} characters left out)\n")
        pieces.append(_PLACEHOLDER_START.sub("", text[begin:end]))
        at = end
    note = "beginning, end and surroundings of suspicious spots shown"
    return Trimmed(text="".join(pieces), note=f"{note} of {len(text)} characters")


def _spots(text: str, marks: Sequence[int], most: int, shown: str) -> str:
    """The surroundings of marks that a shaped text may have lost."""
    pieces: list[str] = []
    for mark in sorted({mark for mark in marks if 0 <= mark < len(text)})[:_MOST_SPOTS]:
        piece = text[max(0, mark - 40) : mark + _SPOT // 2]
        if piece not in shown and most >= len(piece):
            pieces.append(f"\n(at character {mark}:) {piece}")
            most -= len(piece)
    return "".join(pieces)
