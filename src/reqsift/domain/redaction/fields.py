"""Values of fields that are named like secrets: in JSON, forms, URLs, XML, HTML and scripts."""

import re
from collections.abc import Iterator

from reqsift.domain.redaction.names import (
    WORDS,
    is_identifier,
    is_secret,
    kind_of_name,
    looks_random,
)
from reqsift.domain.redaction.secrets import SecretKind
from reqsift.domain.redaction.texts import BREAK, Hit, Text, places

_LONGEST_NAME = 40
_NAME_BEFORE = re.compile(r"[\w.\-]{0,40}\Z")
_NAME_AFTER = re.compile(r"[\w.\-]{0,60}+")
_SEPARATOR = r"(?:=>|:=|[:=]|&#61;|%3[dD])"
# What may stand between a name and its separator: `]` of `user[password]`, a quote, `\"`.
_QUOTED = re.compile(
    r"[\])]{0,2}(?:\\{0,3}(?:[\"']|&quot;|&#34;|%22))?\]?\s{0,5}"
    + _SEPARATOR
    + r"\s{0,5}(?P<q>\\{0,3}[\"']|&quot;|&#34;|%22)"
)
_BARE = re.compile(
    r"[\])]{0,2}(?:%5[dD])?\s{0,2}"
    + _SEPARATOR
    + r"[ \t]{0,5}(?P<value>(?:[^\s\0\"'<>&;,{}\[\]()]|"
    + r"&(?:amp|lt|gt|quot|#x?\w{1,5});(?![\w.-]{1,40}=)){1,8192}+)"
)
# `getToken()` and `state.token`: where a script has the value from.
_CALL = re.compile(r"[A-Za-z_$][\w$.]{0,80}+\([\w$., ]{0,60}+\)[;,})]")
_MEMBER = re.compile(
    r"(?:[A-Za-z_$]{1,2}|this|self|state|props|options|request|response)\.([A-Za-z]{2,40}+)[,;})]"
)
_OF_FORM = re.compile(r"(?:\]|%5[dD]){0,2}=(?P<value>[^&;\s\0\"<>]{1,8192}+)")
_NUMBER = re.compile(r"\\{0,3}[\"']\s{0,5}:\s{0,5}(?P<value>-?[\w.+-]{1,64}+)")
_IN_PATH = re.compile(r"/(?P<value>[\w.~-]{16,512}+)")
_SEGMENT = re.compile(r"[a-z_-]++\Z")
_ELEMENT = re.compile(
    r"(?:\s[^<>\0]{0,300}+)?>\s{0,20}(?:<!\[CDATA\[)?(?P<value>[^<\0\]]{1,8192}+)"
)
_PLACEHOLDER = re.compile(r"<[A-Z_]{3,20}_\d{1,9}>")
_VALUE_BEHIND = re.compile(
    r"\\{0,3}[\"'][^<>{}\0]{0,300}?\b(?:value|content)\\{0,3}[\"']?\s{0,3}[=:]\s{0,3}"
    r"(?P<q>\\{0,3}[\"'])"
)
_BARE_BEHIND = re.compile(r"[\"'][^<>{}\0]{0,300}?\bvalue=(?P<value>[^\s\0\"'<>]{1,8192}+)")
_VALUE_BEFORE = re.compile(r"\b(?:value|content)[\"']?\s{0,3}[=:]\s{0,3}([\"'])")
_PART_OF_FORM = re.compile(r"\"(?:;[^\r\n\0]{0,200})?(?:\r?\n[^\r\n\0]{1,200}){0,5}?\r?\n\r?\n")
_PATH_TO_TOKEN = re.compile(
    r"/(?:reset|verify|confirm|invite|invitation|activate|activation|magic|unsubscribe|share|join)"
    r"[\w-]{0,20}/(?P<value>[\w.~=-]{12,512}+)",
    re.IGNORECASE,
)
_PROSE = re.compile(r"(?:[A-Za-z][a-z]*|[A-Z]+)[.,!?]?\Z")
_LONGEST_QUOTED = 16_384


def named_values(text: Text) -> Iterator[Hit]:
    """Secrets that their field's name gives away.

    Raises:
        ValueError: There are more candidates than can be looked at.
    """
    covered = -1
    plain = text.plain
    for at in sorted(place for word in WORDS for place in places(text.lowered, word)):
        if at < covered:
            continue  # another word of the same name, or within a value
        before = _NAME_BEFORE.search(plain, max(0, at - _LONGEST_NAME), at)
        after = _NAME_AFTER.match(plain, at)
        start, end = before.start() if before else at, after.end() if after else at
        covered = end
        for hit in _values(plain, start, end):
            covered = max(covered, hit.end)
            yield hit


def path_tokens(url: str) -> Iterator[Hit]:
    """Tokens of links that were mailed: `/reset/V1StGXR8Z5jdHi6BmyT`."""
    for found in _PATH_TO_TOKEN.finditer(url):
        if any(map(str.isdigit, found["value"])):
            yield Hit(*found.span("value"), SecretKind.TOKEN)


def _values(plain: str, start: int, end: int) -> Iterator[Hit]:
    """What belongs to the name that stands there."""
    name = plain[start:end]
    kind = kind_of_name(name)
    if kind is None or _PLACEHOLDER.match(plain, start - 1):
        return
    for begin, stop in _spans(plain, start, end):
        if is_secret(name, kind, plain[begin:stop]):
            yield Hit(begin, stop, kind)


def _spans(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where values of a name may stand."""
    before = plain[max(0, start - len(BREAK)) : start]
    if found := _QUOTED.match(plain, end):
        yield found.end(), _closing(plain, found["q"], found.end())
    elif found := _bare(plain, before, end):
        begin, stop = found.span("value")
        if not (_is_prose(plain, end, begin, stop) or _is_code(plain, begin)):
            yield found.span("value")
    elif before[-1:] in {"<", ":"} and (found := _ELEMENT.match(plain, end)):
        yield _stripped(plain, *found.span("value"))
    elif before[-1:] in {'"', "'"}:
        yield from _attributes(plain, start, end)
        yield from _part_of_form(plain, start, end)
    elif before[-1:] == "/":
        yield from _in_path(plain, start, end)


def _in_path(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The segment behind one like `token` or `reset-password`, if a machine has drawn it."""
    found = _IN_PATH.match(plain, end) if _SEGMENT.match(plain, start, end) else None
    if found and looks_random(found["value"]) and not is_identifier(found["value"]):
        yield found.span("value")


def _bare(plain: str, before: str, end: int) -> re.Match[str] | None:
    """A value without quotes; in a form or a query it ends at the next field only."""
    if not before or before[-1] in "?&#[" or before == BREAK:
        return _OF_FORM.match(plain, end) or _BARE.match(plain, end)
    return _BARE.match(plain, end) or _NUMBER.match(plain, end)


def _is_prose(plain: str, start: int, begin: int, end: int) -> bool:
    """Whether it is a sentence: `Your password: must be long`."""
    spaced = plain[start:begin].endswith(": ")
    return spaced and plain[end : end + 1] == " " and _PROSE.match(plain, begin, end) is not None


def _is_code(plain: str, begin: int) -> bool:
    """Whether a call stands there, or a member that is itself named like a secret."""
    member = _MEMBER.match(plain, begin)
    if member is not None:
        return kind_of_name(member[1]) is not None
    return _CALL.match(plain, begin) is not None


def _attributes(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Of `<input name="csrf" value="...">` in either order, of `<meta>`, of pairs in JSON."""
    if found := _VALUE_BEHIND.match(plain, end):
        yield found.end(), _closing(plain, found["q"], found.end())
    elif found := _BARE_BEHIND.match(plain, end):
        yield found.span("value")
    tag = max(plain.rfind(sign, max(0, start - 400), start) for sign in "<{>}")
    if tag >= 0 and plain[tag] in "<{":
        for found in _VALUE_BEFORE.finditer(plain, tag, start):
            yield found.end(), _closing(plain, found[1], found.end())


def _part_of_form(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Of `Content-Disposition: form-data; name="password"`: all up to the next boundary."""
    if "form-data" not in plain[max(0, start - 60) : start]:
        return
    if found := _PART_OF_FORM.match(plain, end):
        stop = plain.find("\n--", found.end(), found.end() + _LONGEST_QUOTED)
        yield _stripped(plain, found.end(), stop if stop >= 0 else found.end() + _LONGEST_QUOTED)


def _closing(plain: str, quote: str, start: int) -> int:
    """Where a quoted value ends: at its quote, unless that is escaped; or at the line's end."""
    at = start
    limit = min(len(plain), start + _LONGEST_QUOTED)
    sign, escaped = quote.lstrip("\\"), quote.count("\\")
    while (at := plain.find(sign, at, limit)) >= 0:
        before = at - len(plain[start:at].rstrip("\\")) - start
        # `\"` ends what `\"` began; within, a quote is `\\\"` and a backslash `\\\\`.
        if before % (2 * escaped + 2) == escaped:
            return _within(plain, start, at - escaped)
        at += len(sign)
    line = plain.find("\n", start, limit)
    return line if line >= 0 else limit


def _within(plain: str, start: int, end: int) -> int:
    """`end`, or where the part ends before it."""
    part = plain.find(BREAK, start, end)
    return part if part >= 0 else end


def _stripped(plain: str, start: int, end: int) -> tuple[int, int]:
    value = plain[start:end]
    return start + len(value) - len(value.lstrip()), start + len(value.rstrip())
