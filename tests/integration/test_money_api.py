"""Models, estimates, spending and comparisons over the API."""

from typing import Any

import httpx
import pytest

from reqsift.simulator import Settings, Simulator
from tests.integration.asking import BATCHES, ended, imported, is_problem, started

QUICK = Settings(latency="1")
FIGURES = ("inputTokens", "outputTokens", "cachedTokens", "cost")


async def answered(client: httpx.AsyncClient, path: str, **query: str) -> dict[str, Any]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def estimated(client: httpx.AsyncClient, ids: list[str], **more: object) -> dict[str, Any]:
    answer = await client.post("/api/ai/estimate", json={"requestIds": ids, **more})
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def analyzed(client: httpx.AsyncClient, ids: list[str], **more: object) -> dict[str, Any]:
    return await ended(client, (await started(client, ids, **more))["id"])


async def test_each_model_has_a_price_and_where_it_was_looked_up(
    models: httpx.AsyncClient,
) -> None:
    items = (await answered(models, "/api/ai/models"))["items"]

    priced = [item for item in items if item["price"]]
    assert {item["provider"] for item in priced} == {"anthropic", "openai"}
    assert all(item["asOf"] and item["source"] for item in priced)
    assert all(item["price"]["output"] > item["price"]["input"] > 0 for item in priced)
    haiku = next(item for item in items if item["name"] == "haiku-4.5")
    assert (haiku["id"], haiku["tier"], haiku["economy"]) == ("claude-haiku-4-5", "cheap", True)


async def test_a_model_without_a_key_says_what_it_lacks(
    client: httpx.AsyncClient, models: httpx.AsyncClient
) -> None:
    without, with_key = [
        {
            item["name"]: item["obstacle"]
            for item in (await answered(one, "/api/ai/models"))["items"]
        }
        for one in (client, models)
    ]

    assert "ANTHROPIC_API_KEY" in without["haiku-4.5"]
    assert with_key["haiku-4.5"] == ""


async def test_an_estimate_holds_what_the_batch_then_costs_and_sends_nothing(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(QUICK)
    ids = await imported(models, 6)

    estimate = (await estimated(models, ids, model="haiku-4.5", pack=False))["estimate"]
    sent = len(simulator.calls())
    batches = (await answered(models, BATCHES))["items"]
    done = await analyzed(models, ids, model="haiku-4.5", pack=False)

    assert (sent, batches) == (0, [])
    assert (estimate["requests"], estimate["calls"], estimate["cached"]) == (6, 6, 0)
    for figure in ("cost", "inputTokens", "outputTokens"):
        assert estimate[figure]["low"] <= done[figure] <= estimate[figure]["high"]


async def test_an_estimate_knows_of_stored_answers(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(QUICK)
    ids = await imported(models, 4)
    await analyzed(models, ids[:3], model="haiku-4.5", pack=False)

    kept = (await estimated(models, ids, model="haiku-4.5"))["estimate"]
    anew = (await estimated(models, ids, model="haiku-4.5", cache=False, pack=False))["estimate"]

    assert (kept["cached"], kept["calls"]) == (3, 1)
    assert (anew["cached"], anew["calls"]) == (0, 4)


async def test_an_estimate_stands_beside_other_offers(models: httpx.AsyncClient) -> None:
    ids = await imported(models, 3)

    told = await estimated(models, ids, model="haiku-4.5")

    offers = {offer["name"]: offer for offer in told["offers"]}
    assert {name: offer["model"] for name, offer in offers.items()} == {
        "offline": "offline",
        "balanced": "auto",
        "deep": "haiku-4.5",
    }
    assert offers["deep"]["estimate"] == told["estimate"]
    assert (offers["offline"]["estimate"]["calls"], told["missing"]) == (0, {})
    assert offers["offline"]["estimate"]["cost"]["high"] == 0
    assert offers["deep"]["estimate"]["cost"]["low"] > 0


async def test_an_offer_that_cannot_be_made_says_why(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 2)

    told = await estimated(client, ids, model="offline")

    assert "deep" not in {offer["name"] for offer in told["offers"]}
    assert "ANTHROPIC_API_KEY" in told["missing"]["deep"]


async def test_the_economy_lane_costs_half_not_nothing(models: httpx.AsyncClient) -> None:
    ids = await imported(models, 3)

    standard, economy = [
        (await estimated(models, ids, model="haiku-4.5", pack=False, lane=lane))["estimate"]
        for lane in ("standard", "economy")
    ]

    assert 0 < economy["cost"]["expected"] < standard["cost"]["expected"]


async def test_the_economy_lane_is_told_and_costs_less(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(QUICK)
    ids = await imported(models, 3)
    asked = {"model": "haiku-4.5", "pack": False, "cache": False}

    economy = await analyzed(models, ids, lane="economy", **asked)
    standard = await analyzed(models, ids, **asked)

    assert (economy["lane"], standard["lane"]) == ("economy", "standard")
    assert (economy["successful"], economy["failed"]) == (3, 0)
    assert 0 < economy["cost"] < standard["cost"]
    assert simulator.stats().batched_requests == 3


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"requestIds": []}, 422),
        ({"lane": "fast"}, 422),
        ({"pack": "yes"}, 422),
        ({"cache": 1}, 422),
        ({"maxcost": 3}, 422),
        ({"model": "no-such-model"}, 422),
        ({"model": "haiku-4.5"}, 409),
    ],
)
async def test_an_estimate_is_refused_where_a_batch_is(
    client: httpx.AsyncClient, asked: dict[str, object], status: int
) -> None:
    body = {"requestIds": ["r1"]} | asked

    for path in ("/api/ai/estimate", BATCHES):
        is_problem(await client.post(path, json=body), status)


async def test_handling_is_told_with_the_batch(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 1)

    usual = await analyzed(client, ids)
    other = await analyzed(client, ids, pack=False, cache=False)

    members = ("pack", "cache", "lane")
    assert [usual[name] for name in members] == [True, True, "standard"]
    assert [other[name] for name in members] == [False, False, "standard"]


async def test_usage_is_the_sum_of_what_batches_cost(
    models: httpx.AsyncClient, simulator: Simulator
) -> None:
    simulator.reset(QUICK)
    ids = await imported(models, 5)
    first = await analyzed(models, ids, model="haiku-4.5", pack=False)
    again = await analyzed(models, ids, model="haiku-4.5", pack=False)
    anew = await analyzed(models, ids[:2], model="haiku-4.5", pack=False, cache=False)

    usage = await answered(models, "/api/usage")

    assert len(simulator.calls()) == usage["total"]["calls"] == 7
    by_batch = {one["name"]: one for one in usage["batches"]}
    assert list(by_batch) == [anew["id"], again["id"], first["id"]]
    for batch in (first, again, anew):
        told = by_batch[batch["id"]]
        assert [told[one] for one in FIGURES] == pytest.approx([batch[one] for one in FIGURES])
    assert (by_batch[again["id"]]["cached"], by_batch[again["id"]]["cost"]) == (5, 0)
    assert usage["total"]["cost"] == pytest.approx(first["cost"] + anew["cost"])
    assert [one["name"] for one in usage["models"]] == ["haiku-4.5"]
    assert sum(one["cost"] for one in usage["days"]) == pytest.approx(usage["total"]["cost"])


async def test_usage_begins_with_a_day(models: httpx.AsyncClient, simulator: Simulator) -> None:
    simulator.reset(QUICK)
    await analyzed(models, await imported(models, 1), model="haiku-4.5")
    day = (await answered(models, "/api/usage"))["days"][0]["name"]

    assert (await answered(models, "/api/usage", since=day))["total"]["calls"] == 1
    assert (await answered(models, "/api/usage", since="2999-01-01"))["total"]["calls"] == 0
    is_problem(await models.get("/api/usage", params={"since": "tuesday"}), 422)


async def test_batches_are_compared(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 2)
    one = await analyzed(client, ids[:1])
    both = await analyzed(client, ids)

    same = await answered(client, "/api/ai/compare", before=both["id"], after=both["id"])
    less = await answered(client, "/api/ai/compare", before=both["id"], after=one["id"])

    assert (less["before"], less["after"]) == (both["id"], one["id"])
    assert same["counts"]["unchanged"] == len(same["findings"]) > 0
    assert {found["change"] for found in same["findings"]} == {"unchanged"}
    assert all(found["before"] == found["after"] for found in same["findings"])
    for told in (same, less):
        assert sum(told["counts"].values()) == len(told["findings"])
    assert less["counts"]["new"] == 0


async def test_what_only_the_later_batch_looked_at_is_new(client: httpx.AsyncClient) -> None:
    ids = await imported(client, 2)
    nothing = await analyzed(client, ["nope"])
    both = await analyzed(client, ids)

    later = await answered(client, "/api/ai/compare", before=nothing["id"], after=both["id"])
    earlier = await answered(client, "/api/ai/compare", before=both["id"], after=nothing["id"])

    assert {found["change"] for found in later["findings"]} == {"new"}
    assert {found["change"] for found in earlier["findings"]} == {"not_looked_at"}
    assert all(found["before"] is None and found["after"] for found in later["findings"])
    assert all(found["after"] is None and found["before"] for found in earlier["findings"])


async def test_only_batches_that_are_there_are_compared(client: httpx.AsyncClient) -> None:
    known = await analyzed(client, await imported(client, 1))

    for query in ({"before": known["id"], "after": "b99"}, {"before": "x", "after": known["id"]}):
        problem = is_problem(await client.get("/api/ai/compare", params=query), 404)
        assert problem["type"] == "urn:reqsift:problem:not-found"
    is_problem(await client.get("/api/ai/compare", params={"before": known["id"]}), 422)
