"""From sightings to findings over several exchanges."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reqsift.domain.findings import Evidence, Finding
from reqsift.domain.rules.across.form import CaptureRule, Names, Story
from reqsift.domain.rules.judgement import is_silenced, setting_of
from reqsift.domain.rules.rule import Match
from reqsift.domain.sightings import Group
from reqsift.domain.view import View


class Told(NamedTuple):
    """What rules make of a group."""

    stories: list[tuple[CaptureRule, Story]]
    faults: dict[str, str]
    """By id of a rule that failed: a sentence."""


def stories_in(group: Group, rules: Sequence[CaptureRule], names: Names) -> Told:
    """What the rules make of the sightings with one key; a faulty one does not hide the others.

    Args:
        group: The sightings.
        rules: Those that look at another kind say nothing.
        names: Under which names the owners of credentials are known.
    """
    told = Told([], {})
    for rule in rules if len(group.seen) > 1 else ():
        if rule.tracker.kind == group.kind:
            try:
                told.stories.extend((rule, story) for story in rule.judge(group.seen, names))
            except Exception as error:  # noqa: BLE001 -- a bug in one rule must not hide what others see
                said = f": {error}" if str(error) else ""
                told.faults[rule.id] = f"The rule {rule.id} failed: {type(error).__name__}{said}."
    return told


def findings_of(
    rule: CaptureRule, story: Story, key: str, views: Mapping[str, View]
) -> dict[str, Finding]:
    """A story as one finding with the proof in each of its members, by request id.

    Args:
        rule: That told it.
        story: What was told.
        key: Of the sightings.
        views: The members that are still there.
    """
    evidence = {
        one.request_id: found
        for one in story.members
        if one.request_id in views and (found := _evidence(rule, key, views[one.request_id]))
    }
    if not evidence:
        return {}
    first = next(iter(evidence))
    setting = setting_of(views[first])
    if is_silenced(rule.type, setting):
        return {}
    match = Match(
        evidence=evidence[first],
        kind=story.kind,
        proof=story.proof,
        detail=story.detail,
        severity=story.severity,
    )
    finding = rule.finding(views[first], match, setting)
    return {request_id: replace(finding, evidence=found) for request_id, found in evidence.items()}


def _evidence(rule: CaptureRule, key: str, view: View) -> tuple[Evidence, ...]:
    found = (sight.evidence for sight in rule.tracker.sight(view) if sight.key == key)
    return next(found, ())
