"""Files of labels: read line by line; a bad line is named with what is wrong in it."""

import json
from pathlib import Path

import pytest

from reqsift.adapters.labels import LabelFileReader
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.evaluation import Certainty, Label, LabelLine
from reqsift.domain.findings import FindingType

XSS = {"type": "xss", "certainty": "sure"}
GOOD = {"entryIndex": 3, "labels": [XSS], "clean": False}


def read(tmp_path: Path, *lines: object) -> tuple[LabelLine, ...]:
    file = tmp_path / "a.labels.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts), encoding="utf-8")
    return tuple(LabelFileReader().read(file))


def test_lines_are_read(tmp_path: Path) -> None:
    clean = {"entryIndex": 0, "labels": [], "clean": True, "note": "further fields are free"}

    assert read(tmp_path, "\ufeff" + json.dumps(GOOD), "", clean, "  ") == (
        LabelLine(
            entry_index=3,
            labels=(Label(type=FindingType.XSS, certainty=Certainty.SURE),),
            clean=False,
        ),
        LabelLine(entry_index=0, labels=(), clean=True),
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "truncated"),
        ("[]", "Expected `object`"),
        ("nonsense", "malformed"),
        ("[" * 100_000, "line 2"),
        (GOOD | {"entryIndex": -1}, ">= 0"),
        (GOOD | {"entryIndex": "3"}, "Expected `int`, got `str`"),
        ({"labels": [], "clean": True}, "missing required field `entryIndex`"),
        ({"entryIndex": 1, "labels": []}, "missing required field `clean`"),
        (GOOD | {"entryIndex": 1, "labels": [XSS | {"certainty": "maybe"}]}, "maybe"),
        (GOOD | {"entryIndex": 1, "labels": [{"type": "xss"}]}, "certainty"),
        (GOOD | {"entryIndex": 1, "labels": [XSS | {"type": "sqlinjection"}]}, "sql_injection"),
        (GOOD | {"entryIndex": 1, "labels": [XSS | {"type": "zzz"}]}, "business_logic"),
        (GOOD | {"entryIndex": 1, "clean": True}, "not clean"),
        (GOOD, "entry 3 has labels in line 1 already"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: object, says: str) -> None:
    with pytest.raises(InvalidSetting) as told:
        read(tmp_path, GOOD, line)

    assert "a.labels.jsonl, line 2: " in str(told.value)
    assert says in str(told.value)


def test_files_that_hold_no_labels_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="holds no labels"):
        read(tmp_path, "")
    with pytest.raises(InvalidSetting, match="There is no file"):
        LabelFileReader().read(tmp_path / "no.jsonl")
    with pytest.raises(InvalidSetting, match="cannot be read"):
        LabelFileReader().read(tmp_path)
