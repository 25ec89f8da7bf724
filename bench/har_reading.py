"""Reading a HAR with reqsift against `json.load` of the same file, in the same run.

python -m bench.har_reading [--entries N] [FILE]      each measure in a process of its own
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bench.make_har import write_har
from reqsift.adapters.readers import CaptureFileReader

ROOT = Path(__file__).parents[1]
ROUNDS = 3


def with_reader(path: Path) -> int:
    return sum(1 for _ in CaptureFileReader().read(path, lambda _: None))


def with_json(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return len(json.load(file)["log"]["entries"])


WAYS = {"reqsift": with_reader, "json.load": with_json}


def measure(way: str, path: Path) -> None:
    """Print what one way of reading takes: entries, seconds, peak memory in MiB."""
    start = perf_counter()
    entries = WAYS[way](path)
    seconds = perf_counter() - start
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps([entries, seconds, peak]))


def best(way: str, path: Path, rounds: int) -> tuple[int, float, float]:
    """The fastest of some rounds, with the highest peak of them."""
    command = [sys.executable, "-m", "bench.har_reading", "--measure", way, str(path.resolve())]
    results = [json.loads(subprocess.check_output(command, cwd=ROOT)) for _ in range(rounds)]
    return results[0][0], min(result[1] for result in results), max(result[2] for result in results)


def compare(path: Path, rounds: int) -> None:
    size = path.stat().st_size / 1e6
    print(f"{path.name}: {size:.0f} MB, best of {rounds}\n")
    print(f"{'':10} {'entries':>9} {'seconds':>9} {'MB/s':>7} {'peak MiB':>9} {'time':>7}")
    results = {way: best(way, path, rounds) for way in WAYS}
    for way, (entries, seconds, peak) in results.items():
        ratio = seconds / results["json.load"][1]
        print(
            f"{way:10} {entries:9} {seconds:9.2f} {size / seconds:7.0f} {peak:9.0f} {ratio:6.2f}x"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="a HAR; without it one is made")
    parser.add_argument("--entries", type=int, default=20_000, help="of the HAR that is made")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--measure", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(given.measure, given.file)
    elif given.file:
        compare(given.file, given.rounds)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "made.har")
            write_har(path, given.entries)
            compare(path, given.rounds)


if __name__ == "__main__":
    main()
