"""S8: a spend cap is reached in mid-batch."""

import json

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab

_REQUESTS, _WIDE = 200, 20
_CAP, _LARGER = 0.30, 1.0
"""US dollars: enough for about half, and for all."""


def budget(lab: Lab, round_: int) -> Figures:
    with lab.world(_REQUESTS) as world:
        lab.simulator.reset(latency="lognormal:200:0.3", seed=round_)
        capped = world.analyze("--concurrency", str(_WIDE), "--max-cost", str(_CAP))
        spent = lab.simulator.spent()
        stopped = json.loads(world.run("batches", "list", "--json").output)[0]
        resumed = world.run("batches", "resume", stopped["id"], "--max-cost", str(_LARGER))
        ended = json.loads(world.run("batches", "list", "--json").output)[0]
        asked = [call.identity for call in lab.simulator.calls()]
    return {
        "over": max(0.0, spent - _CAP),
        "used": 100 * spent / _CAP,
        "code": capped.code,
        "failed": stopped["failed"],
        "left": stopped["left"],
        "booked": abs(stopped["cost"] - spent),
        "resumed": resumed.code,
        "done": ended["successful"],
        "twice": len(asked) - len(set(asked)),
    }


S8 = Scenario(
    name="S8",
    title=f"200 calls, --max-cost {_CAP:.2f}, which is enough for about half",
    measures=(
        Measure(key="over", what="spent beyond the cap, $", form=".4f", at_most=0, always=True),
        Measure(key="used", what="% of the cap that was used", form=".0f"),
        Measure(key="code", what="exit code", form=".0f", at_least=4, at_most=4, always=True),
        Measure(key="failed", what="told as failed", form=".0f", at_most=0, always=True),
        Measure(key="left", what="left", form=".0f"),
        Measure(key="booked", what="told cost against the bill, $", form=".6f", at_most=1e-6),
        Measure(key="resumed", what="exit code of the resume", form=".0f", at_most=0, always=True),
        Measure(key="done", what="done after it", form=".0f", at_least=_REQUESTS, always=True),
        Measure(key="twice", what="asked twice", form=".0f", at_most=0, always=True),
    ),
    measure=budget,
)
