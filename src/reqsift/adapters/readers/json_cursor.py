"""Walks through a JSON text that may be larger than memory, by structure alone.

It looks at brackets, strings and separators, not at what is inside: NaN, control characters and
bytes that are no UTF-8 do not disturb it.
"""

import re
from collections.abc import Callable, Iterator

_PLAIN = rb'[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+"'
# Two levels of nesting are left to the regex engine: headers then cost no step in Python.
_LEAF = rb"(?:" + _PLAIN + rb"|[\[{](?:" + _PLAIN + rb")*+[\]}])"
_QUIET = re.compile(rb"(?:" + _LEAF + rb"|[\[{]" + _LEAF + rb"*+[\]}])*+", re.DOTALL)
# A string may be cut where this ends, which must not be inside an escape.
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\[^u]|\\u(?=.{4}))*+', re.DOTALL)
_SPACE = re.compile(rb"[\s\0]*+")
_SEPARATORS = re.compile(rb"[\s,]*+")
_SCALAR = re.compile(rb'[^\s,:"\[\]{}]*+')
_QUOTE = ord('"')
_OPENING = b"[{"
_LONG_KEY = 4096


class EndOfText(Exception):
    """The text ends inside a value."""


class BrokenText(Exception):
    """The structure is broken at the cursor's place; what is behind cannot be told apart."""


class Shortener:
    """Collects the text of a value, with the rest of over-long strings left out.

    Args:
        budget: Bytes that an over-long string still yields at least, once it is decoded.
        limit: Bytes to collect beside two over-long strings; from there on it is `full`.
    """

    def __init__(self, budget: int, limit: int) -> None:
        self.pieces: list[bytes] = []
        self.dropped = 0
        """Bytes left out of strings, counted as if decoded."""
        self._budget = budget
        self._left = budget
        self._room = limit + 2 * budget

    @property
    def full(self) -> bool:
        """Whether the value was larger than the limit, so that its end is missing."""
        return self._room < 0

    def add(self, piece: bytes) -> None:
        """Keep a piece of structure or of short strings."""
        self._left = self._budget
        self._room -= len(piece)
        if not self.full:
            self.pieces.append(piece)

    def add_inside(self, piece: bytes) -> None:
        """Keep a piece from inside a long string, unless the string had its share already."""
        escapes = piece.count(b"\\")
        if self._left <= 0:
            self.dropped += len(piece) - escapes - 4 * piece.count(b"\\u")
        elif not self.full:
            self.pieces.append(piece)
            # An escape takes at most 6 bytes and yields at least 1.
            gain = min(self._left, max(len(piece) // 6, len(piece) - 5 * escapes))
            self._left -= gain
            self._room -= gain


def bracket_end(data: bytes, at: int, depth: int) -> tuple[int, int]:
    """Go on from `at`, inside `depth` brackets, until they are closed.

    Returns:
        The place behind the last bracket and 0; or, if the data end before, the place from which
        to go on with more data, and the depth there.
    """
    size = len(data)
    while True:
        quiet = _QUIET.match(data, at)
        at = quiet.end() if quiet else at
        if at >= size or data[at] == _QUOTE:
            return at, depth
        depth += 1 if data[at] in _OPENING else -1
        at += 1
        if depth <= 0:
            return at, 0


class JsonCursor:
    """A place in a text that is read piece by piece.

    Args:
        read: The next piece of the text; empty at its end.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        self.data = b""
        self.at = 0
        """The place in `data`."""
        self._read = read
        self._before = 0
        self._ended = False

    @property
    def offset(self) -> int:
        """The place in the whole text, in bytes."""
        return self._before + self.at

    def more(self) -> bool:
        """Hold more of the text; `at` becomes 0. False at the end of the text."""
        piece = self._read()
        if self.at:
            self._before += self.at
            self.data = self.data[self.at :]
            self.at = 0
        self.data += piece
        return bool(piece)

    def fill(self, size: int) -> None:
        """Hold `size` bytes from here on, or all that is left."""
        missing = size - (len(self.data) - self.at)
        if missing <= 0 or self._ended:
            return
        pieces = [self.data[self.at :]]
        while missing > 0 and (piece := self._read()):
            pieces.append(piece)
            missing -= len(piece)
        self._ended = missing > 0
        self._before += self.at
        self.data, self.at = b"".join(pieces), 0

    def peek(self) -> int:
        """The next byte that is no white space, without passing it; -1 at the end of the text."""
        return self._pass_over(_SPACE)

    def peek_element(self) -> int:
        """As `peek`, passing commas too: a missing or a doubled one does no harm."""
        return self._pass_over(_SEPARATORS)

    def members(self) -> Iterator[bytes]:
        """Yield the raw keys of the object that begins here; each value must then be passed.

        Raises:
            EndOfText: The text ends before the object does.
            BrokenText: What comes is no object.
        """
        self._expect(b"{")
        while (byte := self.peek_element()) != ord("}"):
            if byte != _QUOTE:
                raise EndOfText if byte < 0 else BrokenText
            key = Shortener(_LONG_KEY, _LONG_KEY)
            self.skip(key)
            self.peek()
            self._expect(b":")
            yield b"".join(key.pieces)[1:-1]
        self.at += 1

    def skip(self, sink: Shortener | None = None) -> None:
        """Pass the value that begins here, however long it is; `sink` gets its text.

        Raises:
            EndOfText: The text ends before the value does.
            BrokenText: What comes is no value.
        """
        byte = self.peek()
        if byte < 0:
            raise EndOfText
        if byte in _OPENING:
            self._skip_brackets(sink)
        elif byte == _QUOTE:
            self._skip_string(sink)
        else:
            self._skip_scalar(sink)

    def _pass_over(self, pattern: re.Pattern[bytes]) -> int:
        while True:
            passed = pattern.match(self.data, self.at)
            self.at = passed.end() if passed else self.at
            if self.at < len(self.data):
                return self.data[self.at]
            if not self.more():
                return -1

    def _expect(self, mark: bytes) -> None:
        if self.data[self.at : self.at + 1] != mark:
            raise BrokenText if self.at < len(self.data) else EndOfText
        self.at += 1

    def _take(self, end: int, sink: Shortener | None) -> None:
        if sink:
            sink.add(self.data[self.at : end])
        self.at = end

    def _skip_brackets(self, sink: Shortener | None) -> None:
        self._take(self.at + 1, sink)
        depth = 1
        while depth:
            end, depth = bracket_end(self.data, self.at, depth)
            self._take(end, sink)
            if not depth:
                return
            if self.at < len(self.data):
                self._skip_string(sink)
            elif not self.more():
                raise EndOfText

    def _skip_string(self, sink: Shortener | None) -> None:
        self._take(self.at + 1, sink)
        while True:
            inside = _IN_STRING.match(self.data, self.at)
            end = inside.end() if inside else self.at
            if sink and end > self.at:
                sink.add_inside(self.data[self.at : end])
            self.at = end
            if end < len(self.data) and self.data[end] == _QUOTE:
                return self._take(end + 1, sink)
            if not self.more():
                raise EndOfText

    def _skip_scalar(self, sink: Shortener | None) -> None:
        began = self.offset
        while True:
            scalar = _SCALAR.match(self.data, self.at)
            end = scalar.end() if scalar else self.at
            if sink:
                sink.add_inside(self.data[self.at : end])
            self.at = end
            if end < len(self.data) or not self.more():
                break
        if self.offset == began:
            raise BrokenText
