"""Whose turn it is where several batches share a quota."""

from collections.abc import Sequence
from dataclasses import dataclass

from reqsift.domain.batches import Priority

_PATIENCE_S = 2.0
"""After so long without a turn, a less urgent batch gets one: nobody starves."""


@dataclass(slots=True)
class _Seat:
    turns: float
    last_at: float


class Turns:
    """Urgent before normal before bulk; equals in turn. The caller says what time it is."""

    def __init__(self) -> None:
        """Nobody has had a turn."""
        self._seats: dict[str, _Seat] = {}

    def join(self, batch_id: str, now: float) -> None:
        """A batch begins to wait for turns; it starts level with those that have had fewest."""
        fewest = min((seat.turns for seat in self._seats.values()), default=0.0)
        self._seats[batch_id] = _Seat(turns=fewest, last_at=now)

    def leave(self, batch_id: str) -> None:
        """It needs no more."""
        self._seats.pop(batch_id, None)

    def choose(self, waiting: Sequence[tuple[str, Priority]], now: float) -> str:
        """The batch whose turn it is, of those (at least one) that could use it."""
        starving = [key for key, _ in waiting if now - self._seats[key].last_at >= _PATIENCE_S]
        if starving:
            return min(starving, key=lambda key: self._seats[key].last_at)
        return min(waiting, key=lambda one: (one[1].rank, self._seats[one[0]].turns))[0]

    def taken(self, batch_id: str, now: float) -> None:
        """That batch has used its turn."""
        seat = self._seats[batch_id]
        seat.turns += 1
        seat.last_at = now
