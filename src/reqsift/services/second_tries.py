"""What becomes of calls that failed: tried again, asked differently, diverted, or given up."""

from collections.abc import Callable
from typing import Protocol

from reqsift.domain.batches import BatchState, Failure, Stop
from reqsift.domain.retries import POLICIES, Cause
from reqsift.services.batch_tally import Tally
from reqsift.services.jobs import Job, unpreparable
from reqsift.services.lanes import Lanes
from reqsift.services.ports.analyzers import Analyzer
from reqsift.services.surroundings import Ending, Surroundings

_STOPS = {
    Cause.NOT_THERE: Stop.NOT_THERE,
    Cause.KEY_REFUSED: Stop.KEY_REFUSED,
    Cause.NO_CREDIT: Stop.NO_CREDIT,
}


class Stopping(Protocol):
    """Ends a batch early."""

    def __call__(self, ending: Ending, *, at_once: bool = False) -> Ending:
        """Begin nothing new."""
        ...


class SecondTries:
    """Decides by the cause of a failure."""

    lanes: Lanes

    def __init__(
        self,
        around: Surroundings,
        tally: Tally,
        fallback: Analyzer | None,
        *,
        give_up: Callable[[Job, Failure], None],
        stop: Stopping,
    ) -> None:
        """Decide for one batch; its `lanes` are set before the first failure.

        Args:
            around: Has the clock, and the chance that spreads retries.
            tally: Counts.
            fallback: Who stands in for a model that does not answer.
            give_up: Records that items have failed.
            stop: Ends the batch early.
        """
        self._around = around
        self._tally = tally
        self._fallback = fallback
        self._give_up = give_up
        self._stop = stop

    def after(self, failure: Failure, job: Job) -> None:
        """Decide what becomes of items whose call failed."""
        lane, cause = self.lanes.of(job), failure.cause
        policy = POLICIES[cause]
        if cause is Cause.RATE_LIMITED:
            self._tally.refused += 1
            lane.back(job)
        elif policy.ends_batch:
            lane.back(job)
            self._stop(Ending(state=BatchState.STOPPED, stop=_STOPS[cause], reason=failure.reason))
        elif policy.outage and lane.quota.breaker.is_open:
            job.first_failure_at = None  # an outage is not the item's fault
            self._tally.trouble = failure.reason
            lane.back(job)
        else:
            self._try_again(job, failure)

    def divert(self, job: Job) -> None:
        """Let the fallback do it, unless there is an answer already."""
        if self._fallback is None:
            return
        if job.first_answers():
            self._give_up(job, Failure(reason="The stronger model cannot be reached."))
            return
        try:
            diverted = job.diverted(self._fallback)
        except Exception as error:  # noqa: BLE001 -- one odd exchange must not stop the batch
            self._give_up(job, unpreparable(error))
        else:
            self.lanes.of(diverted).add(diverted)

    def _try_again(self, job: Job, failure: Failure) -> None:
        now = self._around.clock.monotonic()
        delay = job.failed(failure.cause, now, self._around.chance())
        policy = POLICIES[failure.cause]
        shared = len(job.items) > 1 and not policy.outage
        if delay is not None or shared:
            self._tally.retries += delay is not None
            self._again(job, failure, now + (delay or 0.0), alone=shared)
        elif policy.outage and self._fallback is not None and not job.fallback:
            self.divert(job)
        else:
            self._give_up(job, failure)

    def _again(self, job: Job, failure: Failure, at: float, *, alone: bool) -> None:
        """Ask again: about each exchange alone where several shared a call that went wrong."""
        try:
            if alone:
                jobs = job.split()
            else:
                job.ask_differently(failure)
                jobs = [job]
        except Exception:  # noqa: BLE001 -- one odd exchange must not stop the batch
            self._give_up(job, failure)
            return
        for one in jobs:
            self.lanes.of(one).again(one, at)
