"""What a batch will cost, what was spent, and the models there are."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reqsift.domain.batches import BatchItem, Failure
from reqsift.domain.catalogue import ModelCard, Tier
from reqsift.domain.errors import InvalidSetting, ModelUnavailable
from reqsift.domain.estimates import Calibration, Estimate, Offer, Plan, Rates, Sized, estimate
from reqsift.domain.spending import UsageReport
from reqsift.services.batch_options import BatchOptions, check
from reqsift.services.packs import largest_packs, packed
from reqsift.services.ports.analyzers import AnalyzerChoice, AnalyzerChooser, Inquiry, Purpose
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.clock import Clock
from reqsift.services.ports.models import Models
from reqsift.services.ports.spending import SpendingStore
from reqsift.services.twins import Asked

OFFLINE = "offline"
_LOOKED_AT = 200
"""Requests that are made ready for an estimate; of more, every n-th stands for its neighbours."""
_OFFERS = ((OFFLINE, OFFLINE), ("balanced", "auto"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A model, and whether it can be used."""

    card: ModelCard
    obstacle: str = ""
    """Why it cannot be used as things are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What one way of analyzing would cost, and the others."""

    asked: Estimate
    others: tuple[Offer, ...]
    missing: Mapping[str, str]
    """Why an offer cannot be made, by its name."""


class Costs:
    """The use cases around money."""

    def __init__(
        self,
        stores: tuple[BatchStore, SpendingStore],
        analyzers: AnalyzerChooser,
        models: Models,
        clock: Clock,
        max_concurrency: int,
    ) -> None:
        """Estimate from what the stores hold and remember."""
        self._store, self._spending = stores
        self._analyzers = analyzers
        self._models = models
        self._catalogue = models.catalogue
        self._clock = clock
        self._max_concurrency = max_concurrency

    def models(self) -> tuple[Known, ...]:
        """The models that are not retired."""
        today = self._today()
        living = (card for card in self._catalogue.cards if not card.is_retired(today))
        return tuple(Known(card=card, obstacle=self._models.obstacle(card.name)) for card in living)

    async def usage(self, since: date | None = None) -> UsageReport:
        """What was spent, by day, model and batch."""
        return await self._spending.report(since)

    async def estimate(self, request_ids: Sequence[str], options: BatchOptions) -> Estimate:
        """What a batch would take.

        Raises:
            InvalidSetting: There is no such model, or an option makes no sense.
            ModelUnavailable: It cannot be used as things are set.
        """
        check(options)
        choice = self._analyzers.choose(options.model, options.handling)
        ids = list(dict.fromkeys(request_ids))
        stride = -(-len(ids) // _LOOKED_AT) or 1
        stored = await self._store.exchanges(ids[::stride])
        purpose = Purpose(cache=options.handling.cache)
        inquiries = await choice.inquirer.inquire(stored, purpose)
        sound = [one for one in inquiries if not isinstance(one, Failure)]
        concurrency = options.first_limit(self._max_concurrency)
        # What is handed in together is answered, and paid, one by one.
        handling = replace(
            options.handling, pack=not options.handling.economy and options.handling.pack
        )
        largest = largest_packs(choice.analyzers, handling, len(ids), concurrency)
        sized, prefix = _sized(sound, choice, largest)
        plan = Plan(
            concurrency=self._max_concurrency if options.adaptive else concurrency,
            economy=options.handling.economy,
            prefix=prefix,
            strong=choice.analyzers[1].name if len(choice.analyzers) > 1 else None,
        )
        rates = await self._rates(choice)
        # Every call stands for its neighbours; what is too much at the end is left out.
        calls = (sized * stride)[: -(-len(sized) * len(ids) // max(1, len(stored)))]
        found = await asyncio.to_thread(estimate, options.model, calls, rates, plan)
        return replace(found, requests=len(ids))

    async def offers(self, request_ids: Sequence[str], options: BatchOptions) -> Offers:
        """The estimate for these options, and for the usual other choices."""
        deep = options.model
        if deep in {OFFLINE, "auto"}:
            deep = self._catalogue.tier(Tier.STRONG, self._today()).name
        others, missing = [], {}
        for name, model in (*_OFFERS, ("deep", deep)):
            try:
                found = await self.estimate(request_ids, replace(options, model=model))
            except (ModelUnavailable, InvalidSetting) as error:
                missing[name] = str(error)
            else:
                others.append(Offer(name=name, model=model, estimate=found))
        asked = next((offer.estimate for offer in others if offer.model == options.model), None)
        return Offers(
            asked=asked or await self.estimate(request_ids, options),
            others=tuple(others),
            missing=missing,
        )

    async def _rates(self, choice: AnalyzerChoice) -> Mapping[str, Rates]:
        experience = await self._spending.experience()
        rates = {}
        for name in (analyzer.name for analyzer in choice.analyzers if analyzer.name != OFFLINE):
            past = experience.get(name)
            calibration = (
                Calibration()
                if past is None
                else Calibration(
                    calls=past.calls,
                    bytes=past.bytes,
                    input_tokens=past.usage.input_tokens,
                    output_tokens=past.usage.output_tokens,
                    requests=past.answered,
                )
            )
            card = self._catalogue.find(name, self._today())
            rates[name] = Rates(card=card, calibration=calibration)
        return rates

    def _today(self) -> date:
        return self._clock.now().date()


def _sized(
    inquiries: Sequence[Inquiry], choice: AnalyzerChoice, largest: Mapping[str, int]
) -> tuple[list[Sized], int]:
    """The calls to be made, and how many bytes all of them begin with."""
    sized: list[Sized] = []
    asked: list[Asked] = []
    keys: set[str] = set()
    for place, inquiry in enumerate(inquiries):
        if inquiry.known is not None or inquiry.key in keys:
            free = inquiry.known is None or inquiry.known.cached
            sized.append(Sized(bytes=0, model=None, cached=free))
        else:
            keys |= {inquiry.key} - {""}
            asked.append(Asked(BatchItem(position=place, request_id=""), inquiry))
    prefix = 0
    for these in packed(asked, largest):
        analyzer = these[0].inquiry.analyzer
        prepared = analyzer.prepare([one.inquiry for one in these])
        prefix = max(prefix, prepared.prefix)
        sized.append(
            Sized(
                bytes=len(prepared.body),
                model=None if analyzer.name == OFFLINE else analyzer.name,
                requests=len(these),
                may_escalate=len(choice.analyzers) > 1 and analyzer is choice.analyzers[0],
            )
        )
    return sized, prefix
