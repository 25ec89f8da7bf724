"""The right to run a batch, and the journal that bridges a crash."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.storage.ownership import FileOwnership, own
from reqsift.domain.batches import Analysis, BatchItem, Failure, ItemOutcome
from reqsift.domain.errors import StoreError
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from tests.factories import NOW, analysis, finding, outcome, with_text


def owned(folder: Path) -> FileOwnership:
    ownership = own(folder, "b1")
    assert ownership is not None
    return ownership


def ended(position: int, result: Analysis | Failure | None = None) -> ItemOutcome:
    item = BatchItem(position=position, request_id=f"r{position}")
    return outcome(item, result or analysis(finding()), position + 1)


def killed(ownership: FileOwnership, folder: Path) -> Path:
    """The folder as a sudden end would leave it: what was written is there, the lock is not."""
    del ownership
    copy = folder.with_name(f"{folder.name}-later")
    copy.mkdir()
    (copy / "b1.journal").write_bytes((folder / "b1.journal").read_bytes())
    return copy


@contextmanager
def full_disk(path: Path, left: int) -> Iterator[None]:
    """Files cannot grow beyond what this one has, and a little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_there_is_one_owner_at_a_time(tmp_path: Path) -> None:
    first = owned(tmp_path)
    other = own(tmp_path, "b2")

    assert own(tmp_path, "b1") is None
    assert other is not None
    first.release(over=False)
    again = own(tmp_path, "b1")
    assert again is not None
    again.release(over=True)
    other.release(over=True)
    assert list(tmp_path.glob("*.journal")) == []


_OTHER = """
import sys
from pathlib import Path
from reqsift.adapters.storage.ownership import own
ownership = own(Path(sys.argv[1]), "b1")
if ownership is not None:
    ownership.began([7])
print("refused" if ownership is None else "owned", flush=True)
sys.stdin.readline()
"""


@contextmanager
def other_process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", _OTHER, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_another_process_is_refused_until_the_owner_is_gone(tmp_path: Path) -> None:
    mine = owned(tmp_path)
    with other_process(tmp_path) as (_, told):
        assert told == "refused"
    mine.release(over=False)

    with other_process(tmp_path) as (owner, told):
        assert told == "owned"
        assert own(tmp_path, "b1") is None
        owner.kill()
        owner.wait(timeout=20)
        again = owned(tmp_path)
    assert again.in_flight == {7}
    again.release(over=True)


def test_the_next_owner_finds_what_was_not_stored(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    one = owned(folder)
    one.began([0, 1])
    one.began([2, 3])
    results = [
        ended(1, analysis(with_text(finding(), "Ä\x00\U0001f600"), finding("v1-b"))),
        ended(2, Failure(reason="No.", cause=Cause.REFUSED)),
    ]
    one.ended(results)

    other = owned(killed(one, folder))

    assert other.recovered == tuple(results)
    assert other.in_flight == {0, 3}


def test_all_that_a_model_said_survives(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    one = owned(folder)
    said = replace(
        finding(),
        why="Ä shows it.",
        verification_steps=("Look.", "Look again."),
        false_positive_hints=("It is a test.",),
        sources=("offline", "haiku-4.5"),
    )
    result = replace(
        analysis(said),
        choice="It changes state.",
        cached=True,
        dropped=3,
        usage=Usage(input_tokens=9, output_tokens=2, cost=0.5, cached_tokens=7),
    )
    one.ended([ended(0, result)])

    other = owned(killed(one, folder))

    assert other.recovered == (ended(0, result),)


def frame(positions: list[int], request_id: str = "", sequence: int = 0, *end: object) -> bytes:
    at, result = end or (None, None)
    data = msgspec.msgpack.encode((positions, request_id, sequence, at, result, None))
    return len(data).to_bytes(4, "big") + data


_OLD_FINDING = {
    "type": "xss",
    "severity": "medium",
    "confidence": 60,
    "title": "A weakness of medium severity",
    "description": "It matters.",
    "remediation": "Mend it.",
    "cwe": 79,
    "owasp": ["A03:2021"],
    "evidence": [{"part": "response.body", "offset": 4, "text": "Hi"}],
    "rule": "test-rule",
    "fingerprint": "v1-one",
}
_OLD_ANALYSIS = {
    "model": "scripted",
    "summary": "Looked at it.",
    "findings": [_OLD_FINDING],
    "next_checks": ["Look closer."],
    "confidence": 50,
    "usage": {"input_tokens": 5, "output_tokens": 2, "cost": 0.25},
    "duration_ms": 1.5,
    "fallback": False,
}


def test_a_journal_of_the_version_before_is_read(tmp_path: Path) -> None:
    """As it was written before findings had a why, and analyses a choice."""
    end = frame([1], "r1", 2, NOW, _OLD_ANALYSIS)
    (tmp_path / "b1.journal").write_bytes(frame([0, 1, 2]) + end + frame([2], "", -1))

    ownership = owned(tmp_path)

    assert ownership.recovered == (ended(1),)
    assert ownership.in_flight == {0}
    ownership.release(over=True)


def test_an_end_that_cannot_be_understood_is_analysed_again(tmp_path: Path) -> None:
    foreign = {**_OLD_ANALYSIS, "findings": [{**_OLD_FINDING, "severity": "purple"}]}
    end = frame([0], "r0", 1, NOW, _OLD_ANALYSIS)
    other = frame([1], "r1", 2, NOW, foreign)
    (tmp_path / "b1.journal").write_bytes(frame([0, 1]) + end + other)

    ownership = owned(tmp_path)

    assert ownership.recovered == (ended(0),)
    assert ownership.in_flight == {1}
    ownership.release(over=True)


def test_a_call_that_came_back_with_nothing_is_not_under_way(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    one = owned(folder)
    one.began([0, 1, 2])
    one.returned([0, 1])
    one.began([1])

    other = owned(killed(one, folder))

    assert other.in_flight == {1, 2}
    assert other.recovered == ()


def test_only_its_owner_can_read_the_journal(tmp_path: Path) -> None:
    one = owned(tmp_path / "batches")
    big = ended(0, Failure(reason="x" * 300_000))
    one.began([0, 1])
    one.ended([big])
    one.stored([])
    journal = tmp_path / "batches" / "b1.journal"

    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.parent.stat().st_mode) == 0o700
    one.release(over=False)


def test_a_large_journal_is_written_anew_without_what_is_stored(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    one = owned(folder)
    one.began(list(range(200)))
    many = [ended(position, Failure(reason="x" * 5_000)) for position in range(100)]
    one.ended(many)
    one.stored(many[:90])

    assert (folder / "b1.journal").stat().st_size < 100_000
    one.ended([ended(150)])
    other = owned(killed(one, folder))
    assert other.recovered == (*many[90:], ended(150))
    assert other.in_flight == set(range(100, 200)) - {150}


@given(cut=st.integers(min_value=0, max_value=1_000))
def test_a_journal_that_was_cut_has_all_that_is_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("batches") / "one"
    one = owned(folder)
    one.began([0, 1, 2])
    for position in range(3):
        one.ended([ended(position)])
    journal = folder / "b1.journal"
    size = journal.stat().st_size
    os.truncate(journal, max(0, size - cut))

    other = owned(killed(one, folder))

    whole = other.recovered
    assert whole == tuple(ended(position) for position in range(len(whole)))
    assert len(whole) == 3 or cut
    # What comes after the cut is not lost either.
    other.began([9])
    other.ended([ended(9)])
    later = owned(killed(other, folder.with_name("one-later")))
    assert later.recovered == (*whole, ended(9))
    for ownership in (one, other, later):
        ownership.release(over=True)


@given(junk=st.binary(min_size=1, max_size=200))
def test_a_damaged_end_hides_no_batch(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    """After a loss of power there may be anything behind what was written."""
    folder = tmp_path_factory.mktemp("batches") / "one"
    one = owned(folder)
    one.began([0, 1])
    one.ended([ended(0)])
    with (folder / "b1.journal").open("ab") as journal:
        journal.write(junk)

    other = owned(killed(one, folder))

    assert other.recovered[:1] == (ended(0),)
    for ownership in (one, other):
        ownership.release(over=True)


def test_a_full_disk_is_told_and_what_is_written_before_and_after_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    one = owned(folder)
    one.began([0, 1, 2])
    one.ended([ended(0)])
    with full_disk(folder / "b1.journal", 30), pytest.raises(StoreError):
        one.ended([ended(1)])
    one.ended([ended(2)])

    other = owned(killed(one, folder))

    assert {outcome.item.position for outcome in other.recovered} >= {0, 2}


def test_a_release_keeps_what_is_not_stored_and_nothing_else(tmp_path: Path) -> None:
    journal = tmp_path / "b1.journal"
    one = owned(tmp_path)
    one.began([0])
    one.ended([ended(0)])
    one.release(over=False)

    two = owned(tmp_path)
    assert two.recovered == (ended(0),)
    two.release(over=False)  # it could not be stored either

    three = owned(tmp_path)
    assert three.recovered == (ended(0),)
    three.stored(three.recovered)
    three.release(over=False)
    assert not journal.exists()


def test_a_release_keeps_what_was_under_way(tmp_path: Path) -> None:
    one = owned(tmp_path)
    one.began([0, 1])
    one.release(over=False)

    two = owned(tmp_path)
    assert two.in_flight == {0, 1}
    two.release(over=False)  # nobody has counted them yet

    three = owned(tmp_path)
    assert three.in_flight == {0, 1}
    three.stored([])  # now they are counted
    three.release(over=False)

    four = owned(tmp_path)
    assert four.in_flight == set()
    four.release(over=True)


def test_a_release_at_the_end_leaves_no_file(tmp_path: Path) -> None:
    one = owned(tmp_path)
    one.began([0])
    one.ended([ended(0)])
    one.release(over=True)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError):
        own(tmp_path / "file" / "batches", "b1")
