"""Where an expert's labels come from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from reqsift.domain.evaluation import LabelLine


class LabelReader(Protocol):
    """Reads files of labels."""

    def read(self, path: Path) -> Sequence[LabelLine]:
        """Every line, at most one for each entry.

        Raises:
            InvalidSetting: The file cannot be read, or a line makes no sense.
        """
        ...
