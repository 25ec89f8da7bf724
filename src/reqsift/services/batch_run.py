"""One batch while it runs: make calls of its items, and see to how each one ends."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    Failure,
    ItemOutcome,
    Priority,
    Stop,
)
from reqsift.domain.limits import Usage
from reqsift.domain.progress import Progress
from reqsift.domain.transitions import Action
from reqsift.services.batch_items import Loader
from reqsift.services.batch_tally import Tally, Traffic
from reqsift.services.deadlines import Deadline
from reqsift.services.jobs import Job
from reqsift.services.lanes import Lanes
from reqsift.services.ports.analyzers import Analyzer, AnalyzerChoice, Answer, Inquiry
from reqsift.services.ports.batches import Orders, Ownership
from reqsift.services.quotas import Quotas
from reqsift.services.second_tries import SecondTries
from reqsift.services.surroundings import Ending, Surroundings
from reqsift.services.tasks import task_group
from reqsift.services.twins import Asked

_LONGEST_BACKLOG = 1000
"""Outcomes that may wait for the store before calls wait for it too: memory stays flat."""
_OVER = frozenset({BatchState.COMPLETED, BatchState.CANCELLED})


class BatchRun:
    """Fills the protocol `Owner` of lanes."""

    def __init__(
        self,
        around: Surroundings,
        batch: Batch,
        ownership: Ownership,
        choice: AnalyzerChoice,
        fallback: Analyzer | None,
    ) -> None:
        """Prepare to run a stored batch that this process owns; `work` does it.

        Args:
            around: What every batch runs with.
            batch: As it is stored.
            ownership: Of the batch.
            choice: Who is asked.
            fallback: Who stands in for a model that does not answer.
        """
        self._around = around
        self._ownership = ownership
        self._fallback = fallback
        self._tally = Tally(around.store, around.clock, batch, ownership, self._stored)
        self.id = batch.id
        self._wish = batch.wish
        self.feed = self._tally.feed
        self._ending: Ending | None = None
        self._crash: Exception | None = None
        self._done = asyncio.Event()
        self._deadline = Deadline(batch.budget.deadline_s, self.stop)
        self._limit = around.max_concurrency if batch.adaptive else batch.concurrency
        self._loader = Loader(
            around.store,
            replace(batch, concurrency=self._limit),
            choice.inquirer,
            choice.analyzers,
        )
        self._tries = SecondTries(around, self._tally, fallback, give_up=self._fail, stop=self.stop)
        self._lanes = self._tries.lanes = self._join(around.quotas, choice.analyzers)

    @property
    def batch(self) -> Batch:
        """As it would be stored now."""
        return self._tally.batch

    @property
    def priority(self) -> Priority:
        """Whose turn comes first."""
        return self._tally.batch.priority

    async def prepare(self, *, retry: bool = False) -> Batch:
        """Store that it runs, and what a run that died had not stored; returns the batch then.

        Raises:
            StoreError: The store failed; the ownership is given back.
        """
        try:
            if self._tally.fresh and not retry:
                return self._tally.batch
            await self._around.store.move(self.id, BatchState.RUNNING)
            recovered = await self._tally.recover()
            return await self._tally.retry_failed() if retry else recovered
        except BaseException:
            self._lanes.leave()
            self._ownership.release(over=False)
            raise

    async def work(self) -> Batch:
        """Run to the end, be it early; returns the batch as it is stored then.

        Raises:
            StoreError: The store failed; what was stored stays, the journal has the rest.
        """
        batch = self._tally.batch
        self._tally.begin()
        try:
            async with task_group() as group:
                helpers = [
                    group.create_task(self._loader.work(self)),
                    group.create_task(self._deadline.work()),
                ]
                recording = group.create_task(self._tally.recorder.work())
                await self._done.wait()
                for helper in helpers:
                    helper.cancel()
                self._keep_first_answers()
                self._tally.recorder.close()
                await recording
            batch = await self._end()
        finally:
            self._lanes.leave()
            self._lanes.drop()
            self._ownership.release(over=batch.state in _OVER)
            self.feed.touch()
        return batch

    def stop(self, ending: Ending, *, at_once: bool = False) -> Ending:
        """Begin nothing new; `at_once` also drops the calls under way.

        Returns:
            How it will end: what was ended for good stays so.
        """
        if not (self._ending and self._ending.for_good):
            down = ending.stop is Stop.DEADLINE and self._lanes.main.quota.breaker.is_open
            trouble = f" {self._tally.trouble}" if down else ""
            self._ending = replace(ending, reason=ending.reason + trouble)
        if at_once:
            self._lanes.drop()
        self._look()
        return self._ending

    def go_on(self) -> bool:
        """Take `stop` back; False if it is too late."""
        if self._done.is_set() or (self._ending and self._ending.for_good):
            return False
        self._ending = None
        self._lanes.wake()
        return True

    def change(self, batch: Batch) -> None:
        """Adopt another priority, concurrency or budget."""
        mine = self._tally.batch
        limit = mine.concurrency if mine.adaptive else batch.concurrency
        self._tally.adopt(replace(batch, concurrency=limit))
        self._deadline.change(batch.budget.deadline_s)
        if not mine.adaptive:
            self._limit = limit
            self._lanes.open(limit)
        self._lanes.wake()

    async def retry_failed(self) -> bool:
        """Make failed items pending again, and load them; False if it is too late."""
        if not self._done.is_set():
            with self._loader.starting_again():
                await self._tally.retry_failed()
        return not self._done.is_set()

    def progress(self) -> Progress:
        """A look at it."""
        main = self._lanes.main.quota
        return self._tally.progress(
            Traffic(
                in_flight=self._lanes.under_way,
                concurrency=min(self._limit, int(main.pacer.ceiling)),
                breaker_open=main.breaker.is_open,
                held_s=main.held_s(),
            )
        )

    # As the taker of what is loaded.

    @property
    def queued(self) -> int:
        """Jobs that are not under way."""
        return self._lanes.queued

    def add(self, job: Job) -> None:
        """A call to be made."""
        self._lanes.of(job).add(job)

    def end(self, items: Sequence[tuple[BatchItem, Analysis | Failure]]) -> None:
        """These items have ended without a call."""
        self._tally.record(items)
        self._look()

    # As the owner of lanes.

    def may_launch(self, job: Job) -> bool:
        """Whether the batch's own limits allow this call now."""
        if self._ending is not None or self._lanes.under_way >= self._limit:
            return False
        if self._tally.recorder.backlog > _LONGEST_BACKLOG:
            return False
        if self._tally.purse.fits(job.prepared.bound):
            return True
        if self._lanes.under_way:
            return False
        if len(job.items) > 1:
            self._lanes.of(job).divide()
        else:
            reason = "The budget is used up; resume the batch with a larger one."
            self.stop(Ending(state=BatchState.STOPPED, stop=Stop.BUDGET, reason=reason))
        return False

    def launched(self, job: Job, ceiling: int) -> None:
        """A call is under way."""
        self._tally.purse.reserve(job.prepared.bound)
        self._ownership.began([item.position for item in job.items])
        batch = self._tally.batch
        if batch.adaptive and min(ceiling, self._limit) > batch.concurrency:
            self._tally.batch = replace(batch, concurrency=min(ceiling, self._limit))
        self._loader.launched(self._lanes.main.queued)

    def abandoned(self, job: Job) -> None:
        """It was cancelled; what it cost is not known."""
        self._tally.purse.settle(job.prepared.bound, Usage())
        self._look()

    def answered(self, job: Job, answer: Answer) -> None:
        """It has ended: record what came, and see to what did not."""
        self._tally.purse.settle(job.prepared.bound, answer.usage)
        self._tally.books.enter(job, answer)
        failed: dict[Failure, list[int]] = defaultdict(list)
        ended: list[tuple[BatchItem, Analysis | Failure]] = []
        settled: list[Inquiry] = []
        for place, (item, result) in enumerate(zip(job.items, answer.results, strict=True)):
            if isinstance(result, Failure):
                failed[result].append(place)
            else:
                if not self._asked_again(item, answer.doubts.get(place)):
                    ended.append((item, replace(result, fallback=True) if job.fallback else result))
                settled.append(job.inquiries[place])
        self._tally.record(ended)
        for failure, places in failed.items():
            self._ownership.returned([job.items[place].position for place in places])
            self._tries.after(failure, job.part(places))
        self._loader.concluded(settled, self)
        self._look()

    def crashed(self, error: Exception) -> None:
        """Something failed that must not: end, and let `work` raise it."""
        self._crash = error
        self._done.set()

    def _join(self, quotas: Quotas, analyzers: Sequence[Analyzer]) -> Lanes:
        """Take a place at the quotas."""
        beside = (self._fallback, quotas.of(self._fallback.quota)) if self._fallback else None
        mine = [(analyzer, quotas.of(analyzer.quota)) for analyzer in analyzers]
        lanes = Lanes(self, mine, beside, self._tries.divert)
        if not self._tally.batch.adaptive:
            lanes.open(self._limit)
        return lanes

    async def _end(self) -> Batch:
        if self._crash is not None:
            raise self._crash
        ending = self._ending
        if ending is None:
            reason = await self._around.conclude(self.id)
            ending = Ending(state=BatchState.COMPLETED, reason=reason)
        return await self._around.store.move(self.id, ending.state, ending.stop, ending.reason)

    def _asked_again(self, item: BatchItem, doubt: Inquiry | None) -> bool:
        """Whether a stronger analyzer is asked too: it is, as long as the budget allows."""
        if doubt is None or self._ending is not None:
            return False
        if not self._tally.purse.fits(Job.of([item], [doubt]).prepared.bound):
            return False
        self._ownership.returned([item.position])
        self._loader.enter([Asked(item, doubt)], self)
        return True

    def _fail(self, job: Job, failure: Failure) -> None:
        """Give items up; what a cheaper analyzer or the offline rules said of them stays."""
        self._tally.record(job.what_stays(failure))
        self._loader.concluded(job.inquiries, self)
        self._look()

    def _keep_first_answers(self) -> None:
        """Of calls that are not made any more: what a cheaper analyzer said."""
        self._tally.record([first for job in self._lanes.unmade() for first in job.first_answers()])

    def _look(self) -> None:
        """End when nothing is left to do, or nothing more may be begun."""
        idle = self._loader.exhausted and not self._lanes.queued
        if not self._lanes.under_way and (idle or self._ending is not None):
            self._done.set()

    def _stored(self, outcomes: Sequence[ItemOutcome], orders: Orders) -> None:
        """The store has these outcomes; do what was asked of the batch meanwhile."""
        self._loader.ended([outcome.item for outcome in outcomes])
        if (wish := orders.batch.wish) != self._wish:
            self._wish = wish
            self.change(orders.batch)
        if orders.wanted is Action.PAUSE:
            self.stop(Ending(state=BatchState.PAUSED))
        elif orders.wanted is Action.CANCEL:
            self.stop(Ending(state=BatchState.CANCELLED), at_once=True)
        self._lanes.wake()
