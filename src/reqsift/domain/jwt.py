"""JSON Web Tokens, read without any key: what they say, not whether it is true."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CANDIDATE = re.compile(r"eyJ[\w.-]*+", re.ASCII)
_MAX_TOKENS = 20
_MAX_LENGTH = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwt:
    """A token and where it first stands."""

    part: str
    start: int
    text: str
    header: Mapping[str, object]
    claims: Mapping[str, object]


def jwts_in(part: str, text: str) -> Iterator[Jwt]:
    """The decodable tokens in `text`; at most 20 candidates are looked at."""
    if "eyJ" not in text:
        return
    for count, found in enumerate(_CANDIDATE.finditer(text)):
        if count >= _MAX_TOKENS:
            return
        pieces = found.group().split(".", 3)
        if len(pieces) < 3 or len(found.group()) > _MAX_LENGTH:
            continue
        header, claims = _decoded(pieces[0]), _decoded(pieces[1])
        if header is not None and claims is not None:
            token = ".".join(pieces[:3])
            yield Jwt(part=part, start=found.start(), text=token, header=header, claims=claims)


def _decoded(piece: str) -> Mapping[str, object] | None:
    try:
        parsed = json.loads(urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
