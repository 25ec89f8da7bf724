"""What calls to models need from a store: placeholders, the ledger, and answers kept."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from reqsift.domain.ledger import Departure, LedgerEntry
from reqsift.domain.paging import Page, PageRequest


class Hidden(NamedTuple):
    """A value that must not leave, known by its digest only."""

    kind: str
    """Such as `JWT`."""
    digest: str
    """SHA-256 of the value, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What a model once said about a payload."""

    key: str
    """Digest of payload, prompt version, model and parameters."""
    text: str
    model: str
    at: datetime


class PlaceholderStore(Protocol):
    """Numbers hidden values, the same for all time."""

    async def numbers(self, hidden: Sequence[Hidden]) -> Mapping[Hidden, int]:
        """The number of each value within its kind, from 1; new ones are given and stored.

        Safe with several processes: two of them never give one number to two values.
        """
        ...


class LedgerStore(Protocol):
    """Keeps the ledger; nothing in it is ever changed or deleted."""

    async def append(self, departures: Sequence[Departure]) -> None:
        """Chain these to what is there, in one transaction.

        Safe with several processes.
        """
        ...

    async def entries(self, page: PageRequest) -> Page[LedgerEntry]:
        """A page of entries, newest first."""
        ...

    def chain(self) -> AsyncIterator[LedgerEntry]:
        """All entries, oldest first, a few at a time."""
        ...


class AnswerStore(Protocol):
    """Keeps what models said, until it is too old."""

    async def find(self, keys: Sequence[str], since: datetime) -> Mapping[str, KeptAnswer]:
        """Those of these answers that are kept and not older."""
        ...

    async def keep(self, answers: Sequence[KeptAnswer]) -> None:
        """Keep these; a newer one replaces an older one with the same key."""
        ...

    async def purge(self, before: datetime | None = None) -> int:
        """Delete the answers that are older, or all; returns how many there were."""
        ...
