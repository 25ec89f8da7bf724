"""No pattern of a rule runs away on text that was written to make it.

For each repeat in each pattern, texts are derived from the pattern itself: what stands before the
repeat, and then what is repeated, 50,000 characters long and with no proper end. Nothing is
measured here: a sound pattern takes milliseconds, and only one that runs away takes seconds.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import partial
from importlib import import_module
from itertools import islice
from pkgutil import walk_packages
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from time import process_time
from types import FunctionType, ModuleType
from typing import Any

import pytest

import reqsift.domain.rules as package

LONGEST = 50_000
MOST_S = 2.0
# Short ones come first: what doubles with every character must be noticed while it still ends.
SIZES = (8, 12, 16, 20, 24, 28, 400, 4_000, LONGEST)
MANY = 10
"""A repeat of fewer is nothing to repeat."""
MOST_UNITS = 4
BESIDE = ("bodies", "inputs", "jwt", "pages", "stacks", "urls", "view")
"""What rules look through, outside of their package."""
CATEGORIES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_WORD: "-",
}
USUAL = "a1 -.<\"'/=;&\n"
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)

Parsed = Sequence[tuple[Any, Any]]


def modules() -> list[ModuleType]:
    names = [found.name for found in walk_packages(package.__path__, f"{package.__name__}.")]
    names += [f"reqsift.domain.{name}" for name in BESIDE]
    return [import_module(name) for name in (*names, "reqsift.adapters.pages")]


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern by a name of its own, wherever a rule keeps it."""
    found: dict[re.Pattern[Any], str] = {}
    seen: set[int] = set()
    for module in modules():
        for name, value in vars(module).items():
            place = f"{module.__name__.rpartition('.')[2]}.{name}"
            for pattern in patterns_in(value, seen):
                found.setdefault(pattern, place)
    return {f"{place}-{number}": pattern for number, (pattern, place) in enumerate(found.items())}


def patterns_in(value: object, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif id(value) not in seen:
        seen.add(id(value))
        for inner in inside(value):
            yield from patterns_in(inner, seen)


def inside(value: object) -> Iterator[object]:
    """What a container, a dataclass or a function carries along."""
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, tuple | list | set | frozenset):
        yield from value
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    elif isinstance(value, FunctionType):
        yield from (cell.cell_contents for cell in value.__closure__ or ())
        yield from (value.__defaults__, value.__kwdefaults__, getattr(value, "__wrapped__", None))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, field.name) for field in fields(value))


def hostile(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """What comes once and what is repeated behind it, for each text to try."""
    tried: set[tuple[str, str]] = set()
    for before, units in repeats(_parser.parse(pattern.pattern, pattern.flags), ""):
        for unit in units:
            for pair in ((before, unit), ("", before + unit), ("", unit)):
                if unit and pair not in tried:
                    tried.add(pair)
                    yield pair


def repeats(parsed: Parsed, before: str) -> Iterator[tuple[str, list[str]]]:
    """Each repeat without a narrow bound: what must stand before it, and what it repeats."""
    for code, argument in parsed:
        if code in REPEATS:
            _, most, body = argument
            if most >= MANY:
                yield before, list(dict.fromkeys(islice(units_of(body), MOST_UNITS)))
            yield from repeats(body, before)
        else:
            for inner in bodies(code, argument):
                yield from repeats(inner, before)
        before += shortest(((code, argument),))


def bodies(code: Any, argument: Any) -> list[Parsed]:  # noqa: ANN401 -- the parser's own forms
    """The patterns within a part of a pattern that is no repeat."""
    if code is op.BRANCH:
        return list(argument[1])
    if code is op.SUBPATTERN:
        return [argument[-1]]
    if code in {op.ASSERT, op.ASSERT_NOT}:
        return [argument[1]]
    if code is op.GROUPREF_EXISTS:
        return [part for part in argument[1:] if part]
    return [argument] if code is op.ATOMIC_GROUP else []


def units_of(body: Parsed) -> Iterator[str]:
    """Texts that a repeat's body matches, by its first choices."""
    first, rest = body[0], body[1:]
    code, argument = first
    inner = argument[2] if code in REPEATS else None
    options = [inner] if inner else bodies(code, argument)
    behind = shortest(rest)
    if options and code not in {op.ASSERT, op.ASSERT_NOT}:
        for option in options:
            yield from (unit + behind for unit in units_of(option) if unit)
    else:
        yield from (character + behind for character in characters(code, argument))


def characters(code: Any, argument: Any) -> list[str]:  # noqa: ANN401
    """Some that a single place matches; an empty text for what matches a place between two."""
    if code is op.LITERAL:
        return [chr(argument)]
    if code is op.NOT_LITERAL:
        return [one for one in USUAL if ord(one) != argument]
    if code is op.ANY:
        return ["a", " "]
    if code is not op.IN:
        return [""]
    if argument[0][0] is op.NEGATE:
        listed = "".join(character for member in argument[1:] for character in of_set(member))
        return [one for one in USUAL if one not in listed]
    return [of_set(member)[0] for member in argument]


def of_set(member: tuple[Any, Any]) -> str:
    code, argument = member
    if code is op.CATEGORY:
        return CATEGORIES[argument]
    if code is op.RANGE:
        return "".join(map(chr, range(argument[0], min(argument[1], argument[0] + 200) + 1)))
    return chr(argument)


def shortest(parsed: Parsed) -> str:
    """A short text that these parts match."""
    text = ""
    for code, argument in parsed:
        if code in REPEATS:
            least, _, body = argument
            text += shortest(body) * least
        elif code not in {op.ASSERT, op.ASSERT_NOT}:
            inner = bodies(code, argument)
            text += shortest(inner[0]) if inner else characters(code, argument)[0]
    return text


def uses() -> dict[str, set[str]]:
    """By name of a pattern, which of its methods are called anywhere."""
    found: dict[str, set[str]] = {}
    for module in modules():
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.setdefault(node.value.id, set()).add(node.attr)
    return found


def seconds(
    pattern: re.Pattern[Any], before: str, unit: str, size: int, *, anchored: bool = False
) -> float:
    whole = before + unit * (size // len(unit)) + "\0"
    text = whole if isinstance(pattern.pattern, str) else whole.encode("latin-1", "replace")
    start = process_time()
    if anchored:
        pattern.match(text)
        pattern.fullmatch(text)
    else:
        for _ in pattern.finditer(text):
            pass
    return process_time() - start


PATTERNS = patterns()
# What is only ever tried at the start of a text need not stand it at every place.
ANCHORED = {name for name, methods in uses().items() if methods <= {"match", "fullmatch"}}


def test_patterns_are_found_wherever_they_are_kept() -> None:
    assert len(PATTERNS) > 100


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_runs_away(name: str) -> None:
    pattern = PATTERNS[name]
    anchored = name.partition(".")[2].rpartition("-")[0] in ANCHORED
    for before, unit in hostile(pattern):
        for size in SIZES:
            taken = seconds(pattern, before, unit, size, anchored=anchored)
            assert taken < MOST_S, (
                f"{taken:.1f} s for {size} characters, {before!r} and then {unit!r} again and "
                f"again: {pattern.pattern}"
            )


@pytest.mark.parametrize("runaway", [r"(?:a|a)*b", r"(\w+\s?)*$x", r"x\s*[^=]*=", r"a+b"])
def test_a_pattern_that_runs_away_would_be_noticed(runaway: str) -> None:
    pattern = re.compile(runaway)
    assert any(
        seconds(pattern, before, unit, size) > 0.2
        for before, unit in hostile(pattern)
        for size in (20, 24, LONGEST * (runaway[:1] != "("))
    )
