"""Which of the words that rules look for stand in a text, found in one pass over it.

A rule asks `"graphql" in view.lower_body` before it does anything dear. With 150 rules these
questions were a third of all work.
"""

from collections import Counter

from ahocorasick_rs import AhoCorasick

_LEARNING = 64
"""Texts that are only watched: what is asked of them shows what will be asked of others."""
_OFTEN = 8
"""Of these texts, how many a word must have been looked for in."""
_LONGEST = 65_536
"""Code points; in a longer text every place of every word would be too long a list."""


class _Watched(str):
    """A text that counts what is asked of it."""

    __slots__ = ("asked",)
    asked: Counter[str]

    def __contains__(self, word: str) -> bool:  # type: ignore[override]
        self.asked[word] += 1
        return super().__contains__(word)


class _Searched(str):
    """A text of which is known which words stand in it."""

    __slots__ = ("found", "sought")
    sought: frozenset[str]
    found: set[str]

    def __contains__(self, word: str) -> bool:  # type: ignore[override]
        if word in self.sought:
            return word in self.found
        return super().__contains__(word)


class Words:
    """Makes texts that answer quickly whether a word stands in them; the answer is the same."""

    def __init__(self) -> None:
        """Know no words yet."""
        self._watched = 0
        self._asked: Counter[str] = Counter()
        self._words: list[str] = []
        self._sought: frozenset[str] = frozenset()
        self._automaton: AhoCorasick | None = None

    def searchable(self, text: str) -> str:
        """The same text."""
        if len(text) > _LONGEST:
            return text
        if self._automaton is None:
            return self._watch(text)
        searched = _Searched(text)
        searched.sought = self._sought
        places = self._automaton.find_matches_as_indexes(text, overlapping=True)
        searched.found = {self._words[number] for number, _, _ in places}
        return searched

    def _watch(self, text: str) -> str:
        self._watched += 1
        if self._watched > _LEARNING:
            self._words = [w for w, count in self._asked.items() if w and count >= _OFTEN]
            self._sought = frozenset(self._words)
            self._automaton = AhoCorasick(self._words)
            return self.searchable(text)
        watched = _Watched(text)
        watched.asked = self._asked
        return watched
