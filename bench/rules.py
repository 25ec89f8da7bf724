"""What the offline rules cost: `python -m bench.rules [EXCHANGES]`.

Prints exchanges per second on one core and what a second process adds, microseconds per exchange
for each rule, seconds for large and for hostile messages, and another passive scanner's rate on the
same responses. `--memory` measures the memory of `reqsift scan` instead.
"""

import argparse
import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from platformdirs import user_cache_path

from bench.rules_parts import hostile, speed, texts, wapiti
from bench.rules_parts.memory import memory
from bench.rules_parts.pool import pooled
from bench.rules_parts.traffic import exchanges
from reqsift.domain.captures import Exchange, Request, Response
from reqsift.domain.rules import RULES

ROUNDS = 3
SAMPLE = 4_000
"""Exchanges for the table of rules; more change nothing in it."""
PEER_SAMPLE = 5_000
LEAST_RATE, LEAST_RATIO = 1_500, 1.7
MOST_LARGE_S, MOST_HOSTILE_S = 0.5, 1.0


def main() -> None:
    asked = arguments()
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{len(RULES)} rules",
        flush=True,
    )
    if asked.memory:
        memory()
        return
    if asked.only in {"", "rate", "rules"}:
        ordinary(asked.exchanges, asked.only)
    if asked.only in {"", "peer"} and asked.peer:
        beside(asked)
    if asked.only in {"", "hostile"}:
        large()
        twisted()
        endless(all_of_them=asked.all)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the offline rules.")
    parser.add_argument("exchanges", type=int, nargs="?", default=20_000)
    parser.add_argument("--only", choices=("rate", "rules", "peer", "hostile"), default="")
    parser.add_argument("--all", action="store_true", help="Print hostile runs that passed, too.")
    parser.add_argument("--memory", action="store_true", help="Of `reqsift scan`, in its stead.")
    parser.add_argument("--peer", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--peer-python", default="", help="Python 3.12 or newer, for the peer.")
    parser.add_argument(
        "--peer-env",
        type=Path,
        default=user_cache_path("reqsift-bench") / "wapiti",
        help="Virtual environment of the peer; made when it is not there.",
    )
    return parser.parse_args()


def ordinary(count: int, only: str) -> None:
    made = exchanges(count)
    size = sum(map(size_of, made)) / count
    print(f"{count:,} exchanges, {size:,.0f} bytes each on average", flush=True)
    if only != "rules":
        rate(made)
        second_process(made)
    if only != "rate":
        one_by_one(made[:SAMPLE])


def rate(made: Sequence[Exchange]) -> None:
    taken = speed.passes(made, ROUNDS)
    cpu, wall = (
        len(made) / median(getattr(one, name) for one in taken) for name in ("cpu", "wall")
    )
    rounds = ", ".join(f"{len(made) / one.cpu:,.0f}" for one in taken)
    print(f"\nOne core: {cpu:,.0f} exchanges a second of CPU ({rounds}), {wall:,.0f} by the clock")
    print(f"  at least {LEAST_RATE:,}: {verdict(cpu >= LEAST_RATE)}")
    print(f"  {taken[0].findings:,} findings, {taken[0].faults} faults of rules", flush=True)


def second_process(made: Sequence[Exchange]) -> None:
    """In turns, so that what else the machine does meets both."""
    rounds = [(pooled(made, 1), pooled(made, 2)) for _ in range(ROUNDS)]
    ratio = median(one.wall / two.wall for one, two in rounds)
    one, two = (len(made) / median(pair[n].wall for pair in rounds) for n in (0, 1))
    caller = median(pair[1].caller for pair in rounds) / len(made) * 1e6
    each = ", ".join(f"{one.wall / two.wall:.2f}" for one, two in rounds)
    print(f"\nProcesses: {one:,.0f} a second with one, {two:,.0f} with two: {ratio:.2f} x ({each})")
    print(f"  at least {LEAST_RATIO:g} x: {verdict(ratio >= LEAST_RATIO)}")
    print(f"  the caller itself takes {caller:.0f} µs of CPU for each", flush=True)


def one_by_one(made: Sequence[Exchange]) -> None:
    print("\nµs of CPU for each exchange, what rules share computed before")
    costs = speed.each_rule(made, 2)
    for name, cost in sorted(costs.items(), key=lambda item: -item[1]):
        print(f"{cost:8.2f}  {name}")
    print(f"{sum(costs.values()):8.2f}  all {len(costs)} rules and trackers")
    print("\nWhat rules share, if every exchange asked for it (mostly they do not)")
    for name, cost in sorted(speed.each_part(made, 2).items(), key=lambda item: -item[1]):
        if cost >= 0.1:
            print(f"{cost:8.2f}  view.{name}", flush=True)


def beside(asked: argparse.Namespace) -> None:
    """Wapiti's passive modules on the same exchanges, in turns with ours."""
    made = exchanges(min(asked.exchanges, PEER_SAMPLE))
    print(f"\nBeside Wapiti's passive scanner, {len(made):,} exchanges, one core")
    try:
        peer = wapiti.installed(asked.peer_env, asked.peer_python)
        theirs = peer.scan(made, ROUNDS)
        ours = len(made) / median(one.cpu for one in speed.passes(made, ROUNDS))
        rate = len(made) / float(str(theirs["cpu"]))
        modules = theirs["modules"]
        assert isinstance(modules, list)
        print(f"  reqsift, {len(RULES)} rules{ours:>27,.0f} a second of CPU")
        print(
            f"  Wapiti {theirs['version']}, {len(modules)} modules, Python {theirs['python']}"
            f"{rate:>10,.0f} a second of CPU: {ours / rate:.2f} x as quick as it"
        )
        for name, (kind, text) in {"page": texts.large_page(), "data": texts.large_data()}.items():
            alone = peer.scan([hostile.answered(text, kind)], 1)
            print(f"  its {name} of 5 MiB: {float(str(alone['cpu'])):.2f} s", flush=True)
    except wapiti.CannotRunError as error:
        print(f"  it cannot be measured here: {error}", flush=True)


def large() -> None:
    print("\nLarge bodies, seconds of CPU")
    for name, (kind, text) in {"page": texts.large_page(), "data": texts.large_data()}.items():
        report(f"{name} of 5 MiB", hostile.answered(text, kind), MOST_LARGE_S)


def twisted() -> None:
    print("\nHostile messages, seconds of CPU")
    for name, make in hostile.bodies():
        report(name, make(), MOST_HOSTILE_S)


def endless(*, all_of_them: bool) -> None:
    print(f"\nOne string repeated, in {len(list(hostile.runs('a')))} places: the slowest place")
    for pump in hostile.PUMPS:
        worst, place = max((taken(make()), name) for name, make in hostile.runs(pump))
        if all_of_them or worst > MOST_HOSTILE_S:
            slowest = next(make() for name, make in hostile.runs(pump) if name == place)
            report(f"{pump!r}, {place}", slowest, MOST_HOSTILE_S)
        else:
            print(f"  {f'{pump!r}, {place}':<44}{worst:8.2f}   PASS", flush=True)


def taken(exchange: Exchange) -> float:
    return speed.seconds(exchange, MOST_HOSTILE_S)


def report(name: str, exchange: Exchange, most: float) -> None:
    """A line; beside what is missed, who is to blame."""
    needed = speed.seconds(exchange, most)
    shown = f"> {speed.ENDLESS_S}" if math.isinf(needed) else f"{needed:.2f}"
    line = f"  {name:<44}{shown:>8}   {verdict(needed <= most)}"
    if needed > most:
        line += ": " + ", ".join(f"{who} {cost:.2f}" for cost, who in speed.blame(exchange))
    print(line, flush=True)


def verdict(reached: bool) -> str:  # noqa: FBT001 -- a condition, read as such
    return "PASS" if reached else "MISSED"


def size_of(exchange: Exchange) -> int:
    sides: list[Request | Response] = [exchange.request]
    if exchange.response:
        sides.append(exchange.response)
    headers = sum(len(name) + len(value) + 4 for side in sides for name, value in side.headers)
    return len(exchange.request.url) + headers + sum(len(side.body.content) for side in sides)


if __name__ == "__main__":
    main()
