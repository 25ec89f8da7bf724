"""Rules held against labels: what counts, what does not, and how much few cases say."""

from dataclasses import replace

import pytest

from reqsift.domain.evaluation import (
    Certainty,
    Label,
    LabelLine,
    Miss,
    Proportion,
    Score,
    lower_bound,
    score,
)
from reqsift.domain.findings import Finding, FindingType
from reqsift.domain.rules import RULES
from tests import factories

XSS, CSRF, IDOR = FindingType.XSS, FindingType.CSRF, FindingType.IDOR


def line(index: int, *labels: tuple[FindingType, str], clean: bool = False) -> LabelLine:
    said = tuple(Label(type=kind, certainty=Certainty(word)) for kind, word in labels)
    return LabelLine(entry_index=index, labels=said, clean=clean)


def found(kind: FindingType, rule: str = "test-rule") -> Finding:
    return replace(factories.finding(), type=kind, rule=rule)


def scored(*lines: LabelLine, **by_entry: Finding) -> Score:
    """Findings by entry are given as `e3=...`; the capture has ten entries."""
    findings = {int(name[1:]): [finding] for name, finding in by_entry.items()}
    return score(lines, findings, RULES[:2], range(10))


def test_recall_counts_sure_labels_by_type() -> None:
    result = scored(
        line(0, (XSS, "sure")),
        line(1, (XSS, "sure"), (CSRF, "sure"), (IDOR, "hint")),
        e0=found(XSS),
        e1=found(CSRF),
    )

    assert result.by_type == {XSS: Proportion(hits=1, of=2), CSRF: Proportion(hits=1, of=1)}
    assert result.recall == Proportion(hits=2, of=3)
    assert result.mean_recall == 0.75
    assert result.misses == (Miss(entry_index=1, type=XSS),)


def test_a_type_that_is_labelled_twice_counts_once() -> None:
    assert scored(line(0, (XSS, "sure"), (XSS, "sure"), (XSS, "hint"))).recall.of == 1


def test_findings_on_clean_entries_are_false_alarms() -> None:
    result = scored(line(0, clean=True), line(1, clean=True), e0=found(XSS, "a-rule"))

    (alarm,) = result.false_alarms
    assert (alarm.entry_index, alarm.rule, alarm.type) == (0, "a-rule", XSS)
    assert alarm.title == factories.finding().title
    assert (result.clean, result.false_alarms_per_100) == (2, 50)
    assert result.precision == Proportion(hits=0, of=1)


def test_a_label_of_any_certainty_backs_a_finding() -> None:
    result = scored(line(0, (XSS, "hint")), line(1, (XSS, "likely")), e0=found(XSS), e1=found(CSRF))

    assert result.precision == Proportion(hits=1, of=2)
    assert [stray.entry_index for stray in result.strays] == [1]
    assert (result.false_alarms, result.misses) == ((), ())


def test_entries_without_labels_do_not_count() -> None:
    result = scored(line(0, (XSS, "sure")), line(1), e0=found(XSS), e1=found(XSS), e7=found(CSRF))

    assert (result.labelled, result.unlabelled) == (1, 9)
    assert result.precision == Proportion(hits=1, of=1)


def test_each_rule_is_told_where_it_fired() -> None:
    first, second = RULES[0], RULES[1]
    result = scored(
        line(0, (XSS, "sure")),
        line(1, clean=True),
        line(2, (CSRF, "sure")),
        e0=found(XSS, first.id),
        e1=found(XSS, first.id),
        e2=found(XSS, first.id),
        e8=found(XSS, second.id),
    )

    told = [(rule.id, rule.entries, rule.backed, rule.clean) for rule in result.rules]
    assert told == [(first.id, 3, 1, 1), (second.id, 0, 0, 0)]


def test_nothing_to_judge_gives_no_figure() -> None:
    result = scored()

    assert result.recall.share is None
    assert result.precision.at_least is None
    assert result.mean_recall is None
    assert result.false_alarms_per_100 is None


def test_few_cases_say_so() -> None:
    assert Proportion(hits=19, of=19).is_few
    assert not Proportion(hits=20, of=20).is_few


@pytest.mark.parametrize(
    ("hits", "of", "bound"),
    [
        (0, 3, 0.0),
        (1, 1, 0.05),
        (10, 10, 0.741134),  # 0.05 ** (1 / 10)
        (9, 10, 0.605837),  # from tables, as the next three
        (1, 20, 0.002561),
        (50, 100, 0.413621),
        (174, 174, 0.982931),
    ],
)
def test_the_bound_is_clopper_and_pearsons(hits: int, of: int, bound: float) -> None:
    assert lower_bound(hits, of) == pytest.approx(bound, abs=1e-6)


def test_the_bound_is_quick_and_stays_below_the_share() -> None:
    for hits in (1, 5, 500_000, 999_999, 1_000_000):
        assert 0 < lower_bound(hits, 1_000_000) < hits / 1_000_000
