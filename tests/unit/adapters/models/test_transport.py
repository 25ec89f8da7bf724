import base64

import pytest

from reqsift.adapters.models.client import Connection
from reqsift.adapters.models.transport import Received, Transport
from tests.unit.adapters.models.answering import answering, to


def _elsewhere() -> Connection:
    from dataclasses import replace

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
        from dataclasses import replace

        transport = Transport(replace(to(server.url), direct=False), "", {})
        received = await transport.post(b"{}")
        await transport.close()

    assert isinstance(received, Received)
