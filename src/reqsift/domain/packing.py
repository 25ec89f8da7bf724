"""Packing: small exchanges share a call."""

from collections.abc import Sequence


def packs(
    weights: Sequence[float], most_items: int, most_weight: float
) -> list[tuple[int, int]]:
    """Cut a sequence into stretches that share a call; one that is heavier goes alone.

    Args:
        weights: Input tokens of each, in order.
        most_items: In one call.
        most_weight: Of one call.

    Returns:
        Start and end of each stretch, in order; together they are all of them.
    """
    stretches: list[tuple[int, int]] = []
    start, weight = 0, 0.0
    for place, each in enumerate(weights):
        if place > start and (place - start >= most_items or weight + each > most_weight):
            stretches.append((start, place))
            start, weight = place, 0.0
        weight += each
    if start < len(weights):
        stretches.append((start, len(weights)))
    return stretches
