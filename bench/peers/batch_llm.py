"""async-batch-llm over the provider's SDK, which leaves retries to it; one engine, one owner."""

import asyncio

from anthropic import AsyncAnthropic  # type: ignore[import-not-found]
from async_batch_llm import (  # type: ignore[import-not-found]
    ArtifactIdentity,
    JsonlArtifactStore,
    LLMCallStrategy,
    ProcessorConfig,
    ResumePolicy,
    StructuredOutputValidationError,
    process_prompts,
)

from bench.peers.asked import MODEL, MOST_OUTPUT, Asked, answer, is_valid

_BURST_S = 0.025


class Ask(LLMCallStrategy):  # type: ignore[misc]
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._client = AsyncAnthropic(timeout=asked.timeout, max_retries=0)
        self._form = {"format": {"type": "json_schema", "schema": asked.schema}}

    async def execute(
        self,
        prompt: str,
        attempt: int,  # noqa: ARG002 -- as its base
        timeout: float,  # noqa: ARG002, ASYNC109
        state: object = None,  # noqa: ARG002
    ) -> tuple[str, dict[str, int], None]:
        message = await self._client.messages.create(
            model=MODEL,
            max_tokens=MOST_OUTPUT,
            system=self._asked.system,
            messages=[{"role": "user", "content": prompt}],
            extra_body={"output_config": self._form},
        )
        text = "".join(block.text for block in message.content)
        if not is_valid(text):
            raise StructuredOutputValidationError("the answer is no JSON object")
        usage = message.usage
        tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        return text, tokens, None

    async def cleanup(self) -> None:
        await self._client.close()


async def run(asked: Asked) -> int:
    told = {}
    if asked.rpm:
        told = {"max_requests_per_minute": asked.rpm, "quota_burst_seconds": _BURST_S}
    config = ProcessorConfig(concurrency=asked.concurrency, attempt_timeout=asked.timeout, **told)
    kept = {}
    if asked.store:
        identity = ArtifactIdentity(provider="anthropic", model=MODEL)
        store = JsonlArtifactStore(asked.store, identity=identity)
        kept = {"artifact_store": store, "resume": ResumePolicy.REUSE_SUCCESSES}
    batch = await process_prompts(Ask(asked), asked.prompts, config=config, **kept)
    return sum(result.success for result in batch.results)


if __name__ == "__main__":
    answer(run, asyncio.run)  # type: ignore[arg-type]
