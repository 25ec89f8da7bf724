"""Receive an uploaded file straight to disk, in memory that does not grow with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import HTTPException, Request, status
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import File, FormParser, parse_options_header

_WRITE_SIZE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that was received."""

    path: Path
    """Where it lies until the request ends."""
    name: str
    """As the client calls it, without folders."""


@asynccontextmanager
async def received_file(request: Request, limit: int) -> AsyncIterator[Upload]:
    """Receive the part `file` of a multipart body.

    Args:
        request: The request, its body not yet read.
        limit: Most bytes that are taken.

    Raises:
        HTTPException: 413 above the limit, 415 for another kind of body, 422 without the part.
    """
    if _content_length(request) > limit:
        raise _too_large(limit)
    with TemporaryDirectory(prefix="reqsift-upload-") as folder:
        receiver = _Receiver(request.headers.get("content-type", ""), folder)
        try:
            async for chunk in _chunks(request, limit):
                await asyncio.to_thread(receiver.write, chunk)
            yield receiver.finish()
        finally:
            receiver.close()


def _content_length(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


async def _chunks(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body in pieces of about a megabyte: few enough hops between threads."""
    received = 0
    waiting = bytearray()
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise _too_large(limit)
        waiting += chunk
        if len(waiting) >= _WRITE_SIZE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


class _Receiver:
    """Feeds a multipart parser that writes files into `folder`."""

    def __init__(self, content_type: str, folder: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise HTTPException(
                status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
                "Send the capture as multipart/form-data, in the part named file.",
            )
        self._files: list[File] = []
        self._parser = FormParser(
            "multipart/form-data",
            on_field=None,
            on_file=self._files.append,
            boundary=options[b"boundary"],
            config={"UPLOAD_DIR": folder, "UPLOAD_DELETE_TMP": False, "MAX_MEMORY_FILE_SIZE": 0},
        )

    def write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _broken(f"The multipart body is broken: {error}.") from error

    def finish(self) -> Upload:
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise _broken(f"The multipart body is broken: {error}.") from error
        for file in self._files:
            if file.field_name == b"file":
                if file.in_memory:
                    file.flush_to_disk()
                file.file_object.flush()
                return _named(Path(_text(file.actual_file_name)), _text(file.file_name))
        raise _broken("The part named file is missing.")

    def close(self) -> None:
        for file in self._files:
            file.close()


def _named(path: Path, client_name: str) -> Upload:
    """The file under the client's name for it, without folders, so that messages can tell it."""
    name = client_name.replace("\\", "/").rpartition("/")[2] or "upload"
    try:
        path = path.rename(path.parent / name)
    except (OSError, ValueError):
        return Upload(path=path, name="upload")  # ".", a null byte, or too long
    return Upload(path=path, name=name)


def _text(name: bytes | str | None) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name or ""


def _broken(detail: str) -> HTTPException:
    return HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, detail)


def _too_large(limit: int) -> HTTPException:
    detail = f"The upload is larger than {limit} bytes; raise REQSIFT_MAX_UPLOAD or split it."
    return HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, detail)
