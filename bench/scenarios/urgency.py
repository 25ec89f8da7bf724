"""S7: urgent requests enter a bulk batch that shares their quota."""

import time

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.server import Server, serving
from bench.scenarios.limits import CEILING, LIMITED, REQUESTS, goodput

_URGENT = 20
_EVERY = 0.2
_SINGLES_AT, _TOGETHER_AT = 2.0, 8.0


def urgency(lab: Lab, round_: int) -> Figures:
    """Twenty batches of one, one after the other, and a batch of twenty."""
    singles, together = range(REQUESTS, REQUESTS + _URGENT), range(REQUESTS + _URGENT, _all())
    with (
        lab.world(_all()) as world,
        serving(world, REQSIFT_MAX_CONCURRENCY=CEILING) as server,
    ):
        ids = server.request_ids()
        lab.simulator.reset(**LIMITED, seed=round_)
        begun = time.time()
        batches = [server.begin(ids[:REQUESTS], priority="bulk")]
        asked: dict[int, float] = {}
        for number, item in enumerate(singles):
            _sleep_until(begun + _SINGLES_AT + number * _EVERY)
            batches.append(_ask(server, ids, asked, range(item, item + 1)))
        _sleep_until(begun + _TOGETHER_AT)
        batches.append(_ask(server, ids, asked, together))
        ended = [server.ended(batch) for batch in batches]
    calls = lab.simulator.calls()
    begins = {call.identity: call.start for call in reversed(calls)}
    ends = {call.identity: call.end or 0.0 for call in calls if call.outcome == 200}
    called = {item: begins[str(item)] - at for item, at in asked.items()}
    answered = {item: ends[str(item)] - at for item, at in asked.items()}
    return {
        "single": _p95([called[item] for item in singles]),
        "single_answer": _p95([answered[item] for item in singles]),
        "together": _p95([called[item] for item in together]),
        "together_answer": _p95([answered[item] for item in together]),
        "goodput": goodput(lab.simulator.stats()),
        "lost": _all() - sum(batch["successful"] for batch in ended),
    }


def _all() -> int:
    return REQUESTS + 2 * _URGENT


def _ask(server: Server, ids: list[str], asked: dict[int, float], items: range) -> str:
    asked |= dict.fromkeys(items, time.time())
    return server.begin([ids[item] for item in items], priority="interactive")


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))


def _p95(values: list[float]) -> float:
    """Of 20, all but the largest are within it."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


S7 = Scenario(
    name="S7",
    title="Urgent requests enter a bulk batch of 600, limits as in S3",
    measures=(
        Measure(key="single", what="20 batches of 1: to the call, p95 s", at_most=1.0),
        Measure(key="single_answer", what="to the answer, p95 s"),
        Measure(key="together", what="a batch of 20: to the call, p95 s", at_most=1.0),
        Measure(key="together_answer", what="to the answer, p95 s"),
        Measure(key="goodput", what="goodput of all, %", form=".1f", at_least=95),
        Measure(key="lost", what=f"lost of {_all()}", form=".0f", at_most=0, always=True),
    ),
    measure=urgency,
)
