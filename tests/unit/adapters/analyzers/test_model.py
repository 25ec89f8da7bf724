"""A model over HTTP: price and usage of what its client brought."""

import asyncio
from dataclasses import replace
from datetime import date

import msgspec
import pytest

from reqsift.adapters.analyzers.choosing import connection
from reqsift.adapters.analyzers.making import http_model
from reqsift.adapters.analyzers.model import HttpModel
from reqsift.adapters.models.client import Reply, Tokens
from reqsift.domain.batches import Failure
from reqsift.domain.limits import BucketLevel, RateLimits, Resource, Usage
from reqsift.domain.retries import Cause
from reqsift.services.ports.analyzers import QuotaKey
from tests.unit.adapters.analyzers.test_choose import LOCAL, TODAY

LIMITS = RateLimits(
    levels=(BucketLevel(resource=Resource.REQUESTS, limit=50, remaining=49, reset_s=1),)
)


class ScriptedClient:
    """Says what it is told to, after a moment."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.closed = False

    def encode(self, text: str, max_tokens: int) -> bytes:
        return msgspec.json.encode({"text": text, "max_tokens": max_tokens})

    async def send(self, body: bytes) -> Reply:
        await asyncio.sleep(0)
        return self.replies.pop(0)

    async def close(self) -> None:
        self.closed = True


def _model(*replies: Reply, name: str = "haiku-4.5", today: date = TODAY) -> HttpModel:
    card, to = connection(name, LOCAL, today)
    client = ScriptedClient(*replies)
    return HttpModel(name, card, to, (client, client), None)


async def test_what_a_call_took_is_priced_by_kind_of_token() -> None:
    tokens = Tokens(input=1000, cache_read=10_000, output=200)

    said = await _model(Reply(said="text", tokens=tokens, limits=LIMITS)).send(b"{}")

    assert said.text == "text"
    assert said.usage == Usage(
        input_tokens=11_000,
        output_tokens=200,
        cost=pytest.approx(0.003),  # type: ignore[arg-type]
        cached_tokens=10_000,
    )
    assert said.limits == LIMITS


async def test_a_failure_of_the_client_is_handed_on() -> None:
    failure = Failure(reason="Slow down.", cause=Cause.RATE_LIMITED)

    said = await _model(Reply(said=failure, limits=LIMITS)).send(b"{}")

    assert (said.text, said.limits) == (failure, LIMITS)


def test_the_bound_is_what_the_dearest_call_of_that_size_could_cost() -> None:
    bound = _model().at_most(10_000, 2048)

    assert (bound.input_tokens, bound.output_tokens) == (10_000, 2048)
    assert bound.cost == pytest.approx((10_000 * 1.25 + 2048 * 5) / 1_000_000)
    assert _model(name="openai:llama").at_most(10_000, 2048).cost == 0


async def test_its_connections_are_closed() -> None:
    model = _model()
    await model.close()
    client = model._one  # noqa: SLF001 -- it is the test's own
    assert isinstance(client, ScriptedClient)
    assert client.closed


async def test_the_key_is_in_no_quota_and_both_dialects_are_made() -> None:
    access = replace(LOCAL, anthropic_key="sk-secret")
    named = http_model("haiku-4.5", *connection("haiku-4.5", access, TODAY))
    local = http_model("openai:llama", *connection("openai:llama", access, TODAY))

    assert (named.priced, local.priced) == (True, False)
    assert "sk-secret" not in repr(named.quota) + repr(access)
    assert named.quota.account
    assert named.waits is not None
    assert local.waits is None
    assert local.quota == QuotaKey(provider="http://localhost:11434/v1", model="llama")
    assert b"claude-haiku-4-5" in named.encode(["x"], 1)
    assert b'"max_tokens":1' in local.encode(["x"], 1)
    assert named.encode(["x", "y"], 1) != named.encode(["x"], 1)
    assert 0 < named.prefix < len(named.encode(["x"], 1))
