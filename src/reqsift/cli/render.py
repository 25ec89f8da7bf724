"""What people see: tables and summaries on stdout, progress on stderr."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from reqsift.cli.text import printable
from reqsift.domain import batches
from reqsift.domain.batches import Batch, ItemError
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
_ERRORS_SHOWN = 10
_WIDTH = 140  # where there is no terminal to ask


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
            Text(finding.severity.value.upper(), style=_STYLES[finding.severity]),
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


def print_batch(console: Console, batch: Batch, errors: Sequence[ItemError]) -> None:
    """The batch in words, what was not analyzed first."""
    for error in errors[:_ERRORS_SHOWN]:
        line = f"not analyzed: {printable(error.request_id, 40)}: {printable(error.reason, 200)}"
        console.print(Text(line, style="red"), soft_wrap=True)
    if len(errors) > _ERRORS_SHOWN:
        console.print(Text(f"... and {len(errors) - _ERRORS_SHOWN} more", style="red"))
    if batch.note:
        console.print(Text(batch.note))
    console.print(Text(batch.in_words), soft_wrap=True)


@contextmanager
def reading(path: Path) -> Iterator[Callable[[int], None]]:
    """Progress of reading a file, in bytes; yields the function to tell."""
    size = path.stat().st_size if path.is_file() else 0
    with _bar(TaskProgressColumn()) as progress:
        task = progress.add_task(f"importing {printable(path.name, 40)}", total=size)
        yield lambda count: progress.advance(task, count)


@contextmanager
def analyzing(total: int) -> Iterator[Callable[[batches.Progress], None]]:
    """Progress of a batch; yields the function to tell."""
    with _bar(MofNCompleteColumn()) as progress:
        task = progress.add_task("analyzing", total=total)
        yield lambda seen: progress.update(task, completed=seen.done, total=seen.total)


def _bar(count: MofNCompleteColumn | TaskProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        count,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
