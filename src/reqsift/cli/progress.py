"""Progress bars on stderr; nothing where that is no terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from reqsift.cli.text import printable
from reqsift.domain import progress


@contextmanager
def reading(path: Path) -> Iterator[Callable[[int], None]]:
    """Progress of reading a file, in bytes; yields the function to tell."""
    size = path.stat().st_size if path.is_file() else 0
    with _bar(TaskProgressColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task(f"importing {printable(path.name, 40)}", total=size)
        yield lambda count: bar.advance(task, count)


@contextmanager
def analyzing(total: int) -> Iterator[Callable[[progress.Progress], None]]:
    """Progress of a batch; yields the function to tell."""
    with _bar(MofNCompleteColumn(), TextColumn("{task.fields[words]}", markup=False)) as bar:
        task = bar.add_task("analyzing", total=total, words="")

        def show(seen: progress.Progress) -> None:
            bar.update(task, completed=seen.done, total=seen.total, words=seen.in_words)

        yield show


def _bar(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
