import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from reqsift.adapters.analyzers import HttpModels, ModelAccess
from reqsift.adapters.models.catalogue import load
from reqsift.domain.errors import InvalidSetting, ModelUnavailable

TODAY = date(2026, 11, 25)
LOCAL = ModelAccess(
    catalogue=load(None),
    cheap_model=None,
    strong_model=None,
    anthropic_key="sk-one",
    anthropic_base_url="http://127.0.0.1:8901",
    openai_key=None,
    openai_base_url="http://localhost:11434/v1",
    call_timeout=60,
)
OFFICIAL = replace(
    LOCAL,
    anthropic_base_url="https://api.anthropic.com",
    openai_key="sk-two",
    openai_base_url="https://api.openai.com/v1",
)


def models(access: ModelAccess, today: date = TODAY) -> HttpModels:
    return HttpModels(access, lambda: today)


def test_auto_has_two_models_with_a_key_and_says_why_it_has_none() -> None:
    assert models(LOCAL).tiers() == ("haiku-5.5", "sonnet-5.5")
    chosen = replace(LOCAL, cheap_model="haiku-4.5", strong_model="opus-5.5")
    assert models(chosen).tiers() == ("haiku-4.5", "opus-5.5")
    assert "ANTHROPIC_API_KEY" in models(replace(LOCAL, anthropic_key=None)).tiers()


def test_a_model_that_is_retired_is_refused_with_its_successor() -> None:
    assert models(LOCAL).open("sonnet-4.5").name == "sonnet-4.5"
    with pytest.raises(InvalidSetting, match=r"sonnet-5\.5"):
        models(LOCAL, date(2027, 1, 1)).open("sonnet-4.5")
    assert "sonnet-5.5" in models(LOCAL, date(2027, 1, 1)).obstacle("sonnet-4.5")
    assert models(LOCAL).obstacle("sonnet-4.5") == ""


@pytest.mark.parametrize("access", [LOCAL, OFFICIAL])
@pytest.mark.parametrize(
    ("name", "model", "priced"),
    [
        ("haiku-4.5", "claude-haiku-4-5", True),
        ("sonnet-4.5", "claude-sonnet-4-5", True),
        ("anthropic:claude-next", "claude-next", False),
        ("openai:gpt-4o-mini", "gpt-4o-mini", True),
        ("openai:hf.co/me/llama:8b", "hf.co/me/llama:8b", False),
    ],
)
async def test_models_by_name_each_made_once(
    access: ModelAccess, name: str, model: str, priced: bool
) -> None:
    known = models(access)

    opened = known.open(name)

    assert (opened.name, opened.quota.model, opened.priced) == (name, model, priced)
    assert known.open(name) is opened
    await known.close()
    await known.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "offline, auto, haiku-5.5"),
        ("gpt-9", "no model"),
        ("Offline", "no model"),
        ("google:x", "no model"),
        ("openai:", "openai:gpt-4o-mini"),
        ("anthropic: a b", "anthropic:claude-haiku-4-5"),
        ("openai:a\nb", "needs the id"),
    ],
)
def test_names_of_no_model(name: str, words: str) -> None:
    with pytest.raises(InvalidSetting, match=words):
        models(LOCAL).open(name)


def test_a_missing_key_is_named() -> None:
    known = models(replace(OFFICIAL, anthropic_key=None, openai_key=""))

    with pytest.raises(ModelUnavailable, match="set ANTHROPIC_API_KEY"):
        known.open("haiku-4.5")
    with pytest.raises(ModelUnavailable, match="set OPENAI_API_KEY"):
        known.open("openai:gpt-4o-mini")


def test_a_key_that_no_header_can_hold() -> None:
    known = models(replace(LOCAL, anthropic_key="sk-one\r\nx-evil: 1"))

    with pytest.raises(InvalidSetting, match="ANTHROPIC_API_KEY") as raised:
        known.open("haiku-4.5")
    assert "sk-one" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.9.9.9:1/",
        "http://[::1]:1/v1",
        "HTTP://LOCALHOST",
        "https://127.0.0.1/proxy/v1/",
    ],
)
def test_what_is_on_this_machine(url: str) -> None:
    opened = models(replace(LOCAL, anthropic_base_url=url)).open("haiku-4.5")

    assert not opened.quota.provider.endswith(("/", "/v1"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:11434",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://a b/",
        "http://127.0.0.1/\nx",
        "http://127.0.0.1/?key=hush",
        "http://127.0.0.1/#hush",
        "http://me:hush@127.0.0.1/v1",
        "http://hush@127.0.0.1/v1",
    ],
)
def test_base_urls_that_make_no_sense(url: str) -> None:
    known = models(replace(LOCAL, openai_base_url=url))

    with pytest.raises(InvalidSetting, match="OPENAI_BASE_URL") as raised:
        known.open("openai:llama")
    assert "hush" not in str(raised.value)


def test_no_http_client_is_loaded_until_a_model_is_chosen() -> None:
    program = (
        "import sys\n"
        "from reqsift.adapters.analyzers import HttpModels\n"
        "assert 'reqsift.adapters.models.transport' not in sys.modules\n"
        "assert 'aiohttp' not in sys.modules\n"
        "assert 'msgspec' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
