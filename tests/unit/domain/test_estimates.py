from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.catalogue import Price
from reqsift.domain.estimates import (
    OUTPUT_PER_REQUEST,
    TOKENS_PER_BYTE,
    Calibration,
    Estimate,
    Plan,
    Range,
    Rates,
    Sized,
    estimate,
)
from tests.unit.domain.cards import PRICE, card

CHEAP = replace(PRICE, input=1.0, cache_write=1.25, cache_read=0.1, output=5.0)
RATES = {
    "cheap": Rates(card=card("cheap", price=CHEAP, least_cached=1_000, batches=True)),
    "strong": Rates(card=card("strong", least_cached=1_000, batches=True)),
    "unpriced": Rates(card=card("unpriced", price=None)),
}
PAST = Calibration(
    calls=400, bytes=4_000_000, input_tokens=1_000_000, output_tokens=80_000, requests=400
)


def of(
    model: str, *sized: Sized, plan: Plan | None = None, rates: Mapping[str, Rates] = RATES
) -> Estimate:
    return estimate(model, sized, rates, plan or Plan())


def cost_of(made: Estimate) -> Range:
    assert made.cost is not None
    return made.cost


def test_a_call_of_which_nothing_is_known_yet() -> None:
    made = of("cheap", Sized(bytes=10_000, model="cheap"))

    assert (made.requests, made.calls, made.cached) == (1, 1, 0)
    assert made.input_tokens.expected == pytest.approx(10_000 * TOKENS_PER_BYTE.expected * 1.01)
    assert made.output_tokens.low == OUTPUT_PER_REQUEST.low
    assert cost_of(made).low < cost_of(made).expected < cost_of(made).high


def test_a_single_call_may_be_made_twice() -> None:
    made = of("cheap", Sized(bytes=10_000, model="cheap"))

    assert made.input_tokens.high == pytest.approx(2 * 10_000 * TOKENS_PER_BYTE.high)


def test_what_is_cached_or_offline_is_free() -> None:
    made = of(
        "auto",
        Sized(bytes=9_000, model="cheap", requests=3, cached=True),
        Sized(bytes=9_000, model=None),
    )

    assert (made.requests, made.calls, made.cached) == (4, 0, 3)
    assert cost_of(made) == Range(low=0, expected=0, high=0)
    assert 0 < made.seconds.expected < 0.1


def test_without_a_price_there_is_no_cost_but_there_are_tokens() -> None:
    made = of("auto", Sized(bytes=5_000, model="cheap"), Sized(bytes=5_000, model="unpriced"))

    assert made.cost is None
    assert made.input_tokens.expected > 0


def test_an_unpriced_model_that_need_not_be_asked_costs_nothing() -> None:
    assert cost_of(of("unpriced", Sized(bytes=5_000, model="unpriced", cached=True))).high == 0


def test_past_calls_make_the_range_narrow_around_what_they_took() -> None:
    learnt = {"cheap": replace(RATES["cheap"], calibration=PAST)}
    sized = [Sized(bytes=10_000, model="cheap")] * 40

    before, after = of("cheap", *sized), of("cheap", *sized, rates=learnt)

    assert after.input_tokens.expected == pytest.approx(40 * 2_500 * 1.01)
    assert after.output_tokens.expected == pytest.approx(40 * 200 * 1.01)
    for narrow, wide in (
        (after.input_tokens, before.input_tokens),
        (after.output_tokens, before.output_tokens),
        (cost_of(after), cost_of(before)),
    ):
        assert narrow.high / narrow.low < wide.high / wide.low
    assert after.input_tokens.high / after.input_tokens.expected > 1.15


def test_a_few_past_calls_do_not_make_it_narrow() -> None:
    few = Calibration(calls=2, bytes=20_000, input_tokens=5_000, output_tokens=300)
    learnt = {"cheap": replace(RATES["cheap"], calibration=few)}
    call = Sized(bytes=10_000, model="cheap")

    before, after = of("cheap", call), of("cheap", call, rates=learnt)

    assert after.input_tokens.low <= before.input_tokens.low
    assert after.output_tokens.high >= before.output_tokens.high


def test_answers_of_a_pack_are_measured_by_request() -> None:
    packed = Calibration(
        calls=100, bytes=1_000_000, input_tokens=300_000, output_tokens=90_000, requests=300
    )

    assert packed.output_per_request(thinks=False).expected == 300


def test_a_model_that_thinks_first_may_say_more() -> None:
    thinking = {"cheap": Rates(card=replace(RATES["cheap"].card, thinks=True))}
    call = Sized(bytes=10_000, model="cheap")

    assert (
        of("cheap", call, rates=thinking).output_tokens.high > of("cheap", call).output_tokens.high
    )


def test_the_economy_lane_costs_half_and_takes_longer() -> None:
    sized = [Sized(bytes=8_000, model="strong")] * 10

    now, later = of("strong", *sized), of("strong", *sized, plan=Plan(economy=True))

    assert cost_of(later).expected == pytest.approx(cost_of(now).expected / 2)
    assert later.seconds.high >= 86_400 > now.seconds.high


def test_a_model_without_a_batch_api_costs_the_same_in_the_economy_lane() -> None:
    plain = {"strong": Rates(card=replace(RATES["strong"].card, batches=False))}
    call = Sized(bytes=8_000, model="strong")
    plan = Plan(economy=True)

    assert of("strong", call, rates=plain, plan=plan).cost == of("strong", call).cost


def test_a_shared_beginning_is_cheaper_where_it_is_long_enough_to_be_cached() -> None:
    sized = [Sized(bytes=9_000, model="strong")] * 50

    plain = of("strong", *sized)
    short = of("strong", *sized, plan=Plan(prefix=1_900))
    shared = of("strong", *sized, plan=Plan(prefix=6_000))

    assert cost_of(short) == cost_of(plain)
    assert cost_of(shared).expected < cost_of(plain).expected
    assert cost_of(shared).high > cost_of(plain).high  # the worst that can be: written each time
    assert shared.input_tokens == plain.input_tokens


def test_some_cheap_answers_are_asked_again_of_the_strong_model() -> None:
    sized = [Sized(bytes=6_000, model="cheap", may_escalate=True)] * 20

    alone, both = of("auto", *sized), of("auto", *sized, plan=Plan(strong="strong"))

    assert both.calls == alone.calls
    assert cost_of(both).low == cost_of(alone).low
    assert cost_of(both).expected > cost_of(alone).expected


def test_more_calls_at_once_take_less_time() -> None:
    sized = [Sized(bytes=6_000, model="cheap")] * 40

    one, eight = (of("cheap", *sized, plan=Plan(concurrency=n)) for n in (1, 8))

    assert one.seconds.expected == pytest.approx(8 * eight.seconds.expected)


Places = tuple[float, float, float, float]
_SHARES = st.floats(min_value=0, max_value=1)


@st.composite
def _runs(draw: st.DrawFn) -> tuple[list[Sized], Plan, Price, list[Places]]:
    """Calls, and for each where its usage lies between the bounds."""
    sized = draw(
        st.lists(
            st.builds(
                Sized,
                bytes=st.integers(min_value=200, max_value=400_000),
                model=st.just("m"),
                requests=st.integers(min_value=1, max_value=5),
                cached=st.booleans(),
            ),
            max_size=8,
        )
    )
    prefix = draw(st.integers(min_value=0, max_value=20_000))
    plan = Plan(prefix=prefix, economy=draw(st.booleans()))
    price = Price(
        input=1.0,
        cache_write=1.25,
        cache_read=draw(st.floats(min_value=0, max_value=1)),
        output=5.0,
        batch=0.5,
        long_above=draw(st.none() | st.just(50_000)),
        long_input=5.0,
        long_output=2.0,
    )
    places = [draw(st.tuples(_SHARES, _SHARES, _SHARES, _SHARES)) for _ in sized]
    return sized, plan, price, places


@given(run=_runs(), past=st.sampled_from([Calibration(), PAST]))
def test_whatever_lies_within_the_assumptions_lies_within_the_range(
    run: tuple[list[Sized], Plan, Price, list[Places]], past: Calibration
) -> None:
    sized, plan, price, places = run
    model = card("m", price=price, least_cached=1_000, batches=True)
    made = of("m", *sized, plan=plan, rates={"m": Rates(card=model, calibration=past)})
    per_byte, per_request = past.tokens_per_byte, past.output_per_request(thinks=False)

    took_input = took_output = cost = 0.0
    for call, (in_prefix, in_rest, in_output, hits) in zip(sized, places, strict=True):
        if call.cached:
            continue
        shared = min(plan.prefix, call.bytes)
        prefix = shared * _between(per_byte, in_prefix)
        rest = (call.bytes - shared) * _between(per_byte, in_rest)
        output = call.requests * _between(per_request, in_output)
        kept = prefix if prefix >= 1_000 else 0.0
        took_input += prefix + rest
        took_output += output
        cost += price.of(
            input=rest + prefix - kept,
            cache_write=kept * (1 - hits),
            cache_read=kept * hits,
            output=output,
            batch=plan.economy,
        )

    assert _holds(made.input_tokens, took_input)
    assert _holds(made.output_tokens, took_output)
    assert _holds(cost_of(made), cost)


def _between(bounds: Range, share: float) -> float:
    return bounds.low + share * (bounds.high - bounds.low)


def _holds(bounds: Range, actual: float) -> bool:
    slack = 1e-9 * max(actual, 1.0)
    return bounds.low - slack <= actual <= bounds.high + slack
