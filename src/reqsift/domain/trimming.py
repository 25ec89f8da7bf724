"""Trimming: a long body as far as it tells something, within a number of characters.

JSON keeps its shape, HTML what acts, text its ends and what lies around suspicious spots. What is
cut is said. Linear in the text; nothing that is broken is an error.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST_PARSED = 1_000_000
"""Characters of JSON or HTML that are parsed; of more, only ends and spots are kept."""
_ARRAY_SHOWN = 3
_STRING_SHOWN = 200
_DEEPEST = 12
_SPOT = 300
"""Characters on either side of a suspicious spot."""
_MOST_SPOTS = 12
_SCRIPT_SHOWN = 1_200
_TEXT_SHOWN = 160
_OPENING = re.compile(
    r"<(?:(!--)|(script|style|title|textarea)\b|/?(?:form|input|select|option|button|meta|base|link"
    r"|iframe|frame|object|embed|svg|a|img|html|head|body|label)\b)",
    re.IGNORECASE,
)
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
    if len(text) <= _LONGEST_PARSED:
        if "json" in mime_type or text.lstrip()[:1] in {"{", "["}:
            shaped = _json(text, most)
        elif "html" in mime_type or "<html" in text[:2_000].lower():
            shaped = _html(text, most)
    if shaped is None:
        return _ends_and_spots(text, most, marks)
    around = _spots(text, marks, most // 4, shaped.text)
    return Trimmed(text=shaped.text + around, note=shaped.note)


def _json(text: str, most: int) -> Trimmed | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for elements, characters in ((_ARRAY_SHOWN, _STRING_SHOWN), (1, 80), (1, 20)):
        cut = _Sample(elements, characters)
        shown = json.dumps(cut.of(parsed, 0), ensure_ascii=False)
        if len(shown) <= most:
            return Trimmed(text=shown, note=cut.note)
    return None


class _Sample:
    """A JSON value with its shape, long arrays and strings cut."""

    def __init__(self, elements: int, characters: int) -> None:
        self._elements = elements
        self._characters = characters
        self._left_out = 0
        self._shortened = 0

    @property
    def note(self) -> str:
        parts = []
        if self._left_out:
            parts.append(f"{self._left_out} elements of arrays left out")
        if self._shortened:
            parts.append(f"{self._shortened} long values shortened")
        return ", ".join(parts)

    def of(self, value: object, depth: int) -> object:
        if isinstance(value, dict):
            if depth >= _DEEPEST:
                self._shortened += 1
                return "(deeper levels left out)"
            return {key: self.of(member, depth + 1) for key, member in value.items()}
        if isinstance(value, list):
            return self._array(value, depth)
        if isinstance(value, str) and len(value) > self._characters:
            self._shortened += 1
            return f"{value[: self._characters]}(cut)"
        return value

    def _array(self, value: list[object], depth: int) -> list[object]:
        if depth >= _DEEPEST:
            self._shortened += 1
            return ["(deeper levels left out)"]
        shown = [self.of(member, depth + 1) for member in value[: self._elements]]
        more = len(value) - len(shown)
        if more > 0:
            self._left_out += more
            shown.append(f"({more} more elements)")
        return shown


def _html(text: str, most: int) -> Trimmed | None:
    kept: list[str] = []
    room = most
    for piece in _acting(text):
        if len(piece) > room:
            kept.append("(the rest is left out)")
            break
        kept.append(piece)
        room -= len(piece)
    if not kept:
        return None
    return Trimmed(
        text="".join(kept),
        note="only forms, scripts, comments, links and meta data shown, text and markup shortened",
    )


def _acting(text: str) -> Iterator[str]:
    """What acts, and a little of the text between."""
    lowered = text.lower()
    ends = _Ends(lowered if len(lowered) == len(text) else text)
    at = 0
    for found in _OPENING.finditer(text):
        if found.start() < at:
            continue  # within a script or a comment
        between = re.sub(r"<[^>]{0,500}>", " ", text[at : found.start()][:_LONGEST_BETWEEN])
        if words := " ".join(between.split()):
            yield words[:_TEXT_SHOWN] + ("…" if len(words) > _TEXT_SHOWN else "")
        name = (found[2] or "").lower()
        closing = "-->" if found[1] else f"</{name}>" if name else ">"
        at = ends.behind(closing, found.end())
        piece = text[found.start() : at]
        if name == "style":
            piece = "<style>(left out)</style>"
        most = _SCRIPT_SHOWN if name or found[1] else _LONGEST_TAG
        yield piece if len(piece) <= most else f"{piece[:most]}(cut)"


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
        pieces.append(text[begin:end])
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
