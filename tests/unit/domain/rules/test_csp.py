import pytest

from reqsift.domain.rules.csp import (
    content_policies,
    framing_is_limited,
    limits_scripts,
    page_policies,
)
from reqsift.domain.view import View
from tests.corpus.rules.exchanges import exchange, findings, page
from tests.factories import view as view_of


def view(policy: str) -> View:
    return View(exchange(got={"content-security-policy": policy}))


def test_policies_are_read_as_browsers_do() -> None:
    policies = content_policies(view("Default-Src 'self'; default-src *;; img-src, script-src x"))
    assert [policy.directives for policy in policies] == [
        {"default-src": ["'self'"], "img-src": []},
        {"script-src": ["x"]},
    ]


@pytest.mark.parametrize("policy", ["", " ; ", "\n", ","])
def test_an_empty_policy_is_none(policy: str) -> None:
    assert content_policies(view(policy)) == []


def test_a_directive_knows_where_it_stands() -> None:
    seen = view("İmg-src x;\t Script-Src 'self' ; a b, script-src  Y")
    first, second = content_policies(seen)
    assert first.places["script-src"].text == "Script-Src 'self'"
    header = seen.response_header("content-security-policy") or ""
    for place in (*first.places.values(), *second.places.values()):
        assert header[place.offset :].startswith(place.text)


@pytest.mark.parametrize(
    ("policy", "ruling"),
    [
        ("default-src a; script-src b", "script-src"),
        ("default-src a; script-src-elem b", "script-src-elem"),
        ("default-src a", "default-src"),
        ("img-src a", ""),
    ],
)
def test_directives_fall_back_as_in_browsers(policy: str, ruling: str) -> None:
    read = content_policies(view(policy))[0]
    assert read.ruling(("script-src-elem", "script-src", "default-src")) == ruling
    assert limits_scripts(read) is bool(ruling)


def test_a_policy_in_the_page_counts_but_cannot_limit_framing() -> None:
    meta = (
        "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'; frame-ancestors x\">"
    )
    policies = page_policies(view_of(page(meta)))
    assert [policy.directives for policy in policies] == [{"script-src": ["'self'"]}]
    assert policies[0].places["script-src"].text == meta


@pytest.mark.parametrize(
    ("policy", "limited"),
    [
        ("frame-ancestors 'none'", True),
        ("frame-ancestors https://a.example", True),
        ("frame-ancestors *", False),
        ("default-src 'self'", False),
    ],
)
def test_who_may_frame(policy: str, limited: bool) -> None:
    assert framing_is_limited(content_policies(view(policy))) is limited


def test_a_long_policy_is_quoted_where_its_fault_is() -> None:
    policy = f"img-src {'https://a.example ' * 40}; script-src 'self' 'unsafe-inline'"
    (found,) = findings("csp-unsafe-inline", page(got={"Content-Security-Policy": policy}))
    assert found.evidence[0].text == "script-src 'self' 'unsafe-inline'"


def test_of_two_policies_the_narrower_hole_is_told() -> None:
    policy = "script-src *, script-src unpkg.com"
    (found,) = findings("csp-wildcard-source", page(got={"Content-Security-Policy": policy}))
    assert "`unpkg.com`" in found.description
