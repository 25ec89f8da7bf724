"""Limits, faults, statistics and lost clients, over HTTP."""

import asyncio
import json
import re
import time

import httpx
import pytest

from reqsift.simulator import Fault, InvalidSettings, Settings, Simulator
from tests.unit.simulator.clients import (
    COMPLETIONS,
    MESSAGES,
    anthropic,
    client_of,
    connect,
    openai,
    raw,
    until,
)


async def _statuses(client: httpx.AsyncClient, count: int) -> list[int]:
    return [(await client.post(MESSAGES, json=anthropic())).status_code for _ in range(count)]


async def test_requests_beyond_the_limit_are_refused_and_told_when_to_come_back() -> None:
    async with client_of(Settings(latency="0", rpm=1, burst=2)) as (simulator, client):
        assert await _statuses(client, 2) == [200, 200]
        refused = await client.post(MESSAGES, json=anthropic())
        assert (refused.status_code, refused.json()["error"]["type"]) == (429, "rate_limit_error")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        refused = await client.post(COMPLETIONS, json=openai())
        error = refused.json()["error"]
        assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
        stats = simulator.stats()
        assert (stats.calls, stats.ok, stats.rejected) == (4, 2, 2)


async def test_tokens_beyond_the_limits_are_refused() -> None:
    async with client_of(Settings(latency="0", input_tpm=1)) as (_, client):
        refused = await client.post(COMPLETIONS, json=openai())
        assert (refused.status_code, refused.json()["error"]["type"]) == (429, "tokens")
    async with client_of(Settings(latency="0", output_tpm=1)) as (_, client):
        assert await _statuses(client, 2) == [200, 429]


async def test_limits_are_told_in_headers_of_good_and_bad_answers() -> None:
    settings = Settings(latency="0", rpm=2, input_tpm=10_000, output_tpm=150)
    async with client_of(settings) as (_, client):
        for status in (200, 429):
            answer = await client.post(MESSAGES, json=anthropic())
            assert answer.status_code == status
            told = {
                name.removeprefix("anthropic-ratelimit-"): value
                for name, value in answer.headers.items()
                if name.startswith("anthropic-ratelimit-")
            }
            limits = [told[f"{kind}-limit"] for kind in ("requests", "input-tokens")]
            assert limits == ["2", "10000"]
            assert (told["requests-remaining"], told["output-tokens-remaining"]) == ("1", "0")
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["output-tokens-reset"])
        answer = await client.post(COMPLETIONS, json=openai())
        assert answer.headers["x-ratelimit-remaining-requests"] == "1"
        assert answer.headers["x-ratelimit-limit-tokens"] == "10000"
        assert re.fullmatch(r"[\d.]+m?s", answer.headers["x-ratelimit-reset-requests"])


async def test_limits_can_be_kept_secret() -> None:
    async with client_of(Settings(latency="0", rpm=1, rate_headers=False)) as (_, client):
        await client.post(MESSAGES, json=anthropic())
        refused = await client.post(MESSAGES, json=anthropic())
        assert refused.status_code == 429
        assert not [name for name in refused.headers if "ratelimit" in name or "retry" in name]


async def test_too_many_calls_at_once_are_refused() -> None:
    settings = Settings(faults={Fault.HANG: 1.0}, max_in_flight=1, rpm=100)
    async with client_of(settings) as (simulator, client):
        _, writer = await connect(simulator)
        writer.write(raw(anthropic()))
        await until(simulator, calls=1, in_flight=1)
        refused = await client.post(MESSAGES, json=anthropic())
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert int(refused.headers["anthropic-ratelimit-requests-remaining"]) > 0
        writer.close()
        await until(simulator, calls=2, in_flight=0)


@pytest.mark.parametrize(
    ("fault", "status", "other"), [(Fault.OVERLOADED, 529, 503), (Fault.ERROR, 500, 500)]
)
async def test_the_provider_fails(fault: Fault, status: int, other: int) -> None:
    # Told at once: with this latency the test would not end.
    async with client_of(Settings(latency="999999", faults={fault: 1.0})) as (simulator, client):
        assert (await client.post(MESSAGES, json=anthropic())).status_code == status
        assert (await client.post(COMPLETIONS, json=openai())).status_code == other
        assert simulator.stats().faults == {fault.value: 2}
        assert simulator.stats().in_flight == 0


async def test_a_gateway_answers_with_a_page() -> None:
    async with client_of(Settings(latency="0", faults={Fault.HTML: 1.0})) as (_, client):
        answer = await client.post(MESSAGES, json=anthropic())
        assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
        assert answer.text.startswith("<html>")


@pytest.mark.parametrize("fault", [Fault.DROP, Fault.CUT])
async def test_connections_end_too_early(fault: Fault) -> None:
    async with client_of(Settings(latency="1", faults={fault: 1.0})) as (simulator, client):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post(MESSAGES, json=anthropic())
        reader, writer = await connect(simulator)
        writer.write(raw(anthropic()))
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        announced = re.search(rb"content-length: (\d+)", head)
        assert len(body) == (int(announced[1]) // 2 if announced else 0)
        assert bool(announced) == (fault is Fault.CUT)
        writer.close()
        stats = simulator.stats()
        assert (stats.faults, stats.in_flight, stats.ok) == ({fault.value: 2}, 0, 0)


async def test_a_call_that_hangs_ends_with_its_client() -> None:
    async with client_of(Settings(latency="0", faults={Fault.HANG: 1.0})) as (simulator, _):
        _, writer = await connect(simulator)
        writer.write(raw(anthropic()))
        await until(simulator, calls=1, in_flight=1)
        assert simulator.calls()[0].end is None
        writer.close()
        await until(simulator, calls=1, in_flight=0)
        assert simulator.stats().faults == {"hang": 1}
        assert simulator.calls()[0].end is not None


async def test_clients_that_leave_are_counted() -> None:
    async with client_of(Settings(latency="999999")) as (simulator, _):
        _, writer = await connect(simulator)
        writer.write(raw(anthropic()))
        await until(simulator, calls=1, in_flight=1)
        writer.close()
        await until(simulator, calls=1, in_flight=0)
        stats = simulator.stats()
        assert (stats.faults, stats.ok, stats.peak_in_flight) == ({"abandoned": 1}, 0, 1)
        assert simulator.calls()[0].outcome == "abandoned"


async def test_an_outage_begins_and_ends() -> None:
    async with client_of(Settings(latency="0", outage="0:0.2")) as (simulator, client):
        assert await _statuses(client, 2) == [529, 529]
        await asyncio.sleep(0.25)
        assert await _statuses(client, 1) == [200]
        assert simulator.stats().faults == {"outage": 2}


async def test_the_same_seed_befalls_the_same_calls() -> None:
    faults = {Fault.ERROR: 0.3, Fault.OVERLOADED: 0.2}
    seen = []
    for latency, seed in (("0", 7), ("0-1", 7), ("0", 8)):
        settings = Settings(latency=latency, faults=faults, seed=seed)
        async with client_of(settings) as (simulator, client):
            seen.append(await _statuses(client, 40))
            simulator.reset()
            assert await _statuses(client, 40) == seen[-1]
    assert seen[0] == seen[1] != seen[2]
    assert set(seen[0]) == {200, 500, 529}


async def test_calls_are_told_with_their_identity_and_times() -> None:
    settings = Settings(latency="1", identify=r'"content":"(\w+)"')
    async with client_of(settings) as (_, client):
        before = time.time()
        for text in ("one", "two"):
            body = anthropic(messages=[{"role": "user", "content": text}])
            await client.post(MESSAGES, json=body)
        await client.post(MESSAGES, content=b"{}")
        calls = (await client.get("/calls")).json()
        assert [(call[0], call[3]) for call in calls] == [("one", 200), ("two", 200), (None, 400)]
        moments = [moment for call in calls for moment in call[1:3]]
        moments = [before, *moments, time.time()]
        assert moments == sorted(moments)
        stats = (await client.get("/stats")).json()
        assert stats["window"] == pytest.approx(moments[-2] - moments[1])
        assert (stats["firstCallAt"], stats["lastAnswerAt"]) == (moments[1], moments[-2])
        assert (stats["calls"], stats["ok"], stats["outputTokens"]) == (3, 2, 400)


async def test_a_reset_begins_anew_with_other_settings() -> None:
    async with client_of(Settings(latency="0", rpm=1, burst=1)) as (simulator, client):
        assert await _statuses(client, 2) == [200, 429]
        in_force = (await client.post("/reset", json={"burst": 2, "outputTokens": 5})).json()
        assert (in_force["rpm"], in_force["burst"], in_force["output_tokens"]) == (1, 2, 5)
        assert (await client.get("/stats")).json()["calls"] == 0
        assert await _statuses(client, 3) == [200, 200, 429]
        assert simulator.stats().output_tokens == 10
        refused = await client.post("/reset", json={"rpm": -1})
        assert refused.status_code == 400
        assert "rpm" in refused.json()["error"]
        assert simulator.stats().calls == 3, "nothing was reset"


async def test_calls_under_way_at_a_reset_end_where_they_began() -> None:
    async with client_of(Settings(latency="30")) as (simulator, client):
        async with asyncio.TaskGroup() as tasks:
            call = tasks.create_task(client.post(MESSAGES, json=anthropic()))
            await until(simulator, calls=1, in_flight=1)
            simulator.reset()
        assert call.result().status_code == 200
        assert (simulator.stats().calls, simulator.stats().in_flight) == (0, 0)


async def test_it_serves_this_machine_only() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "example.com"):
        with pytest.raises(InvalidSettings, match="loopback"):
            async with Simulator(Settings()).listening(host, 0):
                pass
    async with (
        Simulator(Settings()).listening("localhost", 0),
        client_of(Settings()) as (_, client),
    ):
        assert (await client.get("/healthz")).json() == {"status": "ok"}


async def test_answers_are_parsed_by_their_schema_only_once() -> None:
    async with client_of(Settings(latency="0", items=3)) as (_, client):
        for form in ({"const": 1}, {"const": 2}, {"const": 1}):
            body = anthropic(output_config={"format": {"schema": form}})
            answer = (await client.post(MESSAGES, json=body)).json()
            assert json.loads(answer["content"][0]["text"]) == form["const"]
