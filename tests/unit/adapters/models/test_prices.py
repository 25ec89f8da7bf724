import pytest

from reqsift.adapters.models.client import Tokens, tokens_of
from reqsift.adapters.models.prices import ALIASES, PRICES


def test_each_kind_of_token_has_its_price() -> None:
    price = PRICES["claude-haiku-4-5"]
    tokens = Tokens(input=1_000_000, cache_write=1_000_000, cache_read=1_000_000, output=1_000_000)

    assert price.of(tokens) == pytest.approx(1.0 + 1.25 + 0.1 + 5.0)
    assert price.at_most(1_000_000, 1_000_000) == pytest.approx(1.25 + 5.0)


def test_every_short_name_has_a_price() -> None:
    assert set(ALIASES.values()) <= set(PRICES)


@pytest.mark.parametrize("count", [None, -1, 10**18, 0])
def test_counts_that_make_no_sense_count_nothing(count: int | None) -> None:
    assert tokens_of(count) == 0
