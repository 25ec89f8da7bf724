"""Splits a JSON array of any size into the raw text of its elements, in flat memory.

Fast path: in a window of some MiB the last start of an element is guessed from the first key of
earlier ones. If all before it parses as an array, the guess was right: within a string, or within
an element, a prefix can never parse. Slow path, for what does not parse: brackets are counted, so
that a broken element is told apart from its neighbours and only that one is lost.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

import msgspec

from reqsift.adapters.readers.json_cursor import (
    EndOfText,
    JsonCursor,
    Shortener,
    bracket_end,
)

_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_RAW = msgspec.json.Decoder(msgspec.Raw)
_FIRST_KEY = re.compile(rb'\{\s*+("[^"\\]{1,64}+")\s*+:')
_ELEMENT_START = re.compile(rb",\s*\{\s*$")
_FOLLOWED = re.compile(rb"\s*+(?:,\s*+[\[{]|\]|$)")
_SIMPLE = re.compile(rb'(?:"(?:[^"\\]++|\\.)*+"|[\w.+-]++)\s*+[,\]]', re.DOTALL)
_NESTED = b"[{"
_KEYS = 4
_GUESSES = 4
_CANDIDATES = 64
_SLACK = 256
_NOTHING_DROPPED: Mapping[bytes, int] = {}


class Element(NamedTuple):
    """One element of the array, as raw JSON text that may still be broken inside."""

    text: bytes | msgspec.Raw
    dropped: Mapping[bytes, int] = _NOTHING_DROPPED
    """Bytes left out of over-long strings, per member of a huge element."""


class Limits(NamedTuple):
    """How much is held in memory, in bytes."""

    window: int
    """What is split at once."""
    element: int
    """From this length on, an element is shortened while it is read."""
    string: int
    """What an over-long string of a shortened element still yields, once decoded."""


class Lost(NamedTuple):
    """An element whose text cannot be had."""

    reason: str
    """One sentence for the user."""


class ArraySplitter:
    """Iterates over the elements of the array at which the cursor stands.

    Afterwards the cursor stands behind the array.

    Args:
        cursor: At the opening bracket.
        limits: How much is held in memory.
        wanted: The members of a huge element that are kept, and one of which every element has
            (the first): that tells a real element from a nested object in a broken one.

    Raises:
        EndOfText: The text ends before the array does; raised after its whole elements.
        BrokenText: The text is broken so that no further element can be found.
    """

    def __init__(self, cursor: JsonCursor, limits: Limits, wanted: tuple[bytes, ...]) -> None:
        self._cursor = cursor
        self._limits = limits
        self._wanted = wanted
        self._keys: list[bytes] = []
        self._slow_until = 0

    def __iter__(self) -> Iterator[Element | Lost]:
        cursor = self._cursor
        cursor.peek()
        cursor.at += 1
        while (byte := cursor.peek_element()) != ord("]"):
            if byte < 0:
                raise EndOfText
            batch = self._proven_batch()
            if batch:
                yield from map(Element, batch)
            elif element := self._nested() if byte in _NESTED else self._other():
                yield element
        cursor.at += 1

    # --- fast path ----------------------------------------------------------------------------

    def _proven_batch(self) -> list[msgspec.Raw]:
        cursor = self._cursor
        if not self._keys or cursor.offset < self._slow_until:
            return []
        cursor.fill(self._limits.window)
        end = len(cursor.data)
        for _ in range(_GUESSES):
            end = self._last_start(end)
            if end < 0:
                break
            try:
                batch = _RAWS.decode(b"[%b]" % cursor.data[cursor.at : end])
            except (ValueError, RecursionError):
                continue
            cursor.at = end
            return batch
        # What could not be split at once is not tried again for each of its elements.
        self._slow_until = cursor.offset + len(cursor.data) - cursor.at
        return []

    def _last_start(self, end: int) -> int:
        """The place of the last comma before `end` that seems to part two elements, or -1."""
        data, at = self._cursor.data, self._cursor.at
        while True:
            end = max(data.rfind(key, at, end) for key in self._keys)
            if end < 0:
                return -1
            start = _ELEMENT_START.search(data, max(at, end - _SLACK), end)
            if start:
                return start.start()

    # --- slow path ----------------------------------------------------------------------------

    def _nested(self) -> Element | Lost:
        cursor = self._cursor
        cursor.fill(self._limits.window)
        end = self._find_end()
        if end and _parses(cursor.data[cursor.at : end]):
            return self._taken(end)
        followed = end and _FOLLOWED.match(cursor.data, end)
        resume = self._next_start(end if followed else len(cursor.data))
        if resume:
            cursor.at = resume
            return Lost("It is broken JSON.")
        if end:
            return self._taken(end)
        if len(cursor.data) - cursor.at < self._limits.element:
            raise EndOfText
        return self._shortened()

    def _taken(self, end: int) -> Element:
        cursor = self._cursor
        text = cursor.data[cursor.at : end]
        cursor.at = end
        first = _FIRST_KEY.match(text)
        if first and first[1] not in self._keys:
            self._keys = [first[1], *self._keys[: _KEYS - 1]]
        return Element(text)

    def _find_end(self) -> int:
        """Where the element ends in the cursor's data; 0 if the text or the limit ends before."""
        cursor = self._cursor
        done, depth = 1, 1  # from here on relative to the cursor, whose data move
        while True:
            end, depth = bracket_end(cursor.data, cursor.at + done, depth)
            if not depth:
                return end
            done = end - cursor.at
            if len(cursor.data) - cursor.at >= self._limits.element or not cursor.more():
                return 0

    def _next_start(self, end: int) -> int:
        """The comma before the next element that is surely sound, if it is before `end`; or 0."""
        data = self._cursor.data
        keys = b"|".join(map(re.escape, [*self._keys, *(b'"%b"' % key for key in self._wanted)]))
        starts = re.compile(rb"(,\s*+)\{\s*+(?:%b)\s*+:" % keys)
        for start in islice(starts.finditer(data, self._cursor.at + 1, end), _CANDIDATES):
            opening = start.end(1)
            closing, depth = bracket_end(data, opening + 1, 1)
            if not depth and self._is_element(data[opening:closing]):
                return start.start()
        return 0

    def _is_element(self, text: bytes) -> bool:
        return self._wanted[0] in text and _parses(text)

    def _other(self) -> Lost | None:
        """Pass what is neither object nor array; None for the rest of a broken element."""
        cursor = self._cursor
        cursor.fill(self._limits.window)
        whole = _SIMPLE.match(cursor.data, cursor.at)
        resume = 0 if whole else self._next_start(len(cursor.data))
        if resume:
            cursor.at = resume
            return None
        cursor.skip()
        return Lost("It is not a JSON object.")

    def _shortened(self) -> Element | Lost:
        cursor = self._cursor
        if cursor.peek() != ord("{"):
            cursor.skip()
            return Lost("It is not a JSON object.")
        kept: dict[bytes, Shortener] = {}
        for key in cursor.members():
            sink = (
                Shortener(self._limits.string, self._limits.element)
                if key in self._wanted
                else None
            )
            cursor.skip(sink)
            if sink:
                kept[key] = sink
        if any(sink.full for sink in kept.values()):
            return Lost("It is too large even without its bodies.")
        # One flat list, so that a text of many MiB is copied no more than once.
        pieces = chain.from_iterable((b',"%b":' % key, *sink.pieces) for key, sink in kept.items())
        dropped = {key: sink.dropped for key, sink in kept.items()}
        return Element(b"".join((b'{"":0', *pieces, b"}")), dropped)


def _parses(text: bytes) -> bool:
    try:
        _RAW.decode(text)
    except (ValueError, RecursionError):
        return _parses_leniently(text)
    return True


def _parses_leniently(text: bytes) -> bool:
    try:
        json.loads(text.decode(errors="replace"), strict=False, parse_int=float)
    except (ValueError, RecursionError):
        return False
    return True
