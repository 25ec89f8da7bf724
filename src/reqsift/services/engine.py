"""Runs batches in the background, as many as there are, and knows those that run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from reqsift.domain.batches import Batch, BatchState, Stop
from reqsift.domain.errors import Conflict, ReqsiftError, StoreError
from reqsift.domain.transitions import Action
from reqsift.services.batch_run import BatchRun
from reqsift.services.batch_tally import keep
from reqsift.services.ports.analyzers import AnalyzerChooser
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.clock import Clock
from reqsift.services.quotas import Quotas
from reqsift.services.surroundings import Ending, Surroundings
from reqsift.services.tasks import task_group

_OFFLINE = "offline"


class Engine:
    """Works inside of `working` only."""

    def __init__(
        self,
        store: BatchStore,
        analyzers: AnalyzerChooser,
        conclude: Callable[[str], Awaitable[str]],
        clock: Clock,
        chance: Callable[[], float],
        max_concurrency: int,
    ) -> None:
        """Prepare.

        Args:
            store: Keeps the batches.
            analyzers: Knows models by name.
            conclude: See `Surroundings`.
            clock: Wall and monotonic time.
            chance: 0 to 1, evenly spread; spreads retries.
            max_concurrency: No batch, and no quota, gets more calls at once.
        """
        self.max_concurrency = max_concurrency
        self.runs: dict[str, BatchRun] = {}
        """What runs in this process, by the batch's id."""
        self._store = store
        self._analyzers = analyzers
        self._conclude = conclude
        self._clock = clock
        self._chance = chance
        self._tasks: dict[str, asyncio.Task[Batch]] = {}
        self._around: Surroundings | None = None
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Batches run in the background as long as this is open.

        What runs at the end stays as it is, and goes on when somebody resumes it.
        """
        async with task_group() as group:
            quotas = Quotas(self.max_concurrency, self._clock, group)
            self._group = group
            self._around = Surroundings(
                store=self._store,
                clock=self._clock,
                quotas=quotas,
                chance=self._chance,
                max_concurrency=self.max_concurrency,
                conclude=self._conclude,
            )
            try:
                yield
            finally:
                for batch_id in tuple(self.runs):
                    await self.drop(batch_id, Ending(state=BatchState.RUNNING))
                quotas.close()

    async def begin(self, batch: Batch, *, new: bool = False, retry: bool = False) -> Batch:
        """Run a batch; returns it with what its last run left behind.

        Args:
            batch: As it is stored, or was a moment ago.
            new: Whether it has just been made.
            retry: Whether its failed items are tried again.

        Raises:
            StoreError: The store failed.
            Conflict: Another process runs it.
            ModelUnavailable: Its model cannot be used as things are set.
            InvalidSetting: Its model does not exist any more.
        """
        if self._around is None or self._group is None:
            raise RuntimeError("batches run inside of `working` only")
        choice = self._analyzers.choose(batch.model, batch.handling)
        fallback = self._analyzers.choose(_OFFLINE).analyzers[0] if batch.fallback else None
        ownership = self._store.own(batch.id)
        if ownership is None:
            raise Conflict(f"Another process runs batch {batch.id}.")
        try:
            if not new:  # its last run may have ended since
                batch = await self._store.batch(batch.id) or batch
        except BaseException:
            ownership.release(over=False)
            raise
        run = BatchRun(self._around, batch, ownership, choice, fallback)
        prepared = await run.prepare(retry=retry)
        self.runs[batch.id] = run
        self._tasks[batch.id] = self._group.create_task(self._supervise(run))
        return prepared

    async def ended(self, batch_id: str) -> Batch | None:
        """Wait for the end of a batch; None if it does not run in this process."""
        task = self._tasks.get(batch_id)
        return None if task is None else await asyncio.shield(task)

    async def drop(self, batch_id: str, ending: Ending) -> None:
        """End a batch that runs in this process, with the calls under way."""
        run, task = self.runs.get(batch_id), self._tasks.get(batch_id)
        if run is not None and task is not None:
            run.stop(ending, at_once=True)
            await asyncio.wait([task])

    async def end_idle(self, batch: Batch, action: Action, state: BatchState) -> Batch:
        """Pause or cancel a batch that does not run in this process."""
        ownership = self._store.own(batch.id)
        if ownership is None:
            return await self._store.order(batch.id, wanted=action)
        try:
            await keep(self._store, batch, ownership, self._clock)
            return await self._store.move(batch.id, state)
        finally:
            ownership.release(over=action is Action.CANCEL)

    async def _supervise(self, run: BatchRun) -> Batch:
        """Run to the end; a failure stops this batch, not the others."""
        try:
            return await run.work()
        except Exception as error:  # noqa: BLE001 -- told by the batch itself
            stop = Stop.STORE if isinstance(error, StoreError) else Stop.BUG
            reason = str(error) if isinstance(error, ReqsiftError) else f"A bug: {error!r}"
            with suppress(StoreError):
                return await self._store.move(run.id, BatchState.STOPPED, stop, reason)
            return replace(run.batch, state=BatchState.STOPPED, stop=stop, reason=reason)
        finally:
            del self.runs[run.id]
            del self._tasks[run.id]
