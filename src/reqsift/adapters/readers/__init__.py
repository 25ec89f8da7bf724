"""Reads capture files; so far every dialect of HAR."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from reqsift.adapters.readers.har import read_entry
from reqsift.adapters.readers.har_file import HarFile
from reqsift.adapters.readers.json_array import Limits, Lost
from reqsift.adapters.readers.sources import TextSource, disk_errors, opened
from reqsift.domain.captures import Exchange, SkippedEntry
from reqsift.domain.errors import UnreadableCapture

_MEBIBYTE = 1 << 20


class CaptureFileReader:
    """Fills the port `CaptureReader` for HAR files, also packed ones (gzip, zlib).

    Args:
        max_body: Bytes of a body to keep; the rest is cut off, and the body says so.
        window: Bytes to read and to split at once.
        max_entry: Bytes of an entry to hold before its over-long texts are shortened.
    """

    def __init__(
        self,
        max_body: int = 5 * _MEBIBYTE,
        *,
        window: int = _MEBIBYTE,
        max_entry: int = 8 * _MEBIBYTE,
    ) -> None:
        self._max_body = max_body
        string = max_body * 4 // 3 + 16  # the length that the body may have as base64
        self._limits = Limits(window=window, element=max(max_entry, string), string=string)

    def content_hash(self, path: Path) -> str:
        """SHA-256 of the file's bytes, hex; see the port for the contract."""
        with _named(path), opened(path) as file, disk_errors("; copy it to a healthy disk."):
            return file_digest(file, "sha256").hexdigest()

    def read(self, path: Path, advance: Callable[[int], None]) -> Iterator[Exchange | SkippedEntry]:
        """Yield every entry of the file in order; see the port for the contract."""
        with _named(path), opened(path) as file:
            source = TextSource(file, advance, self._limits.window)
            yield from self._exchanges(HarFile(source, self._limits))

    def _exchanges(self, har: HarFile) -> Iterator[Exchange | SkippedEntry]:
        for index, element in enumerate(har):
            if isinstance(element, Lost):
                yield SkippedEntry(entry_index=index, reason=element.reason)
            else:
                yield read_entry(index, element.text, self._max_body, element.dropped)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Put the file's name in front of what is wrong with it."""
    try:
        yield
    except UnreadableCapture as error:
        raise type(error)(f"{path.name or path} {error}") from error.__cause__
