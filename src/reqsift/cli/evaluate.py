"""`reqsift evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reqsift.cli.options import Exit, Json, RulesFile, settings_with
from reqsift.cli.text import complain
from reqsift.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from reqsift.domain.evaluation import Score


def evaluate(
    capture: Annotated[Path, typer.Argument(metavar="CAPTURE", help="A capture file.")],
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS", help="What an expert says of each entry (JSONL).")
    ],
    rules: RulesFile = None,
    min_recall: Annotated[
        float | None,
        typer.Option(
            "--min-recall",
            metavar="SHARE",
            min=0,
            max=1,
            help="Exit with 1 if less of the sure labels is found, such as 0.9.",
        ),
    ] = None,
    max_false_alarms: Annotated[
        float | None,
        typer.Option(
            "--max-false-alarms",
            metavar="N",
            min=0,
            help="Exit with 1 at more false alarms per 100 clean entries.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Tell how good the offline rules are on a capture that you have labelled."""
    from reqsift.bootstrap import evaluation
    from reqsift.cli import progress

    with progress.reading(capture) as advance:
        evaluated = evaluation(settings_with(rules)).evaluate(capture, labels, advance)
    if json:
        from reqsift.cli import output, output_rules

        output.write(output.as_json(output_rules.evaluation(evaluated)), None)
    else:
        from reqsift.cli import render, render_rules

        render_rules.print_evaluation(render.console(), evaluated)
    raise typer.Exit(_exit_code(evaluated.score, min_recall, max_false_alarms))


def _exit_code(score: "Score", min_recall: float | None, max_false_alarms: float | None) -> Exit:
    missed = []
    recall, alarms = score.recall.share, score.false_alarms_per_100
    if min_recall is not None:
        if recall is None:
            raise InvalidSetting("There is no sure label, so that --min-recall means nothing.")
        if recall < min_recall:
            missed.append(f"The recall {recall:.4f} is less than --min-recall {min_recall:g}.")
    if max_false_alarms is not None:
        if alarms is None:
            raise InvalidSetting(
                "There is no clean entry, so that --max-false-alarms means nothing."
            )
        if alarms > max_false_alarms:
            missed.append(
                f"{alarms:.2f} false alarms per 100 clean entries are more than "
                f"--max-false-alarms {max_false_alarms:g}."
            )
    for sentence in missed:
        complain(sentence)
    return Exit.FINDINGS if missed else Exit.OK
