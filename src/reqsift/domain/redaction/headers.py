"""Secrets of headers, by the header's name."""

import re
from collections.abc import Iterator

from reqsift.domain.redaction.names import (
    entropy,
    is_identifier,
    is_plain_word,
    is_secret,
    kind_of_name,
    looks_random,
)
from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import Hit, Text, places

_COOKIE = re.compile(r"(?:^|[;\n])[ \t]{0,5}(?:[^=;\n]{0,256}+=)?([^;\n]*+)")
_SET_COOKIE = re.compile(r"(?m)^(?:[^=;\n]{0,256}+=)?([^;\n]*+)")
_SCHEME = re.compile(r"[A-Za-z0-9-]{2,24}[ \t]{1,3}")
_OPAQUE = re.compile(r"(?=[^\d]{0,512}\d)[\w+/=.~-]{32,1024}")
_DRAWN = 4.2
"""Bits a character, from which on a word of a header is no name."""
_HARMLESS = re.compile(
    r"(?:access-control-.*|sec-.*|(?:www|proxy)-authenticate|idempotency-key|authentication-info"
    r"|content-security-policy.*|public-key-pins.*|.*(?:trace|request|correlation|cf|amz)-id.*"
    r"|x-cache.*|etag|cf-ray|x-b3-.*|traceparent|surrogate-key|xkey|vary|accept.*)\Z"
)
_SCHEMES = ("bearer ", "basic ", "token ")
_CREDENTIAL = re.compile(r"[^\s\0,;\"'<>\\]{4,8192}+")


def in_header(name: str, text: str) -> Iterator[Hit]:
    """Secrets in the value of a header; `name` in lower case, several values by lines."""
    if name in {"cookie", "set-cookie", "cookie2", "set-cookie2"}:
        pattern = _COOKIE if name.startswith("cookie") else _SET_COOKIE
        for found in pattern.finditer(text):
            if found[1].strip():
                yield Hit(*found.span(1), SecretKind.COOKIE)
    elif name in {"authorization", "proxy-authorization"}:
        yield from _authorization(text)
    elif not _HARMLESS.match(name):
        yield from _by_name(name, text)


def _authorization(text: str) -> Iterator[Hit]:
    """All but the scheme, of each line."""
    start = 0
    for line in text.split("\n"):
        scheme = _SCHEME.match(line)
        begin = scheme.end() if scheme else 0
        if line[begin:].strip():
            basic = line[:5].lower() == "basic"
            kind = SecretKind.BASIC if basic else SecretKind.BEARER
            yield Hit(start + begin, start + len(line), kind)
        start += len(line) + 1


def _by_name(name: str, text: str) -> Iterator[Hit]:
    """A header of a vendor: by its name, or since it looks as if a machine had drawn it."""
    value = text.strip()
    kind = kind_of_name(name)
    if kind is not None and (_is_no_word(value) or is_secret(name, kind, value)):
        scheme = _SCHEME.match(text)
        yield Hit(scheme.end() if scheme else 0, len(text), kind)
    elif not name.startswith("x-") or is_identifier(value):
        return
    elif _OPAQUE.fullmatch(value) and entropy(value) > _DRAWN:
        yield Hit(0, len(text), SecretKind.TOKEN)


def _is_no_word(value: str) -> bool:
    return len(value) >= 4 and not (is_plain_word(value) and len(value) < 12)


def credentials(text: Text) -> Iterator[Hit]:
    """What follows the name of an authentication scheme, anywhere.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    for scheme in _SCHEMES:
        for at in places(text.lowered, scheme):
            found = _CREDENTIAL.match(text.plain, at + len(scheme))
            if found is None or text.lowered[max(0, at - 1) : at].isalnum():
                continue
            strong = scheme != "token " and len(found[0]) >= 8
            if (strong and not found[0].isalpha()) or looks_random(found[0]):
                kind = SecretKind.BASIC if scheme == "basic " else SecretKind.BEARER
                yield Hit(*found.span(), kind)
