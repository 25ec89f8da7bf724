"""What leaves this machine, on the wire."""

from datetime import datetime
from typing import Self

from pydantic import Field

from reqsift.api.schemas.wire import Wire
from reqsift.domain.ledger import LedgerEntry, Verdict
from reqsift.domain.paging import Page
from reqsift.services.disclosure import Preview


class PreviewOut(Wire):
    """What an analysis of one request by a model would send."""

    request_id: str
    model: str = Field(description="The analyzer that would be asked.")
    provider: str = Field(default="", description="Base URL to which it would go.")
    body: str = Field(
        default="", description="The HTTP body, exactly; empty if nothing would leave."
    )
    size: int = Field(default=0, description="Bytes of the body.")
    redaction: bool = True
    redacted: dict[str, int] = Field(
        default_factory=dict, description="Values that are replaced by placeholders, by kind."
    )
    reason: str = Field(default="", description="Why this model, or why nothing would leave.")

    @classmethod
    def of(cls, preview: Preview) -> Self:
        """Of a preview."""
        return cls(
            request_id=preview.request_id,
            model=preview.model,
            provider=preview.provider,
            body=preview.body.decode(),
            size=len(preview.body),
            redaction=preview.redaction,
            redacted=dict(preview.redacted),
            reason=preview.reason,
        )


class LedgerEntryOut(Wire):
    """One payload that left; `size` is bytes, `digest` the SHA-256 of them."""

    number: int
    at: datetime
    batch_id: str
    request_ids: list[str]
    model: str
    provider: str
    digest: str
    size: int
    redaction: bool
    redacted: dict[str, int]
    previous: str = Field(description="`hash` of the entry before.")
    hash: str

    @classmethod
    def of(cls, entry: LedgerEntry) -> Self:
        """Of an entry."""
        departure = entry.departure
        return cls(
            number=entry.number,
            at=departure.at,
            batch_id=departure.batch_id,
            request_ids=list(departure.request_ids),
            model=departure.model,
            provider=departure.provider,
            digest=departure.digest,
            size=departure.size,
            redaction=departure.redaction,
            redacted=dict(departure.redacted),
            previous=entry.previous,
            hash=entry.hash,
        )


class LedgerPageOut(Wire):
    """A page of the ledger, newest first."""

    items: list[LedgerEntryOut]
    next_cursor: str | None = None
    total: int = 0

    @classmethod
    def of(cls, page: Page[LedgerEntry]) -> Self:
        """Of a page."""
        return cls(
            items=[LedgerEntryOut.of(entry) for entry in page.items],
            next_cursor=page.next_cursor,
            total=page.total,
        )


class VerdictOut(Wire):
    """Whether the ledger's chain holds."""

    holds: bool
    entries: int = Field(description="How many entries hold, from the first on.")
    head: str = Field(description="Hash of the last one; note it elsewhere to compare it later.")
    broken_at: int | None = Field(
        default=None, description="Number of the first entry that does not hold."
    )
    reason: str = ""

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """Of a verdict."""
        return cls(
            holds=verdict.broken_at is None,
            entries=verdict.entries,
            head=verdict.head,
            broken_at=verdict.broken_at,
            reason=verdict.reason,
        )


class ForgottenOut(Wire):
    """How many answers were deleted."""

    deleted: int
