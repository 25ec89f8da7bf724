import base64
from dataclasses import replace

import pytest

from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.transport import Received, Transport
from reqsift.domain.batches import Failure
from reqsift.domain.errors import InvalidSetting
from tests.unit.adapters.models.answering import answering, to


def _elsewhere() -> Connection:
    return replace(to("http://models.example"), direct=False)


async def test_the_proxy_of_the_environment_is_used_with_its_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with answering() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:p%40ss@"))
        monkeypatch.delenv("no_proxy", raising=False)
        transport = Transport(_elsewhere(), "/v1/messages", {})
        received = await transport.post(b"{}")
        await transport.close()

    assert isinstance(received, Received)
    pair = base64.b64encode(b"me:p@ss").decode()
    assert proxy.asked[0].headers["proxy-authorization"] == f"Basic {pair}"
    assert proxy.asked[0].headers["host"] == "models.example"


async def test_what_is_for_this_machine_never_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with answering() as proxy, answering() as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        transport = Transport(to(server.url), "", {})
        await transport.post(b"{}")
        await transport.close()

    assert (len(proxy.asked), len(server.asked)) == (0, 1)


async def test_a_host_that_the_environment_excepts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with answering() as server:
        transport = Transport(replace(to(server.url), direct=False), "", {})
        received = await transport.post(b"{}")
        await transport.close()

    assert isinstance(received, Received)


def test_a_proxy_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://[::1")
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(InvalidSetting, match="HTTP_PROXY"):
        Transport(_elsewhere(), "", {})


async def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    transport = Transport(_elsewhere(), "", {})

    failure = await transport.post(b"{}")
    await transport.close()

    assert isinstance(failure, Failure)
    assert "127.0.0.1:1" in failure.reason
