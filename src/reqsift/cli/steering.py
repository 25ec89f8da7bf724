"""`reqsift batches`: look at batches, and steer them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.asked import Asked, exit_code
from reqsift.cli.batches import show_batch
from reqsift.cli.options import (
    Database,
    Deadline,
    Exit,
    Json,
    MaxCost,
    MaxTokens,
    Redaction,
    Switch,
    Yes,
    may_send,
    run,
)
from reqsift.domain.paging import PageRequest

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.batches import Batch, ItemError
    from reqsift.services.batches import Batches
    from reqsift.settings import Settings

app = typer.Typer(help="Look at batches, pause, resume and cancel them.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="Such as b3.")]


@app.command("list")
def list_batches(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most batches to show.")] = 20,
    json: Json = False,
    db: Database = None,
) -> None:
    """List the newest batches."""

    async def job(services: "Services", _: "Settings") -> "Sequence[Batch]":
        return (await services.batches.batches(PageRequest(limit=limit))).items

    batches = run(context, db, job)
    if json:
        from reqsift.cli import output

        output.write(output.as_json(output.batches(batches)), None)
    else:
        from reqsift.cli import render

        render.print_batches(render.console(), batches)


@app.command()
def show(context: typer.Context, batch_id: Id, json: Json = False, db: Database = None) -> None:
    """Show a batch, what was not analyzed first."""

    async def job(services: "Services", _: "Settings") -> "tuple[Batch, Sequence[ItemError]]":
        batch = await services.batches.batch(batch_id)
        return batch, await services.batches.errors(batch_id)

    batch, errors = run(context, db, job)
    show_batch(batch, errors, json=json)


@app.command()
def resume(
    context: typer.Context,
    batch_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Without it, all that were cut off or interrupted."),
    ] = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    deadline: Deadline = None,
    redaction: Redaction = Switch.ON,
    yes: Yes = False,
    db: Database = None,
) -> None:
    """Go on with batches, and wait for their end; finished results are never asked for again."""
    budget = Asked(max_cost=max_cost, max_tokens=max_tokens, deadline=deadline).budget

    async def job(services: "Services", _: "Settings") -> "list[Batch]":
        if batch_id is None:
            revived = await services.batches.resume_all(interrupted=True)
        else:
            revived = [await services.batches.resume(batch_id, budget)]
        return [await _attend(services, batch) for batch in revived]

    batches = run(context, db, job, redaction=may_send(redaction, yes=yes))
    if not batches:
        typer.echo("No batch was cut off or interrupted.")
    for batch in batches:
        show_batch(batch, (), json=False)
    raise typer.Exit(max((exit_code(batch) for batch in batches), default=Exit.OK))


async def _attend(services: "Services", batch: "Batch") -> "Batch":
    from reqsift.cli import progress

    reused = batch.successful + batch.failed
    again = f" ({batch.repeated} for the second time)" if batch.repeated else ""
    line = f"{batch.id}: {reused} results are reused, {batch.left} requests are made{again}"
    typer.echo(line, err=True)
    with progress.analyzing(batch.total) as on_progress:
        return await services.batches.attend(batch.id, on_progress)


@app.command()
def pause(context: typer.Context, batch_id: Id, db: Database = None) -> None:
    """Begin no further calls; those under way end and are kept."""
    _steer(context, db, lambda batches: batches.pause(batch_id))


@app.command()
def cancel(context: typer.Context, batch_id: Id, db: Database = None) -> None:
    """Give a batch up for good; what is done is kept."""
    _steer(context, db, lambda batches: batches.cancel(batch_id))


@app.command("retry-failed")
def retry_failed(
    context: typer.Context,
    batch_id: Id,
    redaction: Redaction = Switch.ON,
    yes: Yes = False,
    db: Database = None,
) -> None:
    """Try the failed requests of a batch again, and wait for them."""

    async def job(services: "Services", _: "Settings") -> "Batch":
        return await _attend(services, await services.batches.retry_failed(batch_id))

    batch = run(context, db, job, redaction=may_send(redaction, yes=yes))
    show_batch(batch, (), json=False)
    raise typer.Exit(exit_code(batch))


def _steer(
    context: typer.Context, db: str | None, ask: "Callable[[Batches], Awaitable[Batch]]"
) -> None:
    async def job(services: "Services", _: "Settings") -> "Batch":
        return await ask(services.batches)

    batch = run(context, db, job)
    typer.echo(f"{batch.id} is {batch.state.value}.")
