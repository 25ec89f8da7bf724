"""How good the offline rules are on a capture that an expert has labelled."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reqsift.domain.captures import Exchange
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.evaluation import LabelLine, Score, score
from reqsift.domain.findings import Finding, merged
from reqsift.domain.rules.across.correlation import findings_of, stories_in
from reqsift.domain.rules.across.form import CaptureRule, Story
from reqsift.domain.rules.across.people import PEOPLE, names_of
from reqsift.domain.rules.rule import About
from reqsift.domain.sightings import Group, Seen
from reqsift.domain.view import View
from reqsift.services.ports.captures import CaptureReader
from reqsift.services.ports.labels import LabelReader
from reqsift.services.ports.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """The score, and what stood in its way."""

    score: Score
    entries: int
    """Exchanges that the rules looked at."""
    skipped: int
    """Entries of the file that could not be read."""
    faults: tuple[str, ...]
    """Rules that failed or did not run, a sentence each."""


@dataclass(slots=True)
class _Looked:
    """What the rules said of a capture."""

    found: dict[int, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    entries: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    groups: dict[tuple[str, str], list[Seen]] = field(default_factory=lambda: defaultdict(list))
    """Sightings by kind and key."""

    def by_entry(self) -> dict[int, tuple[Finding, ...]]:
        """The findings, each once."""
        return {place: merged(findings) for place, findings in self.found.items()}


class Evaluation:
    """The use case around labelled captures; blocking."""

    def __init__(
        self, reader: CaptureReader, labels: LabelReader, rules: Rules, looking: Sequence[About]
    ) -> None:
        """Judge `rules`, which are those in `looking`."""
        self._reader = reader
        self._labels = labels
        self._rules = rules
        self._looking = looking

    def evaluate(
        self, capture: Path, labels: Path, advance: Callable[[int], None] = lambda _: None
    ) -> Evaluated:
        """Run the rules over a capture file, and hold what they find against a file of labels.

        Args:
            capture: The capture file.
            labels: The file of labels.
            advance: Told the number of further bytes of the capture that were read.

        Raises:
            InvalidSetting: The labels make no sense, or do not belong to this capture.
            UnreadableCapture: The capture cannot be read.
        """
        lines = self._labels.read(labels)
        looked = self._look(capture, advance)
        known = {*looked.entries, *looked.skipped}
        _check_belonging(lines, known, capture, labels)
        return Evaluated(
            score=score(lines, looked.by_entry(), self._looking, known),
            entries=len(looked.entries),
            skipped=len(looked.skipped),
            faults=tuple(dict.fromkeys(looked.faults)),
        )

    def _look(self, capture: Path, advance: Callable[[int], None]) -> _Looked:
        """Collect findings by entry: first of single exchanges, then of several together."""
        looked = _Looked()
        for entry in self._reader.read(capture, advance):
            if isinstance(entry, Exchange):
                self._look_at(entry, looked)
            else:
                looked.skipped.append(entry.entry_index)
        stories = list(self._stories(looked))
        members = {one.entry_index for _, story, _ in stories for one in story.members}
        views = self._views(capture, members)
        for rule, story, key in stories:
            for place, finding in findings_of(rule, story, key, views).items():
                looked.found[int(place)].append(finding)
        return looked

    def _look_at(self, exchange: Exchange, looked: _Looked) -> None:
        place = exchange.entry_index
        analysis = self._rules.examine(exchange).analysis
        looked.entries.append(place)
        looked.faults += analysis.faults
        looked.found[place] += analysis.findings
        for sighting in analysis.sightings:
            seen = Seen(request_id=str(place), entry_index=place, facts=sighting.facts)
            looked.groups[sighting.kind, sighting.key].append(seen)

    def _stories(self, looked: _Looked) -> Iterator[tuple[CaptureRule, Story, str]]:
        people = {key: seen for (kind, key), seen in looked.groups.items() if kind == PEOPLE.kind}
        names = {key: names_of(seen) for key, seen in people.items()}
        for (kind, key), seen in looked.groups.items():
            group = Group(capture_id="", kind=kind, key=key, seen=seen)
            stories, failed = stories_in(group, self._rules.across, names)
            looked.faults += failed.values()
            for rule, story in stories:
                yield rule, story, key

    def _views(self, capture: Path, members: Collection[int]) -> dict[str, View]:
        if not members:
            return {}
        again = self._reader.read(capture, lambda _: None)
        return {
            str(entry.entry_index): View(entry)
            for entry in again
            if isinstance(entry, Exchange) and entry.entry_index in members
        }


def _check_belonging(
    lines: Sequence[LabelLine], known: Collection[int], capture: Path, labels: Path
) -> None:
    for line in lines:
        if line.entry_index not in known:
            raise InvalidSetting(
                f"{labels} labels entry {line.entry_index}, and {capture} has {len(known)} entries "
                "without that one; do they belong together?"
            )
