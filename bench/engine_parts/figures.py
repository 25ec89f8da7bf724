"""What a scenario measures, and whether it reaches its goals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.engine_parts.lab import Lab
from bench.engine_parts.peers import Peer

Figures = Mapping[str, float]
"""By the key of the measure; what is left out was not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    key: str
    what: str
    form: str = ".2f"
    at_least: float | None = None
    at_most: float | None = None
    always: bool = False
    """Every round has to reach the goal, not only the median."""

    @property
    def goal(self) -> str:
        every = ", every round" if self.always else ""
        if self.at_least is not None:
            return f">= {self.at_least:g}{every}"
        return "" if self.at_most is None else f"<= {self.at_most:g}{every}"

    def verdict(self, values: Sequence[float]) -> str:
        judged = values if self.always else [median(values)]
        if self.at_least is not None:
            return "reached" if min(judged) >= self.at_least else "MISSED"
        if self.at_most is not None:
            return "reached" if max(judged) <= self.at_most else "MISSED"
        return ""

    def shown(self, values: Sequence[float]) -> str:
        middle = format(median(values), self.form)
        ends = format(min(values), self.form), format(max(values), self.form)
        return middle if ends[0] == ends[1] else f"{middle} ({ends[0]} - {ends[1]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    name: str
    title: str
    measures: tuple[Measure, ...]
    measure: Callable[[Lab, int], Figures]
    """Once; the number is that of the round, from 0."""
    of_peer: Callable[[Lab, Peer, int], Figures] | None = None
    limits: bool = False
    """Whether peers that are told of limits take part."""
    resuming: bool = False
    """Whether only peers take part that can go on after a crash."""

    def takes(self, peer: Peer) -> bool:
        """Whether a peer takes part."""
        fits = (self.limits or not peer.only_limits) and (peer.resumes or not self.resuming)
        return self.of_peer is not None and fits
