from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.catalogue import Catalogue, Price, Provider, Tier
from reqsift.domain.errors import InvalidSetting
from tests.unit.domain.cards import PRICE, TODAY, card

KNOWN = Catalogue(
    [
        card("old-3", aliases=("old",), retired_on=date(2026, 1, 5), successor="middle-4"),
        card("middle-4", aliases=("middle",), retired_on=TODAY, successor="new-5"),
        card("new-5", aliases=("new", "new-5-20260101"), tier=Tier.CHEAP),
        card("big-5", aliases=("big",), tier=Tier.STRONG, provider=Provider.OPENAI),
    ]
)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("new", "new-5"),
        ("new-5", "new-5"),
        ("new-5-20260101", "new-5"),
        ("anthropic:new-5", "new-5"),
        ("anthropic:new", "new-5"),
        ("openai:big-5", "big-5"),
    ],
)
def test_a_model_is_found_by_any_of_its_names(name: str, model: str) -> None:
    found = KNOWN.find(name, TODAY)

    assert found.id == model
    assert found.price == PRICE


def test_a_model_that_nobody_knows_needs_its_provider_and_has_no_price() -> None:
    found = KNOWN.find("openai:llama3.3:70b", TODAY)

    assert (found.id, found.provider, found.price) == ("llama3.3:70b", Provider.OPENAI, None)
    assert found.name == "openai:llama3.3:70b"


def test_an_id_belongs_to_its_provider() -> None:
    assert KNOWN.find("openai:new-5", TODAY).price is None


@pytest.mark.parametrize("name", ["old", "old-3", "anthropic:old-3"])
def test_a_retired_model_is_refused_with_its_first_living_successor(name: str) -> None:
    with pytest.raises(InvalidSetting, match=r"OLD-3 was retired on 2026-01-05; use new\."):
        KNOWN.find(name, TODAY)


def test_a_model_lives_until_the_day_before_it_is_retired() -> None:
    assert KNOWN.find("middle", date(2026, 11, 24)).id == "middle-4"
    with pytest.raises(InvalidSetting):
        KNOWN.find("middle", TODAY)


def test_successors_that_lead_nowhere_still_get_an_answer() -> None:
    gone = date(2026, 1, 1)
    circle = Catalogue(
        [
            card("a", aliases=("a",), retired_on=gone, successor="b"),
            card("b", retired_on=gone, successor="a"),
            card("c", aliases=("living",)),
        ]
    )

    with pytest.raises(InvalidSetting, match="living"):
        circle.find("a", TODAY)


@pytest.mark.parametrize("name", ["New", "new-6", "anthropic-new-5"])
def test_a_misspelt_name_is_refused_with_the_nearest_one(name: str) -> None:
    with pytest.raises(InvalidSetting, match=r"did you mean new\?"):
        KNOWN.find(name, TODAY)


def test_the_nearest_one_is_a_living_one() -> None:
    with pytest.raises(InvalidSetting, match="choose one of"):
        KNOWN.find("midle", TODAY)


def test_a_name_like_none_is_refused_with_all_that_live() -> None:
    with pytest.raises(InvalidSetting) as refused:
        KNOWN.find("google:x", TODAY)

    said = str(refused.value)
    assert "offline, auto, new, big, anthropic:ID, openai:ID" in said
    assert "middle" not in said


@pytest.mark.parametrize("name", ["openai:", "anthropic:a b", "openai:a\nb", "openai:" + "x" * 201])
def test_an_id_that_no_model_has_is_refused(name: str) -> None:
    with pytest.raises(InvalidSetting, match="needs the id of a model"):
        KNOWN.find(name, TODAY)


@given(st.text(max_size=300))
def test_any_name_is_found_or_refused_with_a_sentence(name: str) -> None:
    said = "."
    try:
        KNOWN.find(name, TODAY)
    except InvalidSetting as refused:
        said = str(refused)
    assert said.endswith((".", "?"))
    assert said.isprintable()


def test_the_first_living_model_of_a_tier_is_taken() -> None:
    later = date(2027, 1, 1)
    two = Catalogue(
        [
            card("first", tier=Tier.CHEAP, retired_on=later),
            card("second", tier=Tier.CHEAP),
        ]
    )

    assert two.tier(Tier.CHEAP, TODAY).id == "first"
    assert two.tier(Tier.CHEAP, later).id == "second"
    with pytest.raises(InvalidSetting, match="tier strong"):
        two.tier(Tier.STRONG, TODAY)


def test_earlier_cards_keep_their_names() -> None:
    mine = card("new-5", aliases=("new",), title="Mine")
    named_so = card("other", aliases=("new-5-20260101", "other-name"))

    catalogue = Catalogue([mine, named_so, *KNOWN.cards])

    assert catalogue.find("new", TODAY).title == "Mine"
    assert catalogue.find("new-5-20260101", TODAY).id == "other"
    assert [one.id for one in catalogue.cards].count("new-5") == 1


def test_a_taken_alias_is_no_name_of_the_later_card() -> None:
    catalogue = Catalogue([card("mine", aliases=("new",)), card("theirs", aliases=("new", "n5"))])

    assert catalogue.find("theirs", TODAY).name == "n5"


def test_each_kind_of_token_has_its_price() -> None:
    cost = PRICE.of(input=1e6, cache_write=1e6, cache_read=1e6, output=1e6)

    assert cost == pytest.approx(2.0 + 2.5 + 0.2 + 10.0)


def test_a_batch_api_costs_its_share() -> None:
    for batch, cost in ((False, 12.0), (True, 6.0)):
        spent = PRICE.of(
            input=1_000_000, cache_write=0, cache_read=0, output=1_000_000, batch=batch
        )
        assert spent == pytest.approx(cost)
    assert PRICE.at_most(1_000_000, 1_000_000, batch=True) == pytest.approx((2.5 + 10.0) / 2)


def test_without_prices_for_the_cache_it_costs_as_much_as_any_input() -> None:
    price = Price(input=3.0, output=4.0)

    assert price.of(input=0, cache_write=1e6, cache_read=1e6, output=0) == pytest.approx(6.0)
    assert price.at_most(1_000_000, 0) == pytest.approx(3.0)


def test_long_calls_cost_more_from_the_first_token_on() -> None:
    price = Price(
        input=1.0, cache_read=0.1, output=2.0, long_above=1_000, long_input=5.0, long_output=2.0
    )

    short = price.of(input=500, cache_write=0, cache_read=500, output=100)
    long = price.of(input=501, cache_write=0, cache_read=500, output=100)

    assert short == pytest.approx((500 + 50 + 200) / 1e6)
    assert long == pytest.approx((5 * (501 + 50) + 2 * 200) / 1e6)


_TOKENS = st.integers(min_value=0, max_value=400_000)
_DOLLARS = st.floats(min_value=0, max_value=100)


@given(
    price=st.builds(
        Price,
        input=_DOLLARS,
        output=_DOLLARS,
        cache_write=st.none() | _DOLLARS,
        cache_read=st.none() | _DOLLARS,
        long_above=st.none() | st.just(100_000),
        long_input=st.floats(min_value=1, max_value=5),
        long_output=st.floats(min_value=1, max_value=5),
    ),
    parts=st.tuples(_TOKENS, _TOKENS, _TOKENS),
    output=_TOKENS,
)
def test_the_bound_is_never_below_what_a_call_costs(
    price: Price, parts: tuple[int, int, int], output: int
) -> None:
    plain, written, read = parts
    cost = price.of(input=plain, cache_write=written, cache_read=read, output=output)

    assert cost <= price.at_most(sum(parts), output) * (1 + 1e-9)
