"""In which context of HTML or JavaScript a place of a page stands."""

import re
from dataclasses import dataclass
from html import unescape

_LOOKED_BACK = 6_000
_MOST_CODE = 20_000
_CLOSED = ("textarea", "title", "style", "xmp", "noembed")
"""Their content is text until their own end."""
_OUTSIDE = re.compile(
    r"(?<=[=(,:!&|?{};\n])\s{0,3}/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n]){0,100}\]|[^/\\\n\[]){1,200}/"
    r"|[\"'`]|//|/\*"
)
"""What opens a text or a comment; a pattern between slashes is passed over."""
_INSIDE = re.compile(r"\\.|[\"'`\n]|\*/", re.DOTALL)
_DATA = re.compile(
    r"\btype\s{0,3}=\s{0,3}[\"']?(?:application/(?:ld\+)?json|text/(?:template|x-)|importmap"
    r"|speculationrules)",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"\son[a-z]{3,20}\s{0,3}=\s{0,3}([\"'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What surrounds a place."""

    kind: str
    """`text`, `tag`, `comment`, `closed` or `script`."""
    tag: str = ""
    """Which element takes all as text."""
    before: str = ""
    """Of a tag: what stands before the place, from its start."""
    is_data: bool = False
    """Whether it is a script that no browser runs."""
    quote: str = ""
    """Of a script: which quote opened the text around the place; empty outside of texts."""
    is_code: bool = False
    """Of a script: whether it is neither in a text nor in a comment."""
    escaped: bool = False
    """Whether a backslash that counts stands right before the place."""


def place_of(body: str, offset: int) -> Place:
    """Judge from what stands before `offset`."""
    script = _last(body, "<script", offset)
    if script > _last(body, "</script", offset):
        opened = body.find(">", script, offset)
        if opened >= 0:
            if _DATA.search(body, script, opened):
                return Place(kind="script", is_data=True)
            return in_code(body[opened + 1 : offset])
    before = body[max(0, offset - _LOOKED_BACK) : offset]
    lower = before.lower()
    if lower.rfind("<!--") > lower.rfind("-->"):
        return Place(kind="comment")
    for tag in _CLOSED:
        start = lower.rfind(f"<{tag}")
        if start > lower.rfind(f"</{tag}") and lower.find(">", start) >= 0:
            return Place(kind="closed", tag=tag)
    opening = lower.rfind("<")
    if opening > lower.rfind(">") and lower[opening + 1 : opening + 2].isalpha():
        return Place(kind="tag", before=before[opening:])
    return Place(kind="text")


def _last(body: str, tag: str, offset: int) -> int:
    return max(body.rfind(tag, 0, offset), body.rfind(tag.upper(), 0, offset))


def in_handler(tag: str) -> Place | None:
    """The place in an event handler that a tag breaks off in; None if it is in none."""
    handler = None
    for handler in _HANDLER.finditer(tag):  # noqa: B007 - the last one counts
        pass
    if handler is None or handler.group(1) in tag[handler.end() :]:
        return None
    return in_code(unescape(tag[handler.end() :]))


def in_code(code: str) -> Place:
    """The place behind `code`; of very much code nothing is known."""
    if len(code) > _MOST_CODE:
        return Place(kind="script")
    within, position = "", 0
    while mark := (_INSIDE if within else _OUTSIDE).search(code, position):
        position = mark.end()
        within = _after(within, mark.group())
    return Place(
        kind="script",
        quote=within if within in {'"', "'", "`"} else "",
        is_code=not within,
        escaped=(len(code) - len(code.rstrip("\\"))) % 2 == 1,
    )


def leaves_text(place: Place, text: str) -> bool:
    """Whether `text` closes the quote that it stands in."""
    if not place.quote:
        return False
    code = "\\" + text if place.escaped else text
    return any(mark.group() == place.quote for mark in _INSIDE.finditer(code))


def _after(within: str, mark: str) -> str:
    """What a mark makes of the state: in which text or comment the next character is."""
    if within == "//":
        return "" if mark.endswith("\n") else within
    if within == "/*":
        return "" if mark == "*/" else within
    if within:
        ends = mark == within or (mark == "\n" and within != "`")
        return "" if ends else within
    return mark if mark in {'"', "'", "`", "//", "/*"} else ""
