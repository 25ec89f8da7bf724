"""Group commit: what many tasks want to store at one moment goes into one transaction."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class _Group(Generic[T]):
    def __init__(self) -> None:
        self.things: list[T] = []
        self.error: BaseException | None = None


class GroupCommit(Generic[T]):
    """Stores things; whoever comes while a transaction is under way shares the next one."""

    def __init__(self, write: Callable[[Sequence[T]], Coroutine[object, object, object]]) -> None:
        """Let `write` store a group of things in one transaction."""
        self._write = write
        self._open: _Group[T] = _Group()
        self._turn = asyncio.Lock()

    async def store(self, *things: T) -> None:
        """Store these; they are stored when this returns.

        Raises:
            Exception: Whatever the transaction raised, for everybody who shared it.
        """
        group = self._open
        group.things += things
        async with self._turn:
            if group is self._open:
                self._open = _Group()
                await self._commit(group)
        if group.error is not None:
            raise group.error

    async def _commit(self, group: _Group[T]) -> None:
        """Write a group to the end, even if the task that happens to do it is cancelled."""
        writing = asyncio.get_running_loop().create_task(self._write(group.things))
        try:
            await asyncio.wait([writing])
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise
        finally:
            group.error = writing.exception()
