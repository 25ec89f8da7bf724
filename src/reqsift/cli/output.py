"""JSON on stdout or into a file."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from reqsift.api.schemas.batches import BatchStateOut, ItemErrorOut, SummaryOut
from reqsift.api.schemas.captures import ImportOut
from reqsift.api.schemas.findings import FindingOut
from reqsift.api.schemas.wire import Wire
from reqsift.domain.batches import Batch, ItemError
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import StoredFinding
from reqsift.services.captures import ImportResult


class ImportedFileOut(ImportOut):
    """What became of one of several files."""

    source: str


class ScanSummaryOut(SummaryOut):
    """A batch in figures, with the import before it."""

    imported: int
    skipped: int


class ScanErrorOut(ItemErrorOut):
    """An item that was not analyzed, with its place in the file."""

    entry_index: int | None


class ScanOut(Wire):
    """All that a scan brought."""

    summary: ScanSummaryOut
    errors: list[ScanErrorOut]
    findings: list[FindingOut]


class BatchDoneOut(Wire):
    """A batch that has ended."""

    batch_id: str
    summary: SummaryOut
    errors: list[ScanErrorOut]


def imported_file(result: ImportResult) -> ImportedFileOut:
    """The JSON of one imported file."""
    capture = result.capture
    out = ImportOut.of(capture, duplicate=result.duplicate)
    return ImportedFileOut(source=capture.source, **out.model_dump())


def scan(
    done: Batch,
    imported: Sequence[ImportResult],
    errors: Sequence[ItemError],
    found: Sequence[StoredFinding],
) -> ScanOut:
    """The JSON of a scan."""
    captures = [result.capture for result in imported]
    return ScanOut(
        summary=ScanSummaryOut(
            **SummaryOut.of(done).model_dump(),
            imported=sum(capture.imported for capture in captures),
            skipped=sum(len(capture.skipped) for capture in captures),
        ),
        errors=[_error(error) for error in errors],
        findings=findings(found),
    )


def batch(done: Batch, errors: Sequence[ItemError]) -> BatchDoneOut:
    """The JSON of a batch."""
    return BatchDoneOut(
        batch_id=done.id,
        summary=SummaryOut.of(done),
        errors=[_error(error) for error in errors],
    )


def batches(stored: Sequence[Batch]) -> list[BatchStateOut]:
    """The JSON of a list of batches."""
    return [BatchStateOut.of(one) for one in stored]


def findings(found: Sequence[StoredFinding]) -> list[FindingOut]:
    """The JSON of a list of findings."""
    return [FindingOut.of(finding) for finding in found]


def _error(error: ItemError) -> ScanErrorOut:
    return ScanErrorOut(
        request_id=error.request_id, error=error.reason, entry_index=error.entry_index
    )


def as_json(data: Wire | Sequence[Wire]) -> str:
    """Pretty JSON, non-ASCII as escapes, so that nothing captured can steer a terminal."""
    if isinstance(data, Wire):
        content: object = data.model_dump(mode="json", by_alias=True)
    else:
        content = [item.model_dump(mode="json", by_alias=True) for item in data]
    return json.dumps(content, indent=2)


def write(text: str, path: Path | None) -> None:
    """Print `text`, or write it to a file.

    Raises:
        InvalidSetting: The file cannot be written.
    """
    if path is None:
        typer.echo(text)
        return
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be written: {error.strerror or error}.") from error
