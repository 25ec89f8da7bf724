from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.findings import FindingType, Scope, Severity, fingerprint, merged
from reqsift.domain.urls import parse_url
from tests.factories import finding, with_text


def print_of(url: str, method: str = "GET", scope: Scope = Scope.ENDPOINT, kind: str = "k") -> str:
    return fingerprint(FindingType.XSS, scope, method, parse_url(url), "response.body", kind)


def test_severities_have_an_order() -> None:
    ranks = [severity.rank for severity in Severity]
    assert ranks == sorted(ranks)
    assert all(Severity.of_rank(severity.rank) is severity for severity in Severity)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/orders/1?x=1", "https://a.example/orders/22?y=2#z"),
        ("https://a.example/", "https://A.example:443/"),
    ],
)
def test_the_fingerprint_survives_what_does_not_matter(one: str, other: str) -> None:
    assert print_of(one) == print_of(other)
    assert print_of(one, "get") == print_of(other, "GET")


def test_the_fingerprint_tells_apart_what_matters() -> None:
    base = "https://a.example/orders/1"
    others = [
        print_of("https://b.example/orders/1"),
        print_of("https://a.example/orders"),
        print_of(base, "POST"),
        print_of(base, kind="other"),
        print_of(base, scope=Scope.HOST),
    ]
    assert len({print_of(base), *others}) == 6


def test_a_host_wide_fingerprint_does_not_know_the_path() -> None:
    one = print_of("https://a.example/x", "GET", Scope.HOST)
    assert one == print_of("https://a.example/y", "POST", Scope.HOST)


def test_the_fingerprint_is_version_1_for_ever() -> None:
    # Stored decisions hang on this value: if it changes, the version must.
    assert print_of("https://a.example/orders/1") == "v1-e97db35a371dcc09b39d507dc2370f98"


def test_equal_findings_of_an_exchange_are_joined() -> None:
    weak = with_text(finding(severity=Severity.LOW), "first")
    strong = with_text(finding(severity=Severity.HIGH, confidence=10), "second")
    other = finding("v1-other")

    joined = merged([weak, other, strong, weak])

    assert [one.fingerprint for one in joined] == ["v1-one", "v1-other"]
    assert joined[0] == replace(strong, evidence=weak.evidence + strong.evidence)


@given(st.text(), st.text(), st.text())
def test_any_text_has_a_fingerprint(url: str, method: str, kind: str) -> None:
    assert print_of(url, method, kind=kind).startswith("v1-")
