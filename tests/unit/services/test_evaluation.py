"""Rules before labelled captures, through ports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reqsift.adapters.rules import OfflineRules
from reqsift.domain.captures import Exchange, SkippedEntry
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.evaluation import Certainty, Label, LabelLine, Miss
from reqsift.domain.findings import FindingType
from reqsift.domain.rule_list import OURS
from reqsift.domain.rules.across import ACROSS
from reqsift.domain.rules.across.form import Names, Story
from reqsift.domain.sightings import Seen
from reqsift.services.evaluation import Evaluated, Evaluation
from reqsift.services.ports.labels import LabelReader
from tests import factories
from tests.corpus import stories
from tests.fakes import ListReader

HEADERS = FindingType.SECURITY_MISCONFIGURATION
PAGE = b"<!doctype html><title>Shop</title>"


class Labels(LabelReader):
    def __init__(self, *lines: LabelLine) -> None:
        self.lines = lines

    def read(self, path: Path) -> Sequence[LabelLine]:
        return self.lines


def sure(index: int, kind: FindingType = HEADERS) -> LabelLine:
    label = Label(type=kind, certainty=Certainty.SURE)
    return LabelLine(entry_index=index, labels=(label,), clean=False)


def evaluated(
    entries: Sequence[Exchange | SkippedEntry],
    *lines: LabelLine,
    rules: OfflineRules | None = None,
) -> Evaluated:
    looking = rules or OfflineRules()
    evaluation = Evaluation(ListReader(*entries), Labels(*lines), looking, OURS)
    return evaluation.evaluate(Path("a.har"), Path("a.labels.jsonl"))


def test_what_rules_find_is_held_against_the_labels() -> None:
    pages = [factories.exchange(place, body=PAGE) for place in range(3)]
    clean = LabelLine(entry_index=1, labels=(), clean=True)
    result = evaluated(pages, sure(0), clean, sure(2, FindingType.XXE))
    score = result.score

    assert (result.entries, result.skipped, result.faults) == (3, 0, ())
    assert score.by_type[HEADERS].share == 1
    assert score.misses == (Miss(entry_index=2, type=FindingType.XXE),)
    assert {alarm.entry_index for alarm in score.false_alarms} == {1}
    assert {alarm.entry_index for alarm in score.strays} == {2}
    assert [rule.id for rule in score.rules] == [rule.id for rule in OURS]


def test_an_entry_that_could_not_be_read_is_a_miss() -> None:
    broken = SkippedEntry(entry_index=0, reason="no request")
    result = evaluated([broken, factories.exchange(1, body=PAGE)], sure(0), sure(1))

    assert (result.entries, result.skipped) == (1, 1)
    assert [miss.entry_index for miss in result.score.misses] == [0]


def test_findings_over_several_exchanges_count_on_each_of_them() -> None:
    for rule in (rule for rule in OURS if rule.id in stories.STORIES):
        capture, members = stories.STORIES[rule.id].noticed[0]
        lines = [sure(place, rule.type) for place in members]
        score = evaluated(capture, *lines).score

        assert score.misses == (), rule.id
        assert {one.id: one.entries for one in score.rules}[rule.id] == len(members)


def test_labels_of_another_capture_are_refused() -> None:
    with pytest.raises(InvalidSetting, match=r"labels entry 7, and a.har has 1 entries"):
        evaluated([factories.exchange(0)], sure(0), sure(7))


def test_a_faulty_rule_over_several_exchanges_is_told() -> None:
    def judge(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
        raise ArithmeticError

    rule = ACROSS[0]
    capture, members = stories.STORIES[rule.id].noticed[0]
    rules = OfflineRules()
    rules.across = (replace(rule, judge=judge), *ACROSS[1:])
    result = evaluated(capture, *(sure(place, rule.type) for place in members), rules=rules)

    assert result.faults == (f"The rule {rule.id} failed: ArithmeticError.",)
