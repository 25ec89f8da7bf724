"""Where evidence stands makes a finding surer, less sure, or no news at all."""

import pytest

from reqsift.domain.captures import Exchange
from reqsift.domain.findings import FindingType
from reqsift.domain.rules.judgement import is_silenced, judged, setting_of
from tests.corpus.rules.exchanges import JSON, exchange
from tests.factories import view

HEADERS = FindingType.SECURITY_MISCONFIGURATION
XSS = FindingType.XSS
LEAK = FindingType.INFO_DISCLOSURE
CSRF = FindingType.CSRF


def confidence(seen: Exchange, kind: FindingType, proof: int = 70) -> int:
    return judged(proof, kind, setting_of(view(seen)))[0]


def silenced(seen: Exchange, kind: FindingType) -> bool:
    return is_silenced(kind, setting_of(view(seen)))


def test_without_any_fact_the_proof_counts_alone() -> None:
    said = judged(70, HEADERS, setting_of(view(exchange(text="<h1>Hi</h1>"))))

    assert said == (70, "The evidence alone counts for 70 of 100.")


def test_the_words_add_up() -> None:
    seen = exchange(sent={"Cookie": "sessionid=8f2b1c7de04a4f6b9a11"})
    sure, why = judged(70, CSRF, setting_of(view(seen)))

    assert sure == 75
    assert why.endswith("The request is of somebody who is logged in. (+5)")
    assert confidence(seen, LEAK) == 70


def test_a_confidence_is_never_certainty() -> None:
    login = exchange(form="user=a&password=b")

    assert confidence(login, HEADERS, 100) == 99
    assert confidence(exchange(kind=JSON, text="{}"), XSS, 5) == 1


@pytest.mark.parametrize(
    ("kind", "change"), [("text/html", 0), (JSON, -20), ("text/plain", -20), ("", -20)]
)
def test_a_script_in_what_is_no_page_is_less_likely_to_run(kind: str, change: int) -> None:
    assert confidence(exchange(kind=kind, text="{}"), XSS) == 70 + change


@pytest.mark.parametrize(
    ("path", "change"), [("/docs/errors", -25), ("/swagger-ui/x", -25), ("/doctors/1", 0)]
)
def test_manuals_show_examples(path: str, change: int) -> None:
    seen = exchange(f"https://shop.example{path}", "<p>Traceback</p>")

    assert confidence(seen, LEAK) == 70 + change
    assert confidence(seen, HEADERS) == 70


@pytest.mark.parametrize(
    ("path", "quiet"), [("/healthz", True), ("/api/health", True), ("/healthcare", False)]
)
def test_nobody_needs_headers_on_a_health_check(path: str, quiet: bool) -> None:
    seen = exchange(f"https://shop.example{path}", "ok", "text/plain")

    assert silenced(seen, HEADERS) is quiet
    assert not silenced(seen, LEAK)


def test_the_configuration_of_well_known_services_is_not_the_readers() -> None:
    for url, quiet in (
        ("https://www.google-analytics.com/collect", True),
        ("https://fonts.gstatic.com/s/a.css", True),
        ("https://gstatic.com.shop.example/", False),
    ):
        assert silenced(exchange(url), HEADERS) is quiet
        assert not silenced(exchange(url), LEAK)


def test_what_another_site_called_may_be_somebody_elses() -> None:
    sent = {"Sec-Fetch-Site": "cross-site", "Referer": "https://other.example/"}
    same = {"Sec-Fetch-Site": "cross-site", "Referer": "https://www.shop.example/"}

    assert confidence(exchange(sent=sent), HEADERS) == 50
    assert confidence(exchange(sent=same), HEADERS) == 70


def test_the_answer_of_a_firewall_says_nothing_of_the_application() -> None:
    block = "<title>Attention Required! | Cloudflare</title>"
    edge = exchange(text=block, status=403, got={"Server": "cloudflare"})
    own_error = exchange(text="<h1>Denied</h1>", status=403, got={"Server": "nginx"})

    assert silenced(edge, HEADERS)
    assert silenced(edge, LEAK)
    assert not silenced(edge, CSRF)
    assert not silenced(own_error, HEADERS)
    assert not silenced(exchange(text=block), HEADERS)
