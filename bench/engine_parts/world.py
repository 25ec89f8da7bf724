"""A data directory with an imported capture, and `reqsift` processes that use it."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.processes import REQSIFT

# The peers make a call for each request too, and keep no answers.
MODEL = ("--model", "haiku-4.5", "--no-pack", "--no-cache")
_LONGEST = 300
_MEGA = 1e6
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """What a process that has ended did and took."""

    code: int
    started: float
    """Seconds since 1970, just before it was spawned."""
    wall: float
    cpu: float
    """Seconds, user and system."""
    peak: float
    """MB (10^6 bytes) of memory, at most."""
    output: str
    complaints: str


@dataclass(frozen=True, slots=True)
class World:
    data_dir: Path
    provider: str
    """URL of the simulator."""

    @property
    def store(self) -> Path:
        return self.data_dir / "reqsift.db"

    def environment(self, **more: object) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}  # noqa: TID251 -- a child's
        ours = {
            "REQSIFT_DATA_DIR": self.data_dir,
            "REQSIFT_MAX_CONCURRENCY": 50,
            "ANTHROPIC_BASE_URL": self.provider,
            "ANTHROPIC_API_KEY": "any",
        }
        return kept | {name: str(value) for name, value in (ours | more).items()}

    def spawn(self, *arguments: str | Path, **environment: object) -> "Running":
        return spawn([REQSIFT, *arguments], self.data_dir, self.environment(**environment))

    def run(self, *arguments: str | Path, **environment: object) -> Run:
        return self.spawn(*arguments, **environment).end()

    def analyze(self, *arguments: str, **environment: object) -> Run:
        return self.run("analyze", *MODEL, "--json", *arguments, **environment)


class Running:
    """A process; it is killed when it takes far too long."""

    def __init__(
        self, process: subprocess.Popen[bytes], started: float, output: Path, longest: float
    ) -> None:
        self.process = process
        self.output = output
        self._started = started
        self._timer = threading.Timer(longest, process.kill)
        self._timer.daemon = True
        self._timer.start()

    def end(self) -> Run:
        """Wait for its end."""
        _, status, usage = os.wait4(self.process.pid, 0)
        wall = time.time() - self._started
        self._timer.cancel()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return Run(
            code=self.process.returncode,
            started=self._started,
            wall=wall,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss * 1024 / _MEGA,
            output=self.output.read_text(),
            complaints=self.output.with_suffix(".err").read_text(),
        )


def spawn(
    command: Sequence[str | Path],
    folder: Path,
    environment: dict[str, str],
    longest: float = _LONGEST,
) -> Running:
    """Start a process whose words go into files: nobody has to read while it runs."""
    output = folder / f"{time.time_ns()}.out"
    with output.open("wb") as words, output.with_suffix(".err").open("wb") as complaints:
        started = time.time()
        process = subprocess.Popen(
            command, stdout=words, stderr=complaints, env=environment, cwd=_ROOT
        )
    return Running(process, started, output, longest)


def copy_store(store: Path, folder: Path) -> None:
    folder.mkdir()
    for file in store.parent.glob(f"{store.name}*"):
        shutil.copy(file, folder / file.name)


def _is_ours(name: str) -> bool:
    return name.startswith(("REQSIFT_", "ANTHROPIC_", "OPENAI_"))
