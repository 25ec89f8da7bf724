"""How fast a running server lists requests."""

import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from tests.acceptance.command import Command, client_of, serving

_TIMES = 30
_LIMIT = "at most 50 ms"


def request_pages(store: Path) -> Iterable[tuple[str, str, str]]:
    """Rows of a table: the first page, deep pages, a filtered one; 100 requests each."""
    with (
        TemporaryDirectory() as folder,
        serving(Command(Path(folder)), "--db", str(store)) as (_, link),
        client_of(link) as client,
    ):
        total = client.get("/api/requests?limit=1").json()["total"]
        yield "requests stored", f"{total:,}", ""
        deep = client.get(f"/api/requests?limit=1&offset={total - 201}").json()["nextCursor"]
        for what, query in (
            ("first page", ""),
            ("last page but one, by cursor", f"&cursor={deep}"),
            ("last page but one, by offset", f"&offset={total - 200}"),
            ("first page with a text filter", "&text=search"),
        ):
            taken = [_milliseconds(client, query) for _ in range(_TIMES)]
            yield what, f"{median(taken):.1f} ms", f"{_LIMIT}; worst of {_TIMES}: {max(taken):.1f}"


def _milliseconds(client: httpx.Client, query: str) -> float:
    start = time.perf_counter()
    client.get(f"/api/requests?limit=100{query}").raise_for_status()
    return (time.perf_counter() - start) * 1000
