"""Between rows of batches and domain objects; pure."""

from collections.abc import Sequence

from sqlalchemy import Row

from reqsift.adapters.storage.ids import to_id
from reqsift.adapters.storage.rows import Columns, strings_json, strings_of
from reqsift.domain.batches import (
    Analysis,
    Batch,
    BatchState,
    Failure,
    Handling,
    ItemError,
    ItemOutcome,
    ItemState,
    Priority,
    Stop,
    StoredAnalysis,
)
from reqsift.domain.budgets import Budget
from reqsift.domain.events import ItemEnded
from reqsift.domain.findings import StoredFinding
from reqsift.domain.limits import Usage
from reqsift.domain.transitions import Action
from reqsift.services.ports.batches import NewBatch, Orders

_UNKNOWN = "There is no request with this id."
_PRIORITIES = tuple(Priority)

ENDED = (
    *("state", "error", "cause", "model", "summary", "next_checks", "confidence"),
    *("input_tokens", "output_tokens", "cost", "duration_ms", "fallback", "finished_at"),
    *("sequence", "choice", "cached", "dropped", "cached_tokens", "faults"),
)
"""The columns of a batch item that are written at its end."""


def new_batch(new: NewBatch) -> dict[str, object]:
    """The columns of a batch that begins."""
    return {
        "model": new.model,
        "note": new.note,
        "concurrency": new.concurrency,
        "adaptive": new.adaptive,
        "priority": new.priority.rank,
        "fallback": new.fallback,
        "pack": new.handling.pack,
        "cache": new.handling.cache,
        "economy": new.handling.economy,
        "state": BatchState.RUNNING.value,
        "total": len(new.request_ids),
        "created_at": new.created_at,
        "idempotency_key": new.key,
        "asked": new.asked,
        **budget(new.budget),
    }


def budget(bounds: Budget) -> dict[str, object]:
    """The columns of a budget."""
    return {
        "max_cost": bounds.max_cost,
        "max_tokens": bounds.max_tokens,
        "deadline_s": bounds.deadline_s,
    }


def new_item(
    batch_number: int, position: int, request_id: str, exchange_number: int | None
) -> dict[str, object]:
    """The columns of an item; without an exchange it has failed already."""
    unknown = not exchange_number
    return {
        "batch_id": batch_number,
        "position": position,
        "exchange_id": None if unknown else exchange_number,
        "unknown_id": request_id if unknown else None,
        "state": (ItemState.FAILED if unknown else ItemState.PENDING).value,
        "error": _UNKNOWN if unknown else None,
    }


def batch_of(row: Row[*Columns]) -> Batch:
    """A batch from its row."""
    return Batch(
        id=to_id("b", row.id),
        model=row.model,
        note=row.note,
        concurrency=row.concurrency,
        adaptive=row.adaptive,
        priority=_PRIORITIES[row.priority],
        budget=Budget(max_cost=row.max_cost, max_tokens=row.max_tokens, deadline_s=row.deadline_s),
        fallback=row.fallback,
        handling=Handling(pack=row.pack, cache=row.cache, economy=row.economy),
        state=BatchState(row.state),
        stop=None if row.stop is None else Stop(row.stop),
        reason=row.reason,
        total=row.total,
        successful=row.successful,
        failed=row.failed,
        spent=_usage(row),
        repeated=row.repeated,
        created_at=row.created_at,
        duration_ms=row.duration_ms,
    )


def orders_of(row: Row[*Columns]) -> Orders:
    """What is asked of whoever runs the batch."""
    return Orders(wanted=None if row.wanted is None else Action(row.wanted), batch=batch_of(row))


def outcome(ended: ItemOutcome) -> dict[str, object]:
    """The columns of a batch item that has ended; keys as in the update's parameters."""
    result = ended.result
    row: dict[str, object] = dict.fromkeys(ENDED)
    row |= {
        "at_position": ended.item.position,
        "finished_at": ended.at,
        "sequence": ended.sequence,
    }
    if isinstance(result, Failure):
        failed = {"state": ItemState.FAILED.value, "error": result.reason}
        return row | failed | {"cause": result.cause.value}
    return row | {
        "state": ItemState.DONE.value,
        "model": result.model,
        "summary": result.summary,
        "next_checks": strings_json(result.next_checks),
        "confidence": result.confidence,
        "input_tokens": result.usage.input_tokens,
        "output_tokens": result.usage.output_tokens,
        "cost": result.usage.cost,
        "duration_ms": result.duration_ms,
        "fallback": result.fallback,
        "choice": result.choice,
        "cached": result.cached,
        "dropped": result.dropped,
        "faults": strings_json(result.faults) if result.faults else None,
        "cached_tokens": result.usage.cached_tokens,
    }


def analysis_of(row: Row[*Columns], found: Sequence[StoredFinding]) -> StoredAnalysis:
    """An analysis from its batch item joined with its exchange, and its findings."""
    return StoredAnalysis(
        id=f"a{row.batch_id}-{row.position}",
        request_id=to_id("r", row.exchange_id),
        request_method=row.method,
        request_url=row.url,
        finished_at=row.finished_at,
        analysis=Analysis(
            model=row.model,
            summary=row.summary,
            findings=tuple(stored.finding for stored in found),
            next_checks=strings_of(row.next_checks),
            confidence=row.confidence,
            usage=_usage(row),
            duration_ms=row.duration_ms,
            fallback=bool(row.fallback),
            choice=row.choice or "",
            cached=bool(row.cached),
            dropped=row.dropped or 0,
            faults=strings_of(row.faults) if row.faults else (),
        ),
        findings=tuple(found),
    )


def item_error_of(row: Row[*Columns]) -> ItemError:
    """An item without an analysis, joined with its exchange."""
    return ItemError(
        request_id=row.unknown_id or to_id("r", row.exchange_id),
        reason=row.error,
        entry_index=row.entry_index,
    )


def item_ended_of(row: Row[*Columns]) -> ItemEnded:
    """The event of an item, from its row and the count of its findings."""
    return ItemEnded(
        sequence=row.sequence,
        request_id=row.unknown_id or to_id("r", row.exchange_id),
        error=row.error or "",
        model=row.model or "",
        findings=row.findings,
        cost=row.cost or 0.0,
        duration_ms=row.duration_ms or 0.0,
        at=row.finished_at,
    )


def _usage(row: Row[*Columns]) -> Usage:
    return Usage(
        input_tokens=row.input_tokens or 0,
        output_tokens=row.output_tokens or 0,
        cost=row.cost or 0.0,
        cached_tokens=row.cached_tokens or 0,
    )
