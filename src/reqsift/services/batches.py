"""The use cases around batches: begin, wait, pause, resume, cancel, look up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from reqsift.domain.batches import (
    AS_USUAL,
    Batch,
    BatchState,
    Handling,
    ItemError,
    Stop,
    StoredAnalysis,
    effective_concurrency,
)
from reqsift.domain.budgets import Budget
from reqsift.domain.errors import Conflict, InvalidSetting, NotFound, ReqsiftError
from reqsift.domain.paging import Page, PageRequest
from reqsift.domain.progress import Progress
from reqsift.domain.transitions import Action, after
from reqsift.services.batch_options import (
    BatchOptions,
    Changes,
    check,
    check_budget,
    check_concurrency,
    digest,
)
from reqsift.services.batch_watch import Happened, watch
from reqsift.services.engine import Engine
from reqsift.services.ports.analyzers import AnalyzerChooser
from reqsift.services.ports.batches import BatchStore, NewBatch
from reqsift.services.ports.clock import Clock
from reqsift.services.surroundings import Ending
from reqsift.services.tasks import task_group

_INTERRUPTED = Ending(state=BatchState.PAUSED, stop=Stop.INTERRUPTED, reason="It was interrupted.")


class Batches:
    """The use cases around batches."""

    def __init__(
        self, store: BatchStore, analyzers: AnalyzerChooser, clock: Clock, engine: Engine
    ) -> None:
        """Let `engine` run the batches of `store`."""
        self._store = store
        self._analyzers = analyzers
        self._clock = clock
        self._engine = engine
        self._creating = asyncio.Lock()

    def check_model(self, model: str, handling: Handling = AS_USUAL) -> None:
        """Refuse a model that cannot be used, before other work is done.

        Raises:
            ModelUnavailable: The model's key is missing, or it may not be used as things are set.
            InvalidSetting: There is no such model.
        """
        self._analyzers.choose(model, handling)

    async def start(
        self, request_ids: Sequence[str], options: BatchOptions, *, key: str | None = None
    ) -> Batch:
        """Store a batch and begin to run it in the background.

        Args:
            request_ids: Which requests; duplicates are analyzed once, unknown ones fail.
            options: How.
            key: The client's `Idempotency-Key`: asked again with the same, the same batch comes.

        Raises:
            ModelUnavailable: The model's key is missing, or it may not be used as things are set.
            InvalidSetting: There is no such model, or an option makes no sense.
            Conflict: The key was used for something else.
            StoreError: The database failed.
        """
        return (await self.start_once(request_ids, options, key))[0]

    async def start_once(
        self, request_ids: Sequence[str], options: BatchOptions, key: str | None
    ) -> tuple[Batch, bool]:
        """The same as `start`, and whether the batch is new."""
        check(options)
        choice = self._analyzers.choose(options.model, options.handling)
        self._check_price(options.budget, options.model)
        new = NewBatch(
            model=choice.model or options.model,
            note=choice.note,
            concurrency=options.first_limit(self._engine.max_concurrency),
            adaptive=options.adaptive,
            priority=options.priority,
            budget=options.budget,
            fallback=options.fallback,
            handling=options.handling,
            request_ids=tuple(dict.fromkeys(request_ids)),
            created_at=self._clock.now(),
            key=key,
            asked=digest(request_ids, options),
        )
        async with self._creating:
            known = None if key is None else await self._store.batch_of_key(key)
            if known is not None:
                if known[1] != new.asked:
                    raise Conflict("This Idempotency-Key was used for another request.")
                return known[0], False
            batch = await self._store.create_batch(new)
        return await self._engine.begin(batch, new=True), True

    async def run(
        self,
        request_ids: Sequence[str],
        options: BatchOptions,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Batch:
        """Analyze requests and wait for the last one: `start` and `attend`."""
        batch = await self.start(request_ids, options)
        return await self.attend(batch.id, on_progress)

    async def attend(
        self, batch_id: str, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Batch:
        """Wait for a batch and tell how it is doing; cancelled, it pauses the batch.

        Raises:
            StoreError: The database failed; outcomes recorded before stay.
        """
        try:
            async with task_group() as group:
                watching = group.create_task(self._tell(batch_id, on_progress))
                batch = await self.wait(batch_id)
                watching.cancel()
        except asyncio.CancelledError:
            await self._engine.drop(batch_id, _INTERRUPTED)
            raise
        on_progress(await self.progress(batch_id))
        return batch

    async def wait(self, batch_id: str) -> Batch:
        """Wait for the end of a batch that runs in this process.

        Raises:
            StoreError: The database failed; outcomes recorded before stay.
            NotFound: There is no such batch.
        """
        return await self._engine.ended(batch_id) or await self.batch(batch_id)

    async def resume(self, batch_id: str, budget: Budget | None = None) -> Batch:
        """Go on with a batch that was paused, stopped, or whose process died.

        Args:
            batch_id: Which.
            budget: A new one; None keeps the old.

        Raises:
            NotFound: There is no such batch.
            Conflict: It has ended, or another process runs it.
        """
        batch = await self.batch(batch_id)
        state = after(batch.state, Action.RESUME)
        if budget is not None:
            check_budget(budget)
            self._check_price(budget, batch.model)
            batch = await self._store.order(batch_id, budget=budget)
        run = self._engine.runs.get(batch_id)
        if run is not None:
            run.change(batch)
            if run.go_on():
                return await self._store.move(batch_id, state)
            await self._engine.ended(batch_id)
            after((await self.batch(batch_id)).state, Action.RESUME)
        return await self._engine.begin(batch)

    async def resume_all(self, *, interrupted: bool = False) -> list[Batch]:
        """Go on with every batch that was running when its process died.

        Args:
            interrupted: Also with those that a person interrupted.
        """
        revived = []
        for batch in await self._store.unfinished():
            wanted = interrupted or batch.state is BatchState.RUNNING
            if wanted and batch.id not in self._engine.runs:
                with suppress(ReqsiftError):  # another process has it, or its model is gone
                    revived.append(await self._engine.begin(batch))
        return revived

    async def pause(self, batch_id: str) -> Batch:
        """Begin no further calls; those under way end and are kept.

        Raises:
            NotFound: There is no such batch.
            Conflict: It has ended.
        """
        return await self._end_early(batch_id, Action.PAUSE)

    async def cancel(self, batch_id: str) -> Batch:
        """Give a batch up for good; what is done is kept, calls under way are dropped.

        Raises:
            NotFound: There is no such batch.
            Conflict: It has ended.
        """
        return await self._end_early(batch_id, Action.CANCEL)

    async def retry_failed(self, batch_id: str) -> Batch:
        """Try the failed requests of a batch again.

        Raises:
            NotFound: There is no such batch.
            Conflict: It was cancelled, or another process runs it.
        """
        batch = await self.batch(batch_id)
        after(batch.state, Action.RETRY_FAILED)
        run = self._engine.runs.get(batch_id)
        if run is not None:
            if await run.retry_failed():
                return await self.batch(batch_id)
            await self._engine.ended(batch_id)
        return await self._engine.begin(batch, retry=True)

    async def change(self, batch_id: str, changes: Changes) -> Batch:
        """Change priority, concurrency or budget, while it runs or before it is resumed.

        Raises:
            NotFound: There is no such batch.
            InvalidSetting: A value makes no sense.
        """
        batch = await self.batch(batch_id)
        if changes.budget is not None:
            check_budget(changes.budget)
            self._check_price(changes.budget, batch.model)
        concurrency = changes.concurrency
        if concurrency is not None:
            check_concurrency(concurrency)
            concurrency = effective_concurrency(concurrency, self._engine.max_concurrency)
        batch = await self._store.order(
            batch_id, priority=changes.priority, concurrency=concurrency, budget=changes.budget
        )
        if run := self._engine.runs.get(batch_id):
            run.change(batch)
        return batch

    async def batch(self, batch_id: str) -> Batch:
        """The batch with this id.

        Raises:
            NotFound: There is none.
        """
        batch = await self._store.batch(batch_id)
        if batch is None:
            raise NotFound(f"There is no batch {batch_id!r}.")
        return batch

    async def batches(self, page: PageRequest) -> Page[Batch]:
        """A page of batches, newest first."""
        return await self._store.batches(page)

    async def progress(self, batch_id: str) -> Progress:
        """How a batch is doing.

        Raises:
            NotFound: There is no such batch.
        """
        if run := self._engine.runs.get(batch_id):
            return run.progress()
        return Progress.of(await self.batch(batch_id), await self._store.last_sequence(batch_id))

    def watch(self, batch_id: str, since: int | None = None) -> AsyncIterator[Happened]:
        """What happens in a batch, until it ends: first how it is, then each item that ends.

        Args:
            batch_id: Which.
            since: Sequence number of the last event that is known; None begins now.

        Raises:
            NotFound: There is no such batch.
        """
        return watch(self._store, self._engine.runs, batch_id, since)

    async def results(self, batch_id: str, page: PageRequest) -> Page[StoredAnalysis | ItemError]:
        """A page of what a batch brought, in the order of the ids asked for.

        Raises:
            NotFound: There is no such batch.
        """
        await self.batch(batch_id)
        return await self._store.results(batch_id, page)

    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        """What a batch brought, in the order of the ids asked for."""
        return await self._store.analyses(batch_id)

    async def errors(self, batch_id: str) -> tuple[ItemError, ...]:
        """The items of a batch that failed."""
        return await self._store.item_errors(batch_id)

    def _check_price(self, budget: Budget, model: str) -> None:
        if budget.max_cost is None:
            return
        if not all(one.priced for one in self._analyzers.choose(model).analyzers):
            raise InvalidSetting(
                f"The price of {model} is not known, so its cost cannot be limited; "
                "limit the tokens instead."
            )

    async def _tell(self, batch_id: str, on_progress: Callable[[Progress], None]) -> None:
        async for happened in self.watch(batch_id):
            on_progress(happened.progress)

    async def _end_early(self, batch_id: str, action: Action) -> Batch:
        batch = await self.batch(batch_id)
        state = after(batch.state, action)
        run = self._engine.runs.get(batch_id)
        if run is not None:
            ending = run.stop(Ending(state=state), at_once=action is Action.CANCEL)
            return replace(batch, state=ending.state)
        return await self._engine.end_idle(batch, action, state)
