"""The text of a capture file as UTF-8 bytes: unpacked, without BOM, piece by piece."""

import codecs
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from reqsift.domain.errors import TruncatedCapture, UnreadableCapture

_GZIP = b"\x1f\x8b"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_ENCODINGS = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_HEAD = 64


def opened(path: Path) -> BufferedReader:
    """Open a capture file.

    Raises:
        UnreadableCapture: That is not possible; the message lacks the file's name, its subject.
    """
    try:
        if path.is_dir():
            raise UnreadableCapture("is a folder; name a capture file inside it.")
        return path.open("rb")
    except FileNotFoundError:
        raise UnreadableCapture("does not exist; check the path.") from None
    except PermissionError:
        raise UnreadableCapture("may not be read; give yourself the right to read it.") from None
    except (OSError, ValueError) as error:
        raise UnreadableCapture(f"cannot be opened ({error}); check the path.") from None


@contextmanager
def disk_errors(advice: str = "") -> Iterator[None]:
    """Raise what the disk refuses to give as `UnreadableCapture`, with some advice at the end."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        raise UnreadableCapture(f"could not be read to its end: {what}{advice}") from None


class TextSource:
    """Reads a file to its end and never raises: what went wrong is told by `problem`.

    The intact part of a damaged file can thus be used before the damage is reported. The message
    of `problem` says what the file is or does, without its name before and advice behind.

    Args:
        file: Opened for reading bytes; read from here on.
        advance: Told the number of further bytes of the file that were read.
        piece: How many bytes to read, and at most to unpack, at once.
    """

    def __init__(self, file: BinaryIO, advance: Callable[[int], None], piece: int) -> None:
        self.problem: UnreadableCapture | None = None
        self._pieces = _as_utf8(_unpacked(_read(file, advance, piece), piece))

    def read(self) -> bytes:
        """The next piece; empty at the end, or where something went wrong."""
        try:
            with disk_errors():
                return next(self._pieces, b"")
        except UnreadableCapture as error:
            self.problem = error
        return b""


def _read(file: BinaryIO, advance: Callable[[int], None], piece: int) -> Iterator[bytes]:
    while chunk := file.read(piece):
        advance(len(chunk))
        yield chunk


def _unpacked(chunks: Iterator[bytes], piece: int) -> Iterator[bytes]:
    head, chunks = _with_head(chunks)
    if not head.startswith((_GZIP, *_ZLIB)):
        yield from chunks
        return
    unpacker = zlib.decompressobj(wbits=47)
    for chunk in chunks:
        packed = chunk
        while packed:
            if unpacker.eof:
                if not packed.startswith(_GZIP[:1]):
                    break  # padding after the last member, as gzip itself ignores it
                unpacker = zlib.decompressobj(wbits=47)
            yield _sound(partial(unpacker.decompress, packed, piece))
            packed = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    yield _sound(unpacker.flush)
    if not unpacker.eof:
        raise TruncatedCapture("is a compressed file that ends in the middle")


def _sound(unpack: Callable[[], bytes]) -> bytes:
    try:
        return unpack()
    except zlib.error:
        raise UnreadableCapture("is a compressed file that is damaged") from None


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    head, chunks = _with_head(chunks)
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            head, chunks = _with_head(_transcoded(chunks, encoding))
            break
    first = next(chunks, b"")
    yield from filter(None, chain([first.removeprefix(codecs.BOM_UTF8)], chunks))


def _transcoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode(errors="replace")
    yield decoder.decode(b"", final=True).encode(errors="replace")


def _with_head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Look at the first bytes; the iterator that comes back yields them again, in one piece."""
    head = b""
    while len(head) < _HEAD and (chunk := next(chunks, None)) is not None:
        head += chunk
    return head, chain([head], chunks)
