import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from reqsift.adapters.models import catalogue
from reqsift.adapters.models.catalogue import load
from reqsift.domain.catalogue import Catalogue, Price, Provider, Tier
from reqsift.domain.errors import InvalidSetting

TODAY = date(2026, 11, 25)
OURS = load(None)

# Written down from the price lists, independently of the data file: US dollars per million tokens
# of input, cache write (shortest retention), cache read and output.
#   Anthropic: platform.claude.com/docs/en/about-claude/pricing, and the release notes of two tools
#     that checked it: TheKrush/PromptFuel v1.0.21 (2026-09-23) and v1.0.23 (2026-10-16),
#     kurofune/claudit v1.9.2 (2026-10-24).
#   OpenAI: developers.openai.com/api/docs/models/... as of 2026-11-17 (GPT-6.2 Sol),
#     PromptFuel v1.0.24 (2026-10-27, GPT-6.1 Terra) and v1.0.21 (2026-09-23, GPT-6 Luna).
LISTED = {
    "claude-haiku-5-5": (0.10, 0.125, 0.01, 0.50),
    "claude-haiku-4-5": (1.00, 1.25, 0.10, 5.00),
    "claude-sonnet-5-5": (2.00, 2.50, 0.10, 10.00),
    "claude-sonnet-5": (2.00, 2.50, 0.20, 10.00),
    "claude-sonnet-4-6": (3.00, 3.75, 0.30, 15.00),
    "claude-sonnet-4-5": (3.00, 3.75, 0.30, 15.00),
    "claude-opus-5-5": (4.00, 5.00, 0.20, 20.00),
    "claude-opus-5": (5.00, 6.25, 0.50, 25.00),
    "gpt-6-luna": (0.10, 0.125, 0.01, 0.50),
    "gpt-6.1-terra": (1.00, 1.25, 0.05, 5.00),
    "gpt-6.2-sol": (2.00, 2.50, 0.10, 10.00),
    "gpt-5-mini": (0.25, None, 0.025, 2.00),
    "gpt-5-nano": (0.05, None, 0.005, 0.40),
    "gpt-4.1-mini": (0.40, None, 0.10, 1.60),
    "gpt-4o-mini": (0.15, None, 0.075, 0.60),
}

# Context and longest answer in tokens, and the smallest prefix that is cached: the models' pages;
# the prefixes from the page on prompt caching as quoted in anthropics/anthropic-sdk-python#1194
# (4.x), news.creeta.com (5) and the guide to Haiku 5.5 on apidog.com of 2026-10-08.
SIZES = {
    "claude-haiku-5-5": (1_000_000, 128_000, 512),
    "claude-haiku-4-5": (200_000, 64_000, 4_096),
    "claude-sonnet-5": (1_000_000, 128_000, 1_024),
    "claude-sonnet-4-5": (200_000, 64_000, 1_024),
    "claude-opus-5": (1_000_000, 128_000, 512),
    "gpt-6.2-sol": (1_050_000, 128_000, 1_024),
    "gpt-5-nano": (400_000, 128_000, 1_024),
}

# The providers' pages on deprecations, and for Sonnet 4.5 the model's own page.
RETIRED = {
    "claude-sonnet-4-5": date(2026, 11, 30),
    "claude-opus-4-1-20250805": date(2026, 8, 5),
    "claude-sonnet-4-20250514": date(2026, 6, 15),
    "claude-opus-4-20250514": date(2026, 6, 15),
    "claude-3-haiku-20240307": date(2026, 4, 20),
    "claude-3-7-sonnet-20250219": date(2026, 2, 19),
    "claude-3-5-haiku-20241022": date(2026, 2, 19),
    "claude-3-opus-20240229": date(2026, 1, 5),
    "claude-3-5-sonnet-20241022": date(2025, 10, 28),
    "claude-3-5-sonnet-20240620": date(2025, 10, 28),
    "gpt-5-mini": date(2026, 12, 11),
    "gpt-4o-mini": date(2027, 1, 14),
    "gpt-4.1-mini": date(2027, 1, 14),
    "gpt-4-turbo": date(2026, 10, 23),
    "gpt-3.5-turbo": date(2026, 10, 23),
    "o1": date(2026, 10, 23),
    "o4-mini": date(2026, 10, 23),
}


def price_of(model: str) -> Price:
    price = OURS.find(model, TODAY).price
    assert price is not None
    return price


@pytest.mark.parametrize("model", LISTED)
def test_prices_are_those_of_the_price_lists(model: str) -> None:
    price = price_of(model)

    assert (price.input, price.cache_write, price.cache_read, price.output) == LISTED[model]


def test_every_price_is_checked_here() -> None:
    assert {card.id for card in OURS.cards if card.price} == set(LISTED)


@pytest.mark.parametrize("model", LISTED)
def test_batches_cost_half(model: str) -> None:
    assert price_of(model).batch == 0.5


def test_long_calls_to_haiku_5_5_cost_five_times_as_much() -> None:
    price = price_of("haiku-5.5")

    assert price.of(input=100_000, cache_write=0, cache_read=0, output=0) == pytest.approx(0.01)
    assert price.of(input=200_000, cache_write=0, cache_read=0, output=0) == pytest.approx(0.10)
    assert price.of(input=0, cache_write=0, cache_read=1e6, output=1e6) == pytest.approx(2.55)


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6.1-terra", "gpt-6.2-sol"])
def test_long_calls_to_gpt_6_cost_twice_the_input(model: str) -> None:
    price = price_of(model)

    assert (price.long_above, price.long_input, price.long_output) == (272_000, 2.0, 1.5)


@pytest.mark.parametrize("model", SIZES)
def test_sizes_are_those_of_the_models_pages(model: str) -> None:
    card = OURS.find(model, TODAY)

    assert (card.context, card.most_output, card.least_cached) == SIZES[model]


@pytest.mark.parametrize("model", RETIRED)
def test_calls_fail_from_the_announced_day_on(model: str) -> None:
    day = RETIRED[model]

    assert OURS.find(model, date(2025, 10, 1)).retired_on == day
    with pytest.raises(InvalidSetting, match=f"was retired on {day}; use "):
        OURS.find(model, day)


def test_every_line_has_a_date_and_a_source() -> None:
    for card in OURS.cards:
        assert card.as_of is not None, card.id
        assert date(2025, 10, 1) <= card.as_of <= TODAY, card.id
        assert card.source.startswith("https://"), card.id


def test_every_retired_model_has_a_successor_that_lives() -> None:
    for card in OURS.cards:
        if card.retired_on is not None:
            assert card.successor is not None, card.id
            assert not OURS.find(card.successor, TODAY).is_retired(date(2027, 6, 1)), card.id


def test_no_name_is_given_twice() -> None:
    tables = tomllib.loads(Path(catalogue.__file__).with_name("catalogue.toml").read_text("utf-8"))
    names = [name for table in tables["models"] for name in {table["id"], *table["aliases"]}]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("alias", "model"),
    [
        ("haiku-4.5", "claude-haiku-4-5"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("sonnet-4.5", "claude-sonnet-4-5"),
        ("haiku-5.5", "claude-haiku-5-5"),
        ("sonnet-5.5", "claude-sonnet-5-5"),
    ],
)
def test_short_names_are_known(alias: str, model: str) -> None:
    assert OURS.find(alias, TODAY).id == model


def test_both_tiers_have_a_living_model_for_a_year() -> None:
    for day in (TODAY, date(2027, 11, 25)):
        assert OURS.tier(Tier.CHEAP, day).provider is Provider.ANTHROPIC
        assert OURS.tier(Tier.STRONG, day).provider is Provider.ANTHROPIC


# --- the user's own models ------------------------------------------------------------------------


def with_file(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_a_user_adds_a_model_with_little(tmp_path: Path) -> None:
    known = with_file(tmp_path, '[[models]]\nid = "qwen3:8b"\nprovider = "openai"\n')

    card = known.find("openai:qwen3:8b", TODAY)

    assert (card.title, card.price, card.source) == ("qwen3:8b", None, "mine.toml")
    assert known.find("haiku-4.5", TODAY).id == "claude-haiku-4-5"


def test_a_user_adds_a_model_with_everything(tmp_path: Path) -> None:
    known = with_file(
        tmp_path,
        """
        [[models]]
        id = "qwen3:8b"
        provider = "openai"
        aliases = ["local"]
        title = "Qwen on my desk"
        base_url = "http://127.0.0.1:11434/v1"
        tier = "cheap"
        context = 32000
        most_output = 8000
        json_schema = false
        price = { input = 0, output = 0 }
        """,
    )

    card = known.find("local", TODAY)

    assert card == known.tier(Tier.CHEAP, TODAY)
    assert card.price == Price(input=0.0, output=0.0)
    assert (card.base_url, card.context) == ("http://127.0.0.1:11434/v1", 32_000)
    assert (card.most_output, card.json_schema) == (8_000, False)


def test_what_a_user_says_of_our_model_wins_and_the_rest_stays(tmp_path: Path) -> None:
    known = with_file(
        tmp_path,
        """
        [[models]]
        id = "claude-haiku-4-5"
        provider = "anthropic"
        price = { input = 0.8, output = 4.0 }
        """,
    )

    card = known.find("haiku-4.5", TODAY)

    assert card.price == Price(input=0.8, output=4.0)
    assert (card.context, card.least_cached) == (200_000, 4_096)
    assert (card.source, card.as_of) == ("mine.toml", None)
    assert [one.id for one in known.cards].count("claude-haiku-4-5") == 1


def test_a_user_may_take_one_of_our_short_names(tmp_path: Path) -> None:
    known = with_file(
        tmp_path, '[[models]]\nid = "mine"\nprovider = "openai"\naliases = ["haiku-4.5"]\n'
    )

    assert known.find("haiku-4.5", TODAY).id == "mine"


def test_an_empty_file_adds_nothing(tmp_path: Path) -> None:
    assert with_file(tmp_path, "").cards == OURS.cards


MODEL = '[[models]]\nid = "m"\nprovider = "openai"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[models]", "is no TOML: .*line 1"),
        ("models = 3", "array.*`models`"),
        ("model = []", "unknown field `model`"),
        ('[[models]]\nprovider = "openai"', "missing required field `id`.*`models[0]`"),
        ('[[models]]\nid = "m"', "missing required field `provider`.*`models[0]`"),
        ('[[models]]\nid = "m"\nprovider = "google"', "'google'.*`models[0].provider`"),
        ('[[models]]\nid = "a b"\nprovider = "openai"', "`models[0].id`"),
        (MODEL + "contexts = 3", "unknown field `contexts`.*`models[0]`"),
        (MODEL + "context = 0", "`models[0].context`"),
        (MODEL + 'retired_on = "soon"', "`models[0].retired_on`"),
        (MODEL + 'aliases = ["auto"]', "`models[0].aliases[0]`"),
        (MODEL + 'aliases = ["openai:x"]', "`models[0].aliases[0]`"),
        (MODEL + "price = { input = 1 }", "missing required field `output`"),
        (MODEL + "price = { input = -1, output = 1 }", "`models[0].price.input`"),
        (MODEL + "price = { input = nan, output = 1 }", "`models[0].price.input`"),
        (MODEL + "price = { input = 1, output = 1, batch = 2 }", "`models[0].price.batch`"),
        (MODEL + MODEL + "context = []", "`models[1].context`"),
    ],
)
def test_mistakes_are_told_with_file_and_place(tmp_path: Path, text: str, told: str) -> None:
    pattern = re.escape(told).replace(r"\.\*", ".*").replace(r"\ ", " ")

    with pytest.raises(InvalidSetting, match=r"mine\.toml.*" + pattern):
        with_file(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match=r"none\.toml cannot be read: No such file"):
        load(tmp_path / "none.toml")


def test_a_file_of_other_bytes_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidSetting, match="is no TOML"):
        load(file)
