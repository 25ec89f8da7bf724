"""Measures the main job: `python -m bench`; see docs/reference/benchmarks.md."""

import argparse
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.listing import request_pages
from bench.make_har import write_har
from bench.page import opened_page
from bench.processes import Usage, reqsift, run

MIB = 1 << 20
JSON_LOAD = "import json, sys; json.load(open(sys.argv[1], encoding='utf-8'))"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the main job, here and now.")
    parser.add_argument("--entries", type=int, default=100_000, help="Of the large capture.")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
    start_up(asked.rounds)
    with TemporaryDirectory(prefix="reqsift-bench-") as name:
        folder = Path(name)
        importing(folder, asked.entries, asked.rounds)
        analyzing(folder, min(20_000, asked.entries), asked.rounds)
        table("List requests, over loopback", request_pages(folder / "store.db"))
        table("Open the page, cold browser cache", opened_page(folder / "store.db", asked.rounds))


def start_up(rounds: int) -> None:
    version = middle(rounds, lambda: reqsift("--version"))
    scan = middle(rounds, lambda: reqsift("scan", "examples/demo.har", "--format", "json"))
    table(
        "Start-up",
        [
            ("reqsift --version", f"{version.wall:.2f} s", "at most 0.3 s"),
            ("reqsift scan of the sample capture", f"{scan.wall:.2f} s", "at most 2.0 s"),
        ],
    )


def importing(folder: Path, entries: int, rounds: int) -> None:
    """Leaves `store.db` behind, with the large capture."""
    capture, small, store = folder / "large.har", folder / "small.har", folder / "store.db"
    write_har(capture, entries)
    write_har(small, entries // 10)
    empty = middle(rounds, lambda: reqsift("findings", "--db", folder / "empty.db"))
    ratios, imports = [], []
    for _ in range(rounds):
        for old in folder.glob("store.db*"):
            old.unlink()
        imports.append(reqsift("import", capture, "--db", store))
        loaded = run(sys.executable, "-c", JSON_LOAD, capture)
        ratios.append((imports[-1].wall - empty.wall) / loaded.wall)
    tenth = reqsift("import", small, "--db", folder / "small.db")
    size = capture.stat().st_size / MIB
    wall = median(usage.wall for usage in imports)
    table(
        f"Import {entries:,} entries, {size:.0f} MiB",
        [
            ("whole process", f"{wall:.1f} s", ""),
            ("beyond start-up, of json.load's time", f"{median(ratios):.2f} x", "3.0 x, aim 2.0"),
            ("peak memory", f"{max(usage.peak for usage in imports):.0f} MiB", "at most 250 MB"),
            ("peak memory of a tenth of the entries", f"{tenth.peak:.0f} MiB", "flat"),
            ("store on disk", f"{store.stat().st_size / MIB:.0f} MiB", ""),
        ],
    )


def analyzing(folder: Path, entries: int, rounds: int) -> None:
    capture, store = folder / "analyzed.har", folder / "analyzed.db"
    write_har(capture, entries)
    reqsift("import", capture, "--db", store)
    empty = middle(rounds, lambda: reqsift("findings", "--db", folder / "empty.db"))
    batches = [reqsift("analyze", "--json", "--db", store) for _ in range(rounds)]
    seconds = median(json.loads(batch.output)["summary"]["duration"] for batch in batches) / 1000
    cpu = median(batch.cpu for batch in batches) - empty.cpu
    found = json.loads(reqsift("findings", "--format", "json", "--db", store).output)
    members = sum(len(finding["requestIds"]) for finding in found)
    table(
        f"Analyze {entries:,} exchanges offline, stored results included",
        [
            ("exchanges a second", f"{entries / seconds:,.0f}", ""),
            ("exchanges a second of CPU (per core)", f"{entries / cpu:,.0f}", "aim 2,000"),
            ("findings per exchange", f"{members / entries:.1f}", ""),
            ("peak memory", f"{max(batch.peak for batch in batches):.0f} MiB", ""),
        ],
    )


def middle(rounds: int, measure: Callable[[], Usage]) -> Usage:
    """The run with the median wall time, after one that is not counted."""
    measure()
    return sorted((measure() for _ in range(rounds)), key=lambda usage: usage.wall)[rounds // 2]


def table(title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    print(f"\n{title}")
    for what, figure, limit in rows:
        print(f"  {what:<44}{figure:>12}   {limit}", flush=True)


if __name__ == "__main__":
    main()
