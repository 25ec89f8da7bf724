"""What a client chose in a request: the values that a server must not trust."""

from collections.abc import Iterator
from typing import NamedTuple

from reqsift.domain.urls import Param

_MAX_INPUTS = 200
LONGEST_INPUT = 8_192
"""Characters of a value that are looked at."""


class Input(NamedTuple):
    """A decoded value of a request, its name, and the part of the exchange that holds it."""

    part: str
    name: str
    value: str


def inputs_of(part: str, form: tuple[Param, ...], parsed_json: object) -> tuple[Input, ...]:
    """The fields of a form and the scalars of a parsed JSON body, at most 200 of the latter."""
    given = (*form, *_scalars(parsed_json))
    return tuple(Input(part, name, value[:LONGEST_INPUT]) for name, value in given)


def _scalars(parsed: object) -> Iterator[tuple[str, str]]:
    """Walk without recursion: the body may be as deep as its sender liked."""
    waiting: list[tuple[str, object]] = [("", parsed)]
    for _ in range(_MAX_INPUTS):
        if not waiting:
            return
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(list(value.items())[:_MAX_INPUTS]))
        elif isinstance(value, list):
            waiting.extend((name, member) for member in reversed(value[:_MAX_INPUTS]))
        elif isinstance(value, str):
            yield name, value
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**18):
            yield name, str(value)


def cookie_pairs(header: str) -> tuple[Param, ...]:
    """The names and values of a `Cookie` header; what is no pair is left out."""
    pairs = (pair.partition("=") for pair in header.replace("\n", ";").split(";"))
    return tuple(Param(name.strip(), value.strip()) for name, found, value in pairs if found)
