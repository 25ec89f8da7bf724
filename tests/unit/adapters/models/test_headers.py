import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.models.headers import anthropic_limits, duration, openai_limits
from reqsift.domain.limits import BucketLevel, RateLimits, Resource

NOON = 1_755_777_660.0  # 2025-08-21T12:01:00Z
DATE = "Thu, 21 Aug 2025 12:01:00 GMT"


def _anthropic(name: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    start = f"anthropic-ratelimit-{name}"
    return {f"{start}-limit": limit, f"{start}-remaining": remaining, f"{start}-reset": reset}


def _openai(name: str, limit: str, remaining: str, reset: str) -> dict[str, str]:
    return {
        f"x-ratelimit-limit-{name}": limit,
        f"x-ratelimit-remaining-{name}": remaining,
        f"x-ratelimit-reset-{name}": reset,
    }


def _level(
    resource: Resource, limit: float, remaining: float, reset_s: float | None
) -> BucketLevel:
    return BucketLevel(resource=resource, limit=limit, remaining=remaining, reset_s=reset_s)


def test_anthropic_tells_three_limits_by_its_own_clock() -> None:
    headers = (
        {"date": DATE}
        | _anthropic("requests", "1000", "999", "2025-08-21T12:01:01Z")
        | _anthropic("input-tokens", "80000", "79000", "2025-08-21T12:01:45Z")
        | _anthropic("output-tokens", "16000", "16000", "2025-08-21T12:00:59Z")
        | _anthropic("tokens", "96000", "95000", "2025-08-21T12:01:45Z")
    )

    limits = anthropic_limits(headers, now=NOON + 5000)

    assert limits == RateLimits(
        levels=(
            _level(Resource.REQUESTS, 1000, 999, 1),
            _level(Resource.INPUT_TOKENS, 80000, 79000, 45),
            _level(Resource.OUTPUT_TOKENS, 16000, 16000, 0),
        )
    )


def test_without_a_date_our_clock_counts_and_tokens_together_are_better_than_nothing() -> None:
    limits = anthropic_limits(_anthropic("tokens", "96000", "5", "2025-08-21T12:01:30Z"), now=NOON)

    assert limits.levels == (_level(Resource.TOKENS, 96000, 5, 30),)


def test_openai_tells_durations() -> None:
    headers = _openai("requests", "5000", "4999", "12ms") | _openai("tokens", "2000", "0", "1m2.5s")

    levels = openai_limits(headers, now=NOON).levels

    assert levels == (
        _level(Resource.REQUESTS, 5000, 4999, 0.012),
        _level(Resource.TOKENS, 2000, 0, 62.5),
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1m2.5s", 62.5),
        ("25ms", 0.025),
        ("6h0m1s", 21601),
        ("0s", 0),
        ("8.64s", 8.64),
        ("1d2h", 93600),
        ("7", 7),
        ("2m", 120),
        ("", None),
        ("-1s", None),
        ("nan", None),
        ("1_0s", None),
        ("soon", None),
        ("9999d", None),
        ("s", None),
        ("١s", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    found = duration(text)

    assert found == seconds if seconds is None else found == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "17", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Thu, 21 Aug 2025 12:01:20 GMT", "date": DATE}, 20),
        ({"retry-after": "Thu, 21 Aug 2025 12:01:20 GMT"}, 120),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e3"}, None),
        ({"retry-after": "99999999"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after-ms": "99999999999"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    for read in (anthropic_limits, openai_limits):
        assert read(headers, now=NOON - 100).retry_after_s == seconds


@pytest.mark.parametrize(
    ("limit", "remaining", "reset", "expected"),
    [
        ("0", "0", "2025-08-21T12:01:30Z", ()),
        ("-5", "3", "2025-08-21T12:01:30Z", ()),
        ("NaN", "3", "2025-08-21T12:01:30Z", ()),
        ("50", "-1", "2025-08-21T12:01:30Z", ()),
        ("50", "3", "9999-12-31T23:59:59Z", (_level(Resource.REQUESTS, 50, 3, None),)),
        ("50", "3", "1999-01-01T00:00:00Z", (_level(Resource.REQUESTS, 50, 3, None),)),
        ("50", "3", "later", (_level(Resource.REQUESTS, 50, 3, None),)),
        ("50", "3", "0001-01-01T00:00:00+23:59", (_level(Resource.REQUESTS, 50, 3, None),)),
    ],
)
def test_nonsense_is_left_out(
    limit: str, remaining: str, reset: str, expected: tuple[BucketLevel, ...]
) -> None:
    headers = {"date": DATE} | _anthropic("requests", limit, remaining, reset)

    assert anthropic_limits(headers, now=NOON).levels == expected


_NAMES = [
    "date",
    "retry-after",
    "retry-after-ms",
    *_anthropic("requests", "", "", ""),
    *_anthropic("input-tokens", "", "", ""),
    *_anthropic("tokens", "", "", ""),
    *_openai("requests", "", "", ""),
    *_openai("tokens", "", "", ""),
]
_VALUES = st.one_of(
    st.text(max_size=40),
    st.floats().map(str),
    st.integers().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.sampled_from([DATE, "1h", "inf", "-0", "Thu, 32 Foo 99999 99:99:99 +9999"]),
)


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES))
def test_whatever_the_headers_say_the_figures_are_sane(headers: dict[str, str]) -> None:
    for read in (anthropic_limits, openai_limits):
        limits = read(headers, NOON)

        assert limits.retry_after_s is None or 0 <= limits.retry_after_s <= 86_400
        for level in limits.levels:
            assert 0 < level.limit < math.inf
            assert 0 <= level.remaining < math.inf
            assert level.reset_s is None or 0 <= level.reset_s <= 31 * 86_400
