"""The installed command as a process, in a world of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

REQSIFT = Path(sys.executable).with_name("reqsift")


@dataclass(frozen=True, slots=True)
class Command:
    """Runs `reqsift` with its own data directory."""

    data_dir: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _set_by_users(name)}  # noqa: TID251 -- a child's
        return kept | {"REQSIFT_DATA_DIR": str(self.data_dir), "NO_COLOR": "1"} | more

    def __call__(
        self, *arguments: str | Path, code: int = 0, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [REQSIFT, *arguments],
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done


def _set_by_users(name: str) -> bool:
    return name.startswith("REQSIFT_") or name in {"ANTHROPIC_API_KEY", "OPENAI_API_KEY"}


@contextmanager
def serving(reqsift: Command, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and the link that it printed."""
    process = subprocess.Popen(
        [REQSIFT, "serve", "--port", "0", *arguments],
        env=reqsift.environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        link = ""
        while not link:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            found = re.search(r"http://\S+\?token=\S+", line)
            link = found[0] if found else ""
        process.stdout.readline()
        yield process, link
    finally:
        process.terminate()
        process.communicate(timeout=20)


@contextmanager
def simulating(reqsift: Command, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running simulator and its address."""
    process = subprocess.Popen(
        [REQSIFT, "simulate", "--port", "0", *arguments],
        env=reqsift.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("reqsift simulates at http://127.0.0.1:"), process.communicate()
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.communicate(timeout=20)


def client_of(link: str) -> httpx.Client:
    base, _, token = link.partition("/?token=")
    transport = httpx.HTTPTransport(retries=5)
    headers = {"authorization": f"Bearer {token}"}
    return httpx.Client(base_url=base, headers=headers, transport=transport, timeout=30)
