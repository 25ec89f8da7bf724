"""What becomes of a file: packed, encoded, cut, damaged, or no HAR at all."""

import gzip
import hashlib
import os
import tracemalloc
import zlib
from collections.abc import Iterator
from errno import EIO
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.readers.sources import TextSource
from reqsift.domain.errors import TruncatedCapture, UnreadableCapture
from reqsift.services.ports.captures import CaptureReader
from tests.unit.adapters.readers.reading import entry, har, read_bytes, response

READER: CaptureReader = CaptureFileReader()
MEBIBYTE = 1 << 20
HAR = har(*map(entry, range(40)))
PLAIN = read_bytes(HAR)[0]


def refusal(data: bytes) -> str:
    entries, error = read_bytes(data)
    assert entries == []
    assert error
    assert not isinstance(error, TruncatedCapture)
    assert str(error).startswith("traffic.har ")
    assert "\n" not in str(error)
    return str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + HAR,
        HAR.decode().encode("utf-16"),
        b"\xfe\xff" + HAR.decode().encode("utf-16-be"),
        HAR.decode().encode("utf-16-le"),
        HAR.decode().encode("utf-32"),
        gzip.compress(HAR),
        gzip.compress(b"\xef\xbb\xbf" + HAR),
        gzip.compress(HAR[:99]) + gzip.compress(HAR[99:]),
        gzip.compress(HAR) + b"\0" * 512,
        zlib.compress(HAR),
        b"\r\n " + HAR + b"\n\n",
        HAR + b"\0" * 4096,
    ],
)
@pytest.mark.parametrize("window", [1, 100, 1 << 20])
def test_packings_and_encodings(data: bytes, window: int) -> None:
    assert read_bytes(data, CaptureFileReader(window=window)) == (PLAIN, None)


def test_a_har_without_traffic_is_read() -> None:
    assert read_bytes(har()) == ([], None)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"\xef\xbb\xbf\n<HTML>", "an HTML page"),
        (b'<?xml version="1.0"?><!DOCTYPE items [', "a Burp XML file"),
        (b'<items burpVersion="2024.1" exportTime="">', "a Burp XML file"),
        (b"<?xml version='1.0'?><a/>", "an XML file"),
        (b"2140:7:version;2:10#", "a mitmproxy flow file"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x28\xb5\x2f\xfd....", "an archive"),
        (b"\x89PNG\r\n\x1a\n\0\0", "an image"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "PCAP"),
        (b"\x0a\x0d\x0d\x0a\0\0", "PCAP"),
        (b"SQLite format 3\0", "SQLite"),
        (b"POST /a HTTP/1.1\r\nHost: a\r\n", "a raw HTTP request"),
        (b"HTTP/1.1 200 OK\r\n", "a raw HTTP response"),
        (b"curl 'http://a'", "a curl command"),
        (b'[{"request": {}}]', "a bare JSON array"),
        (b'onInputData({"log": {}});', "JavaScript"),
        (b'var har = {"log": 1}', "JavaScript"),
        (b"\x7fELF\x02\x01\0\0\0", "a binary file"),
        (b"hello", "not a HAR"),
        (b"12", "not a HAR"),
        (b"{}", "not a HAR"),
        (b'{"method": "GET", "url": "/"}', "a single HAR request"),
        (b'{"request": {}, "response": {}}', "a single HAR entry"),
        (b'{"entries": [], "version": 1}', "without the `log`"),
        (b'{"info": {}, "item": []}', "a Postman collection"),
        (b'{"openapi": "3.1.0"}', "an OpenAPI description"),
        (b'{"log": {}}', "no list log.entries"),
        (b'{"log": {"entries": null}}', "no list log.entries"),
        (b'{"log": {"entries": {"a": []}}}', "no list log.entries"),
        (b'{"log": []}', "no list log.entries"),
        (b'{"log": {"pages": [{"entries": []}]}}', "no list log.entries"),
        (b'{"log": {"comment": "\\"entries\\": []"}}', "no list log.entries"),
        (b"{{template}}", "broken JSON at byte 1"),
        (b"{log: {entries: []}}", "broken JSON at byte 1"),
        (b"\x1f\x8b\x08nonsense", "damaged"),
    ],
)
def test_refused_in_one_line(data: bytes, what: str) -> None:
    assert what in refusal(data)


def test_a_second_har_behind_the_first_is_not_lost_silently() -> None:
    entries, error = read_bytes(HAR + b"\n" + HAR)
    assert entries == PLAIN
    assert "goes on after the end" in str(error)


@pytest.mark.parametrize("packed", [gzip.compress(HAR), zlib.compress(HAR)])
def test_a_cut_packed_file(packed: bytes) -> None:
    entries, error = read_bytes(packed[:-20])

    assert isinstance(error, TruncatedCapture)
    assert "compressed file that ends in the middle" in str(error)
    assert entries == PLAIN[: len(entries)]
    assert len(entries) > 20


def test_a_damaged_packed_file_gives_what_was_sound() -> None:
    packed = bytearray(gzip.compress(HAR))
    packed[-6] ^= 0xFF  # the checksum
    entries, error = read_bytes(bytes(packed))
    assert "damaged" in str(error)
    assert entries == PLAIN[: len(entries)]


def test_a_cut_file_names_the_place() -> None:
    entries, error = read_bytes(HAR[:-300])
    assert isinstance(error, TruncatedCapture)
    assert entries == PLAIN[:39]
    assert f"(byte {len(HAR) - 300}, after entry 38)" in str(error) or "after entry 38" in str(
        error
    )


@pytest.mark.parametrize("data", [b"{", b'{"log": {"pages": [', b'{"log": {"entries"'])
def test_cut_before_the_first_entry(data: bytes) -> None:
    entries, error = read_bytes(data)
    assert entries == []
    assert isinstance(error, TruncatedCapture)
    assert "before its first entry" in str(error)


def test_damage_between_entries_keeps_those_before() -> None:
    entries, error = read_bytes(HAR[: HAR.index(b', {"startedDateTime"')] + b"}}:]]")
    assert isinstance(error, TruncatedCapture)
    assert "damaged" in str(error)
    assert entries == PLAIN[:1]


@pytest.mark.parametrize("name", ["absent.har", "no\0name", "x" * 5000, "."])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    what = r"does not exist|cannot be opened|is a folder"
    with pytest.raises(UnreadableCapture, match=what):
        list(READER.read(tmp_path / name, lambda _: None))
    with pytest.raises(UnreadableCapture, match=what):
        READER.content_hash(tmp_path / name)


def test_content_hash_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har.gz"
    path.write_bytes(b"abc")
    assert READER.content_hash(path) == hashlib.sha256(b"abc").hexdigest()


class FailingFile(BytesIO):
    """A file on a disk that fails after the first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(EIO, "Input/output error")
        return super().read(size)


def test_a_failing_disk_gives_what_was_read() -> None:
    source = TextSource(FailingFile(HAR), lambda _: None, 5000)
    assert source.read() == HAR[:5000]
    assert source.read() == b""
    assert "Input/output error" in str(source.problem)


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[Path]:
    """A file that we may not read; root may read all, so it is somebody else meanwhile."""
    path = tmp_path / "secret.har"
    path.write_bytes(HAR)
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield path
    os.seteuid(user)


def test_what_may_not_be_read(secret: Path) -> None:
    with pytest.raises(UnreadableCapture, match="may not be read"):
        list(READER.read(secret, lambda _: None))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(HAR,), daemon=True)
    writer.start()
    assert list(READER.read(path, lambda _: None)) == PLAIN
    writer.join()


def traced_peak(path: Path) -> float:
    """How much memory reading takes at most, in MiB."""
    tracemalloc.start()
    try:
        for _ in CaptureFileReader(MEBIBYTE).read(path, lambda _: None):
            pass
        return tracemalloc.get_traced_memory()[1] / MEBIBYTE
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_entries(tmp_path: Path) -> None:
    path = tmp_path / "many.har"
    path.write_bytes(har(*[entry(comment="x" * 10_000)] * 4000))
    assert traced_peak(path) < 12


def test_memory_does_not_grow_with_a_body(tmp_path: Path) -> None:
    path = tmp_path / "large.har"
    start, end = har(entry(response=response(content={"text": "@"}))).split(b"@")
    path.write_bytes(start + b"0123456789" * 8 * MEBIBYTE + end)
    assert traced_peak(path) < 40


def test_an_archive_bomb_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "bomb.har.gz"
    path.write_bytes(gzip.compress(b'{"log":{"comment":"' + b"0" * 80 * MEBIBYTE, 1))
    with pytest.raises(TruncatedCapture):
        traced_peak(path)
