"""The ledger: what left this machine, each entry chained to the one before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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


def verify(entries: Iterable[LedgerEntry]) -> Verdict:
    """Recompute the chain, in the order of numbers."""
    previous, count = GENESIS, 0
    for each in entries:
        if each.number != count + 1:
            reason = f"entry {count + 1} is missing"
        elif each.previous != previous:
            reason = f"entry {each.number} does not follow the one before it"
        elif each.hash != _hash(each.departure, each.number, each.previous):
            reason = f"entry {each.number} was changed"
        else:
            previous, count = each.hash, each.number
            continue
        return Verdict(entries=count, head=previous, broken_at=count + 1, reason=reason)
    return Verdict(entries=count, head=previous)


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
