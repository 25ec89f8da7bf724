"""The HTTP API as its clients see it, over a real store."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests import hars
from tests.integration.asking import is_problem


async def upload(client: httpx.AsyncClient, content: bytes, name: str = "a.har") -> httpx.Response:
    return await client.post("/api/captures", files={"file": (name, content)})


async def batch(client: httpx.AsyncClient, **asked: object) -> httpx.Response:
    return await client.post("/api/ai/batch-analyze", json=asked)


async def test_an_upload_tells_what_was_imported(client: httpx.AsyncClient) -> None:
    content = hars.har(hars.entry(), {"no": "request"}, hars.entry("https://b.example/x"))

    first = await upload(client, content, "C:\\captures\\shop.har")
    again = await upload(client, content)

    assert first.status_code == 201
    told = first.json()
    assert told["errors"] == [{"entryIndex": 1, "reason": told["errors"][0]["reason"]}]
    assert (told["imported"], told["skipped"], told["truncated"]) == (2, 1, 0)
    assert again.status_code == 200
    assert again.json()["captureId"] == told["captureId"]
    assert (again.json()["imported"], again.json()["duplicate"]) == (0, True)
    captures = (await client.get("/api/captures")).json()["items"]
    assert [capture["source"] for capture in captures] == ["shop.har"]


async def test_requests_are_listed_page_by_page(client: httpx.AsyncClient) -> None:
    await upload(client, hars.shop(25))
    seen: list[int] = []
    cursor = None
    while True:
        parameters = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/requests", params=parameters)).json()
        assert page["total"] == 25
        seen += [row["entryIndex"] for row in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == list(range(25))
    row = page["items"][0]
    assert row == {
        "id": row["id"],
        "captureId": "c1",
        "entryIndex": 20,
        "method": "GET",
        "url": "https://shop.example/page/20",
        "host": "shop.example",
        "path": "/page/20",
        "status": 200,
        "mimeType": "text/html",
        "responseSize": len(hars.PAGE),
        "findings": 0,
    }


async def test_one_request_in_full(client: httpx.AsyncClient) -> None:
    await upload(client, hars.shop(1))

    shown = (await client.get("/api/requests/r1")).json()

    assert shown["request"]["method"] == "GET"
    assert shown["response"]["headers"] == [{"name": "Content-Type", "value": "text/html"}]
    assert shown["response"]["body"]["text"] == hars.PAGE
    assert shown["response"]["body"]["base64"] is None
    assert (shown["startedAt"], shown["durationMs"]) == ("2026-01-02T03:04:05.678000Z", 12.5)


async def test_binary_bodies_come_as_base64(client: httpx.AsyncClient) -> None:
    picture = hars.entry(mime_type="image/png")
    picture["response"]["content"] |= {"text": "iVBORw0KGgr/AA==", "encoding": "base64"}  # type: ignore[index]
    await upload(client, hars.har(picture))

    body = (await client.get("/api/requests/r1")).json()["response"]["body"]

    assert (body["text"], body["base64"]) == (None, "iVBORw0KGgr/AA==")


async def test_the_contract_of_batch_analyze(client: httpx.AsyncClient) -> None:
    await upload(client, hars.shop(9))
    ids = [f"r{number}" for number in (9, 8, 7, 6, 5, 4, 3, 2, 1)]

    answer = await batch(client, requestIds=[*ids[:4], "unknown", *ids[4:], ids[0]], concurrency=99)

    assert answer.status_code == 200
    content = answer.json()
    assert content["success"] is True
    assert content["message"].startswith("Analyzed 9 of 10 requests.")
    assert "offline rules" in content["message"]
    data = content["data"]
    assert [result["requestId"] for result in data["results"]] == ids
    assert [error["requestId"] for error in data["errors"]] == ["unknown"]
    summary = data["summary"]
    assert (summary["total"], summary["successful"], summary["failed"]) == (10, 9, 1)
    assert summary["concurrency"] == 5
    assert isinstance(summary["duration"], int)
    assert abs(summary["averageTime"] - summary["duration"] / 10) <= 0.5
    analysis = data["results"][0]["analysis"]
    assert analysis.keys() >= {
        *("id", "requestId", "model", "aiResponse", "vulnerabilities", "suggestions"),
        *("tokensUsed", "confidence", "timestamp", "requestUrl", "requestMethod"),
    }
    assert (analysis["model"], analysis["tokensUsed"]) == ("offline", 0)
    assert analysis["requestUrl"] == "https://shop.example/page/8"
    finding = next(one for one in analysis["vulnerabilities"] if one["rule"] == "missing-hsts")
    assert finding["requestIds"] == sorted(ids)
    assert finding["requestId"] == "r1"
    assert finding["evidence"][0]["text"] == "text/html"


@pytest.mark.parametrize("concurrency", [0, -1, 1.5, "x", "5", True, [], 10**30 * -1])
async def test_a_concurrency_that_is_no_whole_number_of_1_or_more_is_refused(
    client: httpx.AsyncClient, concurrency: object
) -> None:
    problem = is_problem(await batch(client, requestIds=["r1"], concurrency=concurrency), 422)
    assert problem["detail"].startswith("concurrency")


@pytest.mark.parametrize("concurrency", [1, 5, 99, 10**30, None])
async def test_other_concurrencies_are_lowered_to_the_limit(
    client: httpx.AsyncClient, concurrency: int | None
) -> None:
    answer = await batch(client, requestIds=["r1"], concurrency=concurrency)
    assert answer.json()["data"]["summary"]["concurrency"] == min(concurrency or 5, 5)


@pytest.mark.parametrize(
    "asked", [{}, {"requestIds": []}, {"requestIds": "r1"}, {"requestIds": [1]}, []]
)
async def test_a_batch_without_ids_is_refused(client: httpx.AsyncClient, asked: object) -> None:
    is_problem(await client.post("/api/ai/batch-analyze", json=asked), 422)


@pytest.mark.parametrize("model", ["haiku-4.5", "sonnet-4.5"])
async def test_a_model_without_its_key_names_the_setting(
    client: httpx.AsyncClient, model: str
) -> None:
    problem = is_problem(await batch(client, requestIds=["r1"], model=model), 409)
    assert "ANTHROPIC_API_KEY" in problem["detail"]


async def test_an_unknown_model_names_the_known(client: httpx.AsyncClient) -> None:
    problem = is_problem(await batch(client, requestIds=["r1"], model="gpt-0"), 422)
    assert "offline" in problem["detail"]


async def test_two_batches_at_once_do_not_disturb_each_other(client: httpx.AsyncClient) -> None:
    await upload(client, hars.shop(60))
    ids = [f"r{number}" for number in range(1, 61)]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(batch(client, requestIds=ids)) for _ in range(3)]

    assert [task.result().json()["data"]["summary"]["successful"] for task in tasks] == [60] * 3
    total = (await client.get("/api/findings")).json()["total"]
    assert total == len({one["fingerprint"] for one in await all_findings(client)})


async def all_findings(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/findings", params={"limit": 500})).json()[
        "items"
    ]
    return found


async def test_findings_are_filtered(client: httpx.AsyncClient) -> None:
    await upload(client, hars.shop(3))
    await batch(client, requestIds=["r1", "r2", "r3"])

    everything = await all_findings(client)
    low = (await client.get("/api/findings?severity=low&severity=medium")).json()
    of_one = (await client.get("/api/findings?requestId=r2")).json()

    assert everything
    assert {one["severity"] for one in low["items"]} <= {"low", "medium"}
    assert all("r2" in one["requestIds"] for one in of_one["items"])
    is_problem(await client.get("/api/findings?severity=awful"), 422)
    row = (await client.get("/api/requests?limit=1")).json()["items"][0]
    assert row["findings"] == (await client.get("/api/findings?requestId=r1")).json()["total"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<!doctype html><html></html>", "HTML"),
        (hars.shop(3)[:-40], ""),
        (b'{"log": 3}', ""),
        (b"\x89PNG\r\n\x1a\n\x00\xff", ""),
    ],
)
async def test_a_file_that_is_no_har_is_refused_in_one_sentence(
    client: httpx.AsyncClient, content: bytes, says: str
) -> None:
    problem = is_problem(await upload(client, content, "shop.har"), 422)
    assert says in problem["detail"]
    assert problem["detail"].startswith("shop.har ")
    assert (await client.get("/api/captures")).json()["items"] == []


async def test_the_intact_part_of_a_cut_file_can_be_kept(client: httpx.AsyncClient) -> None:
    cut = {"file": ("cut.har", hars.shop(3)[:-40])}

    answer = await client.post("/api/captures?partial=true", files=cut)

    assert (answer.status_code, answer.json()["imported"]) == (201, 2)


async def test_uploads_have_a_limit(client: httpx.AsyncClient) -> None:
    is_problem(await upload(client, b"x" * 1_100_000), 413)


async def test_an_upload_without_a_length_has_the_same_limit(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            yield b"x" * 100_000

    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = await client.post("/api/captures", content=endless(), headers=headers)
    is_problem(answer, 413)


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("", b"", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=b", b"", 422),
        ("multipart/form-data; boundary=b", b"rubbish", 422),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nx\r\n--b--',
            422,
        ),
    ],
)
async def test_an_upload_of_another_form_is_refused(
    client: httpx.AsyncClient, content_type: str, body: bytes, status: int
) -> None:
    answer = await client.post(
        "/api/captures", content=body, headers={"content-type": content_type}
    )
    is_problem(answer, status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/requests/r99", 404),
        ("GET", "/api/requests?limit=0", 422),
        ("GET", "/api/requests?limit=501", 422),
        ("GET", "/api/requests?cursor=rubbish", 422),
        ("GET", "/api/findings?cursor=rubbish", 422),
        ("GET", "/api/nowhere", 404),
        ("DELETE", "/api/requests", 405),
        ("GET", "/docs", 404),
    ],
)
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    is_problem(await client.request(method, path), status)


async def test_a_body_that_is_no_json_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    answer = await client.post("/api/ai/batch-analyze", content=b"{", headers=headers)
    is_problem(answer, 422)


async def test_the_openapi_document_is_of_3_1_in_camel_case(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    assert document["openapi"].startswith("3.1")
    assert "requestIds" in document["components"]["schemas"]["BatchIn"]["properties"]
    names = [
        name
        for schema in document["components"]["schemas"].values()
        for name in schema.get("properties", {})
    ]
    assert [name for name in names if "_" in name] == []
