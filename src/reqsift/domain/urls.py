"""URLs as they occur in captures: often odd, never a reason to fail."""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443", "ws": ":80", "wss": ":443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """The parts of a URL; what cannot be parsed is left empty."""

    scheme: str
    host: str
    """Lower case, with the port unless it is the scheme's own; no credentials."""
    path: str
    """At least `/` when there is a host."""
    query: str
    fragment: str
    userinfo: str
    """Credentials before the `@`, if any."""

    @property
    def secure(self) -> bool:
        """Whether the scheme encrypts."""
        return self.scheme in {"https", "wss"}


class Param(NamedTuple):
    """A decoded name and value from a query or a form."""

    name: str
    value: str


def parse_url(url: str) -> Url:
    """Split `url`; never raises: a malformed one keeps its text as the path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return Url(scheme="", host="", path=url, query="", fragment="", userinfo="")
    scheme = parts.scheme.lower()
    userinfo, _, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    path = parts.path or ("/" if host else "")
    return Url(
        scheme=scheme,
        host=host,
        path=path,
        query=parts.query,
        fragment=parts.fragment,
        userinfo=userinfo,
    )


def parse_params(text: str) -> tuple[Param, ...]:
    """Decode `a=1&b=2` as in a query or a form; empty values are kept, nothing raises."""
    try:
        return tuple(Param(*pair) for pair in parse_qsl(text, keep_blank_values=True))
    except ValueError:
        return ()
