"""Run batches: items in parallel under a limit, each outcome a value that is stored at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchItem,
    BatchState,
    Failure,
    ItemError,
    ItemOutcome,
    Progress,
    StoredAnalysis,
    effective_concurrency,
    pack_size,
)
from reqsift.domain.captures import Exchange
from reqsift.domain.errors import InvalidSetting
from reqsift.services.ports import Analyzer, AnalyzerChooser, BatchStore, Clock, NewBatch
from reqsift.services.tasks import task_group


class Batches:
    """The use cases around batches."""

    def __init__(
        self, store: BatchStore, analyzers: AnalyzerChooser, clock: Clock, max_concurrency: int
    ) -> None:
        """Run batches on `store`; no batch gets more than `max_concurrency`."""
        self._store = store
        self._analyzers = analyzers
        self._clock = clock
        self._max_concurrency = max_concurrency

    def check_model(self, model: str) -> None:
        """Refuse a model that cannot be used, before other work is done.

        Raises:
            ModelUnavailable: The model's key is missing.
            InvalidSetting: There is no such model.
        """
        self._analyzers.choose(model)

    async def run(
        self,
        request_ids: Sequence[str],
        *,
        model: str,
        concurrency: int | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Batch:
        """Analyze requests in parallel and wait for the last one.

        One item's failure is its own outcome and nothing else. What is stored stays stored,
        whatever happens to the rest.

        Args:
            request_ids: Which requests; duplicates are analyzed once, unknown ones fail.
            model: Name of a model, `offline` or `auto`.
            concurrency: Calls under way at once; the default is 5, the limit `max_concurrency`.
            on_progress: Told whenever items have ended.

        Raises:
            ModelUnavailable: The model's key is missing.
            InvalidSetting: There is no such model, or `concurrency` is below 1.
            StoreError: The database failed; outcomes stored before stay.
        """
        if concurrency is not None and concurrency < 1:
            raise InvalidSetting("concurrency must be a whole number of 1 or more.")
        choice = self._analyzers.choose(model)
        new = NewBatch(
            model=choice.analyzer.name,
            note=choice.note,
            concurrency=effective_concurrency(concurrency, self._max_concurrency),
            request_ids=tuple(dict.fromkeys(request_ids)),
            created_at=self._clock.now(),
        )
        batch, items = await self._store.create_batch(new)
        run = _Run(self._store, choice.analyzer, self._clock, batch, on_progress)
        return await run.finish(items)

    async def analyses(self, batch_id: str) -> tuple[StoredAnalysis, ...]:
        """What a batch brought, in the order of the ids asked for."""
        return await self._store.analyses(batch_id)

    async def errors(self, batch_id: str) -> tuple[ItemError, ...]:
        """The items of a batch without an analysis."""
        return await self._store.item_errors(batch_id)


@dataclass(slots=True)
class _Counts:
    successful: int
    failed: int


class _Run:
    """One batch while it runs."""

    def __init__(
        self,
        store: BatchStore,
        analyzer: Analyzer,
        clock: Clock,
        batch: Batch,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._analyzer = analyzer
        self._clock = clock
        self._batch = batch
        self._on_progress = on_progress
        self._start = clock.monotonic()
        self._counts = _Counts(successful=batch.successful, failed=batch.failed)

    async def finish(self, items: Sequence[BatchItem]) -> Batch:
        """Work through `items` and store the end, be it early."""
        size = pack_size(len(items), self._batch.concurrency, self._analyzer.largest_pack)
        packs = iter([items[start : start + size] for start in range(0, len(items), size)])
        self._report()
        try:
            async with task_group() as group:
                for _ in range(self._batch.concurrency):
                    group.create_task(self._work(packs))
        except BaseException:
            await self._end(BatchState.STOPPED)
            raise
        return await self._end(BatchState.COMPLETED)

    async def _work(self, packs: Iterator[Sequence[BatchItem]]) -> None:
        for pack in packs:
            outcomes = await self._analyze(pack)
            await self._store.save_outcomes(self._batch.id, outcomes, self._clock.now())
            failed = sum(isinstance(outcome.result, Failure) for outcome in outcomes)
            self._counts.failed += failed
            self._counts.successful += len(outcomes) - failed
            self._report()

    async def _analyze(self, pack: Sequence[BatchItem]) -> list[ItemOutcome]:
        stored = await self._store.exchanges([item.request_id for item in pack])
        known = {exchange.id: exchange.exchange for exchange in stored}
        present = [item for item in pack if item.request_id in known]
        results = await self._call([known[item.request_id] for item in present])
        outcomes = [
            ItemOutcome(item=item, result=result)
            for item, result in zip(present, results, strict=True)
        ]
        gone = Failure(reason="The request was removed while the batch ran.")
        outcomes += [
            ItemOutcome(item=item, result=gone) for item in pack if item.request_id not in known
        ]
        return outcomes

    async def _call(self, exchanges: list[Exchange]) -> Sequence[Analysis | Failure]:
        try:
            return await self._analyzer.analyze(exchanges)
        except Exception as error:  # noqa: BLE001 -- whatever an analyzer does, the batch goes on
            failure = Failure(reason=f"The analyzer failed: {type(error).__name__}: {error}")
            return [failure] * len(exchanges)

    def _report(self) -> None:
        self._on_progress(
            Progress(
                batch_id=self._batch.id,
                total=self._batch.total,
                successful=self._counts.successful,
                failed=self._counts.failed,
                elapsed_ms=self._elapsed_ms(),
            )
        )

    async def _end(self, state: BatchState) -> Batch:
        return await self._store.end_batch(self._batch.id, state, self._elapsed_ms())

    def _elapsed_ms(self) -> int:
        return round((self._clock.monotonic() - self._start) * 1000)
