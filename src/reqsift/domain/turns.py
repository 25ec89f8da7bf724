"""Whose turn it is where several batches share a quota."""

from collections.abc import Sequence
from dataclasses import dataclass

from reqsift.domain.batches import Priority

_PATIENCE = 40
"""After so many turns of others (or two for each that waits), a less urgent batch gets one."""


@dataclass(slots=True)
class _Seat:
    turns: float
    last: int
    """How many turns there had been when it had its last."""


class Turns:
    """Urgent before normal before bulk; equals in turn; nobody starves. A pure state machine."""

    def __init__(self) -> None:
        """Nobody has had a turn."""
        self._seats: dict[str, _Seat] = {}
        self._count = 0

    def join(self, key: str) -> None:
        """A batch begins to wait for turns; it starts level with those that have had fewest."""
        fewest = min((seat.turns for seat in self._seats.values()), default=0.0)
        self._seats[key] = _Seat(turns=fewest, last=self._count)

    def leave(self, key: str) -> None:
        """It needs no more."""
        self._seats.pop(key, None)

    def choose(self, waiting: Sequence[tuple[str, Priority]]) -> str:
        """Whose turn it is, of those (at least one) that could use it."""
        patience = max(_PATIENCE, 2 * len(waiting))
        starving = [key for key, _ in waiting if self._count - self._seats[key].last >= patience]
        if starving:
            return min(starving, key=lambda key: self._seats[key].last)
        return min(waiting, key=lambda one: (one[1].rank, self._seats[one[0]].turns))[0]

    def taken(self, key: str) -> None:
        """That batch has used its turn."""
        self._count += 1
        seat = self._seats[key]
        seat.turns += 1
        seat.last = self._count
