"""The simulator of the providers, as a process of its own."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from bench.processes import REQSIFT
from reqsift.simulator import Call, Settings, Stats

IDENTIFY = "[?]n=([0-9]+)"
"""Finds the number that `make_har` writes into each URL."""
_NEVER = 1_000_000_000
"""No prompt is cached: the bills of peers know no discount."""
DOLLARS_INPUT, DOLLARS_OUTPUT = 1.0e-6, 5.0e-6
"""Of a token of the measured model, as the provider bills it."""


@dataclass(frozen=True, slots=True)
class Simulator:
    url: str

    def reset(self, **settings: object) -> None:
        """Begin anew with these settings, and defaults for all others."""
        plain = Settings(identify=IDENTIFY, least_cached_tokens=_NEVER)
        asked = msgspec.to_builtins(plain) | settings
        self._ask("/reset", json.dumps(asked).encode())

    def stats(self) -> Stats:
        return msgspec.json.decode(self._ask("/stats"), type=Stats)

    def calls(self) -> list[Call]:
        return msgspec.json.decode(self._ask("/calls"), type=list[Call])

    def spent(self) -> float:
        """US dollars, by all tokens since the reset."""
        stats = self.stats()
        return stats.input_tokens * DOLLARS_INPUT + stats.output_tokens * DOLLARS_OUTPUT

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        with urllib.request.urlopen(self.url + path, body, timeout=30) as answer:
            return bytes(answer.read())


@contextmanager
def simulating() -> Iterator[Simulator]:
    process = subprocess.Popen(
        [REQSIFT, "simulate", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, "the simulator does not start"
        yield Simulator(found[0])
    finally:
        process.terminate()
        process.communicate(timeout=20)
