"""`reqsift analyze`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Concurrency, Database, Exit, Json, Model, default_model, run
from reqsift.domain.captures import RequestFilter
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.bootstrap import Services
    from reqsift.domain.batches import Batch, ItemError
    from reqsift.settings import Settings


def analyze(
    context: typer.Context,
    capture: Annotated[
        str | None,
        typer.Option("--capture", metavar="ID", help="Only this capture.", show_default="all"),
    ] = None,
    model: Model = None,
    concurrency: Concurrency = None,
    json: Json = False,
    db: Database = None,
) -> None:
    """Analyze the stored requests in a parallel batch."""

    async def job(
        services: "Services", settings: "Settings"
    ) -> "tuple[Batch, Sequence[ItemError]]":
        captures = (None,) if capture is None else (capture,)
        batch = await run_batch(services, captures, model or default_model(settings), concurrency)
        return batch, await services.batches.errors(batch.id)

    batch, errors = run(context, db, job)
    if batch.total == 0:
        raise InvalidSetting("There is no request to analyze; import a capture first.")
    if json:
        from reqsift.cli import output

        output.write(output.as_json(output.batch(batch, errors)), None)
    else:
        from reqsift.cli import render

        render.print_batch(render.console(), batch, errors)
    raise typer.Exit(Exit.ENGINE if errors else Exit.OK)


async def run_batch(
    services: "Services", capture_ids: Sequence[str | None], model: str, concurrency: int | None
) -> "Batch":
    """Analyze every request of these captures, with progress on stderr."""
    from reqsift.cli import render

    request_ids: list[str] = []
    for capture_id in capture_ids:
        request_ids += await services.captures.request_ids(RequestFilter(capture_id=capture_id))
    with render.analyzing(len(request_ids)) as on_progress:
        return await services.batches.run(
            request_ids, model=model, concurrency=concurrency, on_progress=on_progress
        )
