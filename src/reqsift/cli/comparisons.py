"""`reqsift compare`."""

from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Database, Json, run

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.comparison import Comparison
    from reqsift.settings import Settings


def compare(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="BATCH", help="The earlier one, such as b1.")],
    after: Annotated[str, typer.Argument(metavar="BATCH", help="The later one.")],
    json: Json = False,
    db: Database = None,
) -> None:
    """Tell which findings are new, changed, unchanged, or not seen again."""

    async def job(services: "Services", _: "Settings") -> "Comparison":
        return await services.comparisons.compare(before, after)

    comparison = run(context, db, job)
    if json:
        from reqsift.api.schemas.comparisons import ComparisonOut
        from reqsift.cli import output

        output.write(output.as_json(ComparisonOut.of(comparison)), None)
        return
    from reqsift.cli import render, render_models

    render_models.print_comparison(render.console(), comparison)
