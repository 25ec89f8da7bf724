"""10,000 items, two processes on one quota, a hundred listeners."""

import asyncio
import time
from collections.abc import Sequence
from statistics import median

from bench.engine_parts.chart import chart
from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.listeners import listening
from bench.engine_parts.server import serving
from bench.engine_parts.world import MODEL, Run
from bench.scenarios.limits import CEILING, LIMITED, REQUESTS, goodput

SIZES = (100, 300, 1_000, 3_000, 10_000)
_BASE, _START_UPS, _LONG_RUNS, _WIDE = 10, 5, 3, 50
_MANY = SIZES[-1]
_HEARD, _LISTENERS, _DEAF = 1_000, 100, 10


def growth(lab: Lab, round_: int) -> Figures:
    """`cpu_N`: CPU milliseconds per item, start-up left out; `wall_N` of the server's window."""
    base = median(_analyzed(lab, _BASE, round_)[0].cpu for _ in range(_START_UPS))
    figures: dict[str, float] = {}
    peak = {}
    for size in SIZES:
        # What a small batch takes is little beside the noise of a start-up.
        times = _START_UPS if size <= 1_000 else _LONG_RUNS
        runs = [_analyzed(lab, size, round_) for _ in range(times)]
        peak[size] = max(run.peak for run, _ in runs)
        figures[f"wall_{size}"] = median(window for _, window in runs) / size * 1000
        cpu = median(run.cpu for run, _ in runs) - base
        figures[f"cpu_{size}"] = cpu / (size - _BASE) * 1000
    figures["ratio"] = figures[f"cpu_{_MANY}"] / figures["cpu_1000"]
    figures["more"] = peak[_MANY] - peak[1_000]
    figures["peak"] = peak[_MANY]
    return figures | {"accepted": _accepted(lab)}


def _analyzed(lab: Lab, size: int, round_: int) -> tuple[Run, float]:
    with lab.world(size) as world:
        lab.simulator.reset(latency="0-5", seed=round_)
        done = world.analyze("--concurrency", str(_WIDE))
    assert done.code == 0, done.complaints
    return done, lab.simulator.stats().window


def drawn(rounds: Sequence[Figures]) -> str:
    """The medians as a chart."""
    names = {"cpu": "CPU per item, ms", "wall": "time per item, ms (concurrency 50)"}
    return chart(
        "Cost per item over the number of items",
        {
            name: {size: median(one[f"{key}_{size}"] for one in rounds) for size in SIZES}
            for key, name in names.items()
        },
    )


def _accepted(lab: Lab) -> float:
    with lab.world(_MANY) as world, serving(world) as server:
        lab.simulator.reset(latency="200")
        ids = server.request_ids()
        start = time.perf_counter()
        batch = server.begin(ids)
        accepted = time.perf_counter() - start
        server.cancel(batch)
    return accepted


def two_processes(lab: Lab, round_: int) -> Figures:
    half = REQUESTS // 2
    with lab.world(half, half) as world:
        lab.simulator.reset(**LIMITED, seed=round_)
        asked = ("analyze", *MODEL, "--json", "--concurrency", "auto", "--capture")
        limit = {"REQSIFT_MAX_CONCURRENCY": CEILING}
        both = [world.spawn(*asked, capture, **limit) for capture in ("c1", "c2")]
        codes = [running.end().code for running in both]
    stats = lab.simulator.stats()
    return {
        "goodput": goodput(stats),
        "rejected": stats.rejected / max(1, stats.ok),
        "lost": REQUESTS - stats.ok,
        "code": max(codes),
    }


def listeners(lab: Lab, round_: int) -> Figures:
    alone, _ = _heard(lab, round_, 0)
    with_all, missed = _heard(lab, round_, _LISTENERS)
    return {"longer": 100 * (with_all / alone - 1), "missed": missed, "window": with_all}


def _heard(lab: Lab, round_: int, count: int) -> tuple[float, int]:
    """The server's window, and the events that listeners missed."""
    with lab.world(_HEARD) as world, serving(world) as server:
        ids = server.request_ids()
        lab.simulator.reset(latency="lognormal:200:0.3", seed=round_)
        batch = server.begin(ids, concurrency=_WIDE)
        deaf = _DEAF if count else 0
        heard = asyncio.run(listening(server, batch, count - deaf, deaf))
        ended = server.ended(batch)
    assert ended["successful"] == _HEARD, ended
    return lab.simulator.stats().window, sum(_HEARD - len(each) for each in heard)


GROWTH = Scenario(
    name="10000",
    title="From 100 to 10,000 items of 0-5 ms, concurrency 50",
    measures=(
        Measure(key="accepted", what="POST of 10,000 is accepted in, s", at_most=1.0),
        *(
            Measure(key=f"cpu_{size}", what=f"CPU per item of {size:,}, ms", form=".3f")
            for size in SIZES
        ),
        Measure(key="ratio", what="10,000 against 1,000", at_most=1.1),
        *(
            Measure(key=f"wall_{size}", what=f"time per item of {size:,}, ms", form=".3f")
            for size in SIZES
        ),
        Measure(key="peak", what="peak memory, MB", form=".0f"),
        Measure(key="more", what="beyond that of 1,000, MB", form=".0f", at_most=10),
    ),
    measure=growth,
)
TWO = Scenario(
    name="two",
    title="Two processes, 300 calls each, on the limits of S3",
    measures=(
        Measure(key="goodput", what="goodput of both, %", form=".1f", at_least=90),
        Measure(key="rejected", what="refused per success", form=".3f"),
        Measure(key="lost", what=f"lost of {REQUESTS}", form=".0f", at_most=0, always=True),
        Measure(key="code", what="exit code", form=".0f", at_most=0, always=True),
    ),
    measure=two_processes,
)
LISTENERS = Scenario(
    name="listeners",
    title="1,000 items of 200 ms, concurrency 50, with 100 listeners, ten of which never read",
    measures=(
        Measure(key="longer", what="% longer than without", form=".1f", at_most=5),
        Measure(key="missed", what="events missed", form=".0f", at_most=0, always=True),
        Measure(key="window", what="server's window, s"),
    ),
    measure=listeners,
)
