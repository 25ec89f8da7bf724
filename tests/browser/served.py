"""`reqsift serve` as people start it, for browsers."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.acceptance.command import REQSIFT, Command

_LINK = re.compile(r"(http://[^/\s]+/)\?token=(\S+)")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server."""

    link: str
    """What it printed for people to open."""
    origin: str
    token: str

    def upload(self, name: str, content: bytes) -> None:
        """Import a capture through the API."""
        answer = httpx.post(
            f"{self.origin}api/captures",
            files={"file": (name, content)},
            headers={"authorization": f"Bearer {self.token}"},
            timeout=120,
        )
        answer.raise_for_status()

    def post(self, path: str, asked: dict[str, object]) -> None:
        """Call the API."""
        answer = httpx.post(
            f"{self.origin}{path.removeprefix('/')}",
            json=asked,
            headers={"authorization": f"Bearer {self.token}"},
            timeout=120,
        )
        answer.raise_for_status()


@contextmanager
def serve(data_dir: Path, db: Path, **environment: str) -> Iterator[Served]:
    """Run the installed command on a free port until the block ends.

    Raises:
        AssertionError: It did not start, or it said something on stderr.
    """
    complaints = data_dir / "stderr.txt"
    data_dir.mkdir(parents=True, exist_ok=True)
    with (
        complaints.open("w") as errors,
        subprocess.Popen(
            [REQSIFT, "serve", "--port", "0", "--db", db],
            env=Command(data_dir).environment(**environment),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield _printed(process, complaints)
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert complaints.read_text() == ""


def _printed(process: subprocess.Popen[str], complaints: Path) -> Served:
    assert process.stdout is not None
    for line in process.stdout:
        found = _LINK.search(line)
        if found:
            return Served(link=found.group(), origin=found.group(1), token=found.group(2))
    raise AssertionError(complaints.read_text())


def chromium() -> str | None:
    """The browser's path: `REQSIFT_CHROMIUM`, else the installed one, else None."""
    return os.environ.get("REQSIFT_CHROMIUM") or shutil.which("chromium")  # noqa: TID251 -- a test's own


def must_run() -> bool:
    """Whether a missing browser is a failure."""
    return os.environ.get("CI") == "true"  # noqa: TID251 -- a test's own
