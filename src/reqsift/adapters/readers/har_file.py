"""Finds the entries in the text of a HAR, and says what is wrong with a text that is none."""

from collections.abc import Iterator

from reqsift.adapters.readers.foreign import describe, describe_keys
from reqsift.adapters.readers.har import WANTED
from reqsift.adapters.readers.json_array import ArraySplitter, Element, Limits, Lost
from reqsift.adapters.readers.json_cursor import BrokenText, EndOfText, JsonCursor
from reqsift.adapters.readers.sources import TextSource
from reqsift.domain.errors import TruncatedCapture, UnreadableCapture

_HEAD = 2048
_MANY_KEYS = 50


class HarFile:
    """Iterates over the elements of `log.entries`, wherever in the text that list stands.

    Raises:
        UnreadableCapture: The text is no HAR.
        TruncatedCapture: It ends or is damaged in the middle; raised after its sound entries.
    """

    def __init__(self, source: TextSource, limits: Limits) -> None:
        self._source = source
        self._cursor = JsonCursor(source.read)
        self._limits = limits
        self._keys: set[str] = set()
        self._found = False
        self._count = 0

    def __iter__(self) -> Iterator[Element | Lost]:
        self._cursor.fill(_HEAD)
        head = self._cursor.data[:_HEAD]
        if self._cursor.peek() != ord("{"):
            if self._source.problem and not head:
                raise self._incomplete("")
            raise UnreadableCapture(describe(head))
        try:
            yield from self._root()
        except EndOfText:
            raise self._incomplete("ends in the middle") from None
        except BrokenText:
            raise self._broken() from None
        self._check_end()

    def _root(self) -> Iterator[Element | Lost]:
        for key in self._cursor.members():
            if len(self._keys) < _MANY_KEYS:
                self._keys.add(key.decode(errors="replace"))
            if key == b"log" and not self._found and self._cursor.peek() == ord("{"):
                yield from self._log()
            else:
                self._cursor.skip()
        if not self._found:
            raise UnreadableCapture(describe_keys(self._keys))

    def _log(self) -> Iterator[Element | Lost]:
        for key in self._cursor.members():
            if key == b"entries" and not self._found and self._cursor.peek() == ord("["):
                self._found = True
                for element in ArraySplitter(self._cursor, self._limits, WANTED):
                    self._count += 1
                    yield element
            else:
                self._cursor.skip()

    def _check_end(self) -> None:
        if self._cursor.peek() >= 0:
            raise UnreadableCapture(
                f"goes on after the end of its HAR, at byte {self._cursor.offset}; "
                "put each HAR into a file of its own."
            )
        if self._source.problem:
            raise self._incomplete("ends in the middle")

    def _incomplete(self, what: str) -> UnreadableCapture:
        problem = self._source.problem or TruncatedCapture(what)
        place = f"after entry {self._count - 1}" if self._count else "before its first entry"
        return type(problem)(
            f"{problem} (byte {self._cursor.offset}, {place}); copy or export it again."
        )

    def _broken(self) -> UnreadableCapture:
        if self._found:
            return self._incomplete("is damaged in the middle")
        return UnreadableCapture(
            f"is broken JSON at byte {self._cursor.offset}, before any entry; export it again."
        )
