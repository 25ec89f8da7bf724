"""The jobs of one batch, by the quota to which they go: ready, waiting, under way."""

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from reqsift.domain.batches import Priority
from reqsift.services.jobs import Job
from reqsift.services.ports.analyzers import Analyzer, Answer
from reqsift.services.quotas import Quota


class Owner(Protocol):
    """The batch to which a lane belongs."""

    @property
    def id(self) -> str:
        """The batch's id."""
        ...

    @property
    def priority(self) -> Priority:
        """Whose turn comes first."""
        ...

    def may_launch(self, job: Job) -> bool:
        """Whether the batch's own limits allow this call now."""
        ...

    def launched(self, job: Job, ceiling: int) -> None:
        """A call is under way."""
        ...

    def answered(self, job: Job, answer: Answer) -> None:
        """It has ended."""
        ...

    def abandoned(self, job: Job) -> None:
        """It was cancelled."""
        ...

    def crashed(self, error: Exception) -> None:
        """An answer could not be taken."""
        ...


class Lane:
    """Fills the protocol `Customer` of quotas."""

    def __init__(
        self,
        owner: Owner,
        name: str,
        quota: Quota,
        diversion: Callable[[Job], None] | None = None,
    ) -> None:
        """Join `quota`.

        Args:
            owner: The batch.
            name: Of the lane, within the batch.
            quota: What the jobs' calls count for.
            diversion: Where jobs go while the provider is down; without it they wait.
        """
        self._owner = owner
        self._id = f"{owner.id}/{name}"
        self._diversion = diversion
        self._ready: deque[Job] = deque()
        self._waiting: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self.quota = quota
        self.under_way: set[Job] = set()
        quota.join(self)

    @property
    def id(self) -> str:
        """The batch's id, and which of its lanes it is."""
        return self._id

    @property
    def priority(self) -> Priority:
        """Whose turn comes first."""
        return self._owner.priority

    @property
    def queued(self) -> int:
        """Jobs that are not under way."""
        return len(self._ready) + len(self._waiting)

    @property
    def jobs(self) -> list[Job]:
        """The jobs that are not under way."""
        return [*self._ready, *(job for *_, job in self._waiting)]

    def add(self, job: Job) -> None:
        """Put a new job at the end."""
        self._ready.append(job)
        self.quota.wake()

    def again(self, job: Job, at: float) -> None:
        """Put a job that has failed in front of the others, from that moment on."""
        heapq.heappush(self._waiting, (at, next(self._order), job))
        self.quota.wake()

    def back(self, job: Job) -> None:
        """Put a job that was not admitted back in front."""
        self._ready.appendleft(job)

    def divide(self) -> None:
        """Make two calls of the first one, for a budget that it does not fit."""
        job = self._ready.popleft()
        half = len(job.items) // 2
        parts = (job.part(range(half)), job.part(range(half, len(job.items))))
        self._ready.extendleft(reversed(parts))
        self.quota.wake()

    def next_job(self, now: float) -> Job | None:
        """The call that it would make now; None if there is none, or its own limit is reached."""
        while self._waiting and self._waiting[0][0] <= now:
            self._ready.appendleft(heapq.heappop(self._waiting)[2])
        job = self._ready[0] if self._ready else None
        return job if job is not None and self._owner.may_launch(job) else None

    def next_at(self) -> float:
        """When a waiting job will be ready, on the monotonic clock; infinite if none waits."""
        return self._waiting[0][0] if self._waiting else math.inf

    def divert(self) -> bool:
        """The provider is down: take the jobs elsewhere; False if they must wait."""
        if self._diversion is None:
            return False
        jobs = self.jobs
        self._ready.clear()
        self._waiting.clear()
        for job in jobs:
            self._diversion(job)
        return True

    def launch(self, job: Job, ceiling: int) -> None:
        """That job is launched, below the pacer's ceiling."""
        self._ready.popleft()
        self.under_way.add(job)
        self._owner.launched(job, ceiling)

    def answered(self, job: Job, answer: Answer) -> None:
        """Its call has ended."""
        self.under_way.discard(job)
        self._owner.answered(job, answer)

    def abandoned(self, job: Job) -> None:
        """Its call was cancelled before it ended."""
        self.under_way.discard(job)
        self._owner.abandoned(job)

    def crashed(self, error: Exception) -> None:
        """It could not take an answer."""
        self._owner.crashed(error)

    def drop(self) -> None:
        """Cancel the calls under way."""
        for job in self.under_way:
            if job.task is not None:
                job.task.cancel()


class Lanes:
    """The lanes of one batch: one to the quota of each analyzer that may be asked."""

    def __init__(
        self,
        owner: Owner,
        quotas: Sequence[tuple[Analyzer, Quota]],
        beside: tuple[Analyzer, Quota] | None,
        divert: Callable[[Job], None],
    ) -> None:
        """Join the quotas.

        Args:
            owner: The batch.
            quotas: Of the analyzers; the first is asked most.
            beside: Of the fallback; with it, `divert` takes jobs while a provider is down.
            divert: Where jobs go then.
        """
        diversion = divert if beside else None
        self._lanes = {
            analyzer.name: Lane(owner, f"to {analyzer.name}", quota, diversion)
            for analyzer, quota in quotas
        }
        self.main = self._lanes[quotas[0][0].name]
        self._beside = None if beside is None else Lane(owner, "beside", beside[1])

    def of(self, job: Job) -> Lane:
        """Where this job goes."""
        if job.fallback and self._beside is not None:
            return self._beside
        return self._lanes[job.analyzer.name]

    @property
    def under_way(self) -> int:
        """Calls under way."""
        return sum(len(lane.under_way) for lane in self._all)

    @property
    def queued(self) -> int:
        """Jobs that are not under way."""
        return sum(lane.queued for lane in self._all)

    def open(self, concurrency: int) -> None:
        """Raise the quotas' ceilings, for a user who named a number."""
        for lane in self._all:
            lane.quota.pacer.open(concurrency)

    def wake(self) -> None:
        """Something has changed: let the quotas look again."""
        for lane in self._all:
            lane.quota.wake()

    def drop(self) -> None:
        """Cancel the calls under way."""
        for lane in self._all:
            lane.drop()

    def unmade(self) -> list[Job]:
        """The calls that were not made."""
        return [job for lane in self._all for job in lane.jobs]

    def leave(self) -> None:
        """The batch has ended."""
        for lane in self._all:
            lane.quota.leave(lane)

    @property
    def _all(self) -> tuple[Lane, ...]:
        lanes = tuple(self._lanes.values())
        return lanes if self._beside is None else (*lanes, self._beside)
