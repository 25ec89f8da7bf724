"""S4 faults, S6 an outage."""

import json

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import Peer
from reqsift.simulator import Stats

_REQUESTS, _WIDE = 300, 20
_FAULTS = {"overloaded": 0.05, "error": 0.02, "drop": 0.02, "hang": 0.01, "malformed": 0.02}
_LATENCY = "lognormal:200:0.3"
_TIMEOUT = 2
_OUTAGE_REQUESTS, _OUTAGE_AT, _OUTAGE = 500, 1.0, 30.0


def faults(lab: Lab, round_: int) -> Figures:
    with lab.world(_REQUESTS) as world:
        lab.simulator.reset(latency=_LATENCY, faults=_FAULTS, seed=round_)
        done = world.analyze("--concurrency", str(_WIDE), REQSIFT_CALL_TIMEOUT=_TIMEOUT)
    summary = json.loads(done.output)["summary"]
    return _figures(lab.simulator.stats(), summary["successful"])


def faults_of_peer(lab: Lab, peer: Peer, round_: int) -> Figures:
    lab.simulator.reset(latency=_LATENCY, faults=_FAULTS, seed=round_)
    done = peer.run(lab, _REQUESTS, _WIDE, timeout=_TIMEOUT)
    return _figures(lab.simulator.stats(), done.ok)


def _figures(stats: Stats, done: float) -> Figures:
    befell = sum(count for fault, count in stats.faults.items() if fault != "abandoned")
    return {
        "lost": _REQUESTS - done,
        "window": stats.window,
        "calls": stats.calls,
        "more": stats.calls - _REQUESTS - befell,
    }


def outage(lab: Lab, round_: int) -> Figures:
    with lab.world(_OUTAGE_REQUESTS) as world:
        lab.simulator.reset(latency=_LATENCY, outage=f"{_OUTAGE_AT}:{_OUTAGE}", seed=round_)
        done = world.analyze("--concurrency", str(_WIDE))
    summary = json.loads(done.output)["summary"]
    stats, calls = lab.simulator.stats(), lab.simulator.calls()
    back = (stats.first_call_at or 0.0) + _OUTAGE_AT + _OUTAGE
    answered = [(call.start, call.end) for call in calls if call.outcome == 200 and call.end]
    latency = sum(end - start for start, end in answered) / len(answered)
    again = sum(back + 3 <= end < back + 4 for _, end in answered)
    return {
        "lost": _OUTAGE_REQUESTS - summary["successful"],
        "calls": stats.faults.get("outage", 0),
        "rate": 100 * again / (_WIDE / latency),
        "first": min(end for _, end in answered if end > back) - back,
        "rest": (stats.last_answer_at or 0.0) - back,
    }


S4 = Scenario(
    name="S4",
    title="300 calls, 12 % faults of five kinds, concurrency 20, time limit 2 s",
    measures=(
        Measure(key="lost", what=f"lost of {_REQUESTS}", form=".0f", at_most=0, always=True),
        Measure(key="window", what="server's window, s", at_most=5.5),
        Measure(key="calls", what="calls made", form=".0f"),
        Measure(key="more", what="calls beyond 300 + faults", form=".0f", at_most=2, always=True),
    ),
    measure=faults,
    of_peer=faults_of_peer,
)
S6 = Scenario(
    name="S6",
    title=f"{_OUTAGE_REQUESTS} calls, an outage of 30 s after 1 s, concurrency 20",
    measures=(
        Measure(key="lost", what=f"lost of {_OUTAGE_REQUESTS}", form=".0f", at_most=0, always=True),
        Measure(key="calls", what="calls during the outage", form=".0f", at_most=40),
        Measure(key="rate", what="% of the full rate, 3-4 s after it", form=".0f", at_least=90),
        Measure(key="first", what="first answer after it, s"),
        Measure(key="rest", what="all done after it, s"),
    ),
    measure=outage,
)
