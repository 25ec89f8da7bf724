"""Which items of a batch share a call."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reqsift.domain.batches import Handling, pack_size
from reqsift.domain.packing import packs
from reqsift.services.ports.analyzers import Analyzer
from reqsift.services.twins import Asked


def largest_packs(
    analyzers: Sequence[Analyzer], handling: Handling, total: int, concurrency: int
) -> Mapping[str, int]:
    """How many exchanges share a call of each analyzer: few enough to keep all calls busy."""
    return {one.name: _largest(one, handling, total, concurrency) for one in analyzers}


def packed(asked: Sequence[Asked], largest: Mapping[str, int]) -> Iterator[Sequence[Asked]]:
    """Those that share a call, analyzer by analyzer, in order."""
    by_analyzer: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_analyzer[one.inquiry.analyzer.name].append(one)
    for name, these in by_analyzer.items():
        weights = [one.inquiry.weight for one in these]
        heaviest = these[0].inquiry.analyzer.heaviest_pack
        for start, end in packs(weights, largest[name], heaviest):
            yield these[start:end]


def _largest(analyzer: Analyzer, handling: Handling, total: int, concurrency: int) -> int:
    if not handling.pack:
        return 1
    if handling.economy:
        return analyzer.largest_pack
    return pack_size(total, concurrency, analyzer.largest_pack)
