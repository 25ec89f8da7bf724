"""Launch calls: one dispatcher per quota, shared by all batches that use it."""

import asyncio
import contextlib
import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from reqsift.domain.batches import Failure, Priority
from reqsift.domain.breaker import Breaker
from reqsift.domain.errors import StoreError
from reqsift.domain.pacing import Pacer, Permit
from reqsift.domain.retries import POLICIES, Cause
from reqsift.domain.turns import Turns
from reqsift.services.jobs import Job
from reqsift.services.ports.analyzers import Answer, QuotaKey
from reqsift.services.ports.clock import Clock

_PATIENCE_S = 10.0
"""How long a provider is down before jobs go elsewhere, where that is wished."""


class Customer(Protocol):
    """A batch, as its quota sees it."""

    @property
    def id(self) -> str:
        """Its name; no other customer has it."""
        ...

    @property
    def priority(self) -> Priority:
        """Whose turn comes first."""
        ...

    def next_job(self, now: float) -> Job | None:
        """The call that it would make now; None if there is none, or its own limit is reached."""
        ...

    def next_at(self) -> float:
        """When a waiting job will be ready, on the monotonic clock; infinite if none waits."""
        ...

    def divert(self) -> bool:
        """The provider is down: take the jobs elsewhere; False if they must wait."""
        ...

    def launch(self, job: Job, ceiling: int) -> None:
        """That job is launched, below the pacer's ceiling."""
        ...

    def answered(self, job: Job, answer: Answer) -> None:
        """Its call has ended."""
        ...

    def abandoned(self, job: Job) -> None:
        """Its call was cancelled before it ended."""
        ...

    def crashed(self, error: Exception) -> None:
        """It could not take an answer."""
        ...


class Quota:
    """Launches the calls of all batches that share a quota, as its pacer and breaker permit."""

    def __init__(self, most: int, breaker: Breaker, clock: Clock) -> None:
        """Prepare; `work` does it.

        Args:
            most: Calls under way at once, whatever the batches ask for.
            breaker: Shared by all quotas of a provider.
            clock: Monotonic time.
        """
        self.pacer = Pacer(most)
        self.breaker = breaker
        self._clock = clock
        self._turns = Turns()
        self._customers: dict[str, Customer] = {}
        self._wake = asyncio.Event()

    def join(self, customer: Customer) -> None:
        """A batch begins to use the quota."""
        self._customers[customer.id] = customer
        self._turns.join(customer.id)
        self.wake()

    def leave(self, customer: Customer) -> None:
        """A batch has ended."""
        self._customers.pop(customer.id, None)
        self._turns.leave(customer.id)

    def wake(self) -> None:
        """Something has changed: look again."""
        self._wake.set()

    def held_s(self) -> float:
        """Seconds for which a rate limit still holds all calls."""
        return self.pacer.held_s(self._clock.monotonic())

    async def work(self) -> None:
        """Launch calls until cancelled; sleeps until something changes or a permit is due."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                wait = self._launch(group)
                if wait == math.inf:
                    await self._wake.wait()
                    continue
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._wake.wait()

    def _launch(self, group: asyncio.TaskGroup) -> float:
        """Launch what may be launched; returns seconds until it is worth looking again."""
        while True:
            now = self._clock.monotonic()
            ready = self._ready(now)
            if not ready:
                return self._until_ready(now)
            customer, job = ready[self._turn(ready)]
            held = self.breaker.delay(now)
            if held and self.breaker.down_s(now) >= _PATIENCE_S and customer.divert():
                continue
            wait = max(held, self.pacer.delay(job.prepared.need, now))
            if wait > 0:
                return min(wait, self._until_ready(now))
            self._turns.taken(customer.id)
            try:
                customer.launch(job, int(self.pacer.ceiling))
            except Exception as error:  # noqa: BLE001 -- one batch's trouble is not the others'
                self.leave(customer)
                customer.crashed(error)
                continue
            permit = self.pacer.launched(job.prepared.need, now)
            call = _Call(job=job, customer=customer, permit=permit, number=self.breaker.launched())
            job.task = group.create_task(self._make(call))
            job.task.add_done_callback(functools.partial(self._ended, call))

    def _ready(self, now: float) -> dict[str, tuple[Customer, Job]]:
        return {
            customer.id: (customer, job)
            for customer in tuple(self._customers.values())
            if (job := customer.next_job(now)) is not None
        }

    def _turn(self, ready: Mapping[str, tuple[Customer, Job]]) -> str:
        if len(ready) == 1:
            return next(iter(ready))
        waiting = [(key, customer.priority) for key, (customer, _) in ready.items()]
        return self._turns.choose(waiting)

    def _until_ready(self, now: float) -> float:
        first = min((customer.next_at() for customer in self._customers.values()), default=math.inf)
        return first - now if first > now else math.inf

    async def _make(self, call: "_Call") -> None:
        try:
            answer = await _answer(call.job)
        except StoreError as error:
            self.pacer.forgotten(call.permit)
            self.breaker.forgotten(call.number)
            call.customer.abandoned(call.job)
            call.customer.crashed(error)
            return
        self._learn(call, answer)
        self._hand_over(call, answer)

    def _ended(self, call: "_Call", task: asyncio.Task[None]) -> None:
        # Not within the task: one that is cancelled before its first step never runs.
        if task.cancelled():
            self.pacer.forgotten(call.permit)
            self.breaker.forgotten(call.number)
            call.customer.abandoned(call.job)
        self.wake()

    def _hand_over(self, call: "_Call", answer: Answer) -> None:
        try:
            call.customer.answered(call.job, answer)
        except Exception as error:  # noqa: BLE001 -- one batch's trouble is not the others'
            call.customer.crashed(error)

    def _learn(self, call: "_Call", answer: Answer) -> None:
        """Tell the pacer and the breaker how the call went."""
        now = self._clock.monotonic()
        cause = _cause(answer)
        if cause is Cause.RATE_LIMITED:
            self.pacer.refused(call.permit, answer.limits, now)
        elif cause is not None and POLICIES[cause].outage:
            self.pacer.failed(call.permit, answer.limits, now)
            self.breaker.failed(call.number, now)
            return
        else:
            self.pacer.succeeded(call.permit, answer.limits, answer.usage, now)
        self.breaker.succeeded(call.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    job: Job
    customer: Customer
    permit: Permit
    number: int


async def _answer(job: Job) -> Answer:
    """Make the call; what was not written down must stop the batch, all else does not."""
    try:
        return await job.analyzer.call(job.prepared)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever an analyzer does, the batch goes on
        failure = Failure(reason=f"The analyzer failed: {type(error).__name__}: {error}")
        return Answer(results=[failure] * len(job.items))


def _cause(answer: Answer) -> Cause | None:
    """Why the whole call failed; None if it did not."""
    first = answer.results[0] if answer.results else None
    return first.cause if isinstance(first, Failure) else None


class Quotas:
    """All quotas of this process."""

    def __init__(self, most: int, clock: Clock, group: asyncio.TaskGroup) -> None:
        """Make quotas as they are needed; their dispatchers run in `group`."""
        self._most = most
        self._clock = clock
        self._group = group
        self._quotas: dict[QuotaKey, Quota] = {}
        self._breakers: dict[str, Breaker] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def of(self, key: QuotaKey) -> Quota:
        """The quota that an analyzer's calls count for."""
        if key not in self._quotas:
            breaker = self._breakers.setdefault(key.provider, Breaker())
            quota = self._quotas[key] = Quota(self._most, breaker, self._clock)
            self._tasks.append(self._group.create_task(quota.work()))
        return self._quotas[key]

    def close(self) -> None:
        """End the dispatchers, with the calls under way."""
        for task in self._tasks:
            task.cancel()
