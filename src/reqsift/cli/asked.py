"""From the options of a command to the options of a batch."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reqsift.cli.options import Exit
from reqsift.domain.batches import Batch, Handling, Priority, Stop
from reqsift.domain.budgets import Budget
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.services.batch_options import BatchOptions
    from reqsift.settings import Settings

_AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was given on the command line; None where nothing was."""

    model: str | None = None
    concurrency: str | None = None
    """A number, or `auto`."""
    max_cost: float | None = None
    max_tokens: int | None = None
    deadline: float | None = None
    priority: Priority = Priority.NORMAL
    fallback: bool = False
    handling: Handling = field(default_factory=Handling)

    def options(self, settings: "Settings") -> "BatchOptions":
        """The options of the batch; nothing leaves the machine unasked: the model is `offline`.

        Raises:
            InvalidSetting: The concurrency is neither a number nor `auto`.
        """
        from reqsift.services.batch_options import BatchOptions

        return BatchOptions(
            model=self.model or settings.model or "offline",
            concurrency=_number(self.concurrency),
            adaptive=self.concurrency == _AUTO,
            priority=self.priority,
            budget=self.budget or Budget(),
            fallback=self.fallback,
            handling=self.handling,
        )

    @property
    def budget(self) -> Budget | None:
        """The budget, if one was given."""
        given = Budget(max_cost=self.max_cost, max_tokens=self.max_tokens, deadline_s=self.deadline)
        return None if given == Budget() else given


def _number(text: str | None) -> int | None:
    if text is None or text == _AUTO:
        return None
    if not text.removeprefix("-").isdecimal():
        raise InvalidSetting(f"--concurrency takes a whole number or auto, not {text!r}.")
    return int(text)


def exit_code(batch: Batch) -> Exit:
    """What the batch means for the command's exit code."""
    if batch.stop in {Stop.BUDGET, Stop.DEADLINE}:
        return Exit.BUDGET
    return Exit.ENGINE if batch.failed or batch.left else Exit.OK
