"""Whether a scan's memory grows with the capture."""

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.make_har import write_har
from bench.processes import Usage, reqsift

SIZES = (10_000, 100_000)
GOAL = 1.25
"""Times the memory for ten times the entries; what is above is no longer flat."""


def memory() -> None:
    """Scan a small and a large capture with the installed program, and print its peaks."""
    usages: dict[int, Usage] = {}
    with TemporaryDirectory(prefix="reqsift-bench-") as name:
        for entries in SIZES:
            capture = Path(name) / f"{entries}.har"
            write_har(capture, entries)
            size = capture.stat().st_size / (1 << 20)
            found = Path(name) / "found.json"
            used = reqsift("scan", capture, "--format", "json", "--output", found)
            usages[entries] = used
            print(
                f"scan of {entries:>7,} entries, {size:4.0f} MiB: peak {used.peak:4.0f} MiB "
                f"(largest process), {used.wall:6.1f} s, {used.cpu:6.1f} s of CPU, "
                f"{found.stat().st_size / (1 << 20):.1f} MiB of findings",
                flush=True,
            )
    small, large = (usages[entries].peak for entries in SIZES)
    verdict = "PASS" if large / small <= GOAL else "MISSED"
    print(f"{large / small:.2f} times the memory for ten times the entries; flat: {verdict}")
