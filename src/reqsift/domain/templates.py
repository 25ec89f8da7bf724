"""Path templates: paths that differ only in identifiers are one endpoint."""

import re

_TYPED = (
    (re.compile(r"\d+\Z"), "{int}"),
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"), "{uuid}"),
    (re.compile(r"(?=.*\d)(?=.*[a-fA-F])[0-9a-fA-F]{16,}\Z"), "{hash}"),
)


def path_template(path: str) -> str:
    """Generalise integer, UUID and hash segments: `/orders/17/items` is `/orders/{int}/items`."""
    return "/".join(_segment(segment) for segment in path.split("/"))


def _segment(segment: str) -> str:
    for pattern, name in _TYPED:
        if pattern.match(segment):
            return name
    return segment
