"""Frees a JSON object from what models put around and into it; what is missing stays missing."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
"""What some models think aloud before they answer."""
_FENCE = re.compile(r"```[a-zA-Z0-9]{0,20}")
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|"|[{}\[\]]|,(?=\s*+[}\]])', re.DOTALL)
"""Whole strings, a string without an end, brackets, and commas with nothing behind them."""
_OPENING = {"}": "{", "]": "["}
_NO_VALUE = frozenset("{[,:")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The one JSON object in a text."""

    text: str
    """Without commas behind a last element."""
    in_prose: bool
    """Whether more stood around it than the fences of a code block."""


class _Object(NamedTuple):
    text: str
    start: int
    end: int


def bare_object(text: str) -> Candidate | None:
    """Find the one object in `text`; None if there is none, it is cut, or there are several.

    The same object told twice is one.
    """
    thought = _THOUGHT.match(text)
    at = thought.end() if thought else 0
    first = found = _next_object(text, at)
    around: list[str] = []
    while found is not None and first is not None and found.text == first.text:
        around.append(text[at : found.start])
        at = found.end
        if text.find("{", at) < 0:
            prose = _FENCE.sub("", "".join([*around, text[at:]])).strip()
            return Candidate(first.text, in_prose=bool(prose))
        found = _next_object(text, at)
    return None


def check_members(text: str) -> None:
    """Look for members that stand twice in one object: the last one would hide the others.

    Raises:
        ValueError: There is one, or it is no JSON.
    """
    json.loads(text, object_pairs_hook=_once)


def _once(members: Iterable[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            raise ValueError(f"{name[:40]} occurs twice")
        seen.add(name)


def _next_object(text: str, at: int) -> _Object | None:
    """The object that begins at the next brace; None if it has no end."""
    start = text.find("{", at)
    if start < 0:
        return None
    kept: list[str] = []
    open_brackets: list[str] = []
    copied = start
    for found in _STRUCTURE.finditer(text, start):
        mark = found[0]
        if mark == '"':
            return None
        if mark in "{[":
            open_brackets.append(mark)
        elif mark == ",":
            kept.append(_without_comma(text, copied, found.start()))
            copied = found.end()
        elif mark in _OPENING and (not open_brackets or open_brackets.pop() != _OPENING[mark]):
            return None
        if not open_brackets:
            kept.append(text[copied : found.end()])
            return _Object("".join(kept), start, found.end())
    return None


def _without_comma(text: str, start: int, comma: int) -> str:
    """The text up to a comma that is too much; a comma behind no value is left to the decoder."""
    before = text[start:comma].rstrip()[-1:] or text[:comma].rstrip()[-1:]
    return text[start : comma + 1] if before in _NO_VALUE else text[start:comma]
