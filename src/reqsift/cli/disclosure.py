"""`reqsift preview`, `reqsift ledger` and `reqsift answers`: what leaves this machine."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Database, Exit, Json, Model, Redaction, Switch, run
from reqsift.domain.paging import Page, PageRequest

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.ledger import LedgerEntry, Verdict
    from reqsift.services.disclosure import Preview
    from reqsift.settings import Settings

ledger_app = typer.Typer(help="What left this machine, entry by entry.", no_args_is_help=True)
answers_app = typer.Typer(help="Answers of models that are kept.", no_args_is_help=True)


def preview(
    context: typer.Context,
    request_id: Annotated[str, typer.Argument(metavar="ID", help="A request, such as r12.")],
    model: Model = None,
    redaction: Redaction = Switch.ON,
    json: Json = False,
    db: Database = None,
) -> None:
    """Print the exact bytes that an analysis of one request would send; nothing is sent."""

    async def job(services: "Services", settings: "Settings") -> "Preview":
        return await services.disclosure.preview(request_id, model or settings.model or "auto")

    shown = run(context, db, job, redaction=redaction is Switch.ON)
    if json:
        from reqsift.api.schemas.disclosure import PreviewOut
        from reqsift.cli import output

        output.write(output.as_json(PreviewOut.of(shown)), None)
        return
    from reqsift.cli import render_models

    render_models.print_preview(shown)


@ledger_app.command("list")
def list_ledger(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most entries.")] = 20,
    json: Json = False,
    db: Database = None,
) -> None:
    """List what left, newest first."""

    async def job(services: "Services", _: "Settings") -> "Page[LedgerEntry]":
        return await services.disclosure.ledger(PageRequest(limit=limit))

    page = run(context, db, job)
    if json:
        from reqsift.api.schemas.disclosure import LedgerEntryOut
        from reqsift.cli import output

        entries = [LedgerEntryOut.of(entry) for entry in page.items]
        output.write(output.as_json(entries), None)
        return
    from reqsift.cli import render, render_models

    render_models.print_ledger(render.console(), page)


@ledger_app.command("verify")
def verify_ledger(context: typer.Context, json: Json = False, db: Database = None) -> None:
    """Check every entry; the last line is the hash to note elsewhere. Exit 3 if one was changed."""

    async def job(services: "Services", _: "Settings") -> "Verdict":
        return await services.disclosure.verify()

    verdict = run(context, db, job)
    if json:
        from reqsift.api.schemas.disclosure import VerdictOut
        from reqsift.cli import output

        output.write(output.as_json(VerdictOut.of(verdict)), None)
    elif verdict.broken_at is None:
        typer.echo(f"The ledger holds: {verdict.entries} entries.\n{verdict.head}")
    else:
        typer.echo(f"The ledger does not hold: {verdict.reason}; {verdict.entries} entries hold.")
    raise typer.Exit(Exit.OK if verdict.broken_at is None else Exit.ENGINE)


@answers_app.command("purge")
def purge_answers(
    context: typer.Context,
    days: Annotated[
        float, typer.Option("--older-than", metavar="DAYS", min=0, help="Only older ones.")
    ] = 0.0,
    db: Database = None,
) -> None:
    """Delete answers of models that are kept; analyses and findings stay."""

    async def job(services: "Services", _: "Settings") -> int:
        return await services.disclosure.forget_answers(timedelta(days=days))

    deleted = run(context, db, job)
    typer.echo(f"{deleted} answers deleted.")
