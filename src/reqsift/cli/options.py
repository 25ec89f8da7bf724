"""What the subcommands share: options, exit codes, and the way to the services."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from reqsift.domain.batches import Priority
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.settings import Settings

T = TypeVar("T")
_KEPT = "; what was finished is kept, and `reqsift batches resume` goes on with a batch"
_NOT_KEPT = "; nothing is kept: give --db for a store that stays"


class Exit(IntEnum):
    """Exit codes; where several fit, the first of 4, 3, 2, 1 is taken."""

    OK = 0
    FINDINGS = 1
    """A finding is at or above `--fail-on`."""
    USAGE = 2
    """Wrong arguments, or a file that was refused."""
    ENGINE = 3
    """Something was not analyzed, or the engine failed."""
    BUDGET = 4
    """A budget stopped the batch."""


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"


class Switch(StrEnum):
    """On or off."""

    ON = "on"
    OFF = "off"


class FallbackTo(StrEnum):
    """What may stand in for a model."""

    OFFLINE = "offline"


class FailOn(StrEnum):
    """From which severity on a finding makes the command fail."""

    NONE = "none"
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


Database = Annotated[
    str | None,
    typer.Option("--db", metavar="PATH", help="The store: a file or a database URL."),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="offline, auto, or a name that `reqsift models` lists.",
        show_default="offline",
    ),
]
Concurrency = Annotated[
    str | None,
    typer.Option(
        "--concurrency",
        metavar="N|auto",
        help="Calls under way at once, at most REQSIFT_MAX_CONCURRENCY; auto finds it.",
        show_default="5",
    ),
]
MaxCost = Annotated[
    float | None, typer.Option("--max-cost", metavar="USD", help="Stop before more is spent.")
]
MaxTokens = Annotated[
    int | None, typer.Option("--max-tokens", metavar="N", help="Stop before more tokens are used.")
]
Deadline = Annotated[
    float | None, typer.Option("--deadline", metavar="SECONDS", help="Stop after that time.")
]
Urgency = Annotated[
    Priority, typer.Option("--priority", help="Whose turn comes first on a shared quota.")
]
Fallback = Annotated[
    FallbackTo | None,
    typer.Option("--fallback", help="What stands in where the model does not answer."),
]
NoPack = Annotated[bool, typer.Option("--no-pack", help="One call of a model per request.")]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Ask anew, also where an answer is stored.")
]
Economy = Annotated[
    bool,
    typer.Option(
        "--economy", help="Through the provider's batch API: half the price, perhaps hours later."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only tell what it would cost; nothing is sent.")
]
Redaction = Annotated[
    Switch,
    typer.Option(
        "--redaction",
        help="off lets captured secrets go to models as they are.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; needed without a terminal.")]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Capture files (HAR, also .gz).")
]
RulesFile = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="Your wishes for the offline rules.",
        show_default="rules.yaml in the data directory",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Partial = Annotated[
    bool,
    typer.Option("--partial", help="Keep the intact entries of a file that ends in the middle."),
]


def run(
    context: typer.Context,
    db: str | None,
    job: "Callable[[Services, Settings], Awaitable[T]]",
    *,
    throw_away: bool = False,
    redaction: bool = True,
    rules: Path | None = None,
) -> T:
    """Open the services, do `job`, and close them.

    Args:
        context: Holds the `--db` given before the subcommand.
        db: The `--db` given after it, which wins.
        job: What to do.
        throw_away: Work on a store that is deleted at the end, unless a `--db` is given.
        redaction: Whether captured secrets must be hidden from models on other machines.
        rules: The `--rules` of this run.
    """
    from reqsift.bootstrap import open_services, throw_away_services

    settings = settings_with(rules)
    chosen = db or context.obj

    async def opened() -> T:
        if throw_away and not chosen:
            async with throw_away_services(settings, redaction=redaction) as services:
                return await job(services, settings)
        url = database_url(chosen, settings)
        async with open_services(settings, url, redaction=redaction) as services:
            return await job(services, settings)

    try:
        return run_in_loop(opened())
    except KeyboardInterrupt:
        lost = throw_away and not chosen
        typer.echo(f"Interrupted{_NOT_KEPT if lost else _KEPT}.", err=True)
        raise typer.Exit(Exit.ENGINE) from None


def settings_with(rules: Path | None) -> "Settings":
    """The settings, with the file of a `--rules` instead of the one that is set.

    Raises:
        InvalidSetting: A variable's value makes no sense.
    """
    from reqsift.settings import read_settings

    settings = read_settings()
    return settings if rules is None else settings.model_copy(update={"rules_file": rules})


def run_in_loop(main: Coroutine[object, object, T]) -> T:
    """Run in uvloop's event loop where there is one: a third less time for each call."""
    try:
        from uvloop import new_event_loop
    except ImportError:  # not made for Windows
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)


def may_send(redaction: Switch, *, yes: bool) -> bool:
    """Whether captured secrets stay hidden; asks before it is switched off.

    Raises:
        InvalidSetting: Nobody is there to ask.
    """
    if redaction is Switch.OFF and not yes:
        if not sys.stdin.isatty():
            raise InvalidSetting("--redaction off needs --yes where nobody can be asked.")
        question = (
            "Cookies, tokens and personal data of the capture would leave this machine. Go on?"
        )
        typer.confirm(question, abort=True, err=True)
    return redaction is Switch.ON


def database_url(chosen: str | None, settings: "Settings") -> str:
    """The store's URL: of `--db`, which may be a plain path, or from the settings."""
    if chosen is None:
        return settings.database_path_url()
    return chosen if "://" in chosen else f"sqlite:///{chosen}"
