"""The batches that pages follow; they belong to the server, not to a page."""

import asyncio
from collections.abc import Sequence

from nicegui import background_tasks

from reqsift.domain.batches import Batch, BatchState, Priority
from reqsift.domain.errors import InvalidSetting, ReqsiftError
from reqsift.domain.paging import PageRequest
from reqsift.domain.progress import Progress
from reqsift.domain.transitions import Action
from reqsift.services.analyzers import OFFLINE
from reqsift.services.batch_options import BatchOptions
from reqsift.services.batches import Batches
from reqsift.services.costs import Costs, Offers


class BatchDesk:
    """Starts and follows batches; a page that is closed or loaded again finds them as they stand.

    Pages show the one that was begun last, of those that run; else the one that ended last.
    """

    def __init__(self, batches: Batches, costs: Costs, model: str) -> None:
        """Run batches, with `model` where no other is chosen."""
        self._batches = batches
        self._costs = costs
        self.model = model
        self._running: dict[str, Progress] = {}
        self._adopted = False
        self._opening = asyncio.Lock()
        self.last: Batch | None = None
        """The batch that ended last, or was paused or stopped."""
        self.ended = 0
        """How many batches have ended, as a page counts it."""

    async def adopt(self) -> None:
        """Follow the newest batch there is: it may have been begun before this server was."""
        async with self._opening:
            if self._adopted:
                return
            self._adopted = True
            newest = (await self._batches.batches(PageRequest(limit=1))).items
            for batch in newest:
                if batch.state is BatchState.RUNNING:
                    self._follow(batch.id)
                elif batch.left and batch.state is not BatchState.CANCELLED:
                    self.last = batch

    @property
    def progress(self) -> Progress | None:
        """Of the batch that pages show, while it runs."""
        return next(reversed(self._running.values()), None)

    @property
    def current_id(self) -> str | None:
        """The batch that pages show."""
        if self._running:
            return next(reversed(self._running))
        return None if self.last is None else self.last.id

    async def offers(
        self, request_ids: Sequence[str], model: str, concurrency: int
    ) -> Offers | None:
        """What a batch would cost, and the other ways; None if it asks no model.

        Raises:
            ReqsiftError: There is nothing to analyze, or the model cannot be used.
        """
        if model == OFFLINE:
            return None
        found = await self._costs.offers(request_ids, _options(request_ids, model, concurrency))
        return found if found.asked.calls else None

    async def start(self, request_ids: Sequence[str], model: str, concurrency: int) -> None:
        """Begin a batch and return at once; a single request overtakes what runs.

        Raises:
            ReqsiftError: There is nothing to analyze, or the batch cannot be begun.
        """
        batch = await self._batches.start(request_ids, _options(request_ids, model, concurrency))
        self._follow(batch.id)

    async def steer(self, action: Action) -> None:
        """Do that with the batch that pages show.

        Raises:
            ReqsiftError: It is in no state for it.
        """
        if (batch_id := self.current_id) is None:
            return
        match action:
            case Action.PAUSE:
                await self._batches.pause(batch_id)
            case Action.CANCEL:
                self._settled(await self._batches.cancel(batch_id))
            case Action.RESUME:
                self._follow((await self._batches.resume(batch_id)).id)
            case Action.RETRY_FAILED:
                self._follow((await self._batches.retry_failed(batch_id)).id)

    def _settled(self, batch: Batch) -> None:
        if batch.id not in self._running:
            self.last = batch
            self.ended += 1

    def _follow(self, batch_id: str) -> None:
        if batch_id not in self._running:
            background_tasks.create(self._watch(batch_id), name=f"watch {batch_id}")

    async def _watch(self, batch_id: str) -> None:
        try:
            async for happened in self._batches.watch(batch_id):
                self._running[batch_id] = happened.progress
            self.last = await self._batches.batch(batch_id)
        except ReqsiftError:
            self.last = None  # the store is gone; the next thing that anybody does tells it
        finally:
            self._running.pop(batch_id, None)
            self.ended += 1


def _options(request_ids: Sequence[str], model: str, concurrency: int) -> BatchOptions:
    if not request_ids:
        raise InvalidSetting("There is no request to analyze; import a capture first.")
    urgent = len(request_ids) == 1
    return BatchOptions(
        model=model,
        concurrency=concurrency,
        priority=Priority.INTERACTIVE if urgent else Priority.NORMAL,
    )
