"""The sample capture: its labels fit, it can be recorded again, and the rules do well on it."""

import json
import sys
from pathlib import Path

import pytest

from examples import record_demo
from reqsift.adapters.labels import LabelFileReader
from reqsift.bootstrap import evaluation
from reqsift.cli import render, render_rules
from reqsift.domain.evaluation import Certainty
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import ACROSS
from reqsift.services.evaluation import Evaluated
from reqsift.settings import Settings

EXAMPLES = Path(record_demo.__file__).parent
HAR = EXAMPLES / "demo.har"
LABELS = EXAMPLES / "demo.labels.jsonl"
MOST_OF_CLEAN = 0.2


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    return evaluation(Settings(data_dir=tmp_path_factory.mktemp("data"))).evaluate(HAR, LABELS)


def test_every_entry_is_labelled_once_with_known_words() -> None:
    entries = json.loads(HAR.read_text("utf-8"))["log"]["entries"]
    lines = LabelFileReader().read(LABELS)

    assert [line.entry_index for line in lines] == list(range(len(entries)))
    for line in lines:
        kinds = [label.type for label in line.labels]
        assert len(kinds) == len(set(kinds)), line
        assert line.clean == (not line.labels)


def test_it_is_large_and_varied_enough_to_mean_something() -> None:
    lines = LabelFileReader().read(LABELS)
    labels = [label for line in lines for label in line.labels]
    sure = {label.type for label in labels if label.certainty is Certainty.SURE}

    assert len(lines) >= 690
    assert sum(line.clean for line in lines) >= 340
    assert len(sure) >= 22
    assert HAR.stat().st_size < 4_000_000


def test_recording_again_gives_the_same_bytes(tmp_path: Path) -> None:
    record_demo.record(tmp_path)

    assert (tmp_path / HAR.name).read_bytes() == HAR.read_bytes()
    assert (tmp_path / LABELS.name).read_bytes() == LABELS.read_bytes()


def test_offline_rules_find_most_and_cry_wolf_rarely(
    evaluated: Evaluated, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write("\n")
        render_rules.print_evaluation(render.console(), evaluated)
    recall, alarms = evaluated.score.recall.share, evaluated.score.false_alarms_per_100
    assert recall is not None
    assert recall >= 0.8
    assert alarms is not None
    assert alarms <= 5
    assert evaluated.faults == ()


@pytest.mark.parametrize("rule", [rule.id for rule in (*RULES, *ACROSS)])
def test_each_rule_has_an_example_and_is_mostly_quiet_on_clean_entries(
    evaluated: Evaluated, rule: str
) -> None:
    scores = {one.id: one for one in evaluated.score.rules}

    assert rule in scores
    assert scores[rule].entries, f"no entry of {HAR.name} makes {rule} fire"
    assert scores[rule].clean <= MOST_OF_CLEAN * evaluated.score.clean
