"""What people see of models: what leaves, what it costs, what changed."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reqsift.cli.text import printable
from reqsift.domain.comparison import Change, Comparison, Seen
from reqsift.domain.ledger import LedgerEntry
from reqsift.domain.paging import Page
from reqsift.services.disclosure import Preview

_CHANGES = {
    Change.NEW: ("new", "bold red"),
    Change.CHANGED: ("changed", "yellow"),
    Change.UNCHANGED: ("unchanged", ""),
    Change.NOT_SEEN: ("not seen again", "green"),
    Change.NOT_LOOKED_AT: ("not looked at", "dim"),
}


def print_preview(shown: Preview) -> None:
    """The bytes on stdout, as they would be sent; what is to be known about them on stderr."""
    notes = Console(stderr=True, highlight=False)
    if not shown.body:
        notes.print(Text(f"Nothing would leave ({printable(shown.model)}): {shown.reason}"))
        return
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(shown.redacted.items()))
    to = f"{len(shown.body)} bytes to {printable(shown.model)} at {printable(shown.provider)}"
    notes.print(Text(f"{to}; replaced: {counts or 'nothing'}"), soft_wrap=True)
    if not shown.redaction:
        notes.print(Text("Redaction is off: secrets would leave as they are.", style="bold red"))
    sys.stdout.write(shown.body.decode("utf-8", "backslashreplace") + "\n")


def print_ledger(console: Console, page: Page[LedgerEntry]) -> None:
    """A table of what left, newest first."""
    if not page.items:
        console.print("Nothing has left this machine.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("No.", "Bytes", "Requests", "Replaced"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("At", "Batch", "Model", "To", "SHA-256"):
        table.add_column(name, no_wrap=True)
    for entry in page.items:
        left = entry.departure
        replaced = str(sum(left.redacted.values())) if left.redaction else "OFF"
        cells = (
            str(entry.number),
            str(left.size),
            str(len(left.request_ids)),
            replaced,
            f"{left.at:%Y-%m-%d %H:%M:%S}",
            left.batch_id,
            printable(left.model, 40),
            printable(left.provider, 40),
            left.digest[:12],
        )
        table.add_row(*map(Text, cells))
    console.print(table)
    console.print(Text(f"{page.total} entries"))


def print_comparison(console: Console, comparison: Comparison) -> None:
    """A table of what changed, and the counts."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("Change", no_wrap=True, min_width=14)
    table.add_column("Before", no_wrap=True, min_width=13)
    table.add_column("After", no_wrap=True, min_width=13)
    table.add_column("Finding", no_wrap=True, ratio=1)
    table.add_column("Where", no_wrap=True, ratio=1)
    for one in comparison.findings:
        word, style = _CHANGES[one.change]
        seen = one.seen
        table.add_row(
            Text(word, style=style),
            Text(_verdict(one.before)),
            Text(_verdict(one.after)),
            Text(printable(seen.title, 120)),
            Text(f"{printable(seen.method, 12)} {printable(seen.url, 200)}"),
        )
    if comparison.findings:
        console.print(table)
    counts = (f"{comparison.count(change)} {word}" for change, (word, _) in _CHANGES.items())
    console.print(Text(f"{comparison.before} to {comparison.after}: " + ", ".join(counts)))


def _verdict(seen: Seen | None) -> str:
    return "-" if seen is None else f"{seen.severity.value.upper()} {seen.confidence}%"
