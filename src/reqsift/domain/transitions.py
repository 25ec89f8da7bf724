"""The state machine of a batch: what a person may do with it, and when."""

from enum import StrEnum
from types import MappingProxyType

from reqsift.domain.batches import BatchState
from reqsift.domain.errors import Conflict


class Action(StrEnum):
    """What a person asks for."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY_FAILED = "retry-failed"


_ALLOWED = MappingProxyType(
    {
        Action.PAUSE: {BatchState.RUNNING, BatchState.PAUSED},
        Action.RESUME: {BatchState.RUNNING, BatchState.PAUSED, BatchState.STOPPED},
        Action.CANCEL: {
            BatchState.RUNNING,
            BatchState.PAUSED,
            BatchState.STOPPED,
            BatchState.CANCELLED,
        },
        Action.RETRY_FAILED: set(BatchState) - {BatchState.CANCELLED},
    }
)
_TARGETS = MappingProxyType(
    {
        Action.PAUSE: BatchState.PAUSED,
        Action.RESUME: BatchState.RUNNING,
        Action.CANCEL: BatchState.CANCELLED,
        Action.RETRY_FAILED: BatchState.RUNNING,
    }
)


def after(state: BatchState, action: Action) -> BatchState:
    """The state that an action leads to; asking for what is so already changes nothing.

    Raises:
        Conflict: A batch in that state does not allow it.
    """
    if state not in _ALLOWED[action]:
        raise Conflict(f"The batch is {state.value}: it cannot {_WORDS[action]}.")
    return _TARGETS[action]


_WORDS = MappingProxyType(
    {
        Action.PAUSE: "be paused",
        Action.RESUME: "be resumed",
        Action.CANCEL: "be cancelled",
        Action.RETRY_FAILED: "try its failed requests again",
    }
)
