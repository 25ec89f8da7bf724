"""The right to run a batch, and its journal: both are files beside the database.

The lock dies with its process. The journal is appended to as items begin and end, so that group
commit loses nothing: what the database does not have yet is read from it by the next owner.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from reqsift.adapters.storage.engine import translated
from reqsift.domain.batches import Analysis, BatchItem, Failure, ItemOutcome
from reqsift.domain.errors import StoreError

_LARGE = 256 * 1024
"""Bytes from which on the journal is written anew, without what is stored."""
_HEAD = 4
_RETURNED = -1
"""In place of a sequence number: calls for these positions ended, and will be made again."""


class _Record(msgspec.Struct, array_like=True, omit_defaults=True):
    """Positions that begin or return, or (with a sequence number) the end of one."""

    positions: list[int]
    request_id: str = ""
    sequence: int = 0
    at: datetime | None = None
    analysis: Analysis | None = None
    failure: Failure | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Record)


class FileOwnership:
    """Fills the port `Ownership`; see there for the contract of each call."""

    def __init__(self, lock: FileLock, journal: Path) -> None:
        """Read what the last owner left; the lock is held."""
        self._lock = lock
        self._path = journal
        self._under_way: set[int] = set()
        self._unstored: dict[int, bytes] = {}
        self._size = 0
        self.recovered = tuple(self._replay())
        self.in_flight = frozenset(self._under_way)
        self._under_way.clear()
        self._unstored = {ended.item.position: _frame(_record(ended)) for ended in self.recovered}
        self._inherited = bool(self.recovered or self.in_flight)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._file = os.open(journal, flags, mode=0o600)  # findings quote passwords and cookies
        os.ftruncate(self._file, self._size)  # nothing could be read behind a record that was cut

    def began(self, positions: Sequence[int]) -> None:
        self._append(_frame(_Record(positions=list(positions))))
        self._under_way.update(positions)

    def returned(self, positions: Sequence[int]) -> None:
        self._append(_frame(_Record(positions=list(positions), sequence=_RETURNED)))
        self._under_way.difference_update(positions)

    def ended(self, outcomes: Sequence[ItemOutcome]) -> None:
        frames = {outcome.item.position: _frame(_record(outcome)) for outcome in outcomes}
        self._append(b"".join(frames.values()))
        self._unstored |= frames
        self._under_way.difference_update(frames)

    def stored(self, outcomes: Sequence[ItemOutcome]) -> None:
        for outcome in outcomes:
            self._unstored.pop(outcome.item.position, None)
        if self._size > _LARGE or self._inherited:
            self._inherited = False
            self._write_anew()

    def release(self, *, over: bool) -> None:
        os.close(self._file)
        if over or not (self._under_way or self._unstored or self._inherited):
            self._path.unlink(missing_ok=True)
            if over:
                Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    def _append(self, data: bytes) -> None:
        try:
            with translated(self._path):
                _write_all(self._file, data)
        except StoreError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._size)  # what comes later must be readable
            raise
        self._size += len(data)

    def _write_anew(self) -> None:
        data = _frame(_Record(positions=sorted(self._under_way))) + b"".join(
            self._unstored.values()
        )
        new = self._path.with_suffix(".new")
        with translated(self._path):
            new.unlink(missing_ok=True)
            file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode=0o600)
            try:
                _write_all(file, data)
                new.replace(self._path)
            except OSError:
                os.close(file)
                raise
            os.close(self._file)
            self._file = file
        self._size = len(data)

    def _replay(self) -> Iterable[ItemOutcome]:
        """The outcomes in the journal; a record that was cut by the end of its writer is none."""
        with translated(self._path):
            data = self._path.read_bytes() if self._path.exists() else b""
        ended: dict[int, ItemOutcome] = {}
        with contextlib.suppress(ValueError, IndexError):  # a loss of power may leave anything
            while len(data) - self._size >= _HEAD:
                start = self._size + _HEAD
                end = start + int.from_bytes(data[self._size : start], "big")
                if end > len(data):
                    break
                record = _decoder.decode(data[start:end])
                if record.sequence == _RETURNED:
                    self._under_way.difference_update(record.positions)
                elif record.sequence:
                    self._under_way.difference_update(record.positions)
                    ended[record.positions[0]] = _outcome(record)
                else:
                    self._under_way.update(record.positions)
                    for position in record.positions:
                        ended.pop(position, None)  # it failed, and was tried again
                self._size = end
        return ended.values()


def own(folder: Path, batch_id: str) -> FileOwnership | None:
    """Take the right to run a batch; None while another process has it.

    Raises:
        StoreError: The folder cannot be written.
    """
    with translated(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(folder / f"{batch_id}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        return FileOwnership(lock, folder / f"{batch_id}.journal")


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _frame(record: _Record) -> bytes:
    data = _encoder.encode(record)
    return len(data).to_bytes(_HEAD, "big") + data


def _record(outcome: ItemOutcome) -> _Record:
    result = outcome.result
    return _Record(
        positions=[outcome.item.position],
        request_id=outcome.item.request_id,
        sequence=outcome.sequence,
        at=outcome.at,
        analysis=result if isinstance(result, Analysis) else None,
        failure=result if isinstance(result, Failure) else None,
    )


def _outcome(record: _Record) -> ItemOutcome:
    result = record.analysis or record.failure
    if result is None or record.at is None:
        raise ValueError("a record of an end has a result")
    item = BatchItem(position=record.positions[0], request_id=record.request_id)
    return ItemOutcome(item=item, result=result, sequence=record.sequence, at=record.at)
