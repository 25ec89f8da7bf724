"""What the benchmark asks of every peer's runner, and how it answers.

Runs inside of the peers' environment: it imports nothing but the standard library.
"""

import argparse
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODEL = "claude-haiku-4-5"
MOST_OUTPUT = 2_048


@dataclass(frozen=True, slots=True)
class Asked:
    system: str
    schema: dict[str, Any]
    prompts: list[str]
    concurrency: int
    timeout: float
    """Seconds for one call."""
    retries: int | None
    """None is the peer's default."""
    rpm: float | None
    """What the peer is told of the limit."""
    store: Path | None
    """Where it may keep results, to go on after a crash."""


def is_valid(text: str) -> bool:
    """Whether an answer can be used."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def answer(run: Callable[[Asked], Awaitable[int]], loop: Callable[[Awaitable[int]], int]) -> None:
    """Do what the command line asks for, and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("prompts", type=Path)
    parser.add_argument("requests", type=int)
    parser.add_argument("concurrency", type=int)
    parser.add_argument("timeout", type=float)
    parser.add_argument("--retries", type=int)
    parser.add_argument("--rpm", type=float)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    prepared = json.loads(given.prompts.read_text())
    asked = Asked(
        system=prepared["system"],
        schema=prepared["schema"],
        prompts=prepared["prompts"][: given.requests],
        concurrency=given.concurrency,
        timeout=given.timeout,
        retries=given.retries,
        rpm=given.rpm,
        store=given.store,
    )
    start = time.perf_counter()
    done = loop(run(asked))
    print(json.dumps({"ok": done, "wall": time.perf_counter() - start}), flush=True)
