"""A model as an analyzer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from reqsift.adapters.analyzers.prompt import prompt
from reqsift.adapters.analyzers.reply import read_reply
from reqsift.adapters.models.client import ModelClient, Tokens
from reqsift.adapters.models.failures import CUT
from reqsift.adapters.models.prices import Price
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.captures import Exchange
from reqsift.domain.limits import Usage
from reqsift.domain.pacing import Need
from reqsift.services.ports.analyzers import Answer, PreparedCall, QuotaKey

_MOST_OUTPUT = 2_048
_FIRST_TOKENS_PER_BYTE = 0.3
_FIRST_OUTPUT = 400.0
_NEWS = 0.2
"""Weight of the last call in what the next is expected to take."""


@dataclass(frozen=True, slots=True)
class _Call:
    body: bytes
    exchange: Exchange


class ModelAnalyzer:
    """Fills the port `Analyzer`: one call of a model for each exchange."""

    largest_pack = 1

    def __init__(
        self, name: str, quota: QuotaKey, client: ModelClient, price: Price | None
    ) -> None:
        """Ask the model behind `client`.

        Args:
            name: As it stands in results.
            quota: What its calls count for.
            client: Knows the instruction and the schema.
            price: Of its tokens; None if it is not known.
        """
        self.name = name
        self.quota = quota
        self.priced = price is not None
        self._client = client
        self._price = price
        self._tokens_per_byte = _FIRST_TOKENS_PER_BYTE
        self._output = _FIRST_OUTPUT

    def prepare(self, exchanges: Sequence[Exchange], complaint: str = "") -> PreparedCall:
        """Make the request's body.

        Args:
            exchanges: One.
            complaint: What was wrong with the last answer; one that was cut gets more room.
        """
        (exchange,) = exchanges
        most_output = _MOST_OUTPUT * (2 if complaint.startswith(CUT) else 1)
        body = self._client.encode(prompt(exchange, complaint), most_output)
        # No tokenizer makes more tokens than there are bytes.
        most = Usage(
            input_tokens=len(body),
            output_tokens=most_output,
            cost=self._price.at_most(len(body), most_output) if self._price else 0.0,
        )
        need = Need(input_tokens=len(body) * self._tokens_per_byte, output_tokens=self._output)
        return PreparedCall(payload=_Call(body, exchange), need=need, bound=most)

    async def call(self, prepared: PreparedCall) -> Answer:
        """Ask once."""
        call = prepared.payload
        if not isinstance(call, _Call):
            raise TypeError("prepared by another analyzer")
        start = time.perf_counter()
        reply = await self._client.send(call.body)
        duration_ms = (time.perf_counter() - start) * 1000
        usage = self._usage(reply.tokens)
        if isinstance(reply.said, Failure):
            result: Analysis | Failure = reply.said
        else:
            result = read_reply(reply.said, call.exchange, self.name, usage, duration_ms)
        self._learn(len(call.body), reply.tokens)
        return Answer(results=(result,), usage=usage, limits=reply.limits)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _usage(self, tokens: Tokens) -> Usage:
        return Usage(
            input_tokens=tokens.all_input,
            output_tokens=tokens.output,
            cost=self._price.of(tokens) if self._price else 0.0,
        )

    def _learn(self, size: int, tokens: Tokens) -> None:
        """Expect of the next call what this one took."""
        if tokens.all_input:
            self._tokens_per_byte += _NEWS * (tokens.all_input / size - self._tokens_per_byte)
        if tokens.output:
            self._output += _NEWS * (tokens.output - self._output)
