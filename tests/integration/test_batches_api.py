"""Batches as resources, and the limits of the call that waits for one."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from reqsift.adapters.clock import SystemClock
from reqsift.adapters.storage.batches import SqlBatches
from reqsift.bootstrap import Services
from reqsift.domain.batches import ItemOutcome
from reqsift.domain.errors import StoreError
from reqsift.services.batches import Batches
from reqsift.services.engine import Engine
from reqsift.services.ports.batches import Account, Orders
from reqsift.simulator import Fault, Settings, Simulator
from tests.conftest import Stores
from tests.fakes import OneAnalyzer, ScriptedAnalyzer
from tests.integration.asking import (
    BATCHES,
    calls_of,
    ended,
    imported,
    in_flight,
    is_problem,
    started,
    told,
)
from tests.integration.conftest import LARGEST_SYNC_BATCH, open_with_models, reached
from tests.unit.services.running import nothing_more

SLOW = Settings(latency="600000")


async def pages(client: httpx.AsyncClient, path: str, limit: int) -> list[Any]:
    items: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(path, params=query)).json()
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["nextCursor"]
    return items


async def test_a_batch_is_accepted_at_once_and_told_of_until_its_end(
    client: httpx.AsyncClient,
) -> None:
    ids = await imported(client, 12)

    answer = await client.post(BATCHES, json={"requestIds": [*ids, "nope", ids[0]]})
    batch = answer.json()
    done = await ended(client, batch["id"])

    assert answer.status_code == 202
    assert answer.headers["location"] == f"{BATCHES}/{batch['id']}"
    assert batch["state"] == "running"
    assert (done["state"], done["stop"], done["reason"]) == ("completed", None, "")
    assert (done["total"], done["successful"], done["failed"], done["left"]) == (13, 12, 1, 0)
    assert (done["model"], done["concurrency"], done["adaptive"]) == ("offline", 5, False)
    assert (done["inFlight"], done["retries"], done["rateLimited"]) == (0, 0, 0)
    assert (done["breakerOpen"], done["lastEventId"]) == (False, 12)
    assert done.keys() >= {"rate", "etaSeconds", "etaUncertaintySeconds", "effectiveConcurrency"}
    assert done["budget"] == {"maxCost": None, "maxTokens": None, "deadline": None}


async def test_results_come_page_by_page_in_the_order_asked_for(client: httpx.AsyncClient) -> None:
    ids = list(reversed(await imported(client, 7)))
    asked = [*ids[:3], "nope", *ids[3:]]
    batch = await started(client, asked)
    await ended(client, batch["id"])

    items = await pages(client, f"{BATCHES}/{batch['id']}/results", 3)

    assert [item["requestId"] for item in items] == asked
    assert [set(item) for item in items if item["requestId"] == "nope"] == [{"requestId", "error"}]
    one = items[0]["analysis"]
    assert (one["requestId"], one["model"], one["fallback"]) == (ids[0], "offline", False)
    assert one["vulnerabilities"]


async def test_batches_are_listed_newest_first(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 1)
    begun = [(await started(client, ids))["id"] for _ in range(5)]

    listed = await pages(client, BATCHES, 2)

    assert [batch["id"] for batch in listed] == begun[::-1]
    for batch_id in begun:
        await ended(client, batch_id)


async def test_the_same_key_brings_the_same_batch(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 3)
    headers = {"idempotency-key": "k" * 255}
    body = {"requestIds": ids, "priority": "bulk"}

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(client.post(BATCHES, json=body, headers=headers)) for _ in range(5)
        ]
    answers = [task.result() for task in tasks]
    other = await client.post(BATCHES, json=body | {"priority": "normal"}, headers=headers)

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert {answer.headers["location"] for answer in answers} == {
        f"{BATCHES}/{answers[0].json()['id']}"
    }
    assert is_problem(other, 409)["type"] == "urn:reqsift:problem:conflict"
    await ended(client, answers[0].json()["id"])
    later = await client.post(BATCHES, json=body, headers=headers)
    assert (later.status_code, later.json()["state"]) == (200, "completed")


@pytest.mark.parametrize("key", [b"", b"k" * 256, b"a\tb", b"\x85"])
async def test_a_key_is_short_and_printable(client: httpx.AsyncClient, key: bytes) -> None:
    headers = {b"idempotency-key": key}
    problem = is_problem(
        await client.post(BATCHES, json={"requestIds": ["r1"]}, headers=headers), 422
    )
    assert "Idempotency-Key" in problem["detail"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"requestIds": []}, "requestIds"),
        ({}, "requestIds"),
        ({"concurrency": 0}, "concurrency"),
        ({"concurrency": 1.5}, "concurrency"),
        ({"concurrency": "many"}, "concurrency"),
        ({"concurrency": True}, "concurrency"),
        ({"maxCost": 0}, "maxCost"),
        ({"maxCost": "1"}, "maxCost"),
        ({"maxTokens": 1.5}, "maxTokens"),
        ({"maxTokens": 10**30}, "maxTokens"),
        ({"deadline": -1}, "deadline"),
        ({"priority": "urgent"}, "priority"),
        ({"fallback": "haiku-4.5"}, "fallback"),
        ({"maxcost": 3}, "maxcost"),
        ({"requestIds": ["\ud800"]}, "requestIds"),
    ],
)
async def test_a_batch_that_makes_no_sense_is_refused_in_one_sentence(
    client: httpx.AsyncClient, asked: dict[str, object], field: str
) -> None:
    body = json.dumps(({"requestIds": ["r1"]} | asked) if asked else {})
    headers = {"content-type": "application/json"}
    problem = is_problem(await client.post(BATCHES, content=body, headers=headers), 422)
    assert problem["detail"].startswith(field)
    assert problem["detail"].count(". ") == 0


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999"])
async def test_a_bound_is_a_number(client: httpx.AsyncClient, number: str) -> None:
    body = f'{{"requestIds":["r1"],"maxCost":{number}}}'
    headers = {"content-type": "application/json"}
    is_problem(await client.post(BATCHES, content=body, headers=headers), 422)


async def test_a_model_that_cannot_be_used_is_refused_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post(BATCHES, json={"requestIds": ["r1"], "model": "haiku-4.5"})

    problem = is_problem(answer, 409)
    assert problem["type"] == "urn:reqsift:problem:model-unavailable"
    assert "ANTHROPIC_API_KEY" in problem["detail"]
    assert (await client.get(BATCHES)).json()["items"] == []


async def test_a_batch_takes_a_hundred_thousand_ids(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 2)
    batch = await started(client, [*ids, *(f"x{number}" for number in range(99_998))])

    done = await ended(client, batch["id"])

    assert (done["total"], done["successful"], done["failed"]) == (100_000, 2, 99_998)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/results"),
        ("GET", "/events"),
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("POST", "/cancel"),
        ("POST", "/retry-failed"),
        ("PATCH", ""),
    ],
)
async def test_an_unknown_batch_is_not_found(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    for batch_id in ("b99", "nonsense", "b99999999999999999999"):
        body = {"priority": "bulk"} if method == "PATCH" else None
        answer = await client.request(method, f"{BATCHES}/{batch_id}{path}", json=body)
        assert is_problem(answer, 404)["type"] == "urn:reqsift:problem:not-found"


async def test_a_batch_is_paused_resumed_and_cancelled(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(SLOW)
    ids = await imported(models, 8)
    batch = await started(models, ids, model="haiku-4.5", concurrency=2)
    await in_flight(models, batch["id"], 2)
    path = f"{BATCHES}/{batch['id']}"

    paused = await models.post(f"{path}/pause")
    going_on = await models.post(f"{path}/resume")
    cancelled = await models.post(f"{path}/cancel")

    assert (paused.status_code, paused.json()["state"]) == (202, "paused")
    assert (going_on.status_code, going_on.json()["state"]) == (202, "running")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert (await ended(models, batch["id"]))["state"] == "cancelled"
    for action in ("pause", "resume", "retry-failed"):
        problem = is_problem(await models.post(f"{path}/{action}"), 409)
        assert problem["type"] == "urn:reqsift:problem:conflict"
    assert (await models.post(f"{path}/cancel")).status_code == 202


async def test_a_batch_changes_while_it_runs(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(SLOW)
    ids = await imported(models, 8)
    batch = await started(models, ids, model="haiku-4.5", concurrency=1, maxTokens=10**6)
    path = f"{BATCHES}/{batch['id']}"

    changed = await models.patch(path, json={"priority": "bulk", "concurrency": 3, "maxCost": 5})
    now = await in_flight(models, batch["id"], 3)
    freed = await models.patch(path, json={"maxCost": None})

    assert changed.status_code == 200
    assert (now["priority"], now["concurrency"], now["effectiveConcurrency"]) == ("bulk", 3, 3)
    assert now["budget"] == {"maxCost": 5.0, "maxTokens": 10**6, "deadline": None}
    assert freed.json()["budget"] == {"maxCost": None, "maxTokens": 10**6, "deadline": None}
    for wrong in ({"concurrency": "auto"}, {"concurrency": None}, {"prio": 1}, {"maxCost": -1}):
        is_problem(await models.patch(path, json=wrong), 422)
    assert (await models.patch(path, json={"concurrency": 10**30})).json()["concurrency"] == 50
    await models.post(f"{path}/cancel")
    await ended(models, batch["id"])


async def test_a_spent_budget_stops_and_a_larger_one_goes_on(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="1"))
    ids = await imported(models, 6)
    batch = await started(models, ids, model="haiku-4.5", concurrency=1, maxTokens=1)
    stopped = await ended(models, batch["id"])

    path = f"{BATCHES}/{batch['id']}/resume"
    again = await models.post(path, json={"maxTokens": None, "maxCost": 100})
    done = await ended(models, batch["id"])

    assert (stopped["state"], stopped["stop"], stopped["left"]) == ("stopped", "budget", 6)
    assert stopped["reason"]
    assert again.status_code == 202
    assert (done["state"], done["successful"], done["reason"]) == ("completed", 6, "")
    assert done["budget"] == {"maxCost": 100.0, "maxTokens": None, "deadline": None}
    assert done["cost"] > 0
    assert done["inputTokens"] > 0


async def test_failed_requests_are_tried_again(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(Settings(latency="1", faults={Fault.REFUSAL: 1.0}))
    ids = await imported(models, 3)
    batch = await started(models, [*ids, "nope"], model="haiku-4.5")
    refused = await ended(models, batch["id"])
    simulator.reset(Settings(latency="1"))

    again = await models.post(f"{BATCHES}/{batch['id']}/retry-failed")
    done = await ended(models, batch["id"])

    assert (refused["state"], refused["failed"]) == ("completed", 4)
    assert again.status_code == 202
    assert (done["successful"], done["failed"], done["lastEventId"]) == (3, 1, 6)


async def test_the_fallback_is_kept(models: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.reset(Settings(latency="1"))
    ids = await imported(models, 3)

    batch = await started(models, ids, model="haiku-4.5", fallback="offline")
    done = await ended(models, batch["id"])

    assert (done["successful"], done["fallback"]) == (3, True)


async def test_auto_finds_the_concurrency(models: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.reset(Settings(latency="1"))
    ids = await imported(models, 20)

    batch = await started(models, ids, model="haiku-4.5", concurrency="auto")
    done = await ended(models, batch["id"])
    asked = {"requestIds": ids, "model": "haiku-4.5", "concurrency": "auto"}
    answer = await models.post("/api/ai/batch-analyze", json=asked)

    assert (done["successful"], done["adaptive"]) == (20, True)
    assert answer.json()["data"]["summary"]["successful"] == 20
    assert 1 <= answer.json()["data"]["summary"]["concurrency"] <= 50


# The call that waits.


async def test_too_many_for_one_answer_are_sent_to_the_resource(client: httpx.AsyncClient) -> None:
    ids = [f"x{number}" for number in range(LARGEST_SYNC_BATCH + 1)]

    refused = await client.post("/api/ai/batch-analyze", json={"requestIds": ids})
    taken = await client.post("/api/ai/batch-analyze", json={"requestIds": [*ids[1:], ids[1]]})

    problem = is_problem(refused, 422)
    assert problem["type"] == "urn:reqsift:problem:too-many-for-one-answer"
    assert "POST /api/ai/batches" in problem["detail"]
    assert taken.json()["data"]["summary"]["total"] == LARGEST_SYNC_BATCH


@pytest.mark.parametrize(("key", "stop"), [("refused", "key_refused"), ("no-credit", "no_credit")])
async def test_what_is_left_when_the_batch_stops_is_told_with_the_reason(
    tmp_path: Path, simulator: Simulator, key: str, stop: str
) -> None:
    async with open_with_models(tmp_path, simulator, key) as services, reached(services) as client:
        ids = await imported(client, 5)
        asked = {"requestIds": [ids[0], "nope", *ids[1:]], "model": "haiku-4.5"}

        answer = await client.post("/api/ai/batch-analyze", json=asked)

        data = answer.json()["data"]
        batch = await told(client, data["batchId"])
    assert answer.status_code == 200
    assert (batch["state"], batch["stop"]) == ("stopped", stop)
    assert [error["requestId"] for error in data["errors"]] == asked["requestIds"]
    assert {error["error"] for error in data["errors"]} == {
        "There is no request with this id.",
        batch["reason"],
    }
    summary = data["summary"]
    assert (summary["total"], summary["successful"], summary["failed"]) == (6, 0, 6)
    assert batch["reason"] in answer.json()["message"]


async def test_a_batch_that_somebody_cancels_is_answered(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(SLOW)
    ids = await imported(models, 4)
    async with asyncio.TaskGroup() as group:
        asked = {"requestIds": ids, "model": "haiku-4.5"}
        waiting = group.create_task(models.post("/api/ai/batch-analyze", json=asked))
        await anext(call async for call in calls_of(simulator))
        listed = (await models.get(BATCHES)).json()["items"]
        await models.post(f"{BATCHES}/{listed[0]['id']}/cancel")

    data = waiting.result().json()["data"]
    assert [error["requestId"] for error in data["errors"]] == ids
    assert all("cancelled" in error["error"] for error in data["errors"])
    assert listed[0]["priority"] == "normal"


class FullDisk(SqlBatches):
    """Takes no outcome."""

    async def save_outcomes(
        self, batch_id: str, outcomes: Sequence[ItemOutcome], account: Account
    ) -> Orders:
        raise StoreError("The disk is full.")


@pytest.fixture
async def on_full_disk(services: Services, stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    store, clock = FullDisk(stores.database), SystemClock()
    analyzers = OneAnalyzer(ScriptedAnalyzer())
    engine = Engine(store, analyzers, nothing_more, clock, lambda: 0.5, 5)
    async with engine.working():
        batches = Batches(store, analyzers, clock, engine)
        async with reached(replace(services, batches=batches)) as client:
            yield client


async def test_a_store_that_fails_is_a_problem(on_full_disk: httpx.AsyncClient) -> None:
    answer = await on_full_disk.post("/api/ai/batch-analyze", json={"requestIds": ["r1"]})

    problem = is_problem(answer, 503)
    assert (problem["type"], problem["detail"]) == (
        "urn:reqsift:problem:store-error",
        "The disk is full.",
    )


async def test_the_description_has_every_route_and_problem(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    for path, methods in {
        "/api/ai/batch-analyze": {"post"},
        BATCHES: {"get", "post"},
        f"{BATCHES}/{{batch_id}}": {"get", "patch"},
        f"{BATCHES}/{{batch_id}}/results": {"get"},
        f"{BATCHES}/{{batch_id}}/events": {"get"},
        f"{BATCHES}/{{batch_id}}/pause": {"post"},
        f"{BATCHES}/{{batch_id}}/resume": {"post"},
        f"{BATCHES}/{{batch_id}}/cancel": {"post"},
        f"{BATCHES}/{{batch_id}}/retry-failed": {"post"},
    }.items():
        assert document["paths"][path].keys() == methods
    for operations in document["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            assert list(responses["default"]["content"]) == ["application/problem+json"]
            assert "422" not in responses
    stream = document["paths"][f"{BATCHES}/{{batch_id}}/events"]["get"]["responses"]["200"]
    assert list(stream["content"]) == ["text/event-stream"]
    begun = document["paths"][BATCHES]["post"]["responses"]
    assert begun.keys() == {"200", "202", "default"}
    assert "Location" in begun["202"]["headers"]


async def test_a_single_request_is_urgent_and_many_are_not(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 3)
    for asked in (ids[:1], ids):
        answer = await client.post("/api/ai/batch-analyze", json={"requestIds": asked})
        assert answer.status_code == 200

    listed = (await client.get(BATCHES)).json()["items"]

    assert [batch["priority"] for batch in listed] == ["normal", "interactive"]
