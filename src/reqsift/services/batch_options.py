"""How a batch is to run, and what may change meanwhile."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from reqsift.domain.batches import Handling, Priority, effective_concurrency
from reqsift.domain.budgets import Budget
from reqsift.domain.errors import InvalidSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """How a batch is to run."""

    model: str
    """Name of a model, `offline` or `auto`."""
    concurrency: int | None = None
    """Calls under way at once; the default is 5, the limit `max_concurrency`."""
    adaptive: bool = False
    """Let the pacer find the concurrency, up to `max_concurrency`."""
    priority: Priority = Priority.NORMAL
    budget: Budget = field(default_factory=Budget)
    fallback: bool = False
    """Let the offline rules stand in where the model does not answer."""
    handling: Handling = field(default_factory=Handling)

    def first_limit(self, most: int) -> int:
        """The limit in force when the batch begins, of at most `most` calls at once."""
        return 1 if self.adaptive else effective_concurrency(self.concurrency, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to change in a batch; None leaves a thing as it is."""

    priority: Priority | None = None
    concurrency: int | None = None
    budget: Budget | None = None


def check(options: BatchOptions) -> None:
    """Refuse options that make no sense.

    Raises:
        InvalidSetting: One of them does not.
    """
    if options.concurrency is not None:
        check_concurrency(options.concurrency)
    check_budget(options.budget)


def check_budget(budget: Budget) -> None:
    """Refuse bounds that make no sense.

    Raises:
        InvalidSetting: One of them is not more than 0.
    """
    bounds = (budget.max_cost, budget.max_tokens, budget.deadline_s)
    if any(bound is not None and not 0 < bound < math.inf for bound in bounds):
        raise InvalidSetting("A budget's cost, tokens and deadline must be more than 0.")


def check_concurrency(concurrency: int) -> None:
    """Refuse a concurrency below 1.

    Raises:
        InvalidSetting: It is below 1.
    """
    if concurrency < 1:
        raise InvalidSetting("concurrency must be a whole number of 1 or more.")


def digest(request_ids: Sequence[str], options: BatchOptions) -> str:
    """What was asked, so that the same key for something else is noticed; 64 hex digits."""
    return sha256(repr((tuple(request_ids), options)).encode()).hexdigest()
