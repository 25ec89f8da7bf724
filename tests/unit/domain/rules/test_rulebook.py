"""The user's wishes: rules off, other severities, rules of their own."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reqsift.domain.captures import Exchange
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import Finding, FindingType, Severity
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.offline import analyze
from reqsift.domain.rules.rulebook import (
    AS_THEY_ARE,
    Condition,
    OwnRule,
    Rulebook,
    across_of,
    rules_of,
)
from tests.corpus.rules.exchanges import exchange
from tests.factories import view

PAGE = exchange(
    text="<!doctype html><title>Shop</title><p>build 4711, build 4712</p>", got={"X-Build": "7"}
)


class Pattern:
    """Python's own patterns, for tests."""

    def __init__(self, name: str, regex: str) -> None:
        self.compiled = re.compile(regex)

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        return (found.span() for found in self.compiled.finditer(text))


def ids(book: Rulebook) -> list[str]:
    return [rule.id for rule in rules_of(book, Pattern)]


def own(*conditions: Condition, severity: Severity = Severity.MEDIUM) -> OwnRule:
    return OwnRule(
        id="my-rule",
        title="Mine",
        type=FindingType.INFO_DISCLOSURE,
        severity=severity,
        conditions=conditions,
    )


def found(rule: OwnRule, seen: Exchange = PAGE, **book: object) -> list[Finding]:
    rules = rules_of(replace(Rulebook(own=(rule,)), **book), Pattern)  # type: ignore[arg-type]
    return [one for one in analyze(view(seen), rules).findings if one.rule == "my-rule"]


def test_without_wishes_everything_is_as_it_is() -> None:
    assert rules_of(AS_THEY_ARE, Pattern) == RULES
    assert across_of(AS_THEY_ARE) == ACROSS


def test_a_rule_can_be_off() -> None:
    off = frozenset({"missing-hsts", ACROSS[0].id, "my-rule"})
    book = Rulebook(off=off, own=(own(Condition(part="response.body")),))

    assert ids(book) == [rule.id for rule in RULES if rule.id != "missing-hsts"]
    assert across_of(book) == ACROSS[1:]


def test_a_severity_can_be_another_whatever_the_context() -> None:
    book = Rulebook(severities={"missing-csp": Severity.CRITICAL, ACROSS[0].id: Severity.INFO})
    findings = analyze(view(PAGE), rules_of(book, Pattern)).findings

    (csp,) = [one for one in findings if one.rule == "missing-csp"]
    assert csp.severity is Severity.CRITICAL
    assert {one.severity for one in findings if one.rule != "missing-csp"} == {
        one.severity for one in analyze(view(PAGE)).findings if one.rule != "missing-csp"
    }
    assert across_of(book)[0].severity is Severity.INFO


def test_a_rule_of_the_user_needs_all_its_conditions() -> None:
    build = Condition(part="response.body", pattern=r"build \d+")
    header = Condition(part="response.headers[x-build]")

    (finding,) = found(own(build, header))
    assert [one.text for one in finding.evidence] == ["build 4711", "build 4712", "7"]
    assert (finding.title, finding.type) == ("Mine", FindingType.INFO_DISCLOSURE)
    assert finding.confidence > 0
    assert found(own(build, Condition(part="response.headers[x-other]"))) == []
    assert found(own(build, Condition(part="request.url", pattern="/admin"))) == []


def test_a_condition_may_ask_that_something_is_absent() -> None:
    missing = Condition(part="response.headers[x-frame]", absent=True)
    no_shop = Condition(part="response.body", pattern="Shop", absent=True)
    no_admin = Condition(part="response.body", pattern="Admin", absent=True)

    (finding,) = found(own(missing))
    assert finding.evidence[0].part == "response.status"
    assert found(own(missing, no_admin))
    assert found(own(missing, no_shop)) == []
    assert found(own(Condition(part="response.headers[x-build]", absent=True))) == []


def test_a_rule_of_the_user_can_get_another_severity() -> None:
    rule = own(Condition(part="response.body", pattern="Shop"), severity=Severity.LOW)
    (finding,) = found(rule, severities={"my-rule": Severity.HIGH})

    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize(
    "book", [Rulebook(off=frozenset({"no-such"})), Rulebook(severities={"no-such": Severity.LOW})]
)
def test_an_unknown_id_is_refused(book: Rulebook) -> None:
    with pytest.raises(InvalidSetting, match="no rule 'no-such'"):
        rules_of(book, Pattern)


@pytest.mark.parametrize("taken", ["my-rule", "missing-csp", ACROSS[0].id])
def test_an_id_must_not_be_taken(taken: str) -> None:
    mine = own(Condition(part="response.body"))

    with pytest.raises(InvalidSetting, match=f"two rules '{taken}'"):
        rules_of(Rulebook(own=(mine, replace(mine, id=taken))), Pattern)


class Broken(Pattern):
    """Fails on every text."""

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        raise ArithmeticError("no luck")


def test_a_faulty_rule_is_told_and_the_others_go_on() -> None:
    mine = own(Condition(part="response.body", pattern="Shop"))
    analysis = analyze(view(PAGE), rules_of(Rulebook(own=(mine,)), Broken))

    assert analysis.faults == ("The rule my-rule failed: ArithmeticError: no luck",)
    assert analysis.faults[0] in analysis.summary
    assert analysis.findings == analyze(view(PAGE)).findings


def test_the_time_is_looked_at_between_rules() -> None:
    answers = iter([True, True, False])
    analysis = analyze(view(PAGE), RULES, in_time=lambda: next(answers))

    left = len(RULES) - 2
    assert analysis.faults == (f"The time ran out; {left} rules did not look at it.",)


def test_nothing_is_missing_in_a_response_that_was_not_captured() -> None:
    book = Rulebook(own=(own(Condition(part="response.headers[server]", absent=True)),))
    (rule,) = rules_of(book, Pattern, rules=())

    assert list(rule.check(view(PAGE)))
    assert not list(rule.check(view(replace(PAGE, response=None))))
