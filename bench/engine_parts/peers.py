"""Other engines, each run by its small module in an environment that is not the project's."""

import json
import signal
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.engine_parts.world import Run, Running, World, spawn

if TYPE_CHECKING:
    from bench.engine_parts.lab import Lab

_PACKAGES = ("anthropic", "async-batch-llm", "inspect-ai")
_LONGEST = 60
"""Seconds after which a run is stopped; what it has by then counts."""


@dataclass(frozen=True, slots=True)
class PeerRun:
    run: Run
    ok: int
    """Items with an answer that can be used."""
    wall: float
    """Seconds from its first line of code, imports of the engine left out, to its last answer."""


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    module: str
    python: Path
    options: tuple[str, ...] = ()
    only_limits: bool = False
    """Its options make a difference with rate limits only."""

    resumes: bool = False
    """Whether it can go on after a crash."""

    def spawn(
        self, lab: "Lab", requests: int, concurrency: int, timeout: float, *more: str | Path
    ) -> Running:
        """Let it ask for the first prompts of the same capture."""
        world = World(lab.folder, lab.simulator.url)
        asked = (lab.prompts(requests), requests, concurrency, timeout, *self.options, *more)
        command = [str(self.python), "-m", f"bench.peers.{self.module}", *map(str, asked)]
        return spawn(command, lab.folder, world.environment(), longest=_LONGEST)

    def run(
        self,
        lab: "Lab",
        requests: int,
        concurrency: int,
        *,
        timeout: float = 60,
        store: Path | None = None,
    ) -> PeerRun:
        """The same, to its end."""
        more = ("--store", store) if store else ()
        done = self.spawn(lab, requests, concurrency, timeout, *more).end()
        if done.code == -signal.SIGKILL:
            return PeerRun(done, lab.simulator.stats().ok, done.wall)
        assert done.code == 0, done.complaints[-2000:]
        said = json.loads(done.output.splitlines()[-1])
        return PeerRun(done, said["ok"], said["wall"])


def installed(folder: Path) -> tuple[Peer, ...]:
    """The peers that can be used, installed at the first time; what cannot is told."""
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(_PACKAGES)} for comparison ...", flush=True)
        venv.create(folder, with_pip=True)
    peers = []
    for peer, package in (
        (Peer("anthropic SDK", "sdk", python), "anthropic"),
        (
            Peer("SDK, 10 retries", "sdk", python, ("--retries", "10"), only_limits=True),
            "anthropic",
        ),
        (Peer("async-batch-llm", "batch_llm", python, resumes=True), "async-batch-llm"),
        (
            Peer("async-batch-llm, told", "batch_llm", python, ("--rpm", "2280"), only_limits=True),
            "async-batch-llm",
        ),
        (Peer("inspect_ai", "inspect_generate", python), "inspect-ai"),
    ):
        if _install(python, package):
            peers.append(peer)
        else:
            print(f"{peer.name} cannot be installed here: not measured", flush=True)
    return tuple(peers)


def versions(folder: Path) -> str:
    """Names and versions of the peers."""
    frozen = _pip(folder / "bin" / "python", "freeze").stdout.splitlines()
    names = {name.replace("-", "_") for name in _PACKAGES}
    return ", ".join(
        line.replace("==", " ") for line in frozen if line.split("==")[0].replace("-", "_") in names
    )


def _install(python: Path, package: str) -> bool:
    if _pip(python, "show", package).returncode == 0:
        return True
    return _pip(python, "install", "--quiet", package).returncode == 0


def _pip(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
