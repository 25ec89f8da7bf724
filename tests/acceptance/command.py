"""The installed command as a process, in a world of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
