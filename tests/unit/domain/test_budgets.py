"""A batch never spends more than it may, however many calls are under way."""

from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.budgets import Budget, Purse
from reqsift.domain.limits import Usage

_CENTS = st.integers(0, 500).map(lambda cents: cents / 100)
bounds = st.builds(
    Usage, input_tokens=st.integers(0, 1_000), output_tokens=st.integers(0, 1_000), cost=_CENTS
)
budgets = st.builds(
    Budget,
    max_cost=st.none() | st.floats(0.01, 50),
    max_tokens=st.none() | st.integers(1, 50_000),
)


@given(
    budget=budgets,
    calls=st.lists(st.tuples(bounds, st.floats(0, 1), st.booleans()), max_size=60),
    earlier=bounds,
)
def test_what_is_spent_stays_within_the_budget(
    budget: Budget, calls: list[tuple[Usage, float, bool]], earlier: Usage
) -> None:
    purse = Purse(budget, Usage())
    if not purse.fits(earlier):
        return
    purse.spent = earlier
    under_way: list[tuple[Usage, float]] = []
    for bound, share, ends in calls:
        if purse.fits(bound):
            purse.reserve(bound)
            under_way.append((bound, share))
        if ends and under_way:
            _settle(purse, *under_way.pop(0))
        _within(purse)
    for bound, share in under_way:
        _settle(purse, bound, share)
        _within(purse)
    if earlier == Usage():
        assert purse.fits(Usage())


def _settle(purse: Purse, bound: Usage, share: float) -> None:
    actual = Usage(
        input_tokens=int(bound.input_tokens * share),
        output_tokens=int(bound.output_tokens * share),
        cost=bound.cost * share,
    )
    purse.settle(bound, actual)


def _within(purse: Purse) -> None:
    cost, tokens = purse.budget.max_cost, purse.budget.max_tokens
    assert cost is None or purse.spent.cost <= cost + 1e-9
    assert tokens is None or purse.spent.tokens <= tokens


def test_without_bounds_everything_fits() -> None:
    purse = Purse(Budget(), Usage(cost=1e9))
    assert purse.fits(Usage(input_tokens=10**12, cost=1e12))


def test_what_is_reserved_is_not_free_for_others() -> None:
    purse = Purse(Budget(max_tokens=10), Usage())
    six = Usage(input_tokens=4, output_tokens=2)
    purse.reserve(six)
    assert not purse.fits(six)
    purse.settle(six, Usage(input_tokens=1))
    assert purse.fits(six)
    assert purse.spent == Usage(input_tokens=1)


def test_a_budget_is_usable_to_its_end_after_many_calls() -> None:
    """Adding and taking away fractions must not eat the rest of it."""
    purse = Purse(Budget(max_cost=1.0), Usage())
    tenth = Usage(cost=0.1)
    for _ in range(1_000):
        purse.reserve(tenth)
        purse.settle(tenth, Usage())
    assert purse.fits(Usage(cost=1.0 - 1e-9))


def test_a_larger_budget_takes_effect_at_once() -> None:
    purse = Purse(Budget(max_cost=1.0), Usage(cost=1.0))
    assert not purse.fits(Usage(cost=0.5))
    purse.budget = Budget(max_cost=2.0)
    assert purse.fits(Usage(cost=0.5))
