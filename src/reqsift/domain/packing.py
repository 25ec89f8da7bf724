"""Which neighbours share a call to a model."""

from collections.abc import Sequence


def packs(weights: Sequence[float], most_items: int, most_weight: float) -> list[tuple[int, int]]:
    """Put consecutive items together as long as they fit.

    Args:
        weights: Of each item, such as its tokens.
        most_items: That a pack may have; at least 1.
        most_weight: That the items of a pack may have together; a heavier item goes alone.

    Returns:
        Start and end (exclusive) of each pack; together they are all items, in order.
    """
    found: list[tuple[int, int]] = []
    start, total = 0, 0.0
    for place, weight in enumerate(weights):
        full = place - start >= most_items or total + weight > most_weight
        if place > start and full:
            found.append((start, place))
            start, total = place, 0.0
        total += weight
    if start < len(weights):
        found.append((start, len(weights)))
    return found
