"""Base64 that hides a secret."""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Iterator

from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Hit, Text

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}+={0,2}")
_TEXTUAL = re.compile(r"(?:[CI-Za-z]...){4}")
"""How text begins in base64: its bytes are letters and signs, or line breaks."""
_MOST_DECODED = 64 * 1024
_ALL_DECODED = 1024 * 1024
_HEAD = 24
_USER_AND_PASSWORD = re.compile(r"[\w.@+-]{1,64}:[^\s:]{4,128}")


def encoded(text: Text, secrets_of: Callable[[Text], Iterator[Hit]]) -> Iterator[Hit]:
    """Runs of base64 of whose text `secrets_of` finds a secret; a megabyte of it is looked at."""
    runs = text.runs
    left = _ALL_DECODED
    for found in _BASE64.finditer(runs.joined):
        for start, end in _pieces(found[0]):
            if not _TEXTUAL.match(found[0], start):
                continue
            decoded = _decoded(found[0][start:end])
            left -= len(decoded)
            if left < 0:
                return
            kind = _hidden(decoded, secrets_of) if decoded else None
            if kind is not None:
                begin = runs.back(found.start())
                yield Hit(begin + start, begin + end, kind)


def _pieces(run: str) -> Iterator[tuple[int, int]]:
    """The run, and what stands between its slashes: it may be a path."""
    yield 0, len(run)
    if "/" in run and run.count("/") < 20:
        start = 0
        for piece in run.split("/"):
            if len(piece) >= 20:
                yield start, start + len(piece)
            start += len(piece) + 1


def _hidden(decoded: str, secrets_of: Callable[[Text], Iterator[Hit]]) -> SecretKind | None:
    if _USER_AND_PASSWORD.fullmatch(decoded):
        return SecretKind.BASIC
    try:
        return SecretKind.ENCODED if any(True for _ in secrets_of(Text(decoded))) else None
    except ValueError:
        return SecretKind.ENCODED


def _decoded(run: str) -> str:
    """The text of a run of base64; empty if it is none."""
    decode = urlsafe_b64decode if "-" in run or "_" in run else b64decode
    body = run[:_MOST_DECODED].rstrip("=")
    try:
        head = decode(body[: min(_HEAD, len(body) // 4 * 4)]).decode("utf-8", "replace")
        if "\ufffd" in head[:-1] or not "".join(head[:-1].split()).isprintable():
            return ""
        return decode(body + "=" * (-len(body) % 4)).decode("utf-8", "replace")
    except ValueError:
        return ""
