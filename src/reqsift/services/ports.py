"""What the services want from outside. Adapters fill these; `bootstrap` decides which."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from reqsift.domain.captures import Exchange, SkippedEntry


class CaptureReader(Protocol):
    """Reads capture files; blocking, so the service calls it in a thread."""

    def read(self, path: Path, advance: Callable[[int], None]) -> Iterator[Exchange | SkippedEntry]:
        """Yield every entry of the file in order, in memory that does not grow with the file.

        Args:
            path: The capture file.
            advance: Told the number of further bytes of the file that were read.

        Raises:
            UnreadableCapture: The file is no capture, is missing or cannot be read.
            TruncatedCapture: The file ends in the middle; raised after its intact entries.
        """
        ...
