"""What is told about a running batch."""

from dataclasses import dataclass
from datetime import datetime

from reqsift.domain.batches import Analysis, ItemOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEnded:
    """An item of a batch has ended."""

    sequence: int
    """1-based, in the order in which the items of the batch ended: the event's id."""
    request_id: str
    error: str = ""
    """Why it has no analysis; empty if it has one."""
    model: str = ""
    """What analyzed it; empty if nothing did."""
    findings: int = 0
    """Without an analysis: those of the offline rules."""
    cost: float = 0.0
    """US dollars."""
    duration_ms: float = 0.0
    at: datetime

    @classmethod
    def of(cls, outcome: ItemOutcome) -> "ItemEnded":
        """The event of an outcome."""
        result = outcome.result
        if isinstance(result, Analysis):
            return cls(
                sequence=outcome.sequence,
                request_id=outcome.item.request_id,
                model=result.model,
                findings=len(result.findings),
                cost=result.usage.cost,
                duration_ms=result.duration_ms,
                at=outcome.at,
            )
        return cls(
            sequence=outcome.sequence,
            request_id=outcome.item.request_id,
            error=result.reason,
            findings=len(result.findings),
            at=outcome.at,
        )
