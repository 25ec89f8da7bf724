"""Another passive scanner beside ours, in an environment that is not the project's."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from reqsift.domain.captures import Exchange

_PACKAGE = "wapiti3"
_OLDEST = (3, 12)
"""The oldest Python for versions of it that have a passive scanner."""
_PYTHONS = ("python3.14", "python3.13", "python3.12")
_LONGEST_S = 300


class CannotRunError(Exception):
    """It cannot be measured here; says why."""


@dataclass(frozen=True, slots=True)
class Peer:
    python: Path

    def scan(self, made: Sequence[Exchange], rounds: int) -> dict[str, object]:
        """What its runner prints of these exchanges.

        Raises:
            CannotRunError: It fails or does not end.
        """
        with TemporaryDirectory(prefix="reqsift-bench-") as name:
            path = Path(name) / "exchanges.jsonl"
            with path.open("w") as file:
                file.writelines(json.dumps(_told(exchange)) + "\n" for exchange in made)
            command: list[str | Path] = [self.python, "-m", "bench.peers.wapiti_passive", path]
            try:
                done = _run(*command, str(rounds))
            except subprocess.TimeoutExpired as error:
                raise CannotRunError(f"it does not end in {_LONGEST_S} s") from error
        if done.returncode:
            raise CannotRunError(done.stderr.strip().splitlines()[-1][:200])
        return cast("dict[str, object]", json.loads(done.stdout.splitlines()[-1]))


def installed(folder: Path, base: str = "") -> Peer:
    """The peer, installed at the first time.

    Raises:
        CannotRunError: There is no Python that is new enough, or it cannot be installed.
    """
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"installing {_PACKAGE} for comparison ...", flush=True)
        _run(_new_enough(base), "-m", "venv", folder)
    if _run(python, "-m", "pip", "show", "--quiet", _PACKAGE).returncode:
        done = _run(python, "-m", "pip", "install", "--quiet", _PACKAGE)
        if done.returncode:
            raise CannotRunError(f"pip cannot install {_PACKAGE}")
    return Peer(python)


def _new_enough(base: str) -> str:
    for name in (base,) if base else _PYTHONS:
        try:
            done = _run(name, "-c", f"import sys; sys.exit(sys.version_info < {_OLDEST})")
        except OSError:
            continue
        if done.returncode == 0:
            return name
    raise CannotRunError("it needs Python 3.12 or newer; name one with --peer-python")


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_S, check=False)


def _told(exchange: Exchange) -> dict[str, object]:
    request, response = exchange.request, exchange.response
    assert response
    return {
        "url": request.url,
        "method": request.method,
        "asked": list(request.headers),
        "sent": b64encode(request.body.content).decode(),
        "sent_type": request.body.mime_type,
        "status": response.status,
        "told": list(response.headers),
        "body": b64encode(response.body.content).decode(),
    }
