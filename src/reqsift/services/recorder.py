"""Record how items end: in the journal at once, in the store by groups."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from reqsift.domain.batches import ItemOutcome
from reqsift.services.ports.batches import Account, BatchStore, Orders, Ownership

_GAP_S = 0.05
"""Between two commits; the journal bridges it, so that it costs no safety."""
_LONGEST_SILENCE_S = 1.0
"""After so long without an outcome the store is asked whether somebody wants something."""


class Recorder:
    """Group commit: many outcomes in one transaction, none of them lost in between."""

    def __init__(
        self,
        batch_id: str,
        store: BatchStore,
        ownership: Ownership,
        account: Callable[[], Account],
        stored: Callable[[Sequence[ItemOutcome], Orders], None],
    ) -> None:
        """Record for one batch.

        Args:
            batch_id: The batch.
            store: Where outcomes go.
            ownership: With the journal.
            account: What the batch has come to, asked at each commit.
            stored: Told what the store has now, and what was asked of the batch meanwhile.
        """
        self._batch_id = batch_id
        self._store = store
        self._ownership = ownership
        self._account = account
        self._stored = stored
        self._waiting: list[ItemOutcome] = []
        self._arrived = asyncio.Event()
        self._closing = asyncio.Event()

    @property
    def backlog(self) -> int:
        """Outcomes that the store does not have yet."""
        return len(self._waiting)

    def record(self, outcomes: Sequence[ItemOutcome]) -> None:
        """These items have ended; safe from a crash when this returns."""
        self._ownership.ended(outcomes)
        self._waiting.extend(outcomes)
        self._arrived.set()

    def close(self) -> None:
        """Let `work` end, once everything is stored."""
        self._closing.set()
        self._arrived.set()

    async def work(self) -> None:
        """Store what arrives, until closed.

        Raises:
            StoreError: The store failed; the journal has what it did not take.
        """
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SILENCE_S):
                    await self._arrived.wait()
            await self.flush()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_GAP_S):
                    await self._closing.wait()
        await self.flush()

    async def flush(self) -> None:
        """Store what has arrived so far."""
        outcomes, self._waiting = self._waiting, []
        self._arrived.clear()
        orders = await self._store.save_outcomes(self._batch_id, outcomes, self._account())
        self._ownership.stored(outcomes)
        self._stored(outcomes, orders)
