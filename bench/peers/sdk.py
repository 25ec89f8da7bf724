"""The provider's own SDK with a semaphore: what most people write themselves."""

import asyncio

from anthropic import APIError, AsyncAnthropic  # type: ignore[import-not-found]

from bench.peers.asked import MODEL, MOST_OUTPUT, Asked, answer, is_valid


async def run(asked: Asked) -> int:
    retries = {} if asked.retries is None else {"max_retries": asked.retries}
    gate = asyncio.Semaphore(asked.concurrency)
    form = {"format": {"type": "json_schema", "schema": asked.schema}}
    async with AsyncAnthropic(timeout=asked.timeout, **retries) as client:

        async def ask(prompt: str) -> bool:
            async with gate:
                try:
                    message = await client.messages.create(
                        model=MODEL,
                        max_tokens=MOST_OUTPUT,
                        system=asked.system,
                        messages=[{"role": "user", "content": prompt}],
                        extra_body={"output_config": form},
                    )
                except APIError:
                    return False
            return is_valid("".join(block.text for block in message.content))

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(ask(prompt)) for prompt in asked.prompts]
    return sum(task.result() for task in tasks)


if __name__ == "__main__":
    answer(run, asyncio.run)  # type: ignore[arg-type]
