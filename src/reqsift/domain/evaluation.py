"""How good the rules are: what they found beside what an expert's labels say."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p

from reqsift.domain.findings import Finding, FindingType
from reqsift.domain.rules.rule import About

FEW = 20
"""Below this many cases a share says little."""
_DOUBT = 0.05
_HALVINGS = 60
_NEGLIGIBLE = 1e-16


class Certainty(StrEnum):
    """How sure the expert is; only what is sure counts as missed."""

    SURE = "sure"
    LIKELY = "likely"
    HINT = "hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One weakness that an expert sees in an exchange."""

    type: FindingType
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelLine:
    """What an expert says of one exchange."""

    entry_index: int
    labels: tuple[Label, ...]
    clean: bool
    """Whether nothing in it is worth reporting."""

    @property
    def says_something(self) -> bool:
        """Without a label and not clean, an entry is as good as unlabelled."""
        return self.clean or bool(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """So many of so many."""

    hits: int
    of: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where there is nothing to have a share of."""
        return self.hits / self.of if self.of else None

    @property
    def at_least(self) -> float | None:
        """What the true share exceeds, with 95 % confidence; None as before."""
        return lower_bound(self.hits, self.of) if self.of else None

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases to conclude much."""
        return self.of < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A sure label without a finding of its type."""

    entry_index: int
    type: FindingType


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A finding that no label backs."""

    entry_index: int
    type: FindingType
    rule: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleScore:
    """What one rule did on the labelled entries."""

    id: str
    title: str
    entries: int
    """On which it fired."""
    backed: int
    """Of these, with a label of its type, however certain."""
    clean: int
    """Of these, clean ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What came of the comparison."""

    by_type: Mapping[FindingType, Proportion]
    """Recall of sure labels, by type."""
    precision: Proportion
    """Findings on labelled entries that a label of their type backs, however certain."""
    clean: int
    """Entries that are clean."""
    labelled: int
    """Entries of which a label line says something, clean ones included."""
    unlabelled: int
    """The others; what is found on them does not count."""
    misses: tuple[Miss, ...]
    false_alarms: tuple[Alarm, ...]
    """Findings on clean entries."""
    strays: tuple[Alarm, ...]
    """Findings on entries with labels, none of them of that type."""
    rules: tuple[RuleScore, ...]
    """Each rule that looked, in order."""

    @property
    def recall(self) -> Proportion:
        """Of all sure labels."""
        shares = self.by_type.values()
        return Proportion(hits=sum(one.hits for one in shares), of=sum(one.of for one in shares))

    @property
    def mean_recall(self) -> float | None:
        """Over types, so that one frequent type does not drown the rest."""
        shares = [one.share for one in self.by_type.values() if one.share is not None]
        return sum(shares) / len(shares) if shares else None

    @property
    def false_alarms_per_100(self) -> float | None:
        """Findings per 100 clean entries; None where there is none."""
        return 100 * len(self.false_alarms) / self.clean if self.clean else None


def score(
    lines: Sequence[LabelLine],
    found: Mapping[int, Sequence[Finding]],
    rules: Sequence[About],
    entries: Collection[int],
) -> Score:
    """Hold findings against labels.

    Args:
        lines: At most one for each entry.
        found: Findings by entry.
        rules: Those that looked.
        entries: Every entry of the capture.
    """
    said = {line.entry_index: line for line in lines if line.says_something}
    types = {index: {finding.type for finding in found.get(index, ())} for index in said}
    sure = [(index, kind) for index, line in said.items() for kind in _sure(line)]
    misses = [pair for pair in sure if pair[1] not in types[pair[0]]]
    alarms = [(line, alarm) for line in said.values() for alarm in _alarms(line, found)]
    findings = sum(len(found.get(index, ())) for index in said)
    return Score(
        by_type=_recalls([kind for _, kind in sure], [kind for _, kind in misses]),
        precision=Proportion(hits=findings - len(alarms), of=findings),
        clean=sum(line.clean for line in said.values()),
        labelled=len(said),
        unlabelled=len(set(entries) - said.keys()),
        misses=tuple(Miss(entry_index=index, type=kind) for index, kind in misses),
        false_alarms=tuple(alarm for line, alarm in alarms if line.clean),
        strays=tuple(alarm for line, alarm in alarms if not line.clean),
        rules=tuple(_rule_scores(rules, said, found)),
    )


def _sure(line: LabelLine) -> list[FindingType]:
    kinds = [label.type for label in line.labels if label.certainty is Certainty.SURE]
    return list(dict.fromkeys(kinds))


def _is_backed(line: LabelLine, finding: Finding) -> bool:
    return not line.clean and any(label.type is finding.type for label in line.labels)


def _alarms(line: LabelLine, found: Mapping[int, Sequence[Finding]]) -> Iterator[Alarm]:
    for finding in found.get(line.entry_index, ()):
        if not _is_backed(line, finding):
            yield Alarm(
                entry_index=line.entry_index,
                type=finding.type,
                rule=finding.rule,
                title=finding.title,
            )


def _recalls(
    sure: Sequence[FindingType], missed: Sequence[FindingType]
) -> dict[FindingType, Proportion]:
    of, without = Counter(sure), Counter(missed)
    return {
        kind: Proportion(hits=of[kind] - without[kind], of=of[kind])
        for kind in FindingType
        if of[kind]
    }


def _rule_scores(
    rules: Sequence[About], said: Mapping[int, LabelLine], found: Mapping[int, Sequence[Finding]]
) -> Iterator[RuleScore]:
    fired: dict[str, set[int]] = {rule.id: set() for rule in rules}
    backed: dict[str, set[int]] = {rule.id: set() for rule in rules}
    for index, line in said.items():
        for finding in found.get(index, ()):
            fired.setdefault(finding.rule, set()).add(index)
            if _is_backed(line, finding):
                backed.setdefault(finding.rule, set()).add(index)
    for rule in rules:
        where = fired[rule.id]
        yield RuleScore(
            id=rule.id,
            title=rule.title,
            entries=len(where),
            backed=len(backed[rule.id]),
            clean=sum(said[index].clean for index in where),
        )


def lower_bound(hits: int, of: int) -> float:
    """What the true share exceeds with 95 % confidence: Clopper and Pearson's bound, one-sided.

    Args:
        hits: So many;
        of: of so many, at least 1.
    """
    if hits == 0:
        return 0.0
    low, high = 0.0, hits / of
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _tail(hits, of, middle) < _DOUBT:
            low = middle
        else:
            high = middle
    return low


def _tail(hits: int, of: int, share: float) -> float:
    """Probability of `hits` or more among `of`, where each comes with probability `share`.

    For a `share` of less than `hits / of` each term is smaller than the one before it.
    """
    if share <= 0.0 or share >= 1.0:
        return float(share >= 1.0)
    ways = lgamma(of + 1) - lgamma(hits + 1) - lgamma(of - hits + 1)
    term = exp(ways + hits * log(share) + (of - hits) * log1p(-share))
    total = 0.0
    odds = share / (1.0 - share)
    for k in range(hits, of + 1):
        total += term
        if term <= total * _NEGLIGIBLE:
            break
        term *= (of - k) / (k + 1) * odds
    return total
