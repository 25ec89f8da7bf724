"""Which rules look: ours, as the user wants them, and the user's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol

from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.across.form import CaptureRule, Names, Story
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.sightings import Seen
from reqsift.domain.view import STATUS, View

_MOST_MATCHES = 3
_MAX_SCANNED = 512 * 1024


class Search(Protocol):
    """A compiled pattern whose time grows with the text only, whatever stands in it."""

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each match, in code points."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold in one part of an exchange."""

    part: str
    """As in `Evidence.part`."""
    pattern: str = ""
    """Regular expression of RE2; empty fits anything that is there."""
    absent: bool = False
    """Whether it must *not* be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """A rule of the user: it notices an exchange in which every condition holds."""

    id: str
    title: str
    type: FindingType = FindingType.OTHER
    severity: Severity = Severity.MEDIUM
    proof: int = 70
    description: str = ""
    remediation: str = ""
    cwe: int = 0
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """What the user wants of the rules."""

    off: frozenset[str] = frozenset()
    """Ids of rules that do not look."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """By id of a rule; the context of an exchange does not change these."""
    own: tuple[OwnRule, ...] = ()


AS_THEY_ARE = Rulebook()


def rules_of(
    book: Rulebook, compiled: Callable[[str, str], Search], rules: Sequence[Rule] = RULES
) -> tuple[Rule, ...]:
    """The rules that look, in order.

    Args:
        book: What the user wants.
        compiled: From the name and the text of a pattern to the pattern.
        rules: Ours.

    Raises:
        InvalidSetting: The book names a rule that does not exist, or two with one id.
    """
    own = [_rule(one, compiled) for one in book.own]
    known = [rule.id for rule in (*rules, *ACROSS, *own)]
    if unknown := sorted((book.off | book.severities.keys()) - set(known)):
        raise InvalidSetting(f"There is no rule {unknown[0]!r}; `reqsift rules` lists them.")
    if twice := [name for place, name in enumerate(known) if name in known[:place]]:
        raise InvalidSetting(f"There are two rules {twice[0]!r}; give yours another id.")
    wanted = [rule for rule in (*rules, *own) if rule.id not in book.off]
    return tuple(_changed(rule, book.severities.get(rule.id)) for rule in wanted)


def across_of(book: Rulebook, rules: Sequence[CaptureRule] = ACROSS) -> tuple[CaptureRule, ...]:
    """The rules over many exchanges that look, in order."""
    wanted = [rule for rule in rules if rule.id not in book.off]
    return tuple(_changed_across(rule, book.severities.get(rule.id)) for rule in wanted)


def _changed_across(rule: CaptureRule, severity: Severity | None) -> CaptureRule:
    if severity is None:
        return rule

    def judge(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
        for story in rule.judge(seen, names):
            yield replace(story, severity=severity)

    return replace(rule, severity=severity, judge=judge)


def _changed(rule: Rule, severity: Severity | None) -> Rule:
    if severity is None:
        return rule

    def check(view: View) -> Iterator[Match]:
        for match in rule.check(view):
            yield replace(match, severity=severity)

    return replace(rule, severity=severity, check=check)


def _rule(own: OwnRule, compiled: Callable[[str, str], Search]) -> Rule:
    conditions = [
        (each, compiled(own.id, each.pattern) if each.pattern else None) for each in own.conditions
    ]

    on_response = any(each.part.startswith("response") for each in own.conditions)

    def check(view: View) -> Iterator[Match]:
        if on_response and view.response is None:
            return  # nothing is missing in what was not captured
        spans: list[tuple[str, int, int]] = []
        for condition, search in conditions:
            found = _found(view, condition.part, search)
            if bool(found) == condition.absent:
                return
            spans += [(condition.part, start, end) for start, end in found]
        evidence = [view.span(*span) for span in spans if span[2] > span[1]]
        yield Match(
            evidence=tuple(evidence[:_MOST_MATCHES]) or (view.whole(STATUS),),
            kind=own.id,
            proof=own.proof,
        )

    return Rule(
        id=own.id,
        type=own.type,
        severity=own.severity,
        title=own.title,
        description=own.description or "A rule of your own noticed it.",
        remediation=own.remediation or "See what your rule is for.",
        cwe=own.cwe,
        owasp=(),
        references=(),
        silent="It says nothing where one of your conditions does not hold.",
        check=check,
    )


def _found(view: View, part: str, search: Search | None) -> list[tuple[int, int]]:
    text = view.part_text(part)
    if text is None:
        return []
    if search is None:
        return [(0, len(text))]
    return list(islice(search.finditer(text[:_MAX_SCANNED]), _MOST_MATCHES))
