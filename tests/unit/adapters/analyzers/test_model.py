import asyncio

import msgspec
import pytest

from reqsift.adapters.analyzers.access import ModelAccess
from reqsift.adapters.analyzers.choosing import connection
from reqsift.adapters.analyzers.making import model_analyzer
from reqsift.adapters.analyzers.model import ModelAnalyzer
from reqsift.adapters.models.client import Reply, Tokens
from reqsift.adapters.models.failures import cut_failure
from reqsift.adapters.models.prices import PRICES
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.limits import BucketLevel, RateLimits, Resource, Usage
from reqsift.domain.retries import Cause
from reqsift.services.ports.analyzers import PreparedCall, QuotaKey
from tests.factories import exchange
from tests.unit.adapters.analyzers.replies import finding, reply

LIMITS = RateLimits(
    levels=(BucketLevel(resource=Resource.REQUESTS, limit=50, remaining=49, reset_s=1),)
)
HAIKU = PRICES["claude-haiku-4-5"]


class ScriptedClient:
    """Says what it is told to, after a moment."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.sent: list[bytes] = []
        self.closed = False

    def encode(self, text: str, max_tokens: int) -> bytes:
        return msgspec.json.encode({"text": text, "max_tokens": max_tokens})

    async def send(self, body: bytes) -> Reply:
        self.sent.append(body)
        await asyncio.sleep(0)
        return self.replies.pop(0)

    async def close(self) -> None:
        self.closed = True


def _analyzer(*replies: Reply, priced: bool = True) -> ModelAnalyzer:
    client = ScriptedClient(*replies)
    quota = QuotaKey(provider="http://127.0.0.1")
    return ModelAnalyzer("haiku-4.5", quota, client, HAIKU if priced else None)


def _size(prepared: PreparedCall) -> int:
    return prepared.bound.input_tokens


async def test_an_answer_has_its_analysis_usage_cost_time_and_limits() -> None:
    tokens = Tokens(input=1000, cache_read=10_000, output=200)
    analyzer = _analyzer(Reply(said=reply(finding()), tokens=tokens, limits=LIMITS))

    answer = await analyzer.call(analyzer.prepare([exchange()]))

    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11_000, 200)
    assert answer.usage.cost == pytest.approx(0.003)
    assert answer.limits == LIMITS
    (result,) = answer.results
    assert isinstance(result, Analysis)
    assert (result.model, result.usage) == ("haiku-4.5", answer.usage)
    assert result.duration_ms > 0


async def test_what_a_malformed_answer_took_is_counted_too() -> None:
    analyzer = _analyzer(Reply(said="What?", tokens=Tokens(input=1000), limits=LIMITS))

    answer = await analyzer.call(analyzer.prepare([exchange()]))

    assert answer.usage == Usage(input_tokens=1000, cost=0.001)
    assert isinstance(answer.results[0], Failure)
    assert answer.results[0].cause is Cause.MALFORMED


async def test_a_failure_of_the_client_is_handed_on() -> None:
    failure = Failure(reason="Slow down.", cause=Cause.RATE_LIMITED)
    analyzer = _analyzer(Reply(said=failure, limits=LIMITS))

    answer = await analyzer.call(analyzer.prepare([exchange()]))

    assert answer.results == (failure,)
    assert answer.limits == LIMITS


def test_the_bound_is_what_the_dearest_call_of_that_size_could_cost() -> None:
    prepared = _analyzer().prepare([exchange()])

    assert prepared.bound.output_tokens == 2048
    assert prepared.bound.cost == pytest.approx(
        (_size(prepared) * 1.25 + 2048 * 5) / 1_000_000,
    )
    assert _analyzer(priced=False).prepare([exchange()]).bound.cost == 0


def test_an_answer_that_was_cut_gets_more_room_the_next_time() -> None:
    again = _analyzer().prepare([exchange()], cut_failure(2048).reason)
    other = _analyzer().prepare([exchange()], "The answer breaks the schema.")

    assert (again.bound.output_tokens, other.bound.output_tokens) == (4096, 2048)


async def test_what_calls_take_is_learned_from_those_that_were_made() -> None:
    said = Reply(said=reply(), tokens=Tokens(input=900, output=100))
    analyzer = _analyzer(*[said] * 40, Reply(said=Failure(reason="no")))
    first = analyzer.prepare([exchange()])
    assert first.need.input_tokens == pytest.approx(_size(first) * 0.3)
    assert first.need.output_tokens == 400

    for _ in range(41):
        await analyzer.call(first)
    later = analyzer.prepare([exchange()])

    assert later.need.input_tokens == pytest.approx(900, rel=0.01)
    assert later.need.output_tokens == pytest.approx(100, rel=0.01)


async def test_only_its_own_calls_are_made_and_only_one_exchange_in_each() -> None:
    analyzer = _analyzer()
    with pytest.raises(TypeError):
        await analyzer.call(PreparedCall(payload=None))
    with pytest.raises(ValueError, match="unpack"):
        analyzer.prepare([exchange(), exchange()])


def test_the_key_is_in_no_quota_and_both_dialects_are_made() -> None:
    access = ModelAccess(
        anthropic_key="sk-secret",
        anthropic_base_url="http://127.0.0.1:1",
        openai_key=None,
        openai_base_url="http://localhost:2/v1",
        call_timeout=1,
        redaction=True,
    )
    named = model_analyzer("haiku-4.5", connection("haiku-4.5", access))
    local = model_analyzer("openai:llama", connection("openai:llama", access))

    assert (named.priced, local.priced) == (True, False)
    assert "sk-secret" not in repr(named.quota) + repr(access)
    assert named.quota.account
    assert local.quota == QuotaKey(provider="http://localhost:2/v1", model="llama")
    assert b"claude-haiku-4-5" in named._client.encode("x", 1)  # noqa: SLF001 -- what is sent
    assert b'"max_tokens":1' in local._client.encode("x", 1)  # noqa: SLF001
