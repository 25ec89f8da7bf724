"""Which action a batch allows in which state."""

import pytest

from reqsift.domain.batches import BatchState
from reqsift.domain.errors import Conflict
from reqsift.domain.transitions import Action, after

R, P, S, C, D = (
    BatchState.RUNNING,
    BatchState.PAUSED,
    BatchState.STOPPED,
    BatchState.CANCELLED,
    BatchState.COMPLETED,
)
TABLE = {
    Action.PAUSE: {R: P, P: P},
    Action.RESUME: {R: R, P: R, S: R},
    Action.CANCEL: {R: C, P: C, S: C, C: C},
    Action.RETRY_FAILED: {R: R, P: R, S: R, D: R},
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", BatchState)
def test_every_action_is_allowed_or_refused_in_words(state: BatchState, action: Action) -> None:
    target = TABLE[action].get(state)
    if target is None:
        with pytest.raises(Conflict, match=f"The batch is {state.value}: it cannot be|try"):
            after(state, action)
    else:
        assert after(state, action) is target


def test_a_cancelled_batch_stays_so() -> None:
    for action in set(Action) - {Action.CANCEL}:
        with pytest.raises(Conflict):
            after(C, action)
