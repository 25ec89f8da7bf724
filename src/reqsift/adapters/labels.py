"""Labels of an expert: a JSON object in each line."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import msgspec

from reqsift.domain.errors import InvalidSetting
from reqsift.domain.evaluation import Certainty, Label, LabelLine
from reqsift.domain.findings import FindingType

_LARGEST_FILE = 64 * 1024 * 1024
_TYPES = [kind.value for kind in FindingType]


class _Label(msgspec.Struct):
    type: str
    certainty: Certainty


class _Line(msgspec.Struct, rename="camel"):
    entry_index: Annotated[int, msgspec.Meta(ge=0)]
    labels: list[_Label]
    clean: bool


class LabelFileReader:
    """Fills the port `LabelReader`."""

    def read(self, path: Path) -> Sequence[LabelLine]:
        """Every line, at most one for each entry; blank lines count for nothing.

        Raises:
            InvalidSetting: The file cannot be read, or a line makes no sense.
        """
        known: dict[int, int] = {}
        lines: list[LabelLine] = []
        for number, text in _numbered(path):
            try:
                line = _line(text)
            except (ValueError, RecursionError, msgspec.MsgspecError) as error:
                raise InvalidSetting(f"{path}, line {number}: {error}.") from error
            if before := known.get(line.entry_index):
                raise InvalidSetting(
                    f"{path}, line {number}: entry {line.entry_index} has labels in line {before} "
                    "already; join the two."
                )
            known[line.entry_index] = number
            lines.append(line)
        if not lines:
            raise InvalidSetting(f"{path} holds no labels.")
        return lines


def _numbered(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InvalidSetting(f"There is no file {path}.") from None
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(content) > _LARGEST_FILE:
        raise InvalidSetting(f"{path} is larger than 64 MiB.")
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _line(text: bytes) -> LabelLine:
    given = msgspec.json.decode(text, type=_Line)
    labels = tuple(Label(type=_type(one.type), certainty=one.certainty) for one in given.labels)
    if given.clean and any(label.certainty is Certainty.SURE for label in labels):
        raise ValueError("an entry with a sure label is not clean")
    return LabelLine(entry_index=given.entry_index, labels=labels, clean=given.clean)


def _type(word: str) -> FindingType:
    if word not in _TYPES:
        near = get_close_matches(word.lower().replace("-", "_"), _TYPES, n=3)
        raise ValueError(f"there is no type {word!r}; there are {', '.join(near or _TYPES)}")
    return FindingType(word)
