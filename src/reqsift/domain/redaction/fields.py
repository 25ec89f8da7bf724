"""Values of fields that are named like secrets: in JSON, forms, URLs, XML, HTML and scripts."""

import re
from collections.abc import Iterator

from reqsift.domain.redaction.names import WORDS, is_secret, kind_of_name
from reqsift.domain.redaction.shapes import Hit

_MOST_HITS = 60_000
_NAME_BEFORE = re.compile(r"[\w.\-\[\]]{0,40}\Z")
_REST = r"[\w.\-\[\]]{0,40}"
_QUOTED = re.compile(
    _REST + r"(?:\\{0,3}[\"'])?\s{0,5}(?:=>|:=|[:=]|&#61;|%3[dD])\s{0,5}(?P<q>\\{0,3}[\"'])"
)
_BARE = re.compile(
    _REST + r"(?:=>|:=|[:=]|&#61;|%3[dD])[ \t]{0,5}(?P<value>[^\s\"'<>&;,{}\[\]()]{1,8192})"
)
_NUMBER = re.compile(_REST + r"\\{0,3}[\"']\s{0,5}:\s{0,5}(?P<value>-?[\w.+-]{1,64})")
_ELEMENT = re.compile(_REST + r"(?:\s[^<>]{0,300})?>\s{0,20}(?P<value>[^<]{1,8192})")
_VALUE_BEHIND = re.compile(
    _REST + r"[\"'][^<>]{0,300}?\b(?:value|content)\s{0,3}=\s{0,3}(?P<q>[\"'])"
)
_VALUE_BEFORE = re.compile(r"\b(?:value|content)\s{0,3}=\s{0,3}([\"'])")
_PART_OF_FORM = re.compile(_REST + r"\"(?:;[^\r\n]{0,200})?(?:\r?\n[^\r\n]{1,200}){0,5}?\r?\n\r?\n")


def named_values(text: str, lowered: str) -> Iterator[Hit]:
    """Secrets that their field's name gives away; `lowered` is the text in lower case.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    covered = -1
    for at in _places(lowered):
        if at < covered:
            continue  # another word of the same name, or within a value
        begin = _NAME_BEFORE.search(text, max(0, at - 40), at)
        for hit in _values(text, at, begin.start() if begin else at):
            covered = max(covered, hit.end)
            yield hit


def _places(lowered: str) -> list[int]:
    """Where a word of a secret's name stands, in order."""
    places: list[int] = []
    for word in WORDS:
        at = lowered.find(word)
        while at >= 0:
            places.append(at)
            if len(places) > _MOST_HITS:
                raise ValueError("too many fields that are named like secrets")
            at = lowered.find(word, at + len(word))
    places.sort()
    return places


def _values(text: str, at: int, start: int) -> Iterator[Hit]:
    """What stands behind a name of which `at` is within and `start` the beginning."""
    name_end = _end_of_name(text, at)
    name = text[start:name_end]
    kind = kind_of_name(name)
    if kind is None:
        return
    for begin, end in _spans(text, at, start):
        value = text[begin:end]
        if is_secret(name, kind, value):
            yield Hit(begin, end, kind)


_NAME_AFTER = re.compile(r"[\w.\-]{0,60}")


def _end_of_name(text: str, at: int) -> int:
    found = _NAME_AFTER.match(text, at)
    return found.end() if found else at


def _spans(text: str, at: int, start: int) -> Iterator[tuple[int, int]]:
    if found := _QUOTED.match(text, at):
        yield found.end(), _closing(text, found["q"], found.end())
        return
    if found := _BARE.match(text, at):
        yield found.span("value")
    if found := _NUMBER.match(text, at):
        yield found.span("value")
    if text[max(0, start - 1) : start] in {"<", ":"} and (found := _ELEMENT.match(text, at)):
        yield _stripped(text, *found.span("value"))
    yield from _attributes(text, at, start)
    if "form-data" in text[max(0, start - 60) : start] and (found := _PART_OF_FORM.match(text, at)):
        end = text.find("\n--", found.end())
        yield _stripped(text, found.end(), end if end >= 0 else len(text))


def _attributes(text: str, at: int, start: int) -> Iterator[tuple[int, int]]:
    """Of `<input name="csrf" value="...">`, in either order, and of `<meta>`."""
    if text[max(0, start - 1) : start] not in {'"', "'"}:
        return
    if found := _VALUE_BEHIND.match(text, at):
        yield found.end(), _closing(text, found["q"], found.end())
    tag = text.rfind("<", max(0, start - 400), start)
    if tag >= 0 and ">" not in text[tag:start]:
        for found in _VALUE_BEFORE.finditer(text, tag, start):
            yield found.end(), _closing(text, found[1], found.end())


def _closing(text: str, quote: str, start: int) -> int:
    """Where a quoted value ends: at its quote, unless that is escaped; or at the line's end."""
    at = start
    limit = min(len(text), start + 16_384)
    while True:
        at = text.find(quote, at, limit)
        if at < 0:
            line = text.find("\n", start, limit)
            return line if line >= 0 else limit
        if len(quote) > 1 or text[at - 1] != "\\" or text[at - 2 : at] == "\\\\":
            return at
        at += 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    value = text[start:end]
    return start + len(value) - len(value.lstrip()), start + len(value.rstrip())
