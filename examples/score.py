"""Scores the offline rules against the labels of the demo capture.

    python examples/score.py [capture.har labels.jsonl]

Recall counts labels that are `sure`; a false alarm is any finding on an entry labelled clean.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.rules import OfflineRules
from reqsift.domain.captures import Exchange
from reqsift.domain.findings import Finding

HERE = Path(__file__).parent


class Label(TypedDict):
    type: str
    certainty: str


class LabelLine(TypedDict):
    entryIndex: int
    labels: list[Label]
    clean: bool


@dataclass(frozen=True, slots=True)
class Score:
    expected: Mapping[str, int]
    """Sure labels per type."""
    found: Mapping[str, int]
    """Those of them that were found."""
    clean_entries: int
    misses: tuple[tuple[int, str], ...]
    """Entry and type of each sure label that was not found."""
    false_alarms: tuple[tuple[int, str], ...]
    """Entry and type of each finding on a clean entry."""

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(1, sum(self.expected.values()))

    @property
    def mean_recall(self) -> float:
        """Over types, so that the many missing headers do not drown the rest."""
        shares = [self.found.get(kind, 0) / count for kind, count in self.expected.items()]
        return sum(shares) / max(1, len(shares))

    @property
    def false_alarms_per_100(self) -> float:
        return 100 * len(self.false_alarms) / max(1, self.clean_entries)


def score(labels: Sequence[LabelLine], found_types_by_entry: Mapping[int, Sequence[str]]) -> Score:
    """Compare labels with one word per finding of each entry."""
    sure = [
        (line["entryIndex"], label["type"])
        for line in labels
        for label in line["labels"]
        if label["certainty"] == "sure"
    ]
    misses = tuple(pair for pair in sure if pair[1] not in found_types_by_entry.get(pair[0], ()))
    expected = Counter(kind for _, kind in sure)
    clean = [line["entryIndex"] for line in labels if line["clean"]]
    return Score(
        expected=expected,
        found=expected - Counter(kind for _, kind in misses),
        clean_entries=len(clean),
        misses=misses,
        false_alarms=tuple((i, kind) for i in clean for kind in found_types_by_entry.get(i, ())),
    )


def read_labels(path: Path) -> list[LabelLine]:
    lines: list[LabelLine] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return lines


def findings_by_entry(capture: Path) -> dict[int, tuple[Finding, ...]]:
    """What the offline rules say about each exchange of `capture`."""
    read = CaptureFileReader().read(capture, lambda _: None)
    return {
        x.entry_index: OfflineRules().examine(x).analysis.findings
        for x in read
        if isinstance(x, Exchange)
    }


def score_capture(capture: Path, labels: Path) -> tuple[Score, str]:
    """The score of the offline rules on a capture, and a report of it in words."""
    findings = findings_by_entry(capture)
    words = {index: [f.type.value for f in found] for index, found in findings.items()}
    result = score(read_labels(labels), words)
    return result, report(result, findings)


def report(result: Score, findings: Mapping[int, Sequence[Finding]]) -> str:
    lines = [f"{'type':28}found   of  recall"]
    for kind, expected in sorted(result.expected.items()):
        found = result.found.get(kind, 0)
        lines.append(f"{kind:28}{found:5}{expected:5}{found / expected:8.0%}")
    total, found = sum(result.expected.values()), sum(result.found.values())
    lines.append(f"{'all sure labels':28}{found:5}{total:5}{result.recall:8.0%}")
    lines.append(f"{'mean over types':28}{result.mean_recall:18.0%}")
    lines += [f"  missed: entry {index}, {kind}" for index, kind in result.misses]
    alarms = len(result.false_alarms)
    lines.append(
        f"{alarms} false alarms on {result.clean_entries} clean entries: "
        f"{result.false_alarms_per_100:.1f} per 100"
    )
    lines += [
        f"  false alarm: entry {index}, {finding.rule}: {finding.title}"
        for index in dict(result.false_alarms)
        for finding in findings[index]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    capture_path, labels_path = given or (HERE / "demo.har", HERE / "demo.labels.jsonl")
    print(score_capture(capture_path, labels_path)[1])
