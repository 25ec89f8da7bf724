from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.limits import Usage

usages = st.builds(
    Usage,
    input_tokens=st.integers(0, 10**9),
    output_tokens=st.integers(0, 10**9),
    cost=st.integers(0, 10**6).map(float),
)


@given(one=usages, other=usages)
def test_usages_add_up(one: Usage, other: Usage) -> None:
    both = one + other

    assert both == other + one
    assert both.tokens == one.tokens + other.tokens
    assert both.cost == one.cost + other.cost
    assert one + Usage() == one


def test_tokens_are_input_and_output() -> None:
    assert Usage(input_tokens=3, output_tokens=4).tokens == 7
