import asyncio

import pytest

from reqsift.domain.errors import NotFound
from reqsift.services.tasks import task_group


async def fail(error: Exception) -> None:
    raise error


async def test_an_expected_failure_of_a_task_comes_out_as_itself() -> None:
    with pytest.raises(NotFound, match="gone"):
        async with task_group() as group:
            group.create_task(fail(NotFound("gone")))
            await asyncio.sleep(60)


async def test_an_expected_failure_of_the_body_comes_out_as_itself() -> None:
    with pytest.raises(NotFound):
        async with task_group() as group:
            group.create_task(asyncio.sleep(60))
            raise NotFound("gone")


async def test_the_unexpected_keeps_its_group() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with task_group() as group:
            group.create_task(fail(RuntimeError("bug")))
    assert caught.group_contains(RuntimeError)
