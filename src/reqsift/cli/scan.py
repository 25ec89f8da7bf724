"""`reqsift scan`: import and analyze in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.asked import Asked, exit_code
from reqsift.cli.captures import Imported, import_files
from reqsift.cli.options import (
    Concurrency,
    Database,
    Deadline,
    Economy,
    Exit,
    FailOn,
    Fallback,
    Files,
    Format,
    MaxCost,
    MaxTokens,
    Model,
    NoCache,
    NoPack,
    Partial,
    Redaction,
    RulesFile,
    Switch,
    Urgency,
    Yes,
    may_send,
    run,
)
from reqsift.domain.batches import Handling, Priority
from reqsift.domain.findings import FindingFilter, Severity

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.batches import Batch, ItemError
    from reqsift.domain.findings import StoredFinding
    from reqsift.services.batch_options import BatchOptions
    from reqsift.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    imported: Imported
    batch: "Batch"
    errors: "Sequence[ItemError]"
    findings: "Sequence[StoredFinding]"


def scan(
    context: typer.Context,
    files: Files,
    model: Model = None,
    concurrency: Concurrency = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    deadline: Deadline = None,
    priority: Urgency = Priority.NORMAL,
    fallback: Fallback = None,
    no_pack: NoPack = False,
    no_cache: NoCache = False,
    economy: Economy = False,
    redaction: Redaction = Switch.ON,
    yes: Yes = False,
    rules: RulesFile = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.TABLE,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 1 at findings from this severity on.")
    ] = FailOn.NONE,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout."),
    ] = None,
    partial: Partial = False,
    db: Database = None,
) -> None:
    """Import and analyze capture files in one go, in a throw-away store unless --db is given."""
    asked = Asked(
        model=model,
        concurrency=concurrency,
        max_cost=max_cost,
        max_tokens=max_tokens,
        deadline=deadline,
        priority=priority,
        fallback=fallback is not None,
        handling=Handling(pack=not no_pack, cache=not no_cache, economy=economy),
    )

    async def job(services: "Services", settings: "Settings") -> _Scan | None:
        options = asked.options(settings)
        services.batches.check_model(options.model, options.handling)
        imported = await import_files(services, files, partial=partial)
        return await _analyze(services, imported, options) if imported.results else None

    visible = may_send(redaction, yes=yes)
    result = run(context, db, job, throw_away=True, redaction=visible, rules=rules)
    if result is None:
        raise typer.Exit(Exit.USAGE)
    _write(result, format_, out, kept=bool(db or context.obj))
    raise typer.Exit(_exit_code(result, fail_on))


async def _analyze(services: "Services", imported: Imported, options: "BatchOptions") -> _Scan:
    from reqsift.cli.batches import run_batch

    capture_ids = tuple(dict.fromkeys(result.capture.id for result in imported.results))
    batch = await run_batch(services, capture_ids, options)
    return _Scan(
        imported=imported,
        batch=batch,
        errors=await services.batches.errors(batch.id),
        findings=await services.findings.all_findings(FindingFilter(capture_ids=capture_ids)),
    )


def _write(result: _Scan, format_: Format, out: Path | None, *, kept: bool) -> None:
    if format_ is Format.JSON:
        from reqsift.cli import output

        data = output.scan(result.batch, result.imported.results, result.errors, result.findings)
        output.write(output.as_json(data), out)
        return
    from reqsift.cli import render

    console = render.console(out)
    for imported in result.imported.results:
        render.print_import(console, imported.capture, duplicate=imported.duplicate)
    render.print_unanalyzed(console, result.batch, result.errors)
    render.print_findings(console, result.findings)
    render.print_batch(console, result.batch, kept=kept)


def _exit_code(result: _Scan, fail_on: FailOn) -> Exit:
    if (code := exit_code(result.batch)) is not Exit.OK:
        return code
    if result.imported.refused:
        return Exit.USAGE
    if fail_on is FailOn.NONE:
        return Exit.OK
    limit = Severity(fail_on.value).rank
    proven = (stored.finding for stored in result.findings if not stored.finding.unproven)
    found = any(finding.severity.rank >= limit for finding in proven)
    return Exit.FINDINGS if found else Exit.OK
