"""Rules over many exchanges, without a store."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from reqsift.domain.captures import Exchange
from reqsift.domain.findings import Finding
from reqsift.domain.rules.across import ACROSS, TRACKERS
from reqsift.domain.rules.across.correlation import findings_of, stories_in
from reqsift.domain.rules.across.people import PEOPLE, names_of
from reqsift.domain.sightings import Group, Seen
from reqsift.domain.view import View
from tests.corpus.stories import STORIES
from tests.factories import view

BY_ID = {rule.id: rule for rule in ACROSS}
NOTICED = [
    (rule, capture, members)
    for rule, tales in STORIES.items()
    for capture, members in tales.noticed
]
SILENT = [(rule, capture) for rule, tales in STORIES.items() for capture in tales.silent]


def groups_in(views: dict[str, View]) -> list[Group]:
    seen: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for request_id, each in views.items():
        for tracker in TRACKERS:
            for left in tracker.sightings(each):
                place = each.exchange.entry_index
                one = Seen(request_id=request_id, entry_index=place, facts=left.facts)
                seen[left.kind, left.key].append(one)
    return [
        Group(capture_id="c1", kind=kind, key=key, seen=these)
        for (kind, key), these in seen.items()
    ]


def found(rule: str, capture: Sequence[Exchange]) -> dict[int, list[Finding]]:
    """By place in the capture."""
    views = {f"r{one.entry_index}": view(one) for one in capture}
    groups = groups_in(views)
    names = {group.key: names_of(group.seen) for group in groups if group.kind == PEOPLE.kind}
    results: dict[int, list[Finding]] = defaultdict(list)
    for group in groups:
        for told_by, story in stories_in(group, [BY_ID[rule]], names).stories:
            for request_id, finding in findings_of(told_by, story, group.key, views).items():
                results[int(request_id[1:])].append(finding)
    return results


def test_every_rule_has_true_and_false_stories_and_full_texts() -> None:
    assert STORIES.keys() == BY_ID.keys()
    for rule in ACROSS:
        tales = STORIES[rule.id]
        assert len(tales.noticed) >= 2, rule.id
        assert len(tales.silent) >= 3, rule.id
        assert rule.cwe > 0
        assert rule.owasp
        assert rule.references
        assert rule.silent.endswith(".")
        assert rule.description.endswith(".")
        assert len(rule.title) <= 80


@pytest.mark.parametrize(("rule", "capture", "members"), NOTICED)
def test_a_story_is_noticed_in_its_members(
    rule: str, capture: Sequence[Exchange], members: Sequence[int]
) -> None:
    results = found(rule, capture)

    assert sorted(results) == list(members)
    assert len({each.fingerprint for these in results.values() for each in these}) == 1
    for place, (finding,) in results.items():
        assert finding.rule == rule
        assert 0 < finding.confidence < 100
        for evidence in finding.evidence:
            whole = view(capture[place]).part_text(evidence.part)
            assert whole is not None
            assert evidence.text
            assert whole[evidence.offset :].startswith(evidence.text)


@pytest.mark.parametrize(("rule", "capture"), SILENT)
def test_what_only_looks_like_a_story_is_not(rule: str, capture: Sequence[Exchange]) -> None:
    assert not found(rule, capture)


def test_no_secret_stands_in_what_is_kept() -> None:
    secrets = ("5c1de7f0a94b", "hunter2", "anna", "eyJ", "mail.example", "d41d8cd98f00")
    for tales in STORIES.values():
        for capture in (*(capture for capture, _ in tales.noticed), *tales.silent):
            for one in capture:
                for tracker in TRACKERS:
                    for left in tracker.sightings(view(one)):
                        kept = " ".join((left.key, *left.facts))
                        assert not any(secret in kept for secret in secrets), kept
