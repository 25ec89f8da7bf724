"""The command `reqsift`: its subcommands, and how errors become a line and an exit code."""

import sys
from typing import Annotated

import typer

from reqsift import __version__
from reqsift.cli import (
    batches,
    captures,
    comparisons,
    costs,
    disclosure,
    evaluate,
    findings,
    rules,
    scan,
    serve,
    simulate,
    steering,
)
from reqsift.cli.options import Database, Exit
from reqsift.cli.text import complain
from reqsift.domain.errors import InvalidSetting, ReqsiftError, UnreadableCapture

app = typer.Typer(
    name="reqsift",
    help="Sift captured HTTP traffic for security problems.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("import")(captures.import_)
app.command()(scan.scan)
app.command()(batches.analyze)
app.add_typer(steering.app, name="batches")
app.command("findings")(findings.list_findings)
app.command()(comparisons.compare)
app.command()(costs.models)
app.command()(costs.usage)
app.command()(disclosure.preview)
app.add_typer(disclosure.ledger_app, name="ledger")
app.add_typer(disclosure.answers_app, name="answers")
app.add_typer(rules.app, name="rules")
app.command()(evaluate.evaluate)
app.command("serve")(serve.serve)
app.command("simulate")(simulate.simulate)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reqsift {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    context: typer.Context,
    db: Database = None,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    context.obj = db


def main() -> None:
    """Run the command; exit codes are those of `Exit`."""
    try:
        app()
    except ReqsiftError as error:
        complain(error)
        usage = isinstance(error, InvalidSetting | UnreadableCapture)
        sys.exit(Exit.USAGE if usage else Exit.ENGINE)
