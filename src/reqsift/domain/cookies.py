"""Cookies as browsers read them."""

from collections.abc import Iterator
from dataclasses import dataclass

from reqsift.domain.findings import Evidence

MOST_EVIDENCE = 240
"""Characters of a span that are quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """One `Set-Cookie` field, parsed as browsers do: nothing is an error."""

    name: str
    value: str
    attributes: dict[str, str]
    """Lower-case attribute names; flags have an empty value."""
    evidence: Evidence
    """The whole field."""


def set_cookies_of(header: str) -> Iterator[SetCookie]:
    """The cookies of a `Set-Cookie` header whose duplicates are joined by a line feed."""
    offset = 0
    for line in header.split("\n"):
        pair, *rest = line.split(";")
        name, found, value = pair.partition("=")
        if found:
            attributes = {
                key.strip().lower(): setting.strip()
                for key, _, setting in (attribute.partition("=") for attribute in rest)
            }
            evidence = Evidence(
                part="response.headers[set-cookie]", offset=offset, text=line[:MOST_EVIDENCE]
            )
            yield SetCookie(
                name=name.strip(), value=value.strip(), attributes=attributes, evidence=evidence
            )
        offset += len(line) + 1
