"""What a batch will cost, told as a range before anything is sent.

Tokens are not counted but bounded by the bytes: widely at first, narrowly once past calls have
shown how many bytes make a token and how long answers are.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from reqsift.domain.catalogue import ModelCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From the least to the most that is likely, and what is to be expected."""

    low: float
    expected: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        """The range of the sum."""
        return Range(
            low=self.low + other.low,
            expected=self.expected + other.expected,
            high=self.high + other.high,
        )

    def __mul__(self, other: "Range | float") -> "Range":
        """The range of the product; nothing is negative."""
        by = other if isinstance(other, Range) else Range(low=other, expected=other, high=other)
        return Range(
            low=self.low * by.low,
            expected=self.expected * by.expected,
            high=self.high * by.high,
        )


ZERO = Range(low=0.0, expected=0.0, high=0.0)

TOKENS_PER_BYTE = Range(low=0.18, expected=0.30, high=0.50)
"""English is at 0.22, JSON at 0.3, newer tokenizers a third above that, hexadecimal at 0.5."""
OUTPUT_PER_REQUEST = Range(low=40.0, expected=350.0, high=900.0)
"""Tokens: from a bare "nothing found" to several findings with steps."""
THOUGHTS_PER_REQUEST = Range(low=0.0, expected=250.0, high=1_150.0)
"""Tokens that a model which thinks first may add."""
CALL_SECONDS = Range(low=0.8, expected=4.0, high=20.0)
ECONOMY_SECONDS = Range(low=60.0, expected=3_600.0, high=86_400.0)
"""A provider's batch API promises an answer within a day."""
RULES_SECONDS = Range(low=0.0002, expected=0.002, high=0.02)
"""For one request looked at by the offline rules."""
REPEATED = Range(low=0.0, expected=0.01, high=0.10)
"""Share of the calls that are made again; at the most at least one is."""
ESCALATED = Range(low=0.0, expected=0.10, high=0.35)
"""Share of the cheap answers that are asked again of the strong model."""

_CACHE_HITS = 0.9
_FEW_CALLS = 10
_LEAST_SPREAD_INPUT = 0.15
_LEAST_SPREAD_OUTPUT = 0.40


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Sums over past calls of one model; zeros if there were none."""

    calls: int = 0
    bytes: int = 0
    """Of the calls' bodies."""
    input_tokens: int = 0
    """What was cached by the provider included."""
    output_tokens: int = 0
    requests: int = 0
    """Answered by these calls; 0 is as many as calls."""

    @property
    def tokens_per_byte(self) -> Range:
        """Of a call's body."""
        if not (self.calls and self.bytes and self.input_tokens):
            return TOKENS_PER_BYTE
        mean = self.input_tokens / self.bytes
        return _around(mean, _LEAST_SPREAD_INPUT, self.calls, TOKENS_PER_BYTE)

    def output_per_request(self, *, thinks: bool) -> Range:
        """Tokens of the answer about one request."""
        assumed = OUTPUT_PER_REQUEST + (THOUGHTS_PER_REQUEST if thinks else ZERO)
        if not (self.calls and self.output_tokens):
            return assumed
        mean = self.output_tokens / (self.requests or self.calls)
        return _around(mean, _LEAST_SPREAD_OUTPUT, self.calls, assumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """One call to be made, or one that need not be made."""

    bytes: int
    """Of the call's body."""
    model: str | None
    """None: the offline rules."""
    requests: int = 1
    """That share the call."""
    cached: bool = False
    """The answer is at hand, for nothing."""
    may_escalate: bool = False
    """Whether `auto` may ask the strong model again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What is known of a model's calls."""

    card: ModelCard
    calibration: Calibration = Calibration()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the calls are made."""

    concurrency: int = 5
    economy: bool = False
    """Through the provider's batch API, where the model has one."""
    prefix: int = 0
    """Bytes at the beginning of each body that all calls share: the provider may cache them."""
    strong: str | None = None
    """The model that takes over from the cheap one."""
    escalated: Range = ESCALATED
    call_seconds: Range = CALL_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a batch will probably take."""

    model: str
    requests: int
    calls: int
    """To models, none made twice."""
    cached: int
    """Requests whose answer is at hand."""
    input_tokens: Range
    output_tokens: Range
    cost: Range | None
    """US dollars; None if a price is not known."""
    seconds: Range
    """Without waiting for a provider's rate limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to analyze the same requests."""

    name: str
    """`offline`, `balanced` or `deep`."""
    model: str
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """The ranges of some calls."""

    input: Range = ZERO
    output: Range = ZERO
    cost: Range = ZERO
    priced: bool = True

    def __add__(self, other: "_Taken") -> "_Taken":
        return _Taken(
            input=self.input + other.input,
            output=self.output + other.output,
            cost=self.cost + other.cost,
            priced=self.priced and other.priced,
        )

    def __mul__(self, by: Range) -> "_Taken":
        return _Taken(
            input=self.input * by,
            output=self.output * by,
            cost=self.cost * by,
            priced=self.priced,
        )


def estimate(
    model: str, sized: Sequence[Sized], rates: Mapping[str, Rates], plan: Plan
) -> Estimate:
    """Add up what calls will take.

    Args:
        model: As the user named it, such as `auto`.
        sized: The calls.
        rates: By model; all that `sized` and `plan` name.
        plan: How the calls are made.
    """
    made = [(call, rates[call.model]) for call in sized if call.model and not call.cached]
    taken = _sum(_call(call, known, plan) for call, known in made)
    taken = taken + taken * _share(len(made), REPEATED) + _escalations(made, rates, plan)
    return Estimate(
        model=model,
        requests=sum(call.requests for call in sized),
        calls=len(made),
        cached=sum(call.requests for call in sized if call.cached),
        input_tokens=taken.input,
        output_tokens=taken.output,
        cost=taken.cost if taken.priced else None,
        seconds=_seconds(sized, made, plan),
    )


def _around(mean: float, least: float, calls: int, assumed: Range) -> Range:
    """A measured mean with its spread: wide as long as few calls stand behind it."""
    spread = 1.0 + least + 1.0 / math.sqrt(calls)
    low, high = mean / spread, mean * spread
    if calls < _FEW_CALLS:
        low, high = min(low, assumed.low), max(high, assumed.high)
    return Range(low=low, expected=mean, high=high)


def _call(call: Sized, known: Rates, plan: Plan) -> _Taken:
    per_byte = known.calibration.tokens_per_byte
    shared = min(plan.prefix, call.bytes)
    prefix, rest = per_byte * shared, per_byte * (call.bytes - shared)
    output = known.calibration.output_per_request(thinks=known.card.thinks) * call.requests
    cost = _cost(prefix, rest, output, known.card, economy=plan.economy)
    return _Taken(input=prefix + rest, output=output, cost=cost or ZERO, priced=cost is not None)


def _cost(
    prefix: Range, rest: Range, output: Range, card: ModelCard, *, economy: bool
) -> Range | None:
    """US dollars of one call: at best its prefix is read from the cache, at worst written."""
    price = card.price
    if price is None:
        return None

    def of(prefix: float, rest: float, output: float, hits: float, *, caches: bool) -> float:
        return price.of(
            input=rest if caches else rest + prefix,
            cache_write=prefix * (1.0 - hits) if caches else 0.0,
            cache_read=prefix * hits if caches else 0.0,
            output=output,
            batch=economy and card.batches,
        )

    least = math.inf if card.least_cached is None else card.least_cached
    may = prefix.high >= least
    will = prefix.expected >= least
    return Range(
        low=of(prefix.low, rest.low, output.low, 1.0, caches=may),
        expected=of(prefix.expected, rest.expected, output.expected, _CACHE_HITS, caches=will),
        high=of(prefix.high, rest.high, output.high, 0.0, caches=may),
    )


def _share(calls: int, share: Range) -> Range:
    """A share of so many calls, at the most of whole ones: one of three is a third."""
    most = math.ceil(calls * share.high) / calls if calls else 0.0
    return Range(low=share.low, expected=share.expected, high=most)


def _singles(call: Sized, plan: Plan) -> list[Sized]:
    """The requests of a call, asked about one by one: each with the beginning that all share."""
    prefix = min(plan.prefix, call.bytes)
    size = prefix + (call.bytes - prefix) // max(1, call.requests)
    return [replace(call, bytes=size, requests=1)] * call.requests


def _escalations(
    made: Sequence[tuple[Sized, Rates]], rates: Mapping[str, Rates], plan: Plan
) -> _Taken:
    """What the strong model takes for answers of the cheap one that are not good enough."""
    unsure = [call for call, _ in made if call.may_escalate]
    if plan.strong is None or not unsure:
        return _Taken()
    strong = rates[plan.strong]
    singles = (single for call in unsure for single in _singles(call, plan))
    asked = _sum(_call(single, strong, plan) for single in singles)
    return asked * _share(len(unsure), plan.escalated)


def _sum(calls: Iterable[_Taken]) -> _Taken:
    return reduce(_Taken.__add__, calls, _Taken())


def _seconds(sized: Sequence[Sized], made: Sequence[tuple[Sized, Rates]], plan: Plan) -> Range:
    alone = sum(call.requests for call in sized if not call.model and not call.cached)
    handed_in = sum(plan.economy and known.card.batches for _, known in made)
    rounds = math.ceil((len(made) - handed_in) / max(plan.concurrency, 1))
    seconds = RULES_SECONDS * float(alone) + plan.call_seconds * float(rounds)
    return seconds + ECONOMY_SECONDS if handed_in else seconds
