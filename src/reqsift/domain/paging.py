"""Pages of long lists."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Which part of a list is wanted."""

    limit: int = 100
    """Most items to return; at least 1."""
    cursor: str | None = None
    """`next_cursor` of the page before; None for the first page."""
    offset: int = 0
    """Items to leave out after the cursor, for grids that jump."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list."""

    items: tuple[T, ...]
    next_cursor: str | None
    """None on the last page."""
    total: int
    """Items in the whole list, filters applied."""
