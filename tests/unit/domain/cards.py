"""Made-up models, and what is known of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from reqsift.domain.catalogue import ModelCard, Price, Provider, unknown

TODAY = date(2026, 11, 25)
PRICE = Price(input=2.0, cache_write=2.5, cache_read=0.2, output=10.0, batch=0.5)


def card(model: str, **facts: Any) -> ModelCard:  # noqa: ANN401 -- the card's fields
    """A living model with a price."""
    plain = unknown(facts.pop("provider", Provider.ANTHROPIC), model)
    return replace(plain, **{"price": PRICE, "title": model.upper(), **facts})
