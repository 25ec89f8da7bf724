"""XML that names something outside of itself, and signs that a parser went there."""

import re
from collections.abc import Iterator
from itertools import islice

from reqsift.domain.findings import Evidence
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.view import REQUEST_BODY, View

_ENTITY = re.compile(
    r"<!ENTITY\s{1,10}(?:%\s{1,10})?[\w.-]{1,64}\s{1,10}(?:SYSTEM|PUBLIC\s{1,10}[\"'][^\"'<>]{0,200}[\"'])"
    r"\s{1,10}[\"']([^\"'<>]{1,400})[\"']",
    re.IGNORECASE,
)
_NAMES = re.compile(r"<!ENTITY\s{1,10}([\w.-]{1,64})\s{1,10}(?:SYSTEM|PUBLIC)\b", re.IGNORECASE)
_DOCTYPE = re.compile(
    r"<!DOCTYPE\s{1,10}[\w:.-]{1,64}\s{1,10}(?:SYSTEM|PUBLIC\s{1,10}[\"'][^\"'<>]{0,200}[\"'])"
    r"\s{1,10}[\"']([^\"'<>]{1,400})[\"']",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r"<(?:\w{1,20}:)?include\b[^<>]{0,300}?\bhref=[\"']([^\"'<>]{1,400})[\"']")
_HOLDER = re.compile(
    r"<(?:[\w.-]{1,40}:)?([\w.-]{1,60})(?:\s[^<>]{0,200})?>\s{0,20}"
    r"(?:&([\w.-]{1,64});|<(?:\w{1,20}:)?include\b[^<>]{0,400}>)"
)
_EMPTY = re.compile(
    r"(?:null|none|nil|unknown|undefined|n/?a|error|invalid|missing|ok|true|false|-|0|\?)\Z",
    re.IGNORECASE,
)
_NOT_FOUND = (
    "no such file",
    "filenotfound",
    "could not find file",
    "cannot find the file",
    "could not find a part of the path",
    "failed to load",
    "unknownhost",
    "connection refused",
    "connectexception",
    "failed to open stream",
    "cannot open",
)
_MOST_HOLDERS = 8


def names_outside(view: View) -> Evidence | None:
    """An external entity, document type or inclusion in the request."""
    return view.once(_names_outside)


def _names_outside(view: View) -> Evidence | None:
    found = next(_outside(view), None)
    return view.span(REQUEST_BODY, *found.span()) if found else None


def _outside(view: View) -> Iterator[re.Match[str]]:
    text = view.request_text
    if "<!" in text:
        yield from islice(_ENTITY.finditer(text), _MOST_HOLDERS)
        yield from islice(_DOCTYPE.finditer(text), 1)
    if "include" in text and "XInclude" in text:
        yield from islice(_INCLUDE.finditer(text), _MOST_HOLDERS)


def inner_entity(view: View, inner: re.Pattern[str]) -> Evidence | None:
    """The first of them that goes to an `inner` address of a network."""
    if "://" not in view.request_text:
        return None
    for found in _outside(view):
        if inner.search(found.group(1)) and not found.group(1).lower().startswith("file:"):
            return view.span(REQUEST_BODY, *found.span())
    return None


def fetched_by_parser(view: View) -> Evidence | None:
    """What came of it: another text in the element, or a complaint that names the place."""
    return view.once(_fetched_by_parser)


def _fetched_by_parser(view: View) -> Evidence | None:
    if names_outside(view) is None or not view.body:
        return None
    return _complaint(view) or (_filled(view) if 200 <= view.status < 300 else None)


def _complaint(view: View) -> Evidence | None:
    if not any(words in view.lower_body for words in _NOT_FOUND):
        return None
    for found in _outside(view):
        place = re.sub(r"^file:/{2,3}(?=/|[A-Za-z]:)|^file:|^https?://", "", found.group(1))
        place = place.rstrip("/")
        if len(place) < 4 or place not in view.body:
            continue
        words = "|".join(re.escape(words) for words in _NOT_FOUND)
        name = re.escape(place)
        near = rf"(?:{words})[^\n]{{0,120}}?{name}|{name}[^\n]{{0,80}}?(?:{words})"
        if shown := found_in_body(view, re.compile(near, re.IGNORECASE)):
            return shown
    return None


def _filled(view: View) -> Evidence | None:
    """An element that held only the reference comes back with a text in it."""
    declared = set(_NAMES.findall(view.request_text))
    for found in islice(_HOLDER.finditer(view.request_text), _MOST_HOLDERS):
        if found.group(2) and found.group(2) not in declared:
            continue
        name = re.escape(found.group(1))
        text = (
            rf"<(?:[\w.-]{{1,40}}:)?{name}(?:\s[^<>]{{0,200}})?>\s{{0,20}}([^<>&\s][^<>]{{1,400}})</"
            if not view.is_json
            else rf'"{name}"\s{{0,3}}:\s{{0,3}}"([^"&\s][^"]{{1,400}})"'
        )
        back = re.search(text, view.body)
        if back and not _EMPTY.match(back.group(1).strip()):
            return found_in_body(view, re.compile(re.escape(back.group())))
    return None
