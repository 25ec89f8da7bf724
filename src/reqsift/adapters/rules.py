"""The offline rules with what they need from outside: a parser, a clock, RE2, the user's file."""

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec
import yaml  # type: ignore[import-untyped]

from reqsift.adapters.pages import read_page
from reqsift.adapters.patterns import UserPattern
from reqsift.domain.captures import Exchange
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.offline import analyze
from reqsift.domain.rules.rulebook import AS_THEY_ARE, Condition, OwnRule, Rulebook, rules_of
from reqsift.domain.view import View
from reqsift.services.ports.rules import Examination

LONGEST_S = 2.0
"""For all rules on one exchange; what they do is linear, so only a huge one takes that long."""
_LARGEST_FILE = 1024 * 1024
_PARTS = re.compile(
    r"request\.(?:url|body|headers\[[^\]\s]{1,100}\])|response\.(?:status|body|headers\[[^\]\s]{1,100}\])"
)


class OfflineRules:
    """Fills the port `Rules`."""

    def __init__(self, book: Rulebook = AS_THEY_ARE, longest_s: float = LONGEST_S) -> None:
        """Take the rules that `book` wants.

        Raises:
            InvalidSetting: The book makes no sense.
        """
        self._rules = rules_of(book, UserPattern)
        self._longest_s = longest_s

    def examine(self, exchange: Exchange) -> Examination:
        """Run the rules; those whose time has run out do not look."""
        start = time.perf_counter()
        end = start + self._longest_s
        view = View(exchange, read_page)
        analysis = analyze(view, self._rules, in_time=lambda: time.perf_counter() < end)
        duration_ms = (time.perf_counter() - start) * 1000
        return Examination(view, replace(analysis, duration_ms=duration_ms))


_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
_Line = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
_Text = Annotated[str, msgspec.Meta(max_length=2000)]
_Regex = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class _When(msgspec.Struct, forbid_unknown_fields=True):
    part: str
    matches: _Regex = ""
    absent: bool = False


class _Own(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    title: _Line
    when: Annotated[list[_When], msgspec.Meta(min_length=1, max_length=10)]
    type: FindingType = FindingType.OTHER
    severity: Severity = Severity.MEDIUM
    proof: Annotated[int, msgspec.Meta(ge=1, le=99)] = 70
    description: _Text = ""
    remediation: _Text = ""
    cwe: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0


class _File(msgspec.Struct, forbid_unknown_fields=True):
    off: list[str] = []
    severities: dict[str, Severity] = {}
    rules: Annotated[list[_Own], msgspec.Meta(max_length=200)] = []


def read_rulebook(path: Path, *, required: bool = False) -> Rulebook:
    """The user's file; everything as it is where there is none, unless it is `required`.

    Raises:
        InvalidSetting: It cannot be read, or something in it makes no sense.
    """
    try:
        text = path.read_text(encoding="utf-8")
        if len(text) > _LARGEST_FILE:
            raise InvalidSetting(f"{path} is larger than 1 MiB.")
        given = msgspec.convert(yaml.safe_load(text) or {}, _File)
    except FileNotFoundError:
        if required:
            raise InvalidSetting(f"There is no file {path}.") from None
        return AS_THEY_ARE
    except (OSError, UnicodeError, RecursionError, yaml.YAMLError) as error:
        raise InvalidSetting(f"{path} cannot be read: {error}") from error
    except msgspec.ValidationError as error:
        raise InvalidSetting(f"{path}: {error}.") from error
    book = Rulebook(
        off=frozenset(given.off),
        severities=given.severities,
        own=tuple(_own(path, one) for one in given.rules),
    )
    try:
        rules_of(book, UserPattern)
    except InvalidSetting as error:
        raise InvalidSetting(f"{path}: {error}") from error
    return book


def _own(path: Path, given: _Own) -> OwnRule:
    for each in given.when:
        if not _PARTS.fullmatch(each.part):
            raise InvalidSetting(
                f"{path}: rule {given.id!r}: {each.part!r} is no part; there are request.url, "
                "request.body, request.headers[name], response.status, response.headers[name] and "
                "response.body, names in lower case."
            )
    return OwnRule(
        id=given.id,
        title=given.title,
        type=given.type,
        severity=given.severity,
        proof=given.proof,
        description=given.description,
        remediation=given.remediation,
        cwe=given.cwe,
        conditions=tuple(
            Condition(part=each.part, pattern=each.matches, absent=each.absent)
            for each in given.when
        ),
    )
