"""Shared by the tests of the reader: read bytes as if they were a file, and build small HARs."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from reqsift.adapters.readers import CaptureFileReader
from reqsift.domain.captures import Exchange, SkippedEntry
from reqsift.domain.errors import UnreadableCapture

DEFAULT = CaptureFileReader()


def read_bytes(
    data: bytes, reader: CaptureFileReader = DEFAULT
) -> tuple[list[Exchange | SkippedEntry], UnreadableCapture | None]:
    """All entries, and the error that ended the reading, if any."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "traffic.har")
        path.write_bytes(data)
        entries: list[Exchange | SkippedEntry] = []
        advanced: list[int] = []
        try:
            for entry in reader.read(path, advanced.append):
                entries.append(entry)  # noqa: PERF402 - those before an error count
        except UnreadableCapture as error:
            return entries, error
        assert sum(advanced) == len(data)
        return entries, None


def har(*entries: object) -> bytes:
    """A HAR with these entries."""
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def entry(number: int = 0, **members: object) -> dict[str, object]:
    """A plain entry that can be told from others by its number."""
    return {
        "startedDateTime": "2026-01-02T03:04:05.678Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": f"https://shop.example/{number}",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Host", "value": "shop.example"}],
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Type", "value": "text/plain"}],
            "content": {"size": 2, "mimeType": "text/plain", "text": f"{number:02}"},
        },
        **members,
    }


def request(**members: object) -> dict[str, object]:
    """A plain request of an entry."""
    return {"method": "GET", "url": "https://shop.example/", **members}


def response(**members: object) -> dict[str, object]:
    """A plain response of an entry."""
    return {"status": 200, **members}
