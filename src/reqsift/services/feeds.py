"""Tell listeners what happens in a running batch, without ever waiting for one of them."""

import asyncio
from collections import deque
from itertools import islice

from reqsift.domain.events import ItemEnded

_REMEMBERED = 1024


class Feed:
    """The last events of a running batch; each listener reads on where it stopped.

    Nothing is kept per listener: one that never reads costs nothing, and one that has fallen
    behind what is remembered finds the rest in the store.
    """

    def __init__(self, last: int) -> None:
        """Begin behind the event with the sequence number `last`."""
        self.last = last
        """Sequence number of the newest event."""
        self._events: deque[ItemEnded] = deque(maxlen=_REMEMBERED)
        self._changed = asyncio.Event()

    def publish(self, event: ItemEnded) -> None:
        """Remember an event; sequence numbers follow each other."""
        self._events.append(event)
        self.last = event.sequence
        self.touch()

    def touch(self) -> None:
        """Wake the listeners: something has changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    def behind(self, after: int) -> list[ItemEnded] | None:
        """The events behind that sequence number; None if they are no longer remembered."""
        count = self.last - after
        if count > len(self._events):
            return None
        return list(islice(self._events, len(self._events) - max(count, 0), None))

    async def changed(self) -> None:
        """Wait until something changes."""
        await self._changed.wait()
