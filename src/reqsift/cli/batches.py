"""`reqsift analyze`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.asked import Asked, exit_code
from reqsift.cli.costs import show_estimate, show_offers
from reqsift.cli.options import (
    Concurrency,
    Database,
    Deadline,
    DryRun,
    Economy,
    Fallback,
    Json,
    MaxCost,
    MaxTokens,
    Model,
    NoCache,
    NoPack,
    Redaction,
    RulesFile,
    Switch,
    Urgency,
    Yes,
    may_send,
    run,
)
from reqsift.domain.batches import Handling, Priority
from reqsift.domain.captures import RequestFilter
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.batches import Batch, ItemError
    from reqsift.domain.estimates import Estimate
    from reqsift.services.batch_options import BatchOptions
    from reqsift.services.costs import Offers
    from reqsift.settings import Settings


def analyze(
    context: typer.Context,
    capture: Annotated[
        str | None,
        typer.Option("--capture", metavar="ID", help="Only this capture.", show_default="all"),
    ] = None,
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
    dry_run: DryRun = False,
    json: Json = False,
    db: Database = None,
) -> None:
    """Analyze the stored requests in a parallel batch."""
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

    captures = (None,) if capture is None else (capture,)

    async def price(services: "Services", settings: "Settings") -> "Offers":
        request_ids = await ids_of(services, captures)
        return await services.costs.offers(request_ids, asked.options(settings))

    if dry_run:
        offers = run(context, db, price, redaction=redaction is Switch.ON, rules=rules)
        show_offers(offers, json=json)
        return

    async def job(
        services: "Services", settings: "Settings"
    ) -> "tuple[Batch, Sequence[ItemError], Estimate | None]":
        options = asked.options(settings)
        estimate = None
        if not json and options.model != "offline":
            estimate = await services.costs.estimate(await ids_of(services, captures), options)
        batch = await run_batch(services, captures, options)
        return batch, await services.batches.errors(batch.id), estimate

    visible = may_send(redaction, yes=yes)
    batch, errors, estimate = run(context, db, job, redaction=visible, rules=rules)
    if batch.total == 0:
        raise InvalidSetting("There is no request to analyze; import a capture first.")
    show_batch(batch, errors, json=json)
    if estimate is not None and estimate.calls:
        show_estimate(estimate)
    raise typer.Exit(exit_code(batch))


async def run_batch(
    services: "Services", capture_ids: Sequence[str | None], options: "BatchOptions"
) -> "Batch":
    """Analyze every request of these captures, with progress on stderr."""
    from reqsift.cli import progress

    request_ids = await ids_of(services, capture_ids)
    with progress.analyzing(len(request_ids)) as on_progress:
        return await services.batches.run(request_ids, options, on_progress)


async def ids_of(services: "Services", capture_ids: Sequence[str | None]) -> list[str]:
    """Every request of these captures; None stands for all there are."""
    request_ids: list[str] = []
    for capture_id in capture_ids:
        request_ids += await services.captures.request_ids(RequestFilter(capture_id=capture_id))
    return request_ids


def show_batch(batch: "Batch", errors: "Sequence[ItemError]", *, json: bool) -> None:
    """Print how a batch ended, what was not analyzed first."""
    if json:
        from reqsift.cli import output

        output.write(output.as_json(output.batch(batch, errors)), None)
    else:
        from reqsift.cli import render

        console = render.console()
        render.print_unanalyzed(console, batch, errors)
        render.print_batch(console, batch)
