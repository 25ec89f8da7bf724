"""The list of rules shows what the user changed, and helps with a mistyped id."""

import pytest

from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import Severity
from reqsift.domain.rule_list import OURS, ListedRule, listed, the_rule
from reqsift.domain.rules.rulebook import AS_THEY_ARE, Condition, OwnRule, Rulebook

OWN = OwnRule(
    id="my-rule", title="Mine", conditions=(Condition(part="response.body", pattern="x"),)
)


def by_id(book: Rulebook) -> dict[str, ListedRule]:
    return {rule.about.id: rule for rule in listed(book)}


def test_by_itself_every_rule_is_on_and_ours() -> None:
    rules = listed(AS_THEY_ARE)

    assert [rule.about for rule in rules] == list(OURS)
    assert all(rule.is_on and not rule.is_own and not rule.is_changed for rule in rules)


def test_what_the_user_changed_is_marked() -> None:
    last = OURS[-1].id
    book = Rulebook(
        off=frozenset({last}),
        severities={"missing-hsts": Severity.CRITICAL, "my-rule": Severity.LOW},
        own=(OWN,),
    )
    rules = by_id(book)

    assert not rules[last].is_on
    changed = rules["missing-hsts"]
    assert (changed.is_changed, changed.about.severity) == (True, Severity.CRITICAL)
    assert changed.by_itself is not Severity.CRITICAL
    assert (rules["my-rule"].is_own, rules["my-rule"].about.severity) == (True, Severity.LOW)
    assert len(rules) == len(OURS) + 1


def test_a_rule_is_found_by_its_id() -> None:
    assert the_rule(listed(AS_THEY_ARE), "missing-csp").about.id == "missing-csp"


@pytest.mark.parametrize("mistyped", ["missing-cps", "MISSING_CSP", "mising-csp", "ing-csp"])
def test_a_mistyped_id_is_helped(mistyped: str) -> None:
    with pytest.raises(InvalidSetting, match=r"did you mean .*missing-csp"):
        the_rule(listed(AS_THEY_ARE), mistyped)


@pytest.mark.parametrize("unknown", ["", "zzzzzzzzzz", "\x1b[31m"])
def test_where_nothing_is_near_the_list_is_named(unknown: str) -> None:
    with pytest.raises(InvalidSetting, match="`reqsift rules` lists them all"):
        the_rule(listed(AS_THEY_ARE), unknown)
