"""The user's own patterns for what must not leave: a TOML file, matched by RE2 in linear time."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import re2  # type: ignore[import-untyped]

from reqsift.domain.errors import InvalidSetting

_MOST_PATTERNS = 100
_MOST_CHARACTERS = 1_000
_MOST_MEMORY = 8 * 1024 * 1024
"""Bytes for one compiled pattern."""


class UserPattern:
    """One pattern; RE2 has no backtracking, so no text makes it slow."""

    def __init__(self, name: str, regex: str) -> None:
        """Compile `regex`.

        Raises:
            InvalidSetting: It is no regular expression of RE2, or matches nothing at all.
        """
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MOST_MEMORY
        self.name = name
        try:
            self._compiled = re2.compile(regex, options)
        except re2.error as error:
            what = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
            raise InvalidSetting(
                f"The pattern {name!r} is no regular expression of RE2 ({what}); "
                "it knows no look-around and no back-references."
            ) from error
        if self._compiled.search("") is not None:
            raise InvalidSetting(f"The pattern {name!r} fits the empty text; make it longer.")

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each match, in code points."""
        for found in self._compiled.finditer(text):
            yield found.span()


def read_patterns(path: Path) -> tuple[UserPattern, ...]:
    """The patterns of a file; none if there is no such file.

    The file has a table `[[patterns]]` for each, with `name` and `regex`.

    Raises:
        InvalidSetting: It cannot be read, or a pattern makes no sense.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSetting(f"{path} cannot be read: {error}.") from error
    tables = given.get("patterns", [])
    if set(given) - {"patterns"} or not isinstance(tables, list) or len(tables) > _MOST_PATTERNS:
        raise InvalidSetting(f"{path} must hold tables [[patterns]], at most {_MOST_PATTERNS}.")
    return tuple(_pattern(path, table) for table in tables)


def _pattern(path: Path, table: object) -> UserPattern:
    if isinstance(table, dict) and set(table) == {"name", "regex"}:
        name, regex = table["name"], table["regex"]
        if isinstance(name, str) and isinstance(regex, str) and 0 < len(regex) <= _MOST_CHARACTERS:
            return UserPattern(name, regex)
    raise InvalidSetting(
        f"{path}: each of [[patterns]] needs a name and a regex of at most "
        f"{_MOST_CHARACTERS} characters, and nothing else."
    )
