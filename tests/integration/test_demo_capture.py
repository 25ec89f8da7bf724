"""The sample capture: its labels fit, it can be recorded again, and the rules do well on it."""

import json
import sys
from pathlib import Path

import pytest

from examples import record_demo, score
from reqsift.domain.findings import FindingType

EXAMPLES = Path(record_demo.__file__).parent
HAR = EXAMPLES / "demo.har"
LABELS = EXAMPLES / "demo.labels.jsonl"


def test_every_entry_is_labelled_once_with_known_words() -> None:
    entries = json.loads(HAR.read_text("utf-8"))["log"]["entries"]
    lines = score.read_labels(LABELS)

    assert [line["entryIndex"] for line in lines] == list(range(len(entries)))
    for line in lines:
        kinds = [FindingType(label["type"]) for label in line["labels"]]
        assert len(kinds) == len(set(kinds)), line
        assert {label["certainty"] for label in line["labels"]} <= {"sure", "likely", "hint"}
        assert line["clean"] == (not line["labels"])


def test_it_is_large_and_varied_enough_to_mean_something() -> None:
    lines = score.read_labels(LABELS)
    sure = {label["type"] for x in lines for label in x["labels"] if label["certainty"] == "sure"}

    assert len(lines) >= 150
    assert sum(line["clean"] for line in lines) >= 75
    assert len(sure) >= 18
    assert HAR.stat().st_size < 1_500_000


def test_recording_again_gives_the_same_bytes(tmp_path: Path) -> None:
    record_demo.record(tmp_path)

    assert (tmp_path / HAR.name).read_bytes() == HAR.read_bytes()
    assert (tmp_path / LABELS.name).read_bytes() == LABELS.read_bytes()


def test_score_counts_sure_labels_and_alarms_on_clean_entries() -> None:
    lines: list[score.LabelLine] = [
        {"entryIndex": 0, "labels": [{"type": "xss", "certainty": "sure"}], "clean": False},
        {"entryIndex": 1, "labels": [{"type": "xss", "certainty": "sure"}], "clean": False},
        {"entryIndex": 2, "labels": [{"type": "idor", "certainty": "hint"}], "clean": False},
        {"entryIndex": 3, "labels": [], "clean": True},
        {"entryIndex": 4, "labels": [], "clean": True},
    ]

    result = score.score(lines, {0: ["xss", "csrf"], 2: ["ssrf"], 3: ["xss", "xss"]})

    assert result.recall == 0.5
    assert result.misses == ((1, "xss"),)
    assert result.false_alarms == ((3, "xss"), (3, "xss"))
    assert result.false_alarms_per_100 == 100


def test_offline_rules_find_most_and_cry_wolf_rarely(capsys: pytest.CaptureFixture[str]) -> None:
    result, report = score.score_capture(HAR, LABELS)

    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
    assert result.recall >= 0.8, report
    assert result.false_alarms_per_100 <= 5, report
