"""The ledger: what left this machine, each entry chained to the one before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

GENESIS = "0" * 64
"""Stands before the first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One payload that is about to leave."""

    at: datetime
    batch_id: str
    request_ids: tuple[str, ...]
    model: str
    provider: str
    """Base URL."""
    digest: str
    """SHA-256 of the bytes, hex."""
    size: int
    """Bytes."""
    redaction: bool
    """False with `--redaction off`."""
    redacted: Mapping[str, int] = field(default_factory=dict)
    """Values that were replaced, by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """A departure in its place of the chain."""

    number: int
    """1-based, without gaps."""
    departure: Departure
    previous: str
    """Hash of the entry before; `GENESIS` for the first."""
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the chain holds."""

    entries: int
    """How many were looked at."""
    head: str
    """Hash of the last entry that holds; note it elsewhere, and a rewritten ledger shows."""
    broken_at: int | None = None
    """Number of the first entry that does not hold."""
    reason: str = ""


def entry(departure: Departure, number: int, previous: str) -> LedgerEntry:
    """Chain a departure to the entry before it."""
    return LedgerEntry(
        number=number,
        departure=departure,
        previous=previous,
        hash=_hash(departure, number, previous),
    )


class Verifier:
    """Recomputes the chain, entry by entry, in the order of numbers."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.verdict = Verdict(entries=0, head=GENESIS)

    def holds(self, next_entry: LedgerEntry) -> bool:
        """Whether this entry follows; after one that does not, nothing holds."""
        so_far = self.verdict
        reason = so_far.reason or _flaw(next_entry, so_far.entries + 1, so_far.head)
        if reason:
            self.verdict = replace(so_far, broken_at=so_far.entries + 1, reason=reason)
        else:
            self.verdict = Verdict(entries=next_entry.number, head=next_entry.hash)
        return not reason


def verify(entries: Iterable[LedgerEntry]) -> Verdict:
    """Recompute a chain that is at hand as a whole."""
    verifier = Verifier()
    all(verifier.holds(each) for each in entries)
    return verifier.verdict


def _flaw(each: LedgerEntry, number: int, previous: str) -> str:
    """What is wrong with an entry in this place; empty if nothing is."""
    if each.number != number:
        return f"entry {number} is missing"
    if each.previous != previous:
        return f"entry {number} does not follow the one before it"
    if each.hash != _hash(each.departure, each.number, each.previous):
        return f"entry {number} was changed"
    return ""


def _hash(departure: Departure, number: int, previous: str) -> str:
    facts = (
        previous,
        number,
        departure.at.isoformat(),
        departure.batch_id,
        departure.request_ids,
        departure.model,
        departure.provider,
        departure.digest,
        departure.size,
        departure.redaction,
        sorted(departure.redacted.items()),
    )
    return sha256(repr(facts).encode("utf-8", "backslashreplace")).hexdigest()
