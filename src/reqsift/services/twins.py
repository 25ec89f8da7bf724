"""Items of a batch that would be asked about with the very same payload: one is asked for all."""

from collections.abc import Sequence
from typing import NamedTuple

from reqsift.domain.batches import BatchItem
from reqsift.services.ports.analyzers import Inquiry


class Asked(NamedTuple):
    """An item, and what is asked about it."""

    item: BatchItem
    inquiry: Inquiry


class Twins:
    """Holds items back while another with the same key is under way."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._held: dict[str, list[Asked]] = {}

    def hold(self, asked: Asked) -> bool:
        """Whether one with its key is under way, so that this one waits."""
        key = asked.inquiry.key
        if not key:
            return False
        if key in self._held:
            self._held[key].append(asked)
            return True
        self._held[key] = []
        return False

    def release(self, inquiries: Sequence[Inquiry]) -> list[Asked]:
        """These have ended, well or not: what waited for them."""
        return [one for inquiry in inquiries for one in self._held.pop(inquiry.key, ())]
