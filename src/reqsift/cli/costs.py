"""`reqsift models` and `reqsift usage`, and the estimate before a batch."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Database, Json, run

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.estimates import Estimate
    from reqsift.domain.spending import UsageReport
    from reqsift.services.costs import Known, Offers
    from reqsift.settings import Settings


def models(context: typer.Context, json: Json = False, db: Database = None) -> None:
    """List the models that can be named, with their prices."""

    async def job(services: "Services", _: "Settings") -> "Sequence[Known]":
        return services.costs.models()

    known = run(context, db, job)
    if json:
        from reqsift.api.schemas.costs import ModelOut
        from reqsift.cli import output

        output.write(output.as_json([ModelOut.of(one) for one in known]), None)
        return
    from reqsift.cli import render, render_costs

    render_costs.print_models(render.console(), known)


def usage(
    context: typer.Context,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="DAY", help="First day (UTC)."),
    ] = None,
    json: Json = False,
    db: Database = None,
) -> None:
    """Tell what models have cost, by day, model and batch."""
    first: date | None = None if since is None else since.date()

    async def job(services: "Services", _: "Settings") -> "UsageReport":
        return await services.costs.usage(first)

    report = run(context, db, job)
    if json:
        from reqsift.api.schemas.costs import UsageOut
        from reqsift.cli import output

        output.write(output.as_json(UsageOut.of(report)), None)
        return
    from reqsift.cli import render, render_costs

    render_costs.print_usage(render.console(), report)


def show_estimate(estimate: "Estimate") -> None:
    """Print what was expected of a batch, to be held against what it took."""
    from reqsift.cli import render_costs

    typer.echo(f"before it began: {render_costs.in_words(estimate)}")


def show_offers(found: "Offers", *, json: bool) -> None:
    """Print what a batch would take."""
    if json:
        from reqsift.api.schemas.costs import EstimatesOut
        from reqsift.cli import output

        output.write(output.as_json(EstimatesOut.of(found)), None)
        return
    from reqsift.cli import render, render_costs

    render_costs.print_offers(render.console(), found)
