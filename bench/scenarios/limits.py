"""S3 rate limits."""

import json
from collections.abc import Callable

from bench.engine_parts.figures import Figures, Measure, Scenario
from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import Peer
from reqsift.simulator import Stats

REQUESTS = 600
RATE, BURST = 40, 10
CEILING = 50
LIMITED: dict[str, object] = {"rpm": RATE * 60, "burst": BURST, "latency": "lognormal:200:0.3"}
_TOKENS = 1_500
"""About as many as a call of this capture has, by the simulator's way to count."""
TOKEN_LIMITED: dict[str, object] = {
    "input_tpm": RATE * 60 * _TOKENS,
    "token_burst": BURST * _TOKENS,
    "latency": "lognormal:200:0.3",
}


def goodput(stats: Stats) -> float:
    """Percent of the calls that the limit permits in the time that was taken."""
    return 100 * stats.ok / (BURST + RATE * stats.window)


def _tokens_used(stats: Stats) -> float:
    """Percent of the permitted tokens."""
    return 100 * stats.input_tokens / (_TOKENS * (BURST + RATE * stats.window))


def _limited(
    settings: dict[str, object], used: Callable[[Stats], float]
) -> Callable[[Lab, int], Figures]:
    def measure(lab: Lab, round_: int) -> Figures:
        with lab.world(REQUESTS) as world:
            lab.simulator.reset(**settings, seed=round_)
            done = world.analyze("--concurrency", "auto", REQSIFT_MAX_CONCURRENCY=CEILING)
        summary = json.loads(done.output)["summary"]
        return _figures(lab.simulator.stats(), used, summary["successful"])

    return measure


def _limited_peer(
    settings: dict[str, object], used: Callable[[Stats], float]
) -> Callable[[Lab, Peer, int], Figures]:
    def measure(lab: Lab, peer: Peer, round_: int) -> Figures:
        lab.simulator.reset(**settings, seed=round_)
        done = peer.run(lab, REQUESTS, CEILING)
        return _figures(lab.simulator.stats(), used, done.ok)

    return measure


def _figures(stats: Stats, used: Callable[[Stats], float], done: float) -> Figures:
    return {
        "goodput": used(stats),
        "rejected": stats.rejected / max(1, stats.ok),
        "lost": REQUESTS - done,
        "window": stats.window,
    }


def _measures(goodput: float, rejected: float | None) -> tuple[Measure, ...]:
    return (
        Measure(
            key="goodput", what="goodput, % of what is permitted", form=".1f", at_least=goodput
        ),
        Measure(key="rejected", what="refused per success", form=".3f", at_most=rejected),
        Measure(key="lost", what=f"lost of {REQUESTS}", form=".0f", at_most=0, always=True),
        Measure(key="window", what="server's window, s", form=".1f"),
    )


S3 = Scenario(
    name="S3",
    title="40 calls a second permitted, burst 10, headers tell it",
    measures=_measures(96, 0.01),
    measure=_limited(LIMITED, goodput),
    of_peer=_limited_peer(LIMITED, goodput),
    limits=True,
)
S3_SILENT = Scenario(
    name="S3-silent",
    title="The same without rate headers and retry-after",
    measures=_measures(85, 0.10),
    measure=_limited(LIMITED | {"rate_headers": False}, goodput),
)
S3_TOKENS = Scenario(
    name="S3-tokens",
    title="60,000 input tokens a second permitted (about 40 calls), burst 15,000",
    measures=_measures(90, None),
    measure=_limited(TOKEN_LIMITED, _tokens_used),
)
