"""What the exchanges of a capture tell together, once a batch has looked at them."""

from collections import Counter

from reqsift.domain.findings import Finding
from reqsift.domain.rules.across.correlation import findings_of, stories_in
from reqsift.domain.rules.across.form import CaptureRule, Names, Story
from reqsift.domain.rules.across.people import PEOPLE, names_of
from reqsift.domain.sightings import Group
from reqsift.domain.view import View
from reqsift.services.ports.batches import BatchStore
from reqsift.services.ports.rules import Rules
from reqsift.services.ports.sightings import SightingStore

_MOST_STORIES = 200
"""Of one rule in one batch: each is looked at again for its proof."""


class Correlation:
    """Runs the rules over many exchanges."""

    def __init__(self, store: BatchStore, sightings: SightingStore, rules: Rules) -> None:
        """Judge `sightings` by `rules`, with proof from the exchanges in `store`."""
        self._store = store
        self._sightings = sightings
        self._rules = rules.across

    async def conclude(self, batch_id: str) -> str:
        """Judge the captures that a batch has looked at, and store what is found.

        Returns:
            Which rules failed, in a sentence each; empty as a rule.

        Raises:
            StoreError: The store failed.
        """
        if not self._rules:
            return ""
        names = await self._names(batch_id)
        told: Counter[str] = Counter()
        faults: dict[str, str] = {}
        kinds = list(dict.fromkeys(rule.tracker.kind for rule in self._rules))
        async for group in self._sightings.groups(batch_id, kinds):
            stories, failed = stories_in(group, self._rules, names)
            faults |= failed
            for rule, story in stories:
                told[rule.id] += 1
                if told[rule.id] <= _MOST_STORIES:
                    await self._keep(batch_id, group, rule, story)
        return " ".join(faults.values())

    async def _names(self, batch_id: str) -> Names:
        groups = self._sightings.groups(batch_id, [PEOPLE.kind], untouched=True)
        return {group.key: names_of(group.seen) async for group in groups}

    async def _keep(self, batch_id: str, group: Group, rule: CaptureRule, story: Story) -> None:
        stored = await self._store.exchanges([one.request_id for one in story.members])
        views = {one.id: View(one.exchange) for one in stored}
        found: dict[str, list[Finding]] = {
            request_id: [finding]
            for request_id, finding in findings_of(rule, story, group.key, views).items()
        }
        if found:
            await self._sightings.add_findings(batch_id, found)
