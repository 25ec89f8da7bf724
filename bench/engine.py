"""Measures the batch engine: `python -m bench.engine`; see docs/reference/engine-benchmarks.md."""

import argparse
import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_cache_path

from bench.engine_parts.figures import Figures, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import installed, versions
from bench.engine_parts.simulator import simulating
from bench.scenarios import budget, crash, faults, limits, scale, speed, urgency

SCENARIOS = (
    speed.S1,
    speed.S2,
    speed.START_UP,
    limits.S3,
    limits.S3_SILENT,
    limits.S3_TOKENS,
    faults.S4,
    crash.S5,
    faults.S6,
    urgency.S7,
    budget.S8,
    scale.GROWTH,
    scale.TWO,
    scale.LISTENERS,
)
OURS = "reqsift"

Results = dict[str, list[Figures]]
"""Of one scenario: by the name of what was measured, one entry for each round."""


def main() -> None:
    asked = arguments()
    chosen = [each for each in SCENARIOS if not asked.scenarios or each.name in asked.scenarios]
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{asked.rounds} rounds, medians (least - most)"
    )
    with TemporaryDirectory(prefix="reqsift-bench-") as name, simulating() as simulator:
        peers = installed(asked.peers_env) if asked.peers else ()
        if peers:
            print(f"beside {versions(asked.peers_env)}")
        lab = Lab(Path(name), simulator, peers)
        for scenario in chosen:
            results = measured(lab, scenario, asked.rounds)
            table(scenario, results)
            if scenario is scale.GROWTH and asked.chart:
                asked.chart.write_text(scale.drawn(results[OURS]), encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the batch engine, here and now.")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("scenarios", nargs="*", help=f"{', '.join(names)}; all if left out.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--peers-env",
        type=Path,
        default=user_cache_path("reqsift-bench") / "peers",
        help="Virtual environment of the peers; made when it is not there.",
    )
    parser.add_argument("--chart", type=Path, help="Where to draw the chart of scenario 10000.")
    asked = parser.parse_args()
    if unknown := set(asked.scenarios) - set(names):
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}")
    return asked


def measured(lab: Lab, scenario: Scenario, rounds: int) -> Results:
    """Peers take turns within each round, so that the machine's noise is the same for all."""
    results: Results = defaultdict(list)
    for round_ in range(rounds):
        results[OURS].append(scenario.measure(lab, round_))
        for peer in lab.peers:
            if scenario.takes(peer) and scenario.of_peer:
                results[peer.name].append(scenario.of_peer(lab, peer, round_))
    return results


def table(scenario: Scenario, results: Results) -> None:
    print(f"\n{scenario.name}: {scenario.title}")
    for measure in scenario.measures:
        for name, rounds in results.items():
            values = values_of(rounds, measure.key)
            if not values:
                continue
            ours = name == OURS
            what = measure.what if ours else f"    {name}"
            verdict = f"{measure.goal:<22}{measure.verdict(values)}" if ours else ""
            print(f"  {what:<38}{measure.shown(values):>26}   {verdict}".rstrip(), flush=True)


def values_of(rounds: Sequence[Figures], key: str) -> list[float]:
    return [figures[key] for figures in rounds if key in figures]


if __name__ == "__main__":
    main()
