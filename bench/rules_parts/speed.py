"""How long the rules take: over ordinary traffic, one by one, and on one hostile message."""

import gc
import math
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import median
from time import perf_counter, process_time
from types import FrameType

from reqsift.adapters.rules import OfflineRules
from reqsift.domain.captures import Exchange
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import TRACKERS
from reqsift.domain.rules.rule import Rule
from reqsift.domain.view import Aids, View

ENDLESS_S = 20
"""After so many seconds a message is given up."""
PARTS = tuple(name for name, value in vars(View).items() if isinstance(value, cached_property))
"""What is computed once for all rules, in the order in which one thing needs another."""


class Endless(BaseException):
    """It takes longer than anyone waits; no rule may catch it."""


@dataclass(frozen=True, slots=True)
class Pass:
    """All rules over all exchanges."""

    wall: float
    cpu: float
    findings: int
    faults: int


def passes(made: Sequence[Exchange], rounds: int) -> list[Pass]:
    """In this process, one after the other, as workers do it."""
    rules = OfflineRules(longest_s=math.inf)
    with without_collector():
        _one_pass(rules, made[:500])
        return [_one_pass(rules, made) for _ in range(rounds)]


def _one_pass(rules: OfflineRules, made: Sequence[Exchange]) -> Pass:
    findings = faults = 0
    wall, cpu = perf_counter(), process_time()
    for exchange in made:
        analysis = rules.examine(exchange).analysis
        findings += len(analysis.findings)
        faults += len(analysis.faults)
    return Pass(perf_counter() - wall, process_time() - cpu, findings, faults)


def each_rule(made: Sequence[Exchange], rounds: int) -> dict[str, float]:
    """Microseconds for each exchange by rule, what they share done before; the quickest round."""
    with without_collector():
        aids = _trained(made)
        taken = [
            _rules_once(_warm(View(exchange, aids) for exchange in made)) for _ in range(rounds)
        ]
    return {name: min(one[name] for one in taken) / len(made) * 1e6 for name in taken[0]}


def _trained(made: Sequence[Exchange]) -> Aids:
    """Aids that have learned which words rules look for."""
    rules = OfflineRules(longest_s=math.inf)
    _one_pass(rules, made[:500])
    return rules.aids


def _rules_once(views: Sequence[View]) -> dict[str, float]:
    taken = {}
    for name, work in _workers().items():
        start = process_time()
        for view in views:
            work(view)
        taken[name] = process_time() - start
    return taken


def _workers() -> dict[str, Callable[[View], object]]:
    """Every rule, and what is kept of an exchange for rules over many."""
    works: dict[str, Callable[[View], object]] = {
        f"tracker {tracker.kind}": tracker.sightings for tracker in TRACKERS
    }
    return {rule.id: partial(_all, rule) for rule in RULES} | works


def each_part(made: Sequence[Exchange], rounds: int) -> dict[str, float]:
    """Microseconds for each exchange by what rules share, if it were asked for in every one."""
    with without_collector():
        aids = _trained(made)
        taken = [_parts_once([View(exchange, aids) for exchange in made]) for _ in range(rounds)]
    return {name: median(one[name] for one in taken) / len(made) * 1e6 for name in taken[0]}


def _parts_once(views: Sequence[View]) -> dict[str, float]:
    taken = {}
    for name in _ordered():
        start = process_time()
        for view in views:
            getattr(view, name)
        taken[name] = process_time() - start
    return taken


def _ordered() -> tuple[str, ...]:
    """What others are made from comes first, so that nothing is counted with the wrong name."""
    first = ("url", "request_text", "response_text", "_request_headers", "_response_headers")
    ahead = (*first, "body", "lower_body", "request_type", "response_type", "status", "is_html")
    known = tuple(name for name in ahead if name in PARTS)
    return known + tuple(name for name in PARTS if name not in known)


def _warm(views: Iterator[View]) -> list[View]:
    warm = list(views)
    for view in warm:
        for name in PARTS:
            getattr(view, name)
    return warm


def seconds(exchange: Exchange, enough: float) -> float:
    """For one message; tried again where others on the machine may be to blame."""
    rules = OfflineRules(longest_s=math.inf)

    def once() -> float:
        start = process_time()
        rules.examine(exchange)
        return process_time() - start

    return _least(once, enough)


def blame(exchange: Exchange, most: int = 3) -> list[tuple[float, str]]:
    """The parts and rules that take longest on one message, as seconds and name."""
    view = View(exchange, OfflineRules(longest_s=math.inf).aids)
    works: dict[str, Callable[[], object]] = {
        f"view.{name}": partial(getattr, view, name) for name in _ordered()
    }
    works |= {name: partial(work, view) for name, work in _workers().items()}
    taken = [(_timed(work), name) for name, work in works.items()]
    return [one for one in sorted(taken, reverse=True)[:most] if one[0] >= 0.01]


def _all(rule: Rule, view: View) -> None:
    for _ in rule.check(view):
        pass


def _timed(work: Callable[[], object]) -> float:
    start = process_time()
    try:
        with limited(ENDLESS_S):
            work()
    except Endless:
        return math.inf
    return process_time() - start


def _least(once: Callable[[], float], enough: float) -> float:
    try:
        with limited(ENDLESS_S):
            taken = once()
            return min(taken, once()) if taken > enough else taken
    except Endless:
        return math.inf


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises `Endless` in its block after so long; `re` looks for signals while it searches."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def without_collector() -> Iterator[None]:
    """As in workers: what the benchmark keeps is not searched for cycles."""
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
