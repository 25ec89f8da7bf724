"""What one exchange adds to a question that only many exchanges answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Something seen in one exchange; those with the same kind and key are judged together."""

    kind: str
    """Of the tracker that saw it."""
    key: str
    """What brings sightings together; a digest, so that no secret stands in it."""
    facts: tuple[str, ...]
    """What the judgement needs; likewise without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A sighting, and where in the capture it was."""

    request_id: str
    entry_index: int
    """Position in the capture file, which is the order in time."""
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All sightings of a capture with one kind and key, in the capture's order."""

    capture_id: str
    kind: str
    key: str
    seen: Sequence[Seen]


def digest(*parts: str) -> str:
    """A short name for values that must not be kept themselves: 20 hexadecimal digits."""
    text = "\n".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=10).hexdigest()
