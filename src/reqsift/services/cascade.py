"""`auto`: for each exchange the cheapest analyzer that does it justice."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from reqsift.domain.batches import Failure
from reqsift.domain.captures import StoredExchange
from reqsift.domain.catalogue import Tier
from reqsift.domain.selection import Choice, choose
from reqsift.services.ports.analyzers import Analyzer, Inquiry, Purpose
from reqsift.services.ports.rules import Rules
from reqsift.services.privacy import Examined, examine


class Contender(Analyzer, Protocol):
    """An analyzer that takes what the offline rules have seen."""

    async def about(
        self, examined: Sequence[Examined], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """Make these exchanges ready; one result for each, in the same order."""
        ...


class Cascade:
    """Fills the port `Inquirer`."""

    def __init__(self, rules: Rules, cheap: Contender, strong: Contender) -> None:
        """Choose between the offline rules and these two."""
        self._rules = rules
        self._cheap = cheap
        self._tiers = {Tier.CHEAP: cheap, Tier.STRONG: strong}

    async def inquire(
        self, exchanges: Sequence[StoredExchange], purpose: Purpose
    ) -> Sequence[Inquiry | Failure]:
        """Choose for each exchange by what it is and what the offline rules found in it."""
        results: list[Inquiry | Failure | None] = [None] * len(exchanges)
        chosen: dict[Tier, list[tuple[int, Examined, Choice]]] = {}
        for place, one in enumerate(await examine(self._rules, exchanges)):
            if isinstance(one, Failure):
                results[place] = one
                continue
            choice = choose(one.view, one.rules.findings)
            if choice.tier is Tier.OFFLINE:
                results[place] = self._settled(one, choice, purpose)
            else:
                chosen.setdefault(choice.tier, []).append((place, one, choice))
        for tier, these in chosen.items():
            made = await self._tiers[tier].about([one for _, one, _ in these], purpose)
            for (place, _, choice), inquiry in zip(these, made, strict=True):
                results[place] = _explained(inquiry, choice)
        return [one for one in results if one is not None]

    def _settled(self, one: Examined, choice: Choice, purpose: Purpose) -> Inquiry:
        return Inquiry(
            analyzer=self._cheap,
            request_id=one.stored.id,
            exchange=one.stored.exchange,
            batch_id=purpose.batch_id,
            known=replace(one.rules, choice=choice.reason),
        )


def _explained(inquiry: Inquiry | Failure, choice: Choice) -> Inquiry | Failure:
    if isinstance(inquiry, Failure):
        return inquiry
    asked = f"{choice.reason} {inquiry.choice}".strip()
    known = inquiry.known and replace(
        inquiry.known, choice=f"{choice.reason} {inquiry.known.choice}".strip()
    )
    return replace(inquiry, choice=asked, known=known)
