"""Follow a batch from outside: its items as they end, and how it is doing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from reqsift.domain.batches import BatchState
from reqsift.domain.errors import NotFound
from reqsift.domain.events import ItemEnded
from reqsift.domain.progress import Progress
from reqsift.services.batch_run import BatchRun
from reqsift.services.ports.batches import BatchStore

_AT_ONCE = 1000
_CALM_S = 0.1
"""Between two looks: what happens meanwhile is told together."""
_LONGEST_SILENCE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What has happened since the last look."""

    ended: Sequence[ItemEnded]
    progress: Progress


async def watch(
    store: BatchStore, runs: Mapping[str, BatchRun], batch_id: str, since: int | None
) -> AsyncIterator[Happened]:
    """Yield how the batch is, then what happens, until it ends; see `Batches.watch`.

    Nothing waits for whoever iterates: he reads on where he stopped, from the run's memory or
    from the store.
    """
    progress = await _progress(store, runs, batch_id)
    seen = progress.last_event_id if since is None else since
    yield Happened(ended=(), progress=progress)
    while True:
        run = runs.get(batch_id)
        ended = None if run is None else run.feed.behind(seen)
        if ended is None:
            ended = await store.ended(batch_id, seen, _AT_ONCE)
        before, progress = progress, await _progress(store, runs, batch_id)
        if ended or progress != before:
            seen = ended[-1].sequence if ended else seen
            yield Happened(ended=ended, progress=progress)
        over = progress.state is not BatchState.RUNNING and batch_id not in runs
        # The newest item may have been made pending again: then the store has no more to tell.
        told = seen >= progress.last_event_id or (run is None and not ended)
        if over and len(ended) < _AT_ONCE and told:
            return
        if run is not None and len(ended) < _AT_ONCE:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_SILENCE_S):
                    await run.feed.changed()
        await asyncio.sleep(_CALM_S if run is not None else _LONGEST_SILENCE_S * (not ended))


async def _progress(store: BatchStore, runs: Mapping[str, BatchRun], batch_id: str) -> Progress:
    if run := runs.get(batch_id):
        return run.progress()
    batch = await store.batch(batch_id)
    if batch is None:
        raise NotFound(f"There is no batch {batch_id!r}.")
    return Progress.of(batch, await store.last_sequence(batch_id))
