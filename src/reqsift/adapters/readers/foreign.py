"""Says what a file is that is no HAR, and what to do with it, in the words of its user."""

import re
from collections.abc import Collection

_HAR = "export the traffic as HAR"

_MAGICS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"PK\x03\x04", b"PK\x05\x06"), "a ZIP archive; unpack it and import the .har file inside"),
    ((b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"Rar!"),
     "an archive; unpack it and import the .har file inside"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF"),
     "an image; export the traffic itself as HAR"),
    ((b"%PDF",), f"a PDF document; {_HAR}"),
    ((b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d",
      b"\x0a\x0d\x0d\x0a"),
     "a packet capture (PCAP); record with a browser or a proxy and export HAR"),
    ((b"SQLite format 3\0",), "an SQLite database; export HAR from the tool that wrote it"),
)  # fmt: skip
_BURP = re.compile(rb"<items\s+burpVersion|<!DOCTYPE\s+items", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(rb"\["),
        "a bare JSON array, not a HAR; export HAR, which is an object with log.entries",
    ),
    (re.compile(rb"\d{1,12}:\d+:"),
     "a mitmproxy flow file; turn it into HAR with `mitmdump -nr FILE --set hardump=traffic.har`"),
    (re.compile(rb"[A-Z]{3,20} \S+ HTTP/\d"), f"a raw HTTP request; {_HAR}"),
    (re.compile(rb"HTTP/\d[.\d]* \d{3}"), f"a raw HTTP response; {_HAR}"),
    (re.compile(rb"curl\s"), f"a curl command; {_HAR}"),
    (re.compile(rb"[^\0]*\0"), f"a binary file, not a HAR; {_HAR}"),
    (re.compile(rb"(?:(?:var|let|const)\s+)?[\w.$]+\s*[(=]\s*[\[{(]"),
     "JavaScript around JSON; keep only the JSON, from the first { to the last }"),
)  # fmt: skip
_KEYS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"method", "url"}), "a single HAR request"),
    (frozenset({"request", "response"}), "a single HAR entry"),
    (frozenset({"request", "startedDateTime"}), "a single HAR entry"),
    (frozenset({"entries"}), "the inside of a HAR without the `log` around it"),
    (frozenset({"info", "item"}), "a Postman collection"),
    (frozenset({"openapi"}), "an OpenAPI description"),
    (frozenset({"swagger"}), "an OpenAPI description"),
    (frozenset({"_type", "resources"}), "an Insomnia workspace"),
)


def describe(head: bytes) -> str:
    """What a file that does not begin with `{` looks like, and what to do.

    Args:
        head: The first bytes of the file, unpacked; some hundred are enough.
    """
    text = head.lstrip()
    if not text:
        return f"is empty; {_HAR} again."
    if text.startswith(b"<"):
        return _markup(text)
    for magics, what in _MAGICS:
        if head.startswith(magics):
            return f"is {what}."
    for pattern, what in _TEXTS:
        if pattern.match(text):
            return f"is {what}."
    return f"is not a HAR, nor any JSON object; {_HAR}."


def describe_keys(keys: Collection[str]) -> str:
    """What a JSON object without `log.entries` looks like by its top-level keys."""
    for typical, what in _KEYS:
        if typical.issubset(keys):
            return f"is {what}, not a HAR; export HAR, an object with log.entries."
    if "log" in keys:
        return f"has a `log` but no list log.entries in it, so it holds no traffic; {_HAR} again."
    return f"is JSON, but not a HAR: it has no log.entries; {_HAR}."


def _markup(text: bytes) -> str:
    if _BURP.search(text):
        return f"is a Burp XML file, which reqsift does not read yet; {_HAR} instead."
    if _HTML.search(text):
        return f"is an HTML page, not a HAR; {_HAR} instead of saving the page."
    return f"is an XML file, not a HAR; {_HAR}."
