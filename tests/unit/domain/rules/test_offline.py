from dataclasses import replace

from reqsift.domain.captures import Exchange
from reqsift.domain.rules import RULES
from reqsift.domain.rules.offline import analyze
from tests.factories import exchange, view

PAGE = exchange(0, body=b"<!doctype html><title>Shop</title>")


def test_an_analysis_says_what_was_found_and_what_to_look_at_next() -> None:
    analysis = analyze(view(PAGE))

    assert analysis.model == "offline"
    assert f"{len(analysis.findings)} findings" in analysis.summary
    worst = max(analysis.findings, key=lambda found: (found.severity.rank, found.confidence))
    assert worst.title in analysis.summary
    assert analysis.confidence == max(found.confidence for found in analysis.findings)
    assert len(analysis.next_checks) == len({found.type for found in analysis.findings})


def test_one_finding_is_not_many() -> None:
    rule = next(rule for rule in RULES if rule.id == "missing-hsts")
    assert analyze(view(PAGE), [rule]).summary.startswith("1 finding;")


def test_nothing_found_says_how_much_was_seen() -> None:
    assert confidence_of(PAGE) == 100
    assert confidence_of(replace(PAGE, response=None)) == 50
    cut = replace(PAGE.request.body, truncated=True)
    assert confidence_of(replace(PAGE, request=replace(PAGE.request, body=cut))) == 75


def test_a_missing_response_is_told() -> None:
    summary = analyze(view(replace(PAGE, response=None)), []).summary
    assert summary == (
        "No response was captured, so only the request was looked at. "
        "The offline rules noticed nothing."
    )


def test_equal_findings_are_joined() -> None:
    assert analyze(view(PAGE), RULES * 2).findings == analyze(view(PAGE)).findings


def confidence_of(seen: Exchange) -> int:
    return analyze(view(seen), []).confidence
