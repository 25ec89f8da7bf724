"""The Message Batches API, over HTTP."""

import asyncio
import json
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from reqsift.simulator import Asked, Fault, Settings, simulated
from tests.unit.simulator.clients import ANSWER, MESSAGES, Json, anthropic, client_of

BATCHES = "/v1/messages/batches"
AT_ONCE = Settings(batch_seconds=0)
LASTING = Settings(batch_seconds=1000)


def _order(*ids: str, **more: object) -> Json:
    return {"requests": [{"custom_id": each, "params": anthropic(**more)} for each in ids]}


async def _create(client: httpx.AsyncClient, order: Json) -> Json:
    answer = await client.post(BATCHES, json=order)
    assert answer.status_code == 200, answer.text
    batch: Json = answer.json()
    return batch


async def _state(client: httpx.AsyncClient, batch: Json) -> Json:
    state: Json = (await client.get(f"{BATCHES}/{batch['id']}")).json()
    return state


async def _results(client: httpx.AsyncClient, batch: Json) -> dict[str, Json]:
    answer = await client.get(f"{BATCHES}/{batch['id']}/results")
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    results = {line["custom_id"]: line["result"] for line in lines}
    assert len(results) == len(lines)
    return results


async def test_a_new_batch_has_the_documented_shape() -> None:
    async with client_of(LASTING) as (simulator, client):
        batch = await _create(client, _order("a", "b"))
        assert await _state(client, batch) == batch
        stats = simulator.stats()

    assert batch.pop("id").startswith("msgbatch_")
    created, expires = (
        datetime.fromisoformat(batch.pop(f"{n}_at")) for n in ("created", "expires")
    )
    assert expires - created == timedelta(hours=24)
    assert batch == {
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": _counts(processing=2),
        "ended_at": None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": None,
    }
    assert (stats.batches, stats.batched_requests, stats.calls, stats.output_tokens) == (1, 2, 0, 0)


def _counts(**given: int) -> dict[str, int]:
    names = ("processing", "succeeded", "errored", "canceled", "expired")
    return dict.fromkeys(names, 0) | given


async def test_results_come_with_the_end_and_as_messages_do() -> None:
    async with client_of(Settings(batch_seconds=0.1)) as (simulator, client):
        batch = await _create(client, _order("a", "b"))
        early = await client.get(f"{BATCHES}/{batch['id']}/results")
        assert (early.status_code, early.json()["error"]["type"]) == (404, "not_found_error")
        await asyncio.sleep(0.11)
        ended = await _state(client, batch)
        results = await _results(client, ended)
        stats = simulator.stats()

    assert (ended["processing_status"], ended["request_counts"]) == ("ended", _counts(succeeded=2))
    lasted = datetime.fromisoformat(ended["ended_at"]) - datetime.fromisoformat(batch["created_at"])
    assert lasted == timedelta(seconds=0.1)
    assert ended["results_url"] == f"{simulator.base_url}{BATCHES}/{batch['id']}/results"
    assert set(results) == {"a", "b"}
    for result in results.values():
        assert result["type"] == "succeeded"
        assert json.loads(result["message"]["content"][0]["text"]) == ANSWER
    used = [result["message"]["usage"] for result in results.values()]
    assert stats.input_tokens == sum(each["input_tokens"] for each in used) > 0
    assert stats.output_tokens == 400


async def test_results_come_in_another_order_and_are_the_same_each_time() -> None:
    ids = [f"id-{number}" for number in range(50)]
    async with client_of(AT_ONCE) as (_, client):
        batch = await _create(client, _order(*ids))
        first, second = [list(await _results(client, batch)) for _ in range(2)]
    assert first == second != ids
    assert sorted(first) == sorted(ids)


async def test_batches_outlive_their_client() -> None:
    async with simulated(AT_ONCE) as simulator:
        ids = set()
        url, headers = simulator.base_url, {"x-api-key": "any"}
        for _ in range(2):
            async with httpx.AsyncClient(base_url=url, headers=headers) as client:
                ids.add((await _create(client, _order("a")))["id"])
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            for each in ids:
                assert set(await _results(client, {"id": each})) == {"a"}
    assert len(ids) == 2


async def test_some_expire_and_some_fail() -> None:
    settings = Settings(batch_seconds=0, batch_expired=0.3, batch_errored=0.2)
    async with client_of(settings) as (_, client):
        batch = await _create(client, _order(*map(str, range(200))))
        results = await _results(client, batch)
        counts = (await _state(client, batch))["request_counts"]

    kinds = Counter(result["type"] for result in results.values())
    assert counts == _counts(**kinds)
    assert 40 <= kinds["expired"] <= 80
    assert 20 <= kinds["errored"] <= 60
    failed = next(result for result in results.values() if result["type"] == "errored")
    assert (failed["error"]["type"], failed["error"]["error"]["type"]) == ("error", "api_error")


async def test_requests_without_sense_fail_alone() -> None:
    order = _order("good")
    order["requests"] += _order("broken", messages=[])["requests"]
    order["requests"] += _order("gone", model="gone")["requests"]
    async with client_of(AT_ONCE) as (_, client):
        results = await _results(client, await _create(client, order))

    kinds = {
        key: result["error"]["error"]["type"] for key, result in results.items() if key != "good"
    }
    assert results["good"]["type"] == "succeeded"
    assert kinds == {"broken": "invalid_request_error", "gone": "not_found_error"}


async def test_models_in_batches_follow_their_script_and_faults() -> None:
    seen: list[Asked] = []

    def script(asked: Asked) -> str:
        seen.append(asked)
        return "said"

    async with client_of(AT_ONCE, script=script) as (simulator, client):
        order = _order("a", system="Be careful.")
        result = (await _results(client, await _create(client, order)))["a"]
        assert result["message"]["content"][0]["text"] == "said"
        assert (seen[0].system, seen[0].user) == ("Be careful.", "Hello")
        assert json.loads(seen[0].body) == order["requests"][0]["params"]
        simulator.reset(Settings(batch_seconds=0, faults={Fault.REFUSAL: 1.0}))
        result = (await _results(client, await _create(client, order)))["a"]
        assert result["message"]["stop_reason"] == "refusal"


async def test_a_script_that_fails_in_a_batch_leaves_each_request_one_result() -> None:
    said = iter(["a", "", "b", "c"])

    def script(_: Asked) -> str:
        text = next(said)
        if not text:
            raise LookupError("a mistake of the test")
        return text

    async with client_of(AT_ONCE, script=script) as (simulator, client):
        batch = await _create(client, _order("1", "2", "3"))
        with pytest.raises(httpx.RemoteProtocolError):
            await _state(client, batch)
        results = await _results(client, batch)
        counts = (await _state(client, batch))["request_counts"]
        stats = simulator.stats()

    texts = {key: result["message"]["content"][0]["text"] for key, result in results.items()}
    assert texts == {"1": "a", "2": "b", "3": "c"}
    assert (counts, stats.output_tokens) == (_counts(succeeded=3), 3)


async def test_requests_of_a_batch_share_the_prompt_cache() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    system = [{"type": "text", "text": "Be careful. " * 400, **mark}]
    async with client_of(AT_ONCE) as (simulator, client):
        await _results(client, await _create(client, _order("a", "b", "c", system=system)))
        stats = simulator.stats()
    assert stats.cache_read_tokens == 2 * stats.cache_write_tokens > 0


async def test_what_is_cancelled_ends_with_what_is_done() -> None:
    ids = [str(number) for number in range(100)]
    async with client_of(Settings(batch_seconds=0.4)) as (_, client):
        batch = await _create(client, _order(*ids))
        await asyncio.sleep(0.1)
        cancelled = (await client.post(f"{BATCHES}/{batch['id']}/cancel")).json()
        assert cancelled["processing_status"] == "canceling"
        assert cancelled["request_counts"] == _counts(processing=100)
        ended = await _state(client, batch)
        results = await _results(client, batch)
        again = await client.post(f"{BATCHES}/{batch['id']}/cancel")

    kinds = Counter(result["type"] for result in results.values())
    assert set(kinds) == {"succeeded", "canceled"}
    assert (ended["processing_status"], ended["request_counts"]) == ("ended", _counts(**kinds))
    assert ended["ended_at"] == ended["cancel_initiated_at"] == cancelled["cancel_initiated_at"]
    assert (again.status_code, again.json()["error"]["type"]) == (400, "invalid_request_error")


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"requests": []},
        {"requests": [{"custom_id": "a"}]},
        _order("a", "b", "a"),
        _order(""),
        _order("a b"),
        _order("a\n"),
        _order("x" * 65),
    ],
)
async def test_batches_without_sense_are_refused(order: Json) -> None:
    async with client_of(AT_ONCE) as (simulator, client):
        answer = await client.post(BATCHES, json=order)
        assert (answer.status_code, answer.json()["error"]["type"]) == (
            400,
            "invalid_request_error",
        )
        assert simulator.stats().batches == 0


async def test_a_batch_has_at_most_100_000_requests() -> None:
    items = ",".join(f'{{"custom_id":"{number}","params":{{}}}}' for number in range(100_001))
    async with client_of(LASTING) as (simulator, client):
        body = f'{{"requests":[{items}]}}'
        assert (await client.post(BATCHES, content=body)).status_code == 400
        fewer = body.replace(',{"custom_id":"100000","params":{}}', "")
        assert (await client.post(BATCHES, content=fewer)).status_code == 200
        assert simulator.stats().batched_requests == 100_000


async def test_what_is_not_there_is_not_found() -> None:
    async with client_of(AT_ONCE) as (_, client):
        for method, place in (
            ("GET", "/msgbatch_1"),
            ("GET", "/msgbatch_1/results"),
            ("POST", "/msgbatch_1/cancel"),
            ("GET", ""),
            ("DELETE", "/msgbatch_1"),
            ("GET", "/%FF/x"),
        ):
            answer = await client.request(method, BATCHES + place)
            assert answer.status_code == 404, place
            assert answer.json()["request_id"] == answer.headers["request-id"]


async def test_keys_and_outages_are_checked() -> None:
    async with client_of(AT_ONCE, "refused") as (_, client):
        assert (await client.post(BATCHES, json=_order("a"))).status_code == 401
    async with client_of(Settings(outage="0:0.1", latency="0")) as (simulator, client):
        assert (await client.post(BATCHES, json=_order("a"))).status_code == 529
        await asyncio.sleep(0.11)
        assert (await client.post(MESSAGES, json=anthropic())).status_code == 200
        assert (await client.post(BATCHES, json=_order("a"))).status_code == 200
        assert simulator.stats().batches == 1


async def test_the_same_seed_befalls_the_same_requests() -> None:
    kinds = []
    for seed in (7, 7, 8):
        settings = Settings(batch_seconds=0, batch_expired=0.5, seed=seed)
        async with client_of(settings) as (_, client):
            results = await _results(client, await _create(client, _order(*"abcdefghijklmnop")))
        kinds.append({key: result["type"] for key, result in results.items()})
    assert [one == other for one, other in pairwise(kinds)] == [True, False]
