"""What a running batch spends, kept by day and model until the store adds it up."""

from collections.abc import Iterable, Sequence
from datetime import date

from reqsift.domain.batches import Analysis, Failure, ItemOutcome
from reqsift.domain.limits import Usage
from reqsift.domain.spending import Spending
from reqsift.services.jobs import Job
from reqsift.services.ports.analyzers import Answer
from reqsift.services.ports.clock import Clock


class Books:
    """Collects the spendings of one batch."""

    def __init__(self, batch_id: str, clock: Clock) -> None:
        """Begin with nothing; `clock` tells the day."""
        self._batch_id = batch_id
        self._clock = clock
        self._open: dict[tuple[date, str], Spending] = {}

    def enter(self, job: Job, answer: Answer) -> None:
        """A call has ended, well or not."""
        if answer.usage != Usage():
            answered = sum(isinstance(result, Analysis) for result in answer.results)
            size = len(job.prepared.body)
            self._add(job.analyzer.name, answered=answered, calls=1, size=size, usage=answer.usage)

    def enter_cached(self, results: Iterable[Analysis | Failure]) -> None:
        """These items have ended; those that were answered from the cache cost nothing."""
        for result in results:
            if isinstance(result, Analysis) and result.cached:
                self._add(result.model, cached=1)

    def enter_recovered(self, outcomes: Sequence[ItemOutcome]) -> None:
        """These had ended in a run that died before the store heard of it."""
        for outcome in outcomes:
            result = outcome.result
            if isinstance(result, Analysis) and result.usage != Usage():
                self._add(result.model, answered=1, calls=1, usage=result.usage)

    def take(self) -> tuple[Spending, ...]:
        """What has come together; it begins anew."""
        taken = tuple(self._open.values())
        self._open.clear()
        return taken

    def _add(
        self,
        model: str,
        *,
        answered: int = 0,
        cached: int = 0,
        calls: int = 0,
        size: int = 0,
        usage: Usage = Usage(),  # noqa: B008 -- frozen
    ) -> None:
        day = self._clock.now().date()
        spending = Spending(
            day=day,
            batch_id=self._batch_id,
            model=model,
            calls=calls,
            bytes=size,
            answered=answered,
            cached=cached,
            usage=usage,
        )
        known = self._open.get((day, model))
        self._open[day, model] = spending if known is None else known + spending
