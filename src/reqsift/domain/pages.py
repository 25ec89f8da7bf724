"""What rules look at in an HTML page, once a parser has read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

LOOKED_AT = ("form", "script", "link", "iframe", "object", "embed", "base", "meta")
"""The tags that a `Page` tells of; fields belong to their form."""
FIELDS = ("input", "select", "textarea", "button")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element and where its opening tag stands."""

    tag: str
    attributes: Mapping[str, str]
    """Decoded, by lower-case name; one without a value is empty."""
    start: int
    """Code points from the start of the text to `<`."""
    end: int
    """Behind the `>` of the opening tag."""
    text: str = ""
    """Of an inline script."""

    def get(self, name: str) -> str:
        """The value of an attribute, without blanks around it; empty where there is none."""
        return self.attributes.get(name, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a form asks for or sends along."""

    name: str
    kind: str
    """`type` in lower case; `text`, `select`, `textarea` or `submit` where none is given."""
    value: str = ""
    autocomplete: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with its fields, those outside that name it by id left out."""

    element: Element
    method: str
    """In lower case; `get` where none is given."""
    action: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A parsed page; each sequence is in document order."""

    elements: tuple[Element, ...] = ()
    """Of the tags in `LOOKED_AT`, as far as they stand in the text that was parsed."""
    forms: tuple[Form, ...] = ()

    def of(self, *tags: str) -> list[Element]:
        """The elements with one of these tags."""
        return [element for element in self.elements if element.tag in tags]


PageReader = Callable[[str], Page]
"""Reads HTML as browsers do: nothing is an error."""


def unread(_: str) -> Page:
    """A page that nobody looks into."""
    return Page()
