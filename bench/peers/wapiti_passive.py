"""Wapiti's passive scanner over captured responses: all of its modules, nothing stored or printed.

Runs inside of the peer's environment. Its findings are counted instead of written to its database,
and its log is off: what is measured is what it looks for.
"""

import asyncio
import gc
import json
import logging
import sys
from base64 import b64decode
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import httpx
from wapitiCore.attack.passive_scanner import (  # type: ignore[import-not-found]
    PassiveScanner,
)
from wapitiCore.net import Request, Response  # type: ignore[import-not-found]

Pairs = list[tuple[Any, Any]]


class Counted:
    """Stands where the database would."""

    def __init__(self) -> None:
        self.findings = 0

    async def add_payload(self, **_payload: object) -> None:
        self.findings += 1


def pairs(lines: Sequence[str]) -> Pairs:
    """What Wapiti gets from its own crawler; made anew, as a response keeps its decoded text."""
    made: Pairs = []
    for line in lines:
        one = json.loads(line)
        request = Request(
            one["url"],
            method=one["method"],
            post_params=b64decode(one["sent"]).decode() or None,
            enctype=one["sent_type"],
            headers=one["asked"],
        )
        answered = httpx.Response(
            one["status"],
            headers=[tuple(pair) for pair in one["told"]],
            content=b64decode(one["body"]),
            request=httpx.Request(one["method"], one["url"]),
        )
        made.append((request, Response(answered, one["url"])))
    return made


async def scanned(scanner: Any, made: Pairs) -> None:  # noqa: ANN401
    for request, response in made:
        await scanner.scan(request, response)


def once(lines: Sequence[str]) -> tuple[float, float, int, list[str]]:
    """CPU seconds, seconds by the clock, findings, names of modules."""
    made = pairs(lines)
    counted = Counted()
    scanner = PassiveScanner(counted)
    names = sorted(scanner._modules)  # noqa: SLF001 -- there is no other list of them
    scanner.set_modules({name: set() for name in names})
    gc.collect()
    gc.freeze()
    wall, cpu = perf_counter(), process_time()
    asyncio.run(scanned(scanner, made))
    taken = process_time() - cpu, perf_counter() - wall
    gc.unfreeze()
    return *taken, counted.findings, names


def main(path: Path, rounds: int) -> None:
    logging.disable()
    lines = path.read_text().splitlines()
    taken = [once(lines) for _ in range(rounds)]
    told = {
        "version": version("wapiti3"),
        "python": sys.version.split()[0],
        "cpu": median(one[0] for one in taken),
        "wall": median(one[1] for one in taken),
        "findings": taken[0][2],
        "modules": taken[0][3],
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
