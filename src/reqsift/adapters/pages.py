"""HTML pages, parsed by Lexbor as browsers do."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from reqsift.domain.pages import FIELDS, LOOKED_AT, Element, Field, Form, Page

_MOST_TAGS = 10_000
"""Where all are nested, the parser's time grows with their square; these take 0.15 s at worst."""
_LONGEST_TAG = 4_000
_MOST_SCRIPT = 20_000
_MOST_FORMS = 50
_SOUGHT = ",".join(LOOKED_AT)
_FIELDS = ",".join(FIELDS)
_OPENING = re.compile(rf"<({'|'.join(LOOKED_AT)})(?=[\s/>])", re.IGNORECASE)
_TELLING = ("src", "href", "action", "content", "nonce", "id", "name", "data")
_KINDS = {"input": "text", "button": "submit"}


def read_page(text: str) -> Page:
    """Parse `text`; nothing is an error, and what follows the 10,000th tag is not looked at."""
    text = _beginning(text)
    places = _places(text)
    if not places:
        return Page()
    tree = LexborHTMLParser(text)
    elements: list[Element] = []
    forms: list[Form] = []
    for node in tree.css(_SOUGHT):
        element = _element(node, text, places)
        if element is not None:
            elements.append(element)
            if element.tag == "form" and len(forms) < _MOST_FORMS:
                forms.append(_form(node, element, text))
    return Page(elements=tuple(elements), forms=tuple(forms))


def _beginning(text: str) -> str:
    if text.count("<") <= _MOST_TAGS:
        return text
    at = -1
    for _ in range(_MOST_TAGS):
        at = text.index("<", at + 1)
    return text[:at]


def _places(text: str) -> dict[str, Iterator[int]]:
    """Where tags seem to open, by name; some stand in scripts and are none."""
    found: dict[str, list[int]] = defaultdict(list)
    for start, end in _uncommented(text):
        for opening in _OPENING.finditer(text, start, end):
            found[opening.group(1).lower()].append(opening.start())
    return {tag: iter(starts) for tag, starts in found.items()}


def _uncommented(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (comment := text.find("<!--", start)) >= 0:
        yield start, comment
        start = text.find("-->", comment)
        if start < 0:
            return
    yield start, len(text)


def _element(node: LexborNode, text: str, places: dict[str, Iterator[int]]) -> Element | None:
    tag = node.tag
    if tag is None:
        return None
    attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
    wanted = [attributes[name] for name in _TELLING if attributes.get(name)]
    for start in places.get(tag, ()):
        end = text.find(">", start, start + _LONGEST_TAG) + 1
        whole = text[start:end]
        if all(value in whole or escape(value) in whole for value in wanted):
            inline = (node.text() or "")[:_MOST_SCRIPT] if tag == "script" else ""
            return Element(tag=tag, attributes=attributes, start=start, end=end, text=inline)
    return None


def _form(node: LexborNode, element: Element, text: str) -> Form:
    fields = node.css(_FIELDS)
    if not fields:  # a form between a table and its rows owns fields that are not inside it
        end = text.lower().find("</form", element.end)
        fields = LexborHTMLParser(text[element.end : end]).css(_FIELDS) if end > 0 else []
    return Form(
        element=element,
        method=element.get("method").lower() or "get",
        action=element.get("action"),
        fields=tuple(map(_field, fields)),
    )


def _field(node: LexborNode) -> Field:
    attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
    tag = node.tag or ""
    return Field(
        name=attributes.get("name") or attributes.get("id", ""),
        kind=attributes.get("type", "").lower() or _KINDS.get(tag, tag),
        value=attributes.get("value", ""),
        autocomplete=attributes.get("autocomplete", "").lower(),
    )
