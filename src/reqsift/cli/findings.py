"""`reqsift findings`."""

from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Database, Format, run
from reqsift.domain.findings import FindingFilter, Severity

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.findings import StoredFinding
    from reqsift.settings import Settings


def list_findings(
    context: typer.Context,
    severity: Annotated[
        list[Severity] | None, typer.Option("--severity", help="Only these; may be repeated.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.TABLE,
    db: Database = None,
) -> None:
    """List the findings of all captures, the most severe and surest first."""
    wanted = FindingFilter(severities=tuple(severity or ()))

    async def job(services: "Services", _: "Settings") -> "list[StoredFinding]":
        return await services.findings.all_findings(wanted)

    findings = run(context, db, job)
    if format_ is Format.JSON:
        from reqsift.cli import output

        output.write(output.as_json(output.findings(findings)), None)
    else:
        from reqsift.cli import render

        render.print_findings(render.console(), findings)
