"""inspect_ai's `generate` with its adaptive connections, its default; no logs, no scoring."""

import asyncio
from math import ceil

from inspect_ai.model import (  # type: ignore[import-not-found]
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ResponseSchema,
    get_model,
)
from inspect_ai.util import AdaptiveConcurrency  # type: ignore[import-not-found]

from bench.peers.asked import MODEL, MOST_OUTPUT, Asked, answer, is_valid


async def run(asked: Asked) -> int:
    ceiling = asked.concurrency
    # Its adaptive limit begins at 20 and never falls below 10: not for a fixed concurrency of 1.
    fixed = {"max_connections": ceiling}
    adaptive = {"adaptive_connections": AdaptiveConcurrency(max=ceiling)}
    config = GenerateConfig(
        max_tokens=MOST_OUTPUT,
        attempt_timeout=ceil(asked.timeout),
        response_schema=ResponseSchema(name="analysis", json_schema=asked.schema),
        **(adaptive if ceiling > 20 else fixed),
    )
    async with get_model(f"anthropic/{MODEL}", config=config) as model:

        async def ask(prompt: str) -> bool:
            messages = [ChatMessageSystem(content=asked.system), ChatMessageUser(content=prompt)]
            try:
                return is_valid((await model.generate(messages)).completion)
            except Exception:  # noqa: BLE001 -- whatever it is, the item is lost
                return False

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(prompt)) for prompt in asked.prompts]
    return sum(task.result() for task in tasks)


if __name__ == "__main__":
    answer(run, asyncio.run)  # type: ignore[arg-type]
