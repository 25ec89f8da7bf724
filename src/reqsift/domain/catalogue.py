"""The models that we know: what they cost, what they can, and until when they live."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from reqsift.domain.errors import InvalidSetting

_MILLION = 1_000_000
_MOST_CHARACTERS = 200


class Provider(StrEnum):
    """Whose dialect a model speaks."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    """Also everything else that speaks it, by base URL."""


class Tier(StrEnum):
    """How much an analysis may cost, as `auto` chooses."""

    OFFLINE = "offline"
    CHEAP = "cheap"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_write: float | None = None
    """None: as `input`."""
    cache_read: float | None = None
    """None: as `input`."""
    batch: float = 1.0
    """Factor of the provider's batch API: 0.5 is half of the price."""
    long_above: int | None = None
    """Input tokens above which a call costs `long_input` and `long_output` times as much."""
    long_input: float = 1.0
    """Factor for everything that is sent, cached or not."""
    long_output: float = 1.0

    def of(
        self,
        *,
        input: float,  # noqa: A002 -- the word of every price list
        cache_write: float,
        cache_read: float,
        output: float,
        batch: bool = False,
    ) -> float:
        """What one call cost, or will cost if so many tokens are expected.

        Args:
            input: Tokens sent that the provider's cache neither kept nor gave.
            cache_write: Tokens sent and kept there.
            cache_read: Tokens taken from there.
            output: Tokens of the answer.
            batch: Whether it went through the provider's batch API.

        Returns:
            US dollars.
        """
        sent = (
            input * self.input
            + cache_write * self._cache_write
            + cache_read * (self.input if self.cache_read is None else self.cache_read)
        )
        return self._cost(input + cache_write + cache_read, sent, output, batch=batch)

    def at_most(self, input_tokens: int, output_tokens: int, *, batch: bool = False) -> float:
        """What one call of that size can cost, in US dollars, whatever the cache does."""
        sent = input_tokens * max(self.input, self._cache_write, self.cache_read or 0.0)
        return self._cost(input_tokens, sent, output_tokens, batch=batch)

    @property
    def _cache_write(self) -> float:
        return self.input if self.cache_write is None else self.cache_write

    def _cost(self, input_tokens: float, sent: float, output: float, *, batch: bool) -> float:
        said = output * self.output
        if self.long_above is not None and input_tokens > self.long_above:
            sent *= self.long_input
            said *= self.long_output
        return (sent + said) / _MILLION * (self.batch if batch else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What is known of one model."""

    id: str
    """The provider's."""
    provider: Provider
    aliases: tuple[str, ...]
    """Other names; the first is the one to show."""
    title: str
    price: Price | None
    """None: not known."""
    context: int
    """Tokens that a call can have, answer included."""
    most_output: int
    """Tokens that an answer can have."""
    least_cached: int | None
    """Tokens of the smallest beginning that the provider caches; None: it caches nothing."""
    json_schema: bool
    """Whether it keeps to a schema."""
    tools: bool
    batches: bool
    """Whether it has a message-batches API."""
    fixed_sampling: bool
    """Whether it refuses temperature and its like."""
    retired_on: date | None
    """From this day on calls fail; None: no day is announced."""
    tier: Tier | None
    """For which `auto` may take it."""
    as_of: date | None
    """When this was looked up; None: never."""
    source: str
    """Where it was."""
    base_url: str | None = None
    """Where it is, for models of the user."""
    successor: str | None = None
    """The id of the model to take instead."""
    thinks: bool = False
    """Whether it thinks first unless asked for little effort; thoughts are paid as output."""

    @property
    def name(self) -> str:
        """The short name, or provider and id."""
        return self.aliases[0] if self.aliases else f"{self.provider.value}:{self.id}"

    def is_retired(self, today: date) -> bool:
        """Whether calls fail by now."""
        return self.retired_on is not None and self.retired_on <= today


class Catalogue:
    """Finds models by name. Of two cards with the same id or alias the earlier one keeps it."""

    def __init__(self, cards: Iterable[ModelCard]) -> None:
        """Know these; those of the user come first."""
        by_id: dict[tuple[Provider, str], ModelCard] = {}
        self._by_name: dict[str, ModelCard] = {}
        for given in cards:
            if (given.provider, given.id) in by_id:
                continue
            free = tuple(alias for alias in given.aliases if alias not in self._by_name)
            card = replace(given, aliases=free)
            by_id[card.provider, card.id] = card
            for name in (*free, card.id, f"{card.provider.value}:{card.id}"):
                self._by_name.setdefault(name, card)
        self.cards = tuple(by_id.values())

    def find(self, name: str, today: date) -> ModelCard:
        """The model of that name.

        Args:
            name: An alias, an id, or provider and id, such as `openai:gpt-4o-mini`; with the
                provider also a model of which nothing is known.
            today: Tells who is retired.

        Raises:
            InvalidSetting: It is unknown or retired; a living one is named.
        """
        card = self._by_name.get(name) or self._prefixed(name)
        if card is None:
            raise InvalidSetting(f"There is no model {name[:80]!r}; {self._advice(name, today)}")
        if card.is_retired(today):
            instead = self._living_successor(card, today)
            advice = f"use {instead.name}." if instead else self._advice(name, today)
            raise InvalidSetting(f"{card.title} was retired on {card.retired_on}; {advice}")
        return card

    def tier(self, tier: Tier, today: date) -> ModelCard:
        """The first living model of a tier.

        Raises:
            InvalidSetting: There is none.
        """
        for card in self.cards:
            if card.tier is tier and not card.is_retired(today):
                return card
        raise InvalidSetting(
            f"No living model is in the tier {tier.value}; add one to your models."
        )

    def _prefixed(self, name: str) -> ModelCard | None:
        """A known model by provider and alias, or one of which only the id is known."""
        prefix, colon, model = name.partition(":")
        if not colon or prefix not in set(Provider):
            return None
        provider = Provider(prefix)
        known = self._by_name.get(model)
        if known is not None and known.provider is provider:
            return known
        if not model or not model.isprintable() or " " in model or len(model) > _MOST_CHARACTERS:
            raise InvalidSetting(
                f"{prefix}: needs the id of a model, such as {_EXAMPLES[provider]}."
            )
        return unknown(provider, model)

    def _living_successor(self, card: ModelCard, today: date) -> ModelCard | None:
        seen = {card.id}
        current: ModelCard | None = card
        while current is not None and current.is_retired(today):
            following = current.successor
            if following is None or following in seen:
                return None
            seen.add(following)
            current = self._by_name.get(following)
        return current

    def _advice(self, name: str, today: date) -> str:
        living = {key: card for key, card in self._by_name.items() if not card.is_retired(today)}
        near = get_close_matches(name[:_MOST_CHARACTERS].lower(), living, n=1, cutoff=0.6)
        if near:
            return f"did you mean {living[near[0]].name}?"
        names = [card.name for card in self.cards if not card.is_retired(today)]
        return (
            f"choose one of {', '.join(['offline', 'auto', *names, 'anthropic:ID', 'openai:ID'])}."
        )


_EXAMPLES = {
    Provider.ANTHROPIC: "anthropic:claude-haiku-4-5",
    Provider.OPENAI: "openai:gpt-4o-mini",
}


def unknown(provider: Provider, model: str) -> ModelCard:
    """A model of which only the id is known: without price, asked like those of its provider."""
    return ModelCard(
        id=model,
        provider=provider,
        aliases=(),
        title=model,
        price=None,
        context=CAREFUL_CONTEXT,
        most_output=CAREFUL_OUTPUT,
        least_cached=None,
        json_schema=True,
        tools=True,
        batches=provider is Provider.ANTHROPIC,
        fixed_sampling=True,
        retired_on=None,
        tier=None,
        as_of=None,
        source="",
    )


CAREFUL_CONTEXT = 32_768
"""Tokens that a call can have with any model of these days."""
CAREFUL_OUTPUT = 4_096
"""Tokens that an answer of any model of these days can have."""
