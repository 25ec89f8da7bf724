"""The same exchanges through the analyzer's own processes: what a second one is worth."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.adapters.rules import OfflineRules
from reqsift.domain.batches import Failure
from reqsift.domain.captures import Exchange
from reqsift.services.ports.analyzers import PreparedCall

_UNDER_WAY = 6
"""Calls at once, so that no process waits for its next one."""


@dataclass(frozen=True, slots=True)
class Pooled:
    wall: float
    caller: float
    """CPU seconds of the process that hands exchanges out and takes answers."""


def pooled(made: Sequence[Exchange], processes: int) -> Pooled:
    """Hand all exchanges to so many processes, in calls as large as the engine makes them."""
    return asyncio.run(_pooled(made, processes))


async def _pooled(made: Sequence[Exchange], processes: int) -> Pooled:
    analyzer = OfflineAnalyzer(OfflineRules(), processes=processes)
    size = analyzer.largest_pack
    packs = [tuple(made[start : start + size]) for start in range(0, len(made), size)]
    try:
        await _answered(analyzer, packs[: 4 * processes])  # processes start and load the rules
        wall, cpu = perf_counter(), process_time()
        await _answered(analyzer, packs)
        return Pooled(perf_counter() - wall, process_time() - cpu)
    finally:
        analyzer.close()


async def _answered(analyzer: OfflineAnalyzer, packs: Sequence[tuple[Exchange, ...]]) -> None:
    waiting = iter(packs)

    async def caller() -> None:
        for pack in waiting:
            answer = await analyzer.call(PreparedCall(payload=pack))
            assert not any(isinstance(result, Failure) for result in answer.results)

    async with asyncio.TaskGroup() as group:
        for _ in range(_UNDER_WAY):
            group.create_task(caller())
