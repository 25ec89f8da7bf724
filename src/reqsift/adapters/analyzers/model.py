"""A model over HTTP: the prompt in its provider's form, and the price of what it said."""

from collections.abc import Mapping, Sequence

from reqsift.adapters.analyzers.prompt import PROMPT_VERSION, block, prompt
from reqsift.adapters.analyzers.reply import read_pack, read_reply
from reqsift.adapters.models.client import Connection, ModelClient, Reply, Tokens
from reqsift.adapters.models.message_batches import MessageBatches
from reqsift.domain.batches import Failure
from reqsift.domain.catalogue import ModelCard, Price
from reqsift.domain.claims import Reading
from reqsift.domain.limits import Usage
from reqsift.domain.subjects import Subject
from reqsift.services.ports.analyzers import QuotaKey
from reqsift.services.ports.models import Said


class HttpModel:
    """Fills the port `Model`."""

    def __init__(
        self,
        name: str,
        card: ModelCard,
        to: Connection,
        clients: tuple[ModelClient, ModelClient],
        room: MessageBatches | None,
    ) -> None:
        """Ask the model at `to`.

        Args:
            name: As it stands in results.
            card: What is known of it.
            to: Where it is.
            clients: For one exchange, and for several; they differ in the schema of the answer.
            room: The provider's batch API.
        """
        self.name = name
        self.quota = QuotaKey(provider=to.base_url, account=to.account, model=to.model)
        self.provider = to.base_url
        self.priced = card.price is not None
        self.form = PROMPT_VERSION
        self.most_output = card.most_output
        self.waits = None if room is None else HttpWaitingRoom(room, card.price)
        self._price = card.price
        self._one, self._several = clients
        self.prefix = len(self._one.encode("", 1))

    def show(self, subject: Subject) -> str:
        """The exchange as the model sees it."""
        return block(subject)

    def encode(self, shown: Sequence[str], most_output: int, complaint: str = "") -> bytes:
        """The body of a request about these exchanges."""
        client = self._one if len(shown) == 1 else self._several
        return client.encode(prompt(shown, complaint), most_output)

    def at_most(self, size: int, most_output: int) -> Usage:
        """What a call with a body of that size can take: no tokenizer makes more than the bytes."""
        return _at_most(self._price, size, most_output)

    async def send(self, body: bytes) -> Said:
        """Make one call, without retries."""
        return _said(await self._one.send(body), self._price)

    def read(self, text: str, count: int) -> Sequence[Reading | Failure]:
        """Understand an answer about so many exchanges."""
        return [read_reply(text)] if count == 1 else read_pack(text, count)

    async def close(self) -> None:
        """Close the connections."""
        await self._one.close()
        if self.waits is not None:
            await self.waits.close()


class HttpWaitingRoom:
    """Fills the port `WaitingRoom`."""

    def __init__(self, batches: MessageBatches, price: Price | None) -> None:
        """Hand requests in at the provider's batch API."""
        self._batches = batches
        self._price = price

    async def submit(self, requests: Sequence[tuple[str, bytes]]) -> str | Failure:
        """Hand in the bodies of requests."""
        return await self._batches.create(requests)

    async def ended(self, provider_batch: str) -> bool | Failure:
        """Whether everything handed in has an outcome."""
        state = await self._batches.state(provider_batch)
        return state if isinstance(state, Failure) else state.ended

    async def results(self, provider_batch: str) -> Mapping[str, Said] | Failure:
        """The outcomes by id."""
        found = await self._batches.results(provider_batch)
        if isinstance(found, Failure):
            return found
        return {key: _said(reply, self._price, batch=True) for key, reply in found.items()}

    def at_most(self, size: int, most_output: int) -> Usage:
        """What a request with a body of that size can take."""
        return _at_most(self._price, size, most_output, batch=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._batches.close()


def _at_most(price: Price | None, size: int, most_output: int, *, batch: bool = False) -> Usage:
    return Usage(
        input_tokens=size,
        output_tokens=most_output,
        cost=price.at_most(size, most_output, batch=batch) if price else 0.0,
    )


def _said(reply: Reply, price: Price | None, *, batch: bool = False) -> Said:
    usage = _usage(reply.tokens, price, batch=batch)
    return Said(text=reply.said, usage=usage, limits=reply.limits)


def _usage(tokens: Tokens, price: Price | None, *, batch: bool) -> Usage:
    cost = 0.0
    if price is not None:
        cost = price.of(
            input=tokens.input,
            cache_write=tokens.cache_write,
            cache_read=tokens.cache_read,
            output=tokens.output,
            batch=batch,
        )
    return Usage(
        input_tokens=tokens.all_input,
        output_tokens=tokens.output,
        cost=cost,
        cached_tokens=tokens.cache_read,
    )
