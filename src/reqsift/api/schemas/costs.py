"""Models, estimates and spending on the wire; money is US dollars."""

from datetime import date
from typing import Self

from pydantic import Field

from reqsift.api.schemas.asked import BatchStartIn
from reqsift.api.schemas.wire import Wire
from reqsift.domain.estimates import Estimate, Offer
from reqsift.domain.spending import Spent, UsageReport
from reqsift.services.costs import Known, Offers


class PriceOut(Wire):
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_write: float | None = Field(default=None, description="Null: as `input`.")
    cache_read: float | None = Field(default=None, description="Null: as `input`.")
    batch: float = Field(default=1.0, description="Factor of the provider's batch API.")


class ModelOut(Wire):
    """A model that is not retired."""

    name: str
    aliases: list[str]
    id: str = Field(description="The provider's.")
    provider: str
    title: str
    tier: str | None = Field(default=None, description="For which `auto` may take it.")
    price: PriceOut | None = Field(default=None, description="Null if it is not known.")
    context: int = Field(description="Tokens that a call can have.")
    most_output: int = Field(description="Tokens that an answer can have.")
    economy: bool = Field(description="Whether it has an economy lane.")
    retires_on: date | None = None
    as_of: date | None = Field(default=None, description="When this was looked up.")
    source: str = Field(default="", description="Where it was.")
    obstacle: str = Field(default="", description="Why it cannot be used as things are set.")

    @classmethod
    def of(cls, known: Known) -> Self:
        """Of a model."""
        card = known.card
        return cls(
            name=card.name,
            aliases=list(card.aliases),
            id=card.id,
            provider=card.provider.value,
            title=card.title,
            tier=None if card.tier is None else card.tier.value,
            price=None if card.price is None else PriceOut.model_validate(card.price),
            context=card.context,
            most_output=card.most_output,
            economy=card.batches,
            retires_on=card.retired_on,
            as_of=card.as_of,
            source=card.source,
            obstacle=known.obstacle,
        )


class ModelsOut(Wire):
    """The models that can be named, besides `offline` and `auto`."""

    items: list[ModelOut]


class RangeOut(Wire):
    """From the least to the most that is likely."""

    low: float
    expected: float
    high: float


class EstimateOut(Wire):
    """What a batch would take; `cost` is null where a price is not known."""

    model: str
    requests: int
    calls: int
    cached: int = Field(description="Requests whose answer is at hand, for nothing.")
    input_tokens: RangeOut
    output_tokens: RangeOut
    cost: RangeOut | None
    seconds: RangeOut

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        """Of an estimate."""
        return cls.model_validate(estimate)


class OfferOut(Wire):
    """One way to analyze the same requests."""

    name: str = Field(description="`offline`, `balanced` or `deep`.")
    model: str
    estimate: EstimateOut

    @classmethod
    def of(cls, offer: Offer) -> Self:
        """Of an offer."""
        return cls(name=offer.name, model=offer.model, estimate=EstimateOut.of(offer.estimate))


class EstimateIn(BatchStartIn):
    """As for a batch; nothing is begun."""


class EstimatesOut(Wire):
    """What was asked for, and the other offers."""

    estimate: EstimateOut
    offers: list[OfferOut]
    missing: dict[str, str] = Field(description="Why an offer cannot be made, by its name.")

    @classmethod
    def of(cls, offers: Offers) -> Self:
        """Of offers."""
        return cls(
            estimate=EstimateOut.of(offers.asked),
            offers=[OfferOut.of(offer) for offer in offers.others],
            missing=dict(offers.missing),
        )


class SpentOut(Wire):
    """A sum over calls."""

    name: str = Field(description="The day, the model or the batch.")
    calls: int
    requests: int = Field(description="Answered by these calls.")
    cached: int = Field(description="Requests answered from stored answers, for nothing.")
    input_tokens: int
    cached_tokens: int = Field(description="Those read from the provider's prompt cache.")
    output_tokens: int
    cost: float

    @classmethod
    def of(cls, spent: Spent) -> Self:
        """Of a sum."""
        usage = spent.usage
        return cls(
            name=spent.name,
            calls=spent.calls,
            requests=spent.answered,
            cached=spent.cached,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
            cost=usage.cost,
        )


class UsageOut(Wire):
    """What was spent, in three orders."""

    total: SpentOut
    days: list[SpentOut] = Field(description="Newest first; days of UTC.")
    models: list[SpentOut] = Field(description="Dearest first.")
    batches: list[SpentOut] = Field(description="Newest first, at most 100.")

    @classmethod
    def of(cls, report: UsageReport) -> Self:
        """Of a report."""
        return cls(
            total=SpentOut.of(report.total),
            days=[SpentOut.of(one) for one in report.days],
            models=[SpentOut.of(one) for one in report.models],
            batches=[SpentOut.of(one) for one in report.batches],
        )
