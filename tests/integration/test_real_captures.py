"""Captures that other tools wrote are read, or refused in one line, as their manifest says."""

import json
import os
from pathlib import Path

import pytest

from reqsift.adapters.readers import CaptureFileReader
from reqsift.domain.captures import Exchange
from reqsift.domain.errors import UnreadableCapture

BESIDE = Path(__file__).parents[3] / "shared" / "captures"
FOLDER = Path(os.environ.get("REQSIFT_CAPTURES") or BESIDE)  # noqa: TID251 - where test data are
MANIFEST = FOLDER / "MANIFEST.jsonl"
COUNTS = ("entries", "usable_entries", "http_entries", "entries_also_ok")


def real_captures() -> list[dict[str, object]]:
    if not MANIFEST.is_file():
        return []
    return [json.loads(line) for line in MANIFEST.read_text("utf-8").splitlines() if line.strip()]


CAPTURES = real_captures()


def read(name: object) -> tuple[int, int] | UnreadableCapture:
    """How many entries are imported, and how many are skipped; or the refusal."""
    path = FOLDER / str(name)
    try:
        entries = list(CaptureFileReader().read(path, lambda _: None))
    except UnreadableCapture as error:
        return error
    imported = sum(isinstance(item, Exchange) for item in entries)
    return imported, len(entries) - imported


LEFT_OUT = f"No real captures: {MANIFEST} is absent; set REQSIFT_CAPTURES to their folder"


def test_the_captures_are_there() -> None:
    if not CAPTURES:
        if os.environ.get("CI") == "true":  # noqa: TID251 -- a test's own
            pytest.fail(LEFT_OUT)
        pytest.skip(LEFT_OUT)


@pytest.mark.parametrize(
    "capture",
    [pytest.param(capture, id=str(capture["file"])) for capture in CAPTURES] or [{}],
)
def test_real_capture(capture: dict[str, object]) -> None:
    if not capture:
        pytest.skip(LEFT_OUT)
    expect = capture["expect"] if capture["format"] == "har" else "reject"
    result = read(capture["file"])
    if isinstance(result, UnreadableCapture):
        assert expect != "import", result
        assert str(result).startswith(Path(str(capture["file"])).name)
        assert "\n" not in str(result)
        return
    assert expect != "reject"
    imported, skipped = result
    accepted = [capture[count] for count in COUNTS if capture.get(count) is not None]
    if accepted:
        assert imported in accepted
        assert imported + skipped == capture["entries"]
