"""Ids as users see them: a letter for the kind, and the number that the database gave."""

import re

_ID = re.compile(r"([a-z])([0-9]{1,18})\Z", re.ASCII)


def to_id(kind: str, number: int) -> str:
    """An id as users see it: `r17` for exchange 17; kinds are c, r, b, f."""
    return f"{kind}{number}"


def from_id(kind: str, text: str) -> int | None:
    """The number in an id; None when it is no id of that kind."""
    found = _ID.match(text)
    return int(found[2]) if found and found[1] == kind else None


def number_of(kind: str, text: str) -> int:
    """The number in an id that the store itself gave."""
    number = from_id(kind, text)
    if number is None:
        raise ValueError(f"{text!r} is no id of kind {kind!r}")
    return number
