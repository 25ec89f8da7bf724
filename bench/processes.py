"""Whole processes, measured by the operating system's own accounts."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

REQSIFT = Path(sys.executable).with_name("reqsift")


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process and its children took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    peak: float
    """MiB of the largest process."""
    output: str


def run(*command: str | Path) -> Usage:
    """Run a command to its end; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Usage(wall=wall, cpu=cpu, peak=usage.ru_maxrss / 1024, output=output)


def reqsift(*arguments: str | Path) -> Usage:
    """Run `reqsift`."""
    return run(REQSIFT, *arguments)
