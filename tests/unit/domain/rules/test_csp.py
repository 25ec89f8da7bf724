import pytest

from reqsift.domain.rules.csp import content_policies, framing_is_limited
from reqsift.domain.view import View
from tests.corpus.rules.exchanges import exchange


def view(policy: str) -> View:
    return View(exchange(got={"content-security-policy": policy}))


def test_policies_are_read_as_browsers_do() -> None:
    policies = content_policies(view("Default-Src 'self'; default-src *;; img-src, script-src x"))
    assert policies == [{"default-src": ["'self'"], "img-src": [], "": []}, {"script-src": ["x"]}]


@pytest.mark.parametrize("policy", ["", " ; ", "\n", ","])
def test_an_empty_policy_is_none(policy: str) -> None:
    assert content_policies(view(policy)) == []


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
