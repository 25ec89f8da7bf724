"""The offline rules as an analyzer: in a thread for a few exchanges, on all cores for many."""

import asyncio
import gc
import math
import multiprocessing
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import cast

from reqsift.adapters.rules import OfflineRules
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Exchange, StoredExchange
from reqsift.domain.rules.offline import MODEL
from reqsift.domain.rules.rulebook import Rulebook
from reqsift.services.ports.analyzers import Answer, Inquiry, PreparedCall, Purpose, QuotaKey

_WORTH_A_PROCESS = 25
"""Exchanges in a call from which on handing them to another process pays."""


class OfflineAnalyzer:
    """Fills the port `Analyzer` without a key or a network."""

    name = MODEL
    largest_pack = 64
    heaviest_pack = math.inf
    quota = QuotaKey(provider=MODEL)
    priced = True

    def __init__(self, rules: OfflineRules, processes: int | None = None) -> None:
        """Look with these rules.

        Args:
            rules: As the user wants them; each process makes its own of the same book.
            processes: How many to use at most; the default is one for each core.
        """
        self._rules = rules
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry]:
        """Nothing needs to be known before."""
        return [
            Inquiry(
                analyzer=self,
                request_id=stored.id,
                exchange=stored.exchange,
                batch_id=purpose.batch_id,
            )
            for stored in exchanges
        ]

    def prepare(self, inquiries: Sequence[Inquiry], complaint: str = "") -> PreparedCall:  # noqa: ARG002 -- rules cannot be asked again
        """The exchanges themselves."""
        return PreparedCall(payload=tuple(inquiry.exchange for inquiry in inquiries))

    def remembered(self, inquiry: Inquiry) -> None:  # noqa: ARG002 -- the port's signature
        """Rules are quicker than any memory."""
        return

    async def call(self, prepared: PreparedCall) -> Answer:
        """Run the rules, away from the event loop."""
        return Answer(results=await self._analyze(cast("tuple[Exchange, ...]", prepared.payload)))

    async def _analyze(self, exchanges: Sequence[Exchange]) -> Sequence[Analysis | Failure]:
        if len(exchanges) < _WORTH_A_PROCESS:
            return await asyncio.to_thread(_analyze_all, self._rules, exchanges)
        loop = asyncio.get_running_loop()
        pool = self._running_pool()
        try:
            return await loop.run_in_executor(pool, _analyze_in_worker, exchanges)
        except (BrokenProcessPool, OSError):  # OSError: the pool notices its end at this moment
            if self._pool is pool:
                self._pool = None  # it ends by itself; the next call gets fresh processes
            failure = Failure(reason="A worker process died while it analyzed this request.")
            return [failure] * len(exchanges)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _running_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forking a process that has threads may deadlock; a fresh one starts in 0.1 s.
            self._pool = ProcessPoolExecutor(
                max_workers=self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_prepare_worker,
                initargs=(self._rules.book,),
            )
            # Left alone, the pool starts workers on demand, also at the moment when it breaks:
            # nothing would ever end such a worker. One task for each starts them all now.
            for _ in range(self._processes):
                self._pool.submit(os.getpid)
        return self._pool


_worker: list[OfflineRules] = []
"""The rules of this process, if it is a worker."""


def _prepare_worker(book: Rulebook) -> None:
    _worker.append(OfflineRules(book))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are the parent's business
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # exchanges have no cycles to look for


def _analyze_in_worker(exchanges: Sequence[Exchange]) -> list[Analysis | Failure]:
    return _analyze_all(_worker[0], exchanges)


def _analyze_all(rules: OfflineRules, exchanges: Sequence[Exchange]) -> list[Analysis | Failure]:
    return [_analyze_one(rules, exchange) for exchange in exchanges]


def _analyze_one(rules: OfflineRules, exchange: Exchange) -> Analysis | Failure:
    try:
        return rules.examine(exchange).analysis
    except Exception as error:  # noqa: BLE001 -- one odd exchange costs one item, not the batch
        return Failure(reason=f"The rules failed on it: {type(error).__name__}: {error}")
