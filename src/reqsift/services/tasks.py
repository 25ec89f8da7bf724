"""Structured concurrency with errors that read like ordinary ones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reqsift.domain.errors import ReqsiftError


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """An `asyncio.TaskGroup` whose expected failure comes out as itself, not in a group.

    Raises:
        ReqsiftError: The first expected failure of the body or a task; the others were cancelled.
        BaseExceptionGroup: Anything unexpected, as `TaskGroup` raises it.
    """
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        expected = failures.subgroup(ReqsiftError)
        if expected is None:
            raise
        raise _first(expected) from None


def _first(group: BaseExceptionGroup[ReqsiftError]) -> BaseException:
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first
