import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reqsift.adapters.analyzers import Analyzers, ModelAccess
from reqsift.adapters.analyzers.offline import OfflineAnalyzer
from reqsift.domain.errors import InvalidSetting, ModelUnavailable

LOCAL = ModelAccess(
    anthropic_key="sk-one",
    anthropic_base_url="http://127.0.0.1:8901",
    openai_key=None,
    openai_base_url="http://localhost:11434/v1",
    call_timeout=60,
    redaction=True,
)
OFFICIAL = replace(
    LOCAL,
    anthropic_base_url="https://api.anthropic.com",
    openai_key="sk-two",
    openai_base_url="https://api.openai.com/v1",
    redaction=False,
)


@pytest.fixture
def offline() -> Iterator[OfflineAnalyzer]:
    made = OfflineAnalyzer(processes=1)
    yield made
    made.close()


def test_no_model_is_used_unless_it_is_named(offline: OfflineAnalyzer) -> None:
    analyzers = Analyzers(offline, OFFICIAL)

    assert analyzers.choose("offline").analyzer is offline
    assert analyzers.choose("auto").analyzer is offline
    assert "unless it is named" in analyzers.choose("auto").note


@pytest.mark.parametrize("access", [LOCAL, OFFICIAL])
@pytest.mark.parametrize(
    ("name", "model", "priced"),
    [
        ("haiku-4.5", "claude-haiku-4-5", True),
        ("sonnet-4.5", "claude-sonnet-4-5", True),
        ("anthropic:claude-next", "claude-next", False),
        ("openai:gpt-4o-mini", "gpt-4o-mini", False),
        ("openai:hf.co/me/llama:8b", "hf.co/me/llama:8b", False),
    ],
)
async def test_models_by_name_each_made_once(
    offline: OfflineAnalyzer, access: ModelAccess, name: str, model: str, priced: bool
) -> None:
    analyzers = Analyzers(offline, access)

    analyzer = analyzers.choose(name).analyzer

    assert (analyzer.name, analyzer.quota.model, analyzer.priced) == (name, model, priced)
    assert analyzers.choose(name).analyzer is analyzer
    await analyzers.close()
    await analyzers.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "offline, auto, haiku-4.5, sonnet-4.5, anthropic:ID, openai:ID"),
        ("gpt-9", "no model 'gpt-9'"),
        ("Offline", "no model"),
        ("google:x", "no model"),
        ("openai:", "openai:gpt-4o-mini"),
        ("anthropic: a b", "anthropic:claude-haiku-4-5"),
        ("openai:a\nb", "needs the id"),
    ],
)
def test_names_of_no_model(offline: OfflineAnalyzer, name: str, words: str) -> None:
    with pytest.raises(InvalidSetting, match=words):
        Analyzers(offline, LOCAL).choose(name)


def test_a_missing_key_is_named(offline: OfflineAnalyzer) -> None:
    analyzers = Analyzers(offline, replace(OFFICIAL, anthropic_key=None, openai_key=""))

    with pytest.raises(ModelUnavailable, match="set ANTHROPIC_API_KEY"):
        analyzers.choose("haiku-4.5")
    with pytest.raises(ModelUnavailable, match="set OPENAI_API_KEY"):
        analyzers.choose("openai:gpt-4o-mini")


def test_a_key_that_no_header_can_hold(offline: OfflineAnalyzer) -> None:
    analyzers = Analyzers(offline, replace(LOCAL, anthropic_key="sk-one\r\nx-evil: 1"))

    with pytest.raises(InvalidSetting, match="ANTHROPIC_API_KEY") as raised:
        analyzers.choose("haiku-4.5")
    assert "sk-one" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.anthropic.com",
        "http://192.168.1.7:8901",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://0.0.0.0:1",
        "http://2130706433",
        "http://[::2]:1",
    ],
)
def test_nothing_leaves_the_machine_while_redaction_is_on(
    offline: OfflineAnalyzer, url: str
) -> None:
    access = replace(LOCAL, anthropic_base_url=url)

    with pytest.raises(ModelUnavailable, match="--redaction off"):
        Analyzers(offline, access).choose("haiku-4.5")
    open_access = replace(access, redaction=False)
    assert Analyzers(offline, open_access).choose("haiku-4.5").analyzer.name == "haiku-4.5"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.9.9.9:1/",
        "http://[::1]:1/v1",
        "HTTP://LOCALHOST",
        "https://127.0.0.1/proxy/v1/",
    ],
)
def test_what_is_on_this_machine(offline: OfflineAnalyzer, url: str) -> None:
    analyzer = Analyzers(offline, replace(LOCAL, anthropic_base_url=url)).choose("haiku-4.5")

    assert not analyzer.analyzer.quota.provider.endswith(("/", "/v1"))


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
def test_base_urls_that_make_no_sense(offline: OfflineAnalyzer, url: str) -> None:
    analyzers = Analyzers(offline, replace(LOCAL, openai_base_url=url))

    with pytest.raises(InvalidSetting, match="OPENAI_BASE_URL") as raised:
        analyzers.choose("openai:llama")
    assert "hush" not in str(raised.value)


def test_no_http_client_is_loaded_until_a_model_is_chosen() -> None:
    program = (
        "import sys\n"
        "from reqsift.adapters.analyzers import Analyzers\n"
        "assert 'reqsift.adapters.models' not in sys.modules\n"
        "assert 'aiohttp' not in sys.modules\n"
        "assert 'msgspec' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
