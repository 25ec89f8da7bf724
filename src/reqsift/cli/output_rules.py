"""JSON of the rules, and of how good they are."""

from collections.abc import Iterable
from typing import Self

from reqsift.api.schemas.wire import Wire
from reqsift.domain.evaluation import Alarm, Proportion
from reqsift.domain.rule_list import ListedRule
from reqsift.services.evaluation import Evaluated


class RuleOut(Wire):
    """A rule in a list."""

    id: str
    type: str
    severity: str
    title: str
    on: bool
    own: bool
    severity_by_itself: str

    @classmethod
    def of(cls, rule: ListedRule) -> Self:
        """Of a listed rule."""
        return cls(**_facts(rule))


class ExplainedRuleOut(RuleOut):
    """All that there is to know about a rule."""

    cwe: int
    owasp: list[str]
    scope: str
    description: str
    remediation: str
    fixes: dict[str, str]
    silent: str
    references: list[str]

    @classmethod
    def of(cls, rule: ListedRule) -> Self:
        """Of a listed rule."""
        about = rule.about
        return cls(
            **_facts(rule),
            cwe=about.cwe,
            owasp=list(about.owasp),
            scope=about.scope.value,
            description=about.description,
            remediation=about.remediation,
            fixes={stack.value: fix for stack, fix in about.fixes.items()},
            silent=about.silent,
            references=list(about.references),
        )


def _facts(rule: ListedRule) -> dict[str, object]:
    about = rule.about
    return {
        "id": about.id,
        "type": about.type.value,
        "severity": about.severity.value,
        "title": about.title,
        "on": rule.is_on,
        "own": rule.is_own,
        "severity_by_itself": rule.by_itself.value,
    }


class CheckedFileOut(Wire):
    """What a file of rules changes."""

    off: list[str]
    severities: dict[str, str]
    own: list[str]

    @classmethod
    def of(cls, rules: Iterable[ListedRule]) -> Self:
        """Of the rules as the file wants them."""
        rules = list(rules)
        return cls(
            off=[rule.about.id for rule in rules if not rule.is_on],
            severities={
                rule.about.id: rule.about.severity.value for rule in rules if rule.is_changed
            },
            own=[rule.about.id for rule in rules if rule.is_own],
        )


class ProportionOut(Wire):
    """So many of so many."""

    hits: int
    of: int
    share: float | None
    at_least: float | None
    few: bool


class TypeRecallOut(ProportionOut):
    """The recall of one type."""

    type: str


class MissOut(Wire):
    """A sure label without a finding of its type."""

    entry_index: int
    type: str


class AlarmOut(MissOut):
    """A finding that no label backs."""

    rule: str
    title: str


class RuleScoreOut(Wire):
    """What one rule did on labelled entries."""

    id: str
    title: str
    entries: int
    backed: int
    clean: int


class EvaluationOut(Wire):
    """How good the rules are on a labelled capture."""

    entries: int
    skipped: int
    labelled: int
    clean: int
    unlabelled: int
    recall: ProportionOut
    mean_recall: float | None
    by_type: list[TypeRecallOut]
    precision: ProportionOut
    false_alarms_per_100: float | None
    misses: list[MissOut]
    false_alarms: list[AlarmOut]
    strays: list[AlarmOut]
    rules: list[RuleScoreOut]
    faults: list[str]


def evaluation(evaluated: Evaluated) -> EvaluationOut:
    """The JSON of an evaluation."""
    score = evaluated.score
    return EvaluationOut(
        entries=evaluated.entries,
        skipped=evaluated.skipped,
        labelled=score.labelled,
        clean=score.clean,
        unlabelled=score.unlabelled,
        recall=ProportionOut(**_proportion(score.recall)),
        mean_recall=score.mean_recall,
        by_type=[
            TypeRecallOut(type=kind.value, **_proportion(one))
            for kind, one in score.by_type.items()
        ],
        precision=ProportionOut(**_proportion(score.precision)),
        false_alarms_per_100=score.false_alarms_per_100,
        misses=[MissOut(entry_index=one.entry_index, type=one.type.value) for one in score.misses],
        false_alarms=[_alarm(one) for one in score.false_alarms],
        strays=[_alarm(one) for one in score.strays],
        rules=[
            RuleScoreOut(
                id=one.id, title=one.title, entries=one.entries, backed=one.backed, clean=one.clean
            )
            for one in score.rules
        ],
        faults=list(evaluated.faults),
    )


def _proportion(one: Proportion) -> dict[str, object]:
    return {
        "hits": one.hits,
        "of": one.of,
        "share": one.share,
        "at_least": one.at_least,
        "few": one.is_few,
    }


def _alarm(alarm: Alarm) -> AlarmOut:
    return AlarmOut(
        entry_index=alarm.entry_index, type=alarm.type.value, rule=alarm.rule, title=alarm.title
    )
