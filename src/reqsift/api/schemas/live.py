"""What is told about a running batch, on the wire.

By WebSocket these objects are the messages. As Server-Sent Events, `event` and `id` are the
fields of those names, and `data` is the data.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter

from reqsift.api.schemas.batches import BatchStateOut, pace_members
from reqsift.api.schemas.wire import Wire
from reqsift.domain.batches import Batch
from reqsift.domain.events import ItemEnded
from reqsift.domain.progress import Progress


class ProgressOut(Wire):
    """How a batch is doing; `duration` is milliseconds, `cost` US dollars."""

    batch_id: str
    state: str
    total: int
    successful: int
    failed: int
    duration: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    in_flight: int = 0
    effective_concurrency: int = 0
    rate: float = 0.0
    eta_seconds: float | None = None
    eta_uncertainty_seconds: float | None = None
    retries: int = 0
    rate_limited: int = 0
    breaker_open: bool = False
    held_seconds: float = 0.0
    last_event_id: int = 0

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Of a look at a batch."""
        members = {
            "batch_id": progress.batch_id,
            "state": progress.state.value,
            "total": progress.total,
            "successful": progress.successful,
            "failed": progress.failed,
            "duration": progress.elapsed_ms,
            "input_tokens": progress.spent.input_tokens,
            "output_tokens": progress.spent.output_tokens,
            "cost": progress.spent.cost,
        }
        return cls.model_validate(members | pace_members(progress))


class ItemEndedOut(Wire):
    """An item of a batch has ended; `duration` is milliseconds, `cost` US dollars."""

    request_id: str
    error: str | None = Field(default=None, description="Null if the item has an analysis.")
    model: str | None = Field(default=None, description="What analyzed it.")
    findings: int = 0
    cost: float = 0.0
    duration: float = 0.0
    at: datetime | None = None

    @classmethod
    def of(cls, ended: ItemEnded) -> Self:
        """Of the domain's event."""
        return cls(
            request_id=ended.request_id,
            error=ended.error or None,
            model=ended.model or None,
            findings=ended.findings,
            cost=ended.cost,
            duration=round(ended.duration_ms, 3),
            at=ended.at,
        )


class SnapshotEvent(Wire):
    """How the batch is at the moment of connecting; always the first event."""

    event: Literal["snapshot"] = "snapshot"
    data: ProgressOut

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Of a look at a batch."""
        return cls(data=ProgressOut.of(progress))


class ItemEvent(Wire):
    """An item has ended; `id` is what `Last-Event-ID` takes."""

    event: Literal["item"] = "item"
    id: int
    data: ItemEndedOut

    @classmethod
    def of(cls, ended: ItemEnded) -> Self:
        """Of the domain's event."""
        return cls(id=ended.sequence, data=ItemEndedOut.of(ended))


class ProgressEvent(Wire):
    """How the batch is now."""

    event: Literal["progress"] = "progress"
    data: ProgressOut

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Of a look at a batch."""
        return cls(data=ProgressOut.of(progress))


class EndEvent(Wire):
    """Nothing more will happen, unless somebody resumes the batch; the last event."""

    event: Literal["end"] = "end"
    data: BatchStateOut

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Of a stored batch."""
        return cls(data=BatchStateOut.of(batch))


LiveEvent = SnapshotEvent | ItemEvent | ProgressEvent | EndEvent
ANY_EVENT: TypeAdapter[LiveEvent] = TypeAdapter(Annotated[LiveEvent, Field(discriminator="event")])
