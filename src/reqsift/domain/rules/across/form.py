"""The form of a rule over many exchanges: what is tracked in each, and what many of them tell.

A tracker looks at one exchange and keeps a few short facts under a key. A rule is later shown all
facts with one key and tells stories. Only for these are exchanges looked at again, for the proof.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reqsift.domain.findings import Evidence, Severity
from reqsift.domain.rules.rule import About
from reqsift.domain.sightings import Seen, Sighting
from reqsift.domain.view import View

MOST_MEMBERS = 50
"""Exchanges that one story names."""

Names = Mapping[str, frozenset[str]]
"""By digest of a credential: digests of the names under which its owner is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a tracker sees in one exchange."""

    key: str
    """See `Sighting.key`."""
    facts: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    """Where it stands; at least one span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """One kind of sighting."""

    kind: str
    sight: Callable[[View], Iterable[Sight]]
    """Pure; must not raise on any captured input."""

    def sightings(self, view: View) -> list[Sighting]:
        """What is kept of an exchange."""
        return [
            Sighting(kind=self.kind, key=sight.key, facts=sight.facts) for sight in self.sight(view)
        ]


def numbers(seen: Sequence[Seen]) -> str:
    """How people find these exchanges in the list: `#4, #7 and 12 more`."""
    shown = ", ".join(f"#{one.entry_index}" for one in seen[:5])
    return f"{shown} and {len(seen) - 5} more" if len(seen) > 5 else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What several exchanges tell together."""

    members: Sequence[Seen]
    """Those that show the weakness, at most `MOST_MEMBERS`; the first one gives its name."""
    kind: str
    """See `Match.kind`."""
    proof: int
    """See `Match.proof`."""
    detail: str
    """A sentence on what the others show."""
    severity: Severity | None = None
    """Instead of the rule's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRule(About):
    """One check over a capture."""

    tracker: Tracker
    judge: Callable[[Sequence[Seen], Names], Iterable[Story]]
    """From all sightings with one key, in the capture's order, to stories; pure."""
