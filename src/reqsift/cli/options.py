"""What the subcommands share: options, exit codes, and the way to the services."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.settings import Settings

T = TypeVar("T")


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
    typer.Option("--model", help="offline, auto, haiku-4.5 or sonnet-4.5.", show_default="offline"),
]
Concurrency = Annotated[
    int | None,
    typer.Option("--concurrency", min=1, help="Calls under way at once.", show_default="5"),
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Capture files (HAR, also .gz).")
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
) -> T:
    """Open the services, do `job`, and close them.

    Args:
        context: Holds the `--db` given before the subcommand.
        db: The `--db` given after it, which wins.
        job: What to do.
        throw_away: Work on a store that is deleted at the end, unless a `--db` is given.
    """
    from reqsift.bootstrap import open_services, throw_away_services
    from reqsift.settings import read_settings

    settings = read_settings()
    chosen = db or context.obj

    async def opened() -> T:
        if throw_away and not chosen:
            async with throw_away_services(settings) as services:
                return await job(services, settings)
        async with open_services(settings, database_url(chosen, settings)) as services:
            return await job(services, settings)

    try:
        return asyncio.run(opened())
    except KeyboardInterrupt:
        typer.echo("Interrupted; what was finished is kept.", err=True)
        raise typer.Exit(Exit.ENGINE) from None


def database_url(chosen: str | None, settings: "Settings") -> str:
    """The store's URL: of `--db`, which may be a plain path, or from the settings."""
    if chosen is None:
        return settings.database_path_url()
    return chosen if "://" in chosen else f"sqlite:///{chosen}"


def default_model(settings: "Settings") -> str:
    """The model where none is named: on the command line nothing leaves the machine unasked."""
    return settings.model or "offline"
