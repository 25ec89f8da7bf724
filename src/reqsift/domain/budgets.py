"""Budgets: what a batch may spend at most, reserved before each call is made."""

from dataclasses import dataclass

from reqsift.domain.limits import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Bounds of a batch; None leaves one out."""

    max_cost: float | None = None
    """US dollars."""
    max_tokens: int | None = None
    """Input and output together."""
    deadline_s: float | None = None
    """Seconds that the batch may run; each resumption starts them anew."""


class Purse:
    """What a batch has spent and reserved.

    Parallel calls cannot overspend: a call is made only when its upper bound still fits.
    """

    def __init__(self, budget: Budget, spent: Usage) -> None:
        """Begin with what was spent before."""
        self.budget = budget
        self.spent = spent
        self._reserved = Usage()

    def fits(self, bound: Usage) -> bool:
        """Whether what a call may take at most is within the budget at this moment."""
        after = self.spent + self._reserved + bound
        cost, tokens = self.budget.max_cost, self.budget.max_tokens
        return (cost is None or after.cost <= cost) and (tokens is None or after.tokens <= tokens)

    def reserve(self, bound: Usage) -> None:
        """Set aside what a call may take at most; it must fit."""
        self._reserved = self._reserved + bound

    def settle(self, bound: Usage, actual: Usage) -> None:
        """A call has ended: its reservation goes, what it took stays."""
        self._reserved = self._reserved + _negative(bound)
        self.spent = self.spent + actual


def _negative(usage: Usage) -> Usage:
    return Usage(
        input_tokens=-usage.input_tokens, output_tokens=-usage.output_tokens, cost=-usage.cost
    )
