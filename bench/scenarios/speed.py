"""S1 speed-up, S2 overhead, start-up."""

import time

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import Peer
from bench.engine_parts.server import serving
from bench.engine_parts.world import Run

_FIXED, _WORKERS = "400", 5
_FAST, _MANY, _FEW, _WIDE = "0-5", 1000, 100, 50
_START_UPS = 5


def speed_up(lab: Lab, round_: int) -> Figures:
    walls, windows = {}, {}
    before = after = 0.0
    for concurrency in (1, _WORKERS):
        with (
            lab.world(11) as world,
            serving(world, REQSIFT_MAX_CONCURRENCY=concurrency) as server,
        ):
            ids = server.request_ids()
            lab.simulator.reset(latency="0")
            server.analyze(ids[10:], concurrency)
            lab.simulator.reset(latency=_FIXED, seed=round_)
            start = time.time()
            answer = server.analyze(ids[:10], concurrency)
            end = time.time()
            stats = lab.simulator.stats()
            walls[concurrency], windows[concurrency] = end - start, stats.window
            before, after = (stats.first_call_at or 0) - start, end - (stats.last_answer_at or 0)
            assert answer["summary"]["successful"] == 10, answer["errors"]
    return {
        "window": windows[1] / windows[_WORKERS],
        "wall": walls[1] / walls[_WORKERS],
        "seconds": walls[_WORKERS],
        "before": before * 1000,
        "after": after * 1000,
    }


def speed_up_of_peer(lab: Lab, peer: Peer, round_: int) -> Figures:
    walls, windows = {}, {}
    for concurrency in (1, _WORKERS):
        lab.simulator.reset(latency=_FIXED, seed=round_)
        done = peer.run(lab, 10, concurrency)
        walls[concurrency] = done.wall
        windows[concurrency] = lab.simulator.stats().window
    return {
        "window": windows[1] / windows[_WORKERS],
        "wall": walls[1] / walls[_WORKERS],
        "seconds": walls[_WORKERS],
    }


def overhead(lab: Lab, round_: int) -> Figures:
    many, window = _analyzed(lab, _MANY, round_)
    few, _ = _analyzed(lab, _FEW, round_)
    return {**_overhead(many, few, window), "lost": 0}


def overhead_of_peer(lab: Lab, peer: Peer, round_: int) -> Figures:
    lab.simulator.reset(latency=_FAST, seed=round_)
    done = peer.run(lab, _MANY, _WIDE)
    window = lab.simulator.stats().window
    lab.simulator.reset(latency=_FAST, seed=round_)
    few = peer.run(lab, _FEW, _WIDE).run
    return {**_overhead(done.run, few, window), "lost": _MANY - done.ok}


def _analyzed(lab: Lab, entries: int, round_: int) -> tuple[Run, float]:
    with lab.world(entries) as world:
        lab.simulator.reset(latency=_FAST, seed=round_)
        done = world.analyze("--concurrency", str(_WIDE))
        assert done.code == 0, done.complaints
    return done, lab.simulator.stats().window


def _overhead(many: Run, few: Run, window: float) -> Figures:
    return {
        "cpu": (many.cpu - few.cpu) / (_MANY - _FEW) * 1000,
        "rate": _MANY / window,
        "peak": many.peak,
    }


def start_up(lab: Lab, round_: int) -> Figures:
    taken = []
    for _ in range(_START_UPS):
        with lab.world(1) as world:
            lab.simulator.reset(latency="0", seed=round_)
            done = world.analyze()
        taken.append(_first_call(lab) - done.started)
    return {"seconds": sorted(taken)[_START_UPS // 2]}


def start_up_of_peer(lab: Lab, peer: Peer, round_: int) -> Figures:
    lab.simulator.reset(latency="0", seed=round_)
    done = peer.run(lab, 1, 1)
    return {"seconds": _first_call(lab) - done.run.started}


def _first_call(lab: Lab) -> float:
    first = lab.simulator.stats().first_call_at
    assert first is not None, "no call was made"
    return first


S1 = Scenario(
    name="S1",
    title="10 calls of 400 ms, concurrency 5 against 1",
    measures=(
        Measure(key="window", what="speed-up, server's window", at_least=4.95),
        Measure(key="wall", what="speed-up, caller's wall time", at_least=4.85),
        Measure(key="seconds", what="caller's wall time at 5, s", form=".3f"),
        Measure(key="before", what="of it before the first call, ms", form=".0f"),
        Measure(key="after", what="of it after the last answer, ms", form=".0f"),
    ),
    measure=speed_up,
    of_peer=speed_up_of_peer,
)
S2 = Scenario(
    name="S2",
    title="1,000 calls of 0-5 ms, concurrency 50",
    measures=(
        Measure(key="cpu", what="CPU per call, ms (marginal)", at_most=0.8),
        Measure(key="rate", what="calls a second", form=",.0f", at_least=1400),
        Measure(key="peak", what="peak memory, MB", form=".0f", at_most=110),
        Measure(key="lost", what="lost of 1,000", form=".0f", at_most=0, always=True),
    ),
    measure=overhead,
    of_peer=overhead_of_peer,
)
START_UP = Scenario(
    name="start-up",
    title="From the start of the process to its first call",
    measures=(Measure(key="seconds", what="seconds (aim 0.8)", at_most=1.8),),
    measure=start_up,
    of_peer=start_up_of_peer,
)
