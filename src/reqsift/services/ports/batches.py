"""What batches need from a store."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from reqsift.domain.batches import (
    Batch,
    BatchItem,
    BatchState,
    Handling,
    ItemError,
    ItemOutcome,
    Priority,
    Stop,
    StoredAnalysis,
)
from reqsift.domain.budgets import Budget
from reqsift.domain.captures import StoredExchange
from reqsift.domain.events import ItemEnded
from reqsift.domain.limits import Usage
from reqsift.domain.paging import Page, PageRequest
from reqsift.domain.spending import Spending
from reqsift.domain.transitions import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What is to be known about a batch before it exists."""

    model: str
    note: str
    concurrency: int
    adaptive: bool = False
    priority: Priority = Priority.NORMAL
    budget: Budget = field(default_factory=Budget)
    fallback: bool = False
    handling: Handling = field(default_factory=Handling)
    request_ids: tuple[str, ...]
    """Distinct."""
    created_at: datetime
    key: str | None = None
    """The client's `Idempotency-Key`."""
    asked: str = ""
    """Digest of what was asked with the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a batch has come to so far; whole figures but for the spendings."""

    spent: Usage
    duration_ms: int
    concurrency: int
    repeated: int
    spendings: Sequence[Spending] = ()
    """Differences since the last account, by day and model; to be added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What was asked of a running batch, perhaps by another process."""

    wanted: Action | None
    """Pause or cancel."""
    batch: Batch
    """With the priority, concurrency and budget that are wanted now."""


class Ownership(Protocol):
    """The right to run a batch, and its journal: what is not yet in the store survives a crash.

    The right ends with the process that holds it, however that ends.
    """

    @property
    def recovered(self) -> tuple[ItemOutcome, ...]:
        """Outcomes that the last owner had, and did not store before it died."""
        ...

    @property
    def in_flight(self) -> frozenset[int]:
        """Positions whose calls were under way when the last owner died."""
        ...

    def began(self, positions: Sequence[int]) -> None:
        """Calls for these items are made now."""
        ...

    def returned(self, positions: Sequence[int]) -> None:
        """Calls for these items have ended, and the items have not."""
        ...

    def ended(self, outcomes: Sequence[ItemOutcome]) -> None:
        """These items have ended; safe from a crash when this returns.

        Raises:
            StoreError: The disk is full.
        """
        ...

    def stored(self, outcomes: Sequence[ItemOutcome]) -> None:
        """The store has these outcomes now."""
        ...

    def release(self, *, over: bool) -> None:
        """Give the right back; the journal goes if the batch is over, or if nothing is open."""
        ...


class BatchStore(Protocol):
    """Keeps batches and what their items brought. Each call is one transaction."""

    async def create_batch(self, new: NewBatch) -> Batch:
        """Store a batch with its items; unknown ids fail at once."""
        ...

    async def batch_of_key(self, key: str) -> tuple[Batch, str] | None:
        """The batch that was made with this `Idempotency-Key`, and the digest of what was asked."""
        ...

    async def batch(self, batch_id: str) -> Batch | None:
        """The batch with this id."""
        ...

    async def batches(self, page: PageRequest) -> Page[Batch]:
        """A page of batches, newest first."""
        ...

    async def unfinished(self) -> tuple[Batch, ...]:
        """Batches that run, did when their process died, or were interrupted; oldest first."""
        ...

    def own(self, batch_id: str) -> Ownership | None:
        """Take the right to run a batch; None while another process has it."""
        ...

    async def pending(self, batch_id: str, after: int, limit: int) -> list[BatchItem]:
        """Items without an outcome behind this position, in order."""
        ...

    async def exchanges(self, request_ids: Sequence[str]) -> list[StoredExchange]:
        """The exchanges with these ids, in that order; unknown ids are left out."""
        ...

    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], account: Account
    ) -> Orders:
        """Store how items ended, with their findings, and count them in the batch.

        An item that has an outcome already keeps it.
        """
        ...

    async def move(
        self, batch_id: str, state: BatchState, stop: Stop | None = None, reason: str = ""
    ) -> Batch:
        """Store a batch's state, and why; what was wanted of it is done."""
        ...

    async def order(
        self,
        batch_id: str,
        *,
        wanted: Action | None = None,
        priority: Priority | None = None,
        concurrency: int | None = None,
        budget: Budget | None = None,
    ) -> Batch:
        """Leave word for whoever runs the batch; None leaves a thing as it is."""
        ...

    async def retry_failed(self, batch_id: str) -> Batch:
        """Make the failed items of known requests pending again."""
        ...

    async def last_sequence(self, batch_id: str) -> int:
        """The highest sequence number of an ended item; 0 if there is none."""
        ...

    async def ended(self, batch_id: str, after: int, limit: int) -> list[ItemEnded]:
        """Items that ended behind this sequence number, in the order in which they ended."""
        ...

    async def results(self, batch_id: str, page: PageRequest) -> Page[StoredAnalysis | ItemError]:
        """A page of ended items, in the order of the ids asked for."""
        ...

    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        """What the batch brought, in the order of the ids asked for."""
        ...

    async def item_errors(self, batch_id: str) -> tuple[ItemError, ...]:
        """The items that failed, in the order of the ids asked for."""
        ...
