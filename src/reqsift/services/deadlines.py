"""Stop a batch when its time is over; the deadline may change while it runs."""

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress

from reqsift.domain.batches import BatchState, Stop
from reqsift.services.surroundings import Ending


class Deadline:
    """Counts from the beginning of `work`."""

    def __init__(self, seconds: float | None, stop: Callable[[Ending], object]) -> None:
        """Call `stop` after so many seconds; None for never."""
        self._seconds = seconds
        self._stop = stop
        self._changed = asyncio.Event()

    def change(self, seconds: float | None) -> None:
        """From now on another one is in force."""
        self._seconds = seconds
        self._changed.set()

    async def work(self) -> None:
        """Wait for it."""
        time = asyncio.get_running_loop().time
        began = time()
        while (end := began + (self._seconds or math.inf)) > time():
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(None if end == math.inf else end):
                    await self._changed.wait()
        reason = f"The deadline of {self._seconds:g} s has passed; resume the batch to go on."
        self._stop(Ending(state=BatchState.STOPPED, stop=Stop.DEADLINE, reason=reason))
