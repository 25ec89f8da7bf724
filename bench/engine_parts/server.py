"""A running `reqsift serve`, and its API."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench.engine_parts.world import World

Json = dict[str, Any]

_EACH = {"pack": False, "cache": False}
"""A call for each request, as the peers make it."""


@dataclass(frozen=True, slots=True)
class Server:
    client: httpx.Client
    token: str

    def request_ids(self) -> list[str]:
        """Of all requests, in the order of the capture."""
        return [item["id"] for item in self._pages("/api/requests")]

    def analyze(self, ids: Sequence[str], concurrency: int) -> Json:
        """Analyze and wait, as the original's API does."""
        asked = {"requestIds": ids, "model": "haiku-4.5", "concurrency": concurrency, **_EACH}
        data = self._asked("/api/ai/batch-analyze", asked)["data"]
        assert isinstance(data, dict)
        return data

    def begin(self, ids: Sequence[str], **options: object) -> str:
        """Begin a batch in the background; its id."""
        asked = {"requestIds": ids, "model": "haiku-4.5", "concurrency": "auto", **_EACH} | options
        return str(self._asked("/api/ai/batches", asked)["id"])

    def batch(self, batch_id: str) -> Json:
        answer = self.client.get(f"/api/ai/batches/{batch_id}")
        return _object(answer)

    def ended(self, batch_id: str) -> Json:
        """Wait for the end of a batch."""
        while (batch := self.batch(batch_id))["state"] == "running":
            time.sleep(0.1)
        return batch

    def cancel(self, batch_id: str) -> None:
        self.client.post(f"/api/ai/batches/{batch_id}/cancel").raise_for_status()

    def _asked(self, path: str, asked: dict[str, object]) -> Json:
        answer = self.client.post(path, content=json.dumps(asked), headers=_SENT)
        return _object(answer)

    def _pages(self, path: str) -> Iterator[Json]:
        cursor: str | None = ""
        while cursor is not None:
            answer = self.client.get(f"{path}?limit=500" + (f"&cursor={cursor}" if cursor else ""))
            page = _object(answer)
            yield from page["items"]
            cursor = page.get("nextCursor")


_SENT = {"content-type": "application/json"}


def _object(answer: httpx.Response) -> Json:
    found = answer.raise_for_status().json()
    assert isinstance(found, dict)
    return found


@contextmanager
def serving(world: World, **environment: object) -> Iterator[Server]:
    running = world.spawn("serve", "--port", "0", PYTHONUNBUFFERED=1, **environment)
    try:
        found = None
        while not found:
            time.sleep(0.05)
            found = re.search(r"(http://\S+)/\?token=(\S+)\nPress", running.output.read_text())
            assert running.process.poll() is None, "the server does not start"
        headers = {"authorization": f"Bearer {found[2]}"}
        transport = httpx.HTTPTransport(retries=5)
        with httpx.Client(
            base_url=found[1], headers=headers, transport=transport, timeout=120
        ) as client:
            yield Server(client, found[2])
    finally:
        running.process.terminate()
        running.end()
