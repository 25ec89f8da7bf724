"""`reqsift import`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reqsift.cli.options import Database, Exit, Files, Json, Partial, run
from reqsift.cli.text import complain
from reqsift.domain.errors import UnreadableCapture

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.services.captures import ImportResult
    from reqsift.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of several files."""

    results: "list[ImportResult]"
    refused: int
    """Files that were no capture."""


def import_(
    context: typer.Context,
    files: Files,
    partial: Partial = False,
    json: Json = False,
    db: Database = None,
) -> None:
    """Import capture files into the store."""

    async def job(services: "Services", _: "Settings") -> "Imported":
        return await import_files(services, files, partial=partial)

    imported = run(context, db, job)
    _print_imports(imported.results, as_list=len(files) > 1, json=json)
    raise typer.Exit(Exit.USAGE if imported.refused else Exit.OK)


def _print_imports(results: "Sequence[ImportResult]", *, as_list: bool, json: bool) -> None:
    if json:
        from reqsift.cli import output

        data = [output.imported_file(result) for result in results]
        if data:
            output.write(output.as_json(data if as_list else data[0]), None)
        return
    from reqsift.cli import render

    for result in results:
        render.print_import(render.console(), result.capture, duplicate=result.duplicate)


async def import_files(services: "Services", files: list[Path], *, partial: bool) -> Imported:
    """Import each file; a refused one is told on stderr, and the others go on."""
    from reqsift.cli import progress

    results: list[ImportResult] = []
    refused = 0
    for path in files:
        try:
            with progress.reading(path) as advance:
                result = await services.captures.import_file(path, partial=partial, advance=advance)
            results.append(result)
        except UnreadableCapture as error:
            refused += 1
            complain(error)
    return Imported(results=results, refused=refused)
