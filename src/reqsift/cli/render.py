"""What people see: tables and summaries on stdout, progress on stderr."""

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reqsift.cli.text import printable
from reqsift.domain.batches import Batch, BatchState, ItemError
from reqsift.domain.captures import Capture
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import Severity, StoredFinding

_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_UNFINISHED = {BatchState.STOPPED, BatchState.PAUSED}
_ERRORS_SHOWN = 10
_WIDTH = 140  # where there is no terminal to ask


def severity_text(severity: Severity) -> Text:
    """A severity in its colour."""
    return Text(severity.value.upper(), style=_STYLES[severity])


def console(out: Path | None = None) -> Console:
    """Where results go: stdout, or a file that is written at once.

    Raises:
        InvalidSetting: The file cannot be opened.
    """
    if out is None:
        width = None if sys.stdout.isatty() else _WIDTH
        return Console(width=width, highlight=False)
    try:
        return Console(file=out.open("w", encoding="utf-8"), width=_WIDTH, highlight=False)
    except OSError as error:
        raise InvalidSetting(f"{out} cannot be written: {error.strerror or error}.") from error


def print_import(console: Console, capture: Capture, *, duplicate: bool) -> None:
    """One line about an imported file, and the entries that were skipped."""
    name = printable(capture.source)
    if duplicate:
        text = f"{name}: known already as capture {capture.id}; nothing was stored twice"
    else:
        text = f"{name}: capture {capture.id}, {capture.imported} requests imported"
        if capture.skipped:
            text += f", {len(capture.skipped)} skipped"
        if capture.truncated:
            text += f", {capture.truncated} with a body cut to the limit"
    console.print(Text(text), soft_wrap=True)
    for entry in () if duplicate else capture.skipped[:_ERRORS_SHOWN]:
        line = f"  entry {entry.entry_index} skipped: {printable(entry.reason, 160)}"
        console.print(Text(line, style="yellow"), soft_wrap=True)


def print_findings(console: Console, findings: Sequence[StoredFinding]) -> None:
    """A table of findings, or a line that there are none."""
    if not findings:
        console.print("No findings.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("Severity", no_wrap=True, min_width=8)
    table.add_column("Sure", justify="right", no_wrap=True, min_width=4)
    table.add_column("Requests", justify="right", no_wrap=True, min_width=8)
    table.add_column("Finding", no_wrap=True, ratio=1)
    table.add_column("Where", no_wrap=True, ratio=1)
    for stored in findings:
        finding = stored.finding
        table.add_row(
            severity_text(finding.severity),
            f"{finding.confidence}%",
            str(stored.member_count),
            Text(printable(finding.title, 120)),
            Text(f"{printable(stored.method, 12)} {printable(stored.url, 200)}"),
        )
    console.print(table)
    console.print(Text(_counts(findings)))


def _counts(findings: Sequence[StoredFinding]) -> str:
    of = [stored.finding.severity for stored in findings]
    parts = [f"{of.count(severity)} {severity.value}" for severity in reversed(Severity)]
    return f"{len(findings)} findings: " + ", ".join(parts)


def print_batches(console: Console, batches: Sequence[Batch]) -> None:
    """A table of batches, or a line that there are none."""
    if not batches:
        console.print("No batches.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Batch", "State", "Model", "Begun"):
        table.add_column(name, no_wrap=True)
    for name in ("Done", "Failed", "Left", "Cost"):
        table.add_column(name, justify="right", no_wrap=True)
    for batch in batches:
        cells = (batch.id, batch.state.value, printable(batch.model, 40))
        begun = f"{batch.created_at:%Y-%m-%d %H:%M}"
        counts = (batch.successful, batch.failed, batch.left)
        table.add_row(*map(Text, (*cells, begun, *map(str, counts), f"${batch.spent.cost:.4f}")))
    console.print(table)


def print_unanalyzed(console: Console, batch: Batch, errors: Sequence[ItemError]) -> None:
    """What was not analyzed; it stands before all else, so that nobody takes it for clean."""
    for error in errors[:_ERRORS_SHOWN]:
        line = f"not analyzed: {printable(error.request_id, 40)}: {printable(error.reason, 200)}"
        console.print(Text(line, style="red"), soft_wrap=True)
    if len(errors) > _ERRORS_SHOWN:
        console.print(Text(f"... and {len(errors) - _ERRORS_SHOWN} more", style="red"))
    if batch.left:
        line = f"not analyzed: {batch.left} requests are left. {batch.reason}".rstrip()
        console.print(Text(line, style="red"), soft_wrap=True)


def print_batch(console: Console, batch: Batch, *, kept: bool = True) -> None:
    """The batch in words; how to go on if it is `kept`."""
    if batch.note:
        console.print(Text(batch.note))
    if batch.repeated:
        line = (
            f"{batch.repeated} calls were under way when the program died and were made again; "
            "they may be paid twice"
        )
        console.print(Text(line), soft_wrap=True)
    if batch.reason and batch.state is BatchState.COMPLETED:
        console.print(Text(batch.reason), soft_wrap=True)
    if kept and batch.state in _UNFINISHED:
        console.print(Text(f"Go on with: reqsift batches resume {batch.id}"))
    console.print(Text(batch.in_words), soft_wrap=True)
