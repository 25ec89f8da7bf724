"""What leaves, as the API shows it, against what a simulated provider receives."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from reqsift.simulator import Asked, Settings, Simulator
from tests import hars
from tests.integration.asking import ended, imported, is_problem, started
from tests.integration.test_money_api import answered

QUICK = Settings(latency="1")
MAIL = "jane.roe@customer-mail.example"


@pytest.fixture
def received(simulator: Simulator) -> list[bytes]:
    """The bodies that reach the provider, as they come."""
    bodies: list[bytes] = []

    def listens(asked: Asked) -> None:
        bodies.append(asked.body)

    simulator.reset(QUICK, listens)
    return bodies


async def analyzed(client: httpx.AsyncClient, ids: list[str], **more: object) -> dict[str, Any]:
    batch = await started(client, ids, model="haiku-4.5", pack=False, **more)
    return await ended(client, batch["id"])


async def with_a_secret(client: httpx.AsyncClient) -> str:
    page = hars.entry(body=f"<p>Write to {MAIL}</p>")
    answer = await client.post("/api/captures", files={"file": ("a.har", hars.har(page))})
    assert answer.json()["imported"] == 1
    return "r1"


async def previewed(client: httpx.AsyncClient, request_id: str, model: str) -> dict[str, Any]:
    return await answered(client, f"/api/requests/{request_id}/preview", model=model)


async def test_the_preview_is_what_leaves_byte_for_byte(
    models: httpx.AsyncClient, received: list[bytes]
) -> None:
    request_id = await with_a_secret(models)

    preview = await previewed(models, request_id, "haiku-4.5")
    before = len(received)
    done = await analyzed(models, [request_id])
    (entry,) = (await answered(models, "/api/ledger"))["items"]

    assert before == 0
    assert [preview["body"].encode()] == received
    assert preview["size"] == entry["size"] == len(received[0])
    assert entry["digest"] == hashlib.sha256(received[0]).hexdigest()
    assert (entry["batchId"], entry["requestIds"]) == (done["id"], [request_id])
    assert entry["provider"] == preview["provider"]
    assert entry["redacted"] == preview["redacted"]


async def test_the_preview_has_no_personal_data_and_counts_it(models: httpx.AsyncClient) -> None:
    request_id = await with_a_secret(models)

    preview = await previewed(models, request_id, "haiku-4.5")

    assert MAIL in (await models.get(f"/api/requests/{request_id}")).text
    assert MAIL not in preview["body"]
    assert preview["redaction"] is True
    assert sum(preview["redacted"].values()) == 1


async def test_nothing_leaves_for_the_offline_rules(client: httpx.AsyncClient) -> None:
    (request_id,) = await imported(client, 1)

    preview = await previewed(client, request_id, "offline")
    await ended(client, (await started(client, [request_id], model="offline"))["id"])

    assert (preview["body"], preview["size"], preview["provider"]) == ("", 0, "")
    assert preview["reason"] == "Nothing leaves this machine."
    assert (await answered(client, "/api/ledger"))["items"] == []


@pytest.mark.parametrize(
    ("request_id", "model", "status"),
    [("nope", "offline", 404), ("r1", "no-such-model", 422), ("r1", "haiku-4.5", 409)],
)
async def test_a_preview_that_cannot_be_made_is_a_problem(
    client: httpx.AsyncClient, request_id: str, model: str, status: int
) -> None:
    await imported(client, 1)
    path = f"/api/requests/{request_id}/preview"

    is_problem(await client.get(path, params={"model": model}), status)


async def test_the_ledger_comes_page_by_page_as_a_chain(
    models: httpx.AsyncClient, received: list[bytes]
) -> None:
    await analyzed(models, await imported(models, 5))

    first = await answered(models, "/api/ledger", limit="3")
    rest = await answered(models, "/api/ledger", limit="3", cursor=first["nextCursor"])
    verdict = await answered(models, "/api/ledger/verify")

    entries = first["items"] + rest["items"]
    assert (first["total"], rest["nextCursor"]) == (5, None)
    assert [entry["number"] for entry in entries] == [5, 4, 3, 2, 1]
    assert [entry["previous"] for entry in entries[:-1]] == [entry["hash"] for entry in entries[1:]]
    assert {entry["digest"] for entry in entries} == {
        hashlib.sha256(body).hexdigest() for body in received
    }
    assert (verdict["holds"], verdict["entries"], verdict["head"]) == (True, 5, entries[0]["hash"])


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE ledger SET size = size + 1 WHERE number = 2", "DELETE FROM ledger WHERE number = 2"],
)
async def test_a_ledger_that_was_tampered_with_does_not_hold(
    models: httpx.AsyncClient, received: list[bytes], tmp_path: Path, tampering: str
) -> None:
    await analyzed(models, await imported(models, 3))
    assert len(received) == 3
    with sqlite3.connect(tmp_path / "models.db") as database:
        assert database.execute(tampering).rowcount == 1
    database.close()

    verdict = await answered(models, "/api/ledger/verify")

    assert (verdict["holds"], verdict["entries"]) == (False, 1)
    assert verdict["brokenAt"] in {2, 3}
    assert verdict["reason"]


async def test_a_ledger_cut_at_its_end_shows_by_its_head_alone(
    models: httpx.AsyncClient, received: list[bytes], tmp_path: Path
) -> None:
    await analyzed(models, await imported(models, 3))
    assert len(received) == 3
    noted = (await answered(models, "/api/ledger/verify"))["head"]
    with sqlite3.connect(tmp_path / "models.db") as database:
        assert database.execute("DELETE FROM ledger WHERE number = 3").rowcount == 1
    database.close()

    verdict = await answered(models, "/api/ledger/verify")

    assert (verdict["holds"], verdict["entries"]) == (True, 2)
    assert verdict["head"] != noted


async def test_answers_are_forgotten_by_age_and_analyses_stay(
    models: httpx.AsyncClient, received: list[bytes]
) -> None:
    ids = await imported(models, 3)
    first = await analyzed(models, ids)
    await analyzed(models, ids)

    young = await models.delete("/api/ai/answers", params={"days": 1})
    gone = await models.delete("/api/ai/answers")
    again = await models.delete("/api/ai/answers")

    assert len(received) == 3
    assert [one.json()["deleted"] for one in (young, gone, again)] == [0, 3, 0]
    results = await answered(models, f"/api/ai/batches/{first['id']}/results")
    assert [item["requestId"] for item in results["items"]] == ids
    assert all("analysis" in item for item in results["items"])


async def test_forgotten_answers_are_asked_for_again(
    models: httpx.AsyncClient, received: list[bytes]
) -> None:
    ids = await imported(models, 3)
    await analyzed(models, ids)

    await models.delete("/api/ai/answers")
    await analyzed(models, ids)

    assert len(received) == 6


async def test_a_stored_answer_is_told_as_such(
    models: httpx.AsyncClient, received: list[bytes]
) -> None:
    ids = await imported(models, 1)
    told = []
    for cache in (True, True, False):
        done = await analyzed(models, ids, cache=cache)
        results = await answered(models, f"/api/ai/batches/{done['id']}/results")
        told.append(results["items"][0]["analysis"])

    assert [one["cached"] for one in told] == [False, True, False]
    assert [one["cost"] > 0 for one in told] == [True, False, True]
    assert len(received) == 2


@pytest.mark.parametrize("days", ["-1", "x", "nan", "36501"])
async def test_an_age_is_a_number_of_days(client: httpx.AsyncClient, days: str) -> None:
    is_problem(await client.delete("/api/ai/answers", params={"days": days}), 422)
