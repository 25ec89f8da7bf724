"""Two batches compared: which findings came, stayed, changed, or were not seen again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.templates import path_template
from reqsift.domain.urls import parse_url


class Change(StrEnum):
    """What became of a finding."""

    NEW = "new"
    CHANGED = "changed"
    """Its severity or confidence is another."""
    UNCHANGED = "unchanged"
    NOT_SEEN = "not_seen"
    """Its endpoint was looked at again, and it was not found."""
    NOT_LOOKED_AT = "not_looked_at"
    """Nothing can be said: its endpoint is not in the later batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A finding as one batch saw it, over all exchanges that show it there."""

    fingerprint: str
    type: FindingType
    severity: Severity
    """The highest that was given."""
    confidence: int
    """The highest that was given with it."""
    title: str
    method: str
    """Of the first exchange, as is `url`."""
    url: str
    request_id: str
    count: int
    """Exchanges that show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One finding in both batches."""

    change: Change
    before: Seen | None
    after: Seen | None

    @property
    def seen(self) -> Seen:
        """The later look at it, if there is one."""
        seen = self.after or self.before
        if seen is None:
            raise ValueError("a finding that neither batch has")
        return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from one batch to another."""

    before: str
    """Id of the earlier batch."""
    after: str
    findings: tuple[Compared, ...]
    """By kind of change, the most severe first."""

    def count(self, change: Change) -> int:
        """How many findings had this change."""
        return sum(one.change is change for one in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """What a batch looked at, and what it saw."""

    id: str
    seen: Sequence[Seen]
    looked_at: Sequence[tuple[str, str]]
    """Method and URL of each request that was analyzed."""


def compare(before: BatchView, after: BatchView) -> Comparison:
    """Tell what became of each finding."""
    later = {seen.fingerprint: seen for seen in after.seen}
    endpoints = {_endpoint(method, url) for method, url in after.looked_at}
    found = [*_earlier(before.seen, later, endpoints)]
    known = {seen.fingerprint for seen in before.seen}
    new = (seen for seen in after.seen if seen.fingerprint not in known)
    found += [Compared(change=Change.NEW, before=None, after=seen) for seen in new]
    order = list(Change)
    found.sort(
        key=lambda one: (
            order.index(one.change),
            -one.seen.severity.rank,
            -one.seen.confidence,
            one.seen.fingerprint,
        )
    )
    return Comparison(before=before.id, after=after.id, findings=tuple(found))


def _earlier(
    seen: Iterable[Seen], later: dict[str, Seen], endpoints: set[tuple[str, str, str]]
) -> Iterator[Compared]:
    for one in seen:
        again = later.get(one.fingerprint)
        if again is not None:
            same = (one.severity, one.confidence) == (again.severity, again.confidence)
            change = Change.UNCHANGED if same else Change.CHANGED
        elif _endpoint(one.method, one.url) in endpoints:
            change = Change.NOT_SEEN
        else:
            change = Change.NOT_LOOKED_AT
        yield Compared(change=change, before=one, after=again)


def _endpoint(method: str, url: str) -> tuple[str, str, str]:
    parts = parse_url(url)
    return method.upper(), parts.host, path_template(parts.path)
