"""Frees a JSON object from what models put around and into it; what is missing stays missing."""

import re
from dataclasses import dataclass

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


def bare_object(text: str) -> Candidate | None:
    """Find the one object in `text`; None if there is none, it is cut, or there are several."""
    start = text.find("{")
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
            return _alone("".join(kept), text[:start], text[found.end() :])
    return None


def is_repeated(name: str, text: str) -> bool:
    """Whether an object may have that member twice: the last one would hide the others."""
    return text.count(f'"{name}"') > 1


def _without_comma(text: str, start: int, comma: int) -> str:
    """The text up to a comma that is too much; a comma behind no value is left to the decoder."""
    before = text[start:comma].rstrip()[-1:] or text[:comma].rstrip()[-1:]
    return text[start : comma + 1] if before in _NO_VALUE else text[start:comma]


def _alone(found: str, before: str, after: str) -> Candidate | None:
    if "{" in after:
        return None
    around = _FENCE.sub("", before + after).strip()
    return Candidate(found, in_prose=bool(around))
