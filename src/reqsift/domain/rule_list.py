"""The rules as people look at them: ours and the user's own, with what the user changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import Severity
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.rule import About
from reqsift.domain.rules.rulebook import Rulebook, rules_of

OURS: tuple[About, ...] = (*RULES, *ACROSS)
"""Those that look at one exchange, and those that look at a whole capture."""
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRule:
    """A rule and what the user did with it."""

    about: About
    """With the severity that the user wants."""
    is_on: bool
    is_own: bool
    by_itself: Severity
    """The severity that it has where nobody changes it."""

    @property
    def is_changed(self) -> bool:
        """Whether the user gave it another severity."""
        return self.about.severity is not self.by_itself


def listed(book: Rulebook, ours: Sequence[About] = OURS) -> tuple[ListedRule, ...]:
    """Every rule there is, those that are off included, in order.

    Args:
        book: What the user wants of them.
        ours: The rules that come with reqsift.
    """
    return tuple(_listed(book, ours))


def _listed(book: Rulebook, ours: Sequence[About]) -> Iterator[ListedRule]:
    own = rules_of(Rulebook(own=book.own), lambda *_: _Nowhere(), rules=())
    for place, about in enumerate((*ours, *own)):
        severity = book.severities.get(about.id, about.severity)
        yield ListedRule(
            about=replace(about, severity=severity),
            is_on=about.id not in book.off,
            is_own=place >= len(ours),
            by_itself=about.severity,
        )


class _Nowhere:
    """A pattern that nobody searches with: a list does not look at traffic."""

    def finditer(self, _: str) -> Iterator[tuple[int, int]]:
        return iter(())


def the_rule(rules: Sequence[ListedRule], rule_id: str) -> ListedRule:
    """The rule with that id.

    Raises:
        InvalidSetting: There is none; the message names those with a similar id.
    """
    by_id = {rule.about.id: rule for rule in rules}
    if found := by_id.get(rule_id):
        return found
    wanted = rule_id.lower().replace("_", "-")
    near = [name for name in by_id if wanted and wanted in name]
    near += get_close_matches(wanted, by_id, n=_MOST_NEAR)
    few = list(dict.fromkeys(near))[:_MOST_NEAR]
    hint = f"did you mean {_either(few)}?" if few else "`reqsift rules` lists them all."
    raise InvalidSetting(f"There is no rule {rule_id!r}; {hint}")


def _either(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} or {last}" if before else last
