"""Whether memory grows with the capture: import, then analysis, stories included."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.processes import Usage, reqsift
from bench.rules_parts.traffic import iterate
from reqsift.domain.captures import Body, Exchange, Header

SIZES = (10_000, 100_000)
GOAL = 1.35
"""Times the memory for ten times the entries; what is above is no longer flat."""


def memory() -> None:
    """Import and analyze a small and a large capture as users do; print the peaks."""
    usages: dict[int, Usage] = {}
    for entries in SIZES:
        with TemporaryDirectory(prefix="reqsift-bench-") as name:
            usages[entries] = _measured(Path(name), entries)
    small, large = (usages[entries].peak for entries in SIZES)
    verdict = "PASS" if large / small <= GOAL else "MISSED"
    print(f"{large / small:.2f} times the memory for ten times the entries; flat: {verdict}")


def _measured(folder: Path, entries: int) -> Usage:
    capture, store = folder / "traffic.har", folder / "store.db"
    write(capture, entries)
    size = capture.stat().st_size / (1 << 20)
    imported = reqsift("import", capture, "--db", store)
    capture.unlink()
    used = reqsift("analyze", "--db", store)
    with closing(sqlite3.connect(store)) as connection:
        (kept,) = connection.execute("SELECT COUNT(*) FROM sightings").fetchone()
    print(
        f"{entries:>7,} entries, {size:4.0f} MiB: import peak {imported.peak:4.0f}; analysis peak "
        f"{used.peak:4.0f} MiB (largest process), {used.wall:6.1f} s, {used.cpu:6.1f} s of CPU; "
        f"{kept:,} sightings",
        flush=True,
    )
    return used


def write(path: Path, entries: int) -> None:
    """The bench's traffic as a HAR file."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "bench"}, "entries": [\n')
        for number, exchange in enumerate(iterate(entries)):
            file.write(",\n" if number else "")
            json.dump(_entry(exchange), file)
        file.write("]}}")
    os.sync()


def _entry(exchange: Exchange) -> dict[str, object]:
    request, response = exchange.request, exchange.response
    asked: dict[str, object] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": request.http_version,
        "headers": _headers(request.headers),
    }
    if request.body.content:
        asked["postData"] = {"mimeType": request.body.mime_type, "text": _text(request.body)}
    answered = {
        "status": response.status if response else 0,
        "statusText": "",
        "httpVersion": "HTTP/2",
        "headers": _headers(response.headers if response else ()),
        "content": {
            "mimeType": response.body.mime_type if response else "",
            "text": _text(response.body) if response else "",
        },
    }
    return {"startedDateTime": "2026-03-02T09:00:00Z", "request": asked, "response": answered}


def _headers(headers: tuple[Header, ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(body: Body) -> str:
    return body.content.decode("utf-8", "replace")
