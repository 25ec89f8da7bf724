"""Replace secrets by placeholders, and find the way back."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from reqsift.domain.jwt import jwts_in
from reqsift.domain.redaction.secrets import Secret, SecretKind, parts_of
from reqsift.domain.view import View

_LATEST = 253_402_300_799
"""The last second that a date can have."""


class Edit(NamedTuple):
    """A placeholder: its span in the masked text, and that of its value in the captured one."""

    start: int
    end: int
    from_start: int
    from_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """What may leave of an exchange."""

    parts: Mapping[str, str]
    """Text by part, in order; parts without text are left out."""
    counts: Mapping[SecretKind, int] = field(default_factory=dict)
    """Values that were replaced, by kind."""
    legend: tuple[str, ...] = ()
    """What is known of placeholders; of a JWT its algorithm, claim names and expiry."""
    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict, repr=False)

    def original(self, part: str, start: int, end: int) -> tuple[int, int]:
        """The span of the captured text behind a span of the masked one.

        A placeholder that is covered in part counts whole.
        """
        edits = self.edits.get(part, ())
        return _before(edits, start), _behind(edits, end)


def masked(view: View, secrets: Sequence[Secret], placeholder: Callable[[Secret], str]) -> Masked:
    """Replace `secrets`, which must be disjoint and in order, each by its placeholder."""
    by_part: dict[str, list[Secret]] = defaultdict(list)
    for secret in secrets:
        by_part[secret.part].append(secret)
    parts: dict[str, str] = {}
    edits: dict[str, tuple[Edit, ...]] = {}
    for part, text in parts_of(view):
        parts[part], edits[part] = _replaced(text, by_part.get(part, ()), placeholder)
    tokens = {one.value: one for one in secrets if one.kind is SecretKind.JWT}
    legend = (_about(placeholder(one), value) for value, one in tokens.items())
    return Masked(
        parts=parts,
        counts=Counter(secret.kind for secret in secrets),
        legend=tuple(line for line in legend if line),
        edits=edits,
    )


def unmasked(view: View) -> Masked:
    """An exchange as it was captured, for when nothing is to be replaced."""
    return Masked(parts=dict(parts_of(view)))


def _replaced(
    text: str, secrets: Sequence[Secret], placeholder: Callable[[Secret], str]
) -> tuple[str, tuple[Edit, ...]]:
    if not secrets:
        return text, ()
    pieces: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for secret in secrets:
        between, mark = text[at : secret.start], placeholder(secret)
        start = length + len(between)
        length = start + len(mark)
        pieces += (between, mark)
        edits.append(Edit(start, length, secret.start, secret.end))
        at = secret.end
    pieces.append(text[at:])
    return "".join(pieces), tuple(edits)


def _before(edits: Sequence[Edit], place: int) -> int:
    """Where a span that begins there begins in the captured text."""
    index = bisect_right(edits, place, key=lambda edit: edit.start) - 1
    if index < 0:
        return place
    edit = edits[index]
    return edit.from_start if place < edit.end else edit.from_end + place - edit.end


def _behind(edits: Sequence[Edit], place: int) -> int:
    """Where a span that ends there ends in the captured text."""
    index = bisect_right(edits, place - 1, key=lambda edit: edit.start) - 1
    if index < 0:
        return place
    edit = edits[index]
    return edit.from_end if place <= edit.end else edit.from_end + place - edit.end


def _about(placeholder: str, token: str) -> str:
    """What a model is told of a JWT."""
    for found in jwts_in("", token):
        algorithm = str(found.header.get("alg", "missing"))[:20]
        claims = ", ".join(sorted(name[:40] for name in found.claims)[:20])
        expiry = found.claims.get("exp")
        until = _moment(expiry) if isinstance(expiry, int | float) else "no expiry"
        plain = "".join(c if c.isalnum() or c in " ,_-" else "?" for c in f"{algorithm}|{claims}")
        algorithm, _, claims = plain.partition("?")
        return f"{placeholder} is a JWT: alg {algorithm}, claims {claims or 'none'}, {until}"
    return ""


def _moment(seconds: float) -> str:
    if not 0 <= seconds <= _LATEST:
        return "an expiry that makes no sense"
    return f"expires {datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
