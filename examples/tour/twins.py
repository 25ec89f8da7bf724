"""Steps that are taken on a weak host first, and then on its proper twin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from examples.tour.tape import Sent, Tape


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked of both; `properly` is what a client of the proper twin sends instead."""

    ask: str
    """Such as `GET /orders/7`."""
    told: tuple[str, ...]
    """Labels of the exchange with the weak host."""
    send: Sent | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    properly: "Step | None" = None


def walk(tape: Tape, weak: str, safe: str, steps: Iterable[Step]) -> None:
    """Take all steps on `weak`, then on `safe`; each with the cookies that it names itself."""
    steps = tuple(steps)
    for step in steps:
        _take(tape, weak, step, *step.told)
    for step in steps:
        _take(tape, safe, step.properly or step)


def _take(tape: Tape, host: str, step: Step, *labels: str) -> None:
    tape.cookies.pop(host, None)
    method, _, path = step.ask.partition(" ")
    tape.visit(f"{method} https://{host}{path}", *labels, send=step.send, **step.headers)
