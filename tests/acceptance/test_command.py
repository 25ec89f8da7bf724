"""The command line, from a file to findings and exit codes."""

import gzip
import json
import re
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from reqsift import __version__
from reqsift.adapters.access_token import access_token
from tests import hars
from tests.acceptance.command import REQSIFT, Command

FIGURES = (
    r"completed in \d+\.\ds; successful 9; failed 0; total 9; "
    r"average time \d\.\d{2,4}s per request; concurrency 5 parallel requests"
)


def test_the_version(reqsift: Command) -> None:
    assert reqsift("--version").stdout == f"reqsift {__version__}\n"


def test_import_analyze_and_look(reqsift: Command, shop: Path) -> None:
    imported = reqsift("import", shop)
    again = reqsift("import", shop)
    analyzed = reqsift("analyze")
    table = reqsift("findings")
    listed = json.loads(reqsift("findings", "--format", "json").stdout)

    assert "shop.har: capture c1, 9 requests imported" in imported.stdout
    assert "known already as capture c1" in again.stdout
    assert re.search(FIGURES, analyzed.stdout)
    assert "LOW" in table.stdout
    assert {finding["source"] for finding in listed} == {"shop.har"}
    low = json.loads(reqsift("findings", "--severity", "low", "--format", "json").stdout)
    assert {finding["severity"] for finding in low} == {"low"}


def test_import_tells_as_json(reqsift: Command, shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.har.gz"
    other.write_bytes(gzip.compress(hars.har(hars.entry("https://b.example/"), "no entry")))

    one = json.loads(reqsift("import", shop, "--json").stdout)
    two = json.loads(reqsift("import", shop, other, "--json").stdout)

    assert one == {
        "captureId": "c1",
        "imported": 9,
        "skipped": 0,
        "truncated": 0,
        "duplicate": False,
        "errors": [],
        "source": "shop.har",
    }
    assert (two[0]["duplicate"], two[0]["imported"]) == (True, 0)
    assert (two[1]["source"], two[1]["imported"]) == ("other.har.gz", 1)
    assert [error["entryIndex"] for error in two[1]["errors"]] == [1]


def test_scan_tells_all_as_json_and_keeps_nothing(
    reqsift: Command, shop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    printed = json.loads(reqsift("scan", shop, "--format", "json").stdout)
    reqsift("scan", shop, "--format", "json", "-o", out, "--concurrency", "2")
    written = json.loads(out.read_text())

    assert printed["summary"].keys() == {
        *("total", "successful", "failed", "duration", "averageTime", "concurrency"),
        *("model", "imported", "skipped"),
    }
    assert (printed["summary"]["imported"], printed["summary"]["model"]) == (9, "offline")
    assert printed["errors"] == []
    finding = printed["findings"][0]
    assert finding.keys() >= {
        *("id", "requestId", "source", "entryIndex", "method", "url", "type", "severity"),
        *("confidence", "title", "description", "remediation", "cwe", "evidence", "rule"),
        *("fingerprint", "entryIndexes", "requestIds"),
    }
    assert finding["evidence"][0].keys() == {"part", "offset", "text"}
    assert written["summary"]["concurrency"] == 2
    assert not (reqsift.data_dir / "reqsift.db").exists()
    prints = [one["fingerprint"] for one in printed["findings"]]
    assert prints == [one["fingerprint"] for one in written["findings"]]


def test_a_host_wide_weakness_is_one_finding(reqsift: Command, shop: Path) -> None:
    findings = json.loads(reqsift("scan", shop, "--format", "json").stdout)["findings"]
    (hsts,) = [finding for finding in findings if finding["rule"] == "missing-hsts"]
    assert hsts["entryIndexes"] == list(range(9))
    assert hsts["entryIndex"] == 0


def test_scan_prints_a_table_and_the_figures(reqsift: Command, shop: Path) -> None:
    shown = reqsift("scan", shop).stdout
    assert "https://shop.example" in shown
    assert re.search(FIGURES, shown)


def test_a_capture_without_entries_is_fine(reqsift: Command, tmp_path: Path) -> None:
    path = tmp_path / "empty.har"
    path.write_bytes(hars.har())
    told = json.loads(reqsift("scan", path, "--format", "json").stdout)
    assert (told["summary"]["total"], told["summary"]["averageTime"]) == (0, 0)


@pytest.mark.parametrize(
    ("fail_on", "code"), [("none", 0), ("info", 1), ("low", 1), ("critical", 0)]
)
def test_fail_on(reqsift: Command, shop: Path, fail_on: str, code: int) -> None:
    reqsift("scan", shop, "--fail-on", fail_on, code=code)


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_store_is_chosen_before_or_after_the_subcommand(
    reqsift: Command, shop: Path, tmp_path: Path, where: str
) -> None:
    db = tmp_path / "deep" / "er" / "mine.db"
    option = ("--db", str(db))
    if where == "before":
        reqsift(*option, "scan", shop)
    else:
        reqsift("scan", shop, *option)
    assert db.exists()
    assert json.loads(reqsift("findings", "--format", "json", *option).stdout)
    url = f"sqlite:///{db}"
    assert "shop" in reqsift("findings", REQSIFT_DATABASE_URL=url).stdout


REFUSED = {
    "empty.har": b"",
    "page.har": b"<!DOCTYPE html><html><body>Log in</body></html>",
    "cut.har": hars.shop(3)[:-60],
    "list.har": b"[1, 2]",
    "other.har": b'{"some": "json"}',
    "picture.har": b"\x89PNG\r\n\x1a\n\x00\xff\x00",
    "burp.har": b'<?xml version="1.0"?><items burpVersion="1"></items>',
    "broken.gz": gzip.compress(hars.shop(3))[:-20],
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("subcommand", ["import", "scan"])
def test_what_is_no_capture_is_refused_in_one_line(
    reqsift: Command, tmp_path: Path, name: str, subcommand: str
) -> None:
    path = tmp_path / name
    path.write_bytes(REFUSED[name])

    done = reqsift(subcommand, path, code=2)

    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {name} ")
    assert done.stderr.count("\n") == 1


def test_a_missing_file_and_a_folder_are_refused(reqsift: Command, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.har", tmp_path):
        assert reqsift("scan", path, code=2).stderr.count("\n") == 1


def test_good_files_are_imported_beside_a_refused_one(
    reqsift: Command, shop: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.har"
    bad.write_bytes(b"<html>")

    done = reqsift("scan", bad, shop, "--format", "json", code=2)

    assert json.loads(done.stdout)["summary"]["total"] == 9
    assert "bad.har" in done.stderr


def test_the_intact_part_of_a_cut_file_on_demand(reqsift: Command, tmp_path: Path) -> None:
    path = tmp_path / "cut.har"
    path.write_bytes(REFUSED["cut.har"])
    assert "2 requests imported" in reqsift("import", path, "--partial").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("scan",), "Missing argument"),
        (("scan", "{shop}", "--concurrency", "0"), "concurrency must be"),
        (("scan", "{shop}", "--concurrency", "1.5"), "--concurrency takes"),
        (("scan", "{shop}", "--fail-on", "awful"), "awful"),
        (("scan", "{shop}", "--model", "gpt-0"), "gpt-0"),
        (("scan", "{shop}", "-o", "/nowhere/out.json"), "/nowhere/out.json"),
        (("analyze",), "import a capture first"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_is_told(
    reqsift: Command, shop: Path, arguments: tuple[str, ...], says: str
) -> None:
    given = [argument.format(shop=shop) for argument in arguments]
    assert says in reqsift(*given, code=2).stderr


def test_an_unknown_capture_is_told(reqsift: Command) -> None:
    assert "c9" in reqsift("analyze", "--capture", "c9", code=3).stderr


def test_a_model_without_its_key_names_the_setting(reqsift: Command, shop: Path) -> None:
    db = shop.with_name("kept.db")
    done = reqsift("scan", shop, "--model", "haiku-4.5", "--db", db, code=3)
    assert "ANTHROPIC_API_KEY" in done.stderr
    assert "9 requests imported" in reqsift("import", shop, "--db", db).stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQSIFT_MAX_CONCURRENCY", "0"),
        ("REQSIFT_MAX_CONCURRENCY", "many"),
        ("REQSIFT_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_wrong_setting_is_named(reqsift: Command, name: str, value: str) -> None:
    done = reqsift("findings", code=2, **{name: value})
    assert name in done.stderr or value in done.stderr


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    path = tmp_path / "newer.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    return path


def test_a_store_of_a_newer_version_is_refused_unharmed(reqsift: Command, newer: Path) -> None:
    assert "newer version" in reqsift("findings", "--db", newer, code=3).stderr
    with closing(sqlite3.connect(newer)) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("9999",)]


def test_a_store_that_is_none_is_refused_unharmed(reqsift: Command, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes, not a database\n" * 100)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection, connection:
        connection.execute("CREATE TABLE birds (name TEXT)")

    assert "not a database" in reqsift("findings", "--db", notes, code=3).stderr
    assert "another program" in reqsift("findings", "--db", foreign, code=3).stderr
    assert "cannot be opened" in reqsift("findings", "--db", tmp_path, code=3).stderr
    assert notes.read_text().startswith("my notes")


def test_two_processes_import_into_one_store(reqsift: Command, tmp_path: Path) -> None:
    files = []
    for number in range(4):
        path = tmp_path / f"{number}.har"
        path.write_bytes(
            hars.har(*(hars.entry(f"https://{number}.example/{n}") for n in range(50)))
        )
        files.append(path)
    processes = [
        subprocess.Popen(
            ["reqsift", "import", files[number % 4]],
            executable=REQSIFT,
            env=reqsift.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    done = json.loads(reqsift("analyze", "--json").stdout)
    assert done["summary"]["total"] == 200


def test_hostile_text_does_not_steer_the_terminal(reqsift: Command, tmp_path: Path) -> None:
    path = tmp_path / "hostile.har"
    url = "https://shop.example/\x1b]0;owned\x07\x1b[2J[bold red]x[/]"
    path.write_bytes(hars.har(hars.entry(url)))

    shown = reqsift("scan", path).stdout + reqsift("scan", path, "--format", "json").stdout

    assert "\x1b" not in shown
    assert "\\x1b" in shown
    assert "[bold red]" in shown


def test_a_full_disk_is_told_and_loses_nothing(reqsift: Command, shop: Path) -> None:
    reqsift("import", shop)
    database = reqsift.data_dir / "reqsift.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    big = shop.with_name("big.har")
    noise = Random(1)
    big.write_bytes(hars.har(*(hars.entry(body=noise.randbytes(9_000).hex()) for _ in range(700))))

    limited = f"ulimit -f {database.stat().st_size // 1024 + 200}; exec {REQSIFT} import {big}"
    done = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {limited}"],
        env=reqsift.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 3, done.stderr
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(reqsift("analyze", "--json").stdout)["summary"]["total"] == 9


def test_the_store_is_for_its_owner_alone(reqsift: Command, shop: Path) -> None:
    reqsift("import", shop)
    for path in reqsift.data_dir.glob("reqsift.db*"):
        if not path.name.endswith(".lock"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_token_is_for_its_owner_alone(reqsift: Command) -> None:
    first = access_token(reqsift.data_dir)
    assert access_token(reqsift.data_dir) == first
    assert len(first) >= 32
    assert stat.S_IMODE((reqsift.data_dir / "token").stat().st_mode) == 0o600
