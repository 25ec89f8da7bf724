"""S5: killed at a random point, resumed, twenty times."""

import json
import signal
import time
from collections.abc import Iterator
from random import Random
from statistics import median

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import Peer
from bench.engine_parts.world import MODEL, Running
from reqsift.simulator import Call

_REQUESTS, _WIDE = 200, 10
_KILLS, _KILLS_OF_PEER = 20, 5
_LASTS = 4.2
"""Seconds that the batch takes when nobody disturbs it."""
_LATENCY = "lognormal:200"
_TIMEOUT = 60
_GRACE = 0.005
"""An answer that was sent so short before the kill may be still on its way."""


def crashes(lab: Lab, round_: int) -> Figures:
    kills = [_crash(lab, moment, seed) for seed, moment in _moments(round_, _KILLS)]
    return _together(kills) | {
        "unsaid": sum(kill["unsaid"] for kill in kills),
        "slowest": max(kill["first"] for kill in kills),
    }


def crashes_of_peer(lab: Lab, peer: Peer, round_: int) -> Figures:
    moments = _moments(round_, _KILLS_OF_PEER)
    return _together([_crash_of_peer(lab, peer, moment, seed) for seed, moment in moments])


def _moments(round_: int, count: int) -> Iterator[tuple[int, float]]:
    dice = Random(round_)
    for number in range(count):
        yield round_ * count + number, dice.uniform(0.05, 0.9) * _LASTS


def _together(kills: list[dict[str, float]]) -> dict[str, float]:
    return {
        "repeated": sum(kill["repeated"] for kill in kills) / len(kills),
        "on_its_way": sum(kill["on_its_way"] for kill in kills) / len(kills),
        "in_flight": max(kill["in_flight"] for kill in kills),
        "first": median(kill["first"] for kill in kills),
        "done": min(kill["done"] for kill in kills),
    }


def _crash(lab: Lab, after: float, seed: int) -> dict[str, float]:
    with lab.world(_REQUESTS) as world:
        lab.simulator.reset(latency=_LATENCY, seed=seed)
        running = world.spawn("analyze", *MODEL, "--concurrency", str(_WIDE))
        killed = _kill(lab, running, after)
        resumed = world.run("batches", "resume")
        assert resumed.code == 0, resumed.complaints
        shown = json.loads(world.run("batches", "list", "--json").output)[0]
    figures = _compare(lab.simulator.calls(), killed)
    return figures | {
        "first": figures["first"] - resumed.started,
        "done": shown["successful"],
        # What is told as perhaps paid twice, against what was really begun twice.
        "unsaid": abs(shown["repeated"] - figures["in_flight"]),
    }


def _crash_of_peer(lab: Lab, peer: Peer, after: float, seed: int) -> dict[str, float]:
    store = lab.folder / "peer.jsonl"
    store.unlink(missing_ok=True)
    lab.simulator.reset(latency=_LATENCY, seed=seed)
    running = peer.spawn(lab, _REQUESTS, _WIDE, _TIMEOUT, "--store", store)
    killed = _kill(lab, running, after)
    again = peer.run(lab, _REQUESTS, _WIDE, store=store)
    figures = _compare(lab.simulator.calls(), killed)
    return figures | {"first": figures["first"] - again.run.started, "done": again.ok}


def _kill(lab: Lab, running: Running, after: float) -> float:
    """Kill it so long after its first call; when that was."""
    while not lab.simulator.stats().first_call_at:
        assert running.process.poll() is None, running.end().complaints
        time.sleep(0.01)
    time.sleep(after)
    killed = time.time()
    running.process.send_signal(signal.SIGKILL)
    running.end()
    return killed


def _compare(calls: list[Call], killed: float) -> dict[str, float]:
    """What the second run asked for again."""
    before = [call for call in calls if call.start <= killed]
    again = {call.identity for call in calls if call.start > killed}
    answered = [call for call in before if call.outcome == 200 and call.end]
    safe = {call.identity for call in answered if (call.end or 0.0) < killed - _GRACE}
    late = {call.identity for call in answered} - safe
    return {
        "repeated": len(safe & again),
        "on_its_way": len(late & again),
        "in_flight": len({call.identity for call in before} & again),
        "first": min(call.start for call in calls if call.start > killed),
    }


S5 = Scenario(
    name="S5",
    title="200 calls, concurrency 10, killed at a random point and resumed, 20 times",
    measures=(
        Measure(
            key="repeated",
            what="answered, yet asked again, per kill",
            form=".0f",
            at_most=0,
            always=True,
        ),
        Measure(key="on_its_way", what="the same within 5 ms of the kill"),
        Measure(
            key="in_flight",
            what="started, asked again, at most",
            form=".0f",
            at_most=_WIDE,
            always=True,
        ),
        Measure(key="unsaid", what="of these, wrongly told, in all", form=".0f"),
        Measure(key="first", what="first call of the second run, s", at_most=1.0),
        Measure(key="slowest", what="slowest of them, s"),
        Measure(
            key="done", what="analyses at the end", form=".0f", at_least=_REQUESTS, always=True
        ),
    ),
    measure=crashes,
    of_peer=crashes_of_peer,
    resuming=True,
)
