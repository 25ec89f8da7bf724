"""From the texts that a HAR holds to the bytes of a body."""

import binascii
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from reqsift.adapters.readers.har_entry import ParamPart
from reqsift.domain.bodies import essence
from reqsift.domain.captures import Body

_BASE64 = re.compile(r"[A-Za-z0-9+/]*+=*+")
_URL_SAFE = str.maketrans("-_", "+/")
_SANE_SIZE = 1 << 50
_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)', re.IGNORECASE)
_NO_BODY = Body()


class HarText(NamedTuple):
    """The text of a body, as a HAR holds it."""

    text: str
    encoding: str | None = None
    """`base64`, or none."""
    dropped: int = 0
    """Bytes that were left out at the end of the text, as if decoded."""
    size: float = 0
    """How many bytes the tool says that the body had; not positive if it does not say."""


def body(har: HarText, mime_type: str, max_body: int) -> Body:
    """The body that a HAR describes, cut to at most `max_body` bytes."""
    if not har.text and har.size <= 0 and not mime_type:
        return _NO_BODY
    is_base64 = har.encoding is not None and har.encoding.lower() == "base64"
    decoded = _from_base64(har.text) if is_base64 else None
    content = har.text.encode(errors="replace") if decoded is None else decoded
    held = len(content)
    if held > max_body:
        content = content[:max_body] if decoded is not None else _cut(content, max_body)
    size = int(har.size) if held < har.size < _SANE_SIZE else held
    if size == held:
        size += har.dropped if decoded is None else har.dropped * 3 // 4
    return Body(
        content=content,
        mime_type=mime_type,
        size=size,
        truncated=held > len(content) or har.dropped > 0,
    )


def form_text(mime_type: str, params: Sequence[ParamPart]) -> str:
    """The body that was sent for the fields of a form, as far as the fields tell."""
    if essence(mime_type) == "multipart/form-data":
        return _multipart(mime_type, params)
    return "&".join(f"{_quoted(param.name)}={_quoted(param.value or '')}" for param in params)


def _quoted(text: str) -> str:
    # Some tools write the fields as they were sent, others decoded; "%" tells the former.
    return quote(text, safe="%+" if "%" in text else "", errors="replace")


def _multipart(mime_type: str, params: Sequence[ParamPart]) -> str:
    found = _BOUNDARY.search(mime_type)
    boundary = found[1] if found else "boundary"
    lines: list[str] = []
    for param in params:
        file = f'; filename="{param.file_name}"' if param.file_name else ""
        lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{param.name}"{file}']
        if param.content_type:
            lines.append(f"Content-Type: {param.content_type}")
        lines += ["", param.value or ""]
    return "\r\n".join([*lines, f"--{boundary}--", ""])


def _from_base64(text: str) -> bytes | None:
    """Decode, with white space, the URL-safe alphabet and missing padding; None if it is not it."""
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        dense = "".join(text.split()).translate(_URL_SAFE)
    if not _BASE64.fullmatch(dense):
        return None
    dense = dense.rstrip("=")
    if len(dense) % 4 == 1:
        dense = dense[:-1]  # a single character of a quartet holds no whole byte
    return binascii.a2b_base64(dense + "=" * (-len(dense) % 4))


def _cut(content: bytes, end: int) -> bytes:
    while end and content[end] & 0xC0 == 0x80:  # never inside a character
        end -= 1
    return content[:end]
