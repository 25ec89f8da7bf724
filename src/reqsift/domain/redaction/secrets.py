"""Facts of redaction: the kinds of secrets, and one of them in its place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from reqsift.domain.captures import Header
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL, View


class SecretKind(StrEnum):
    """What a value is; it stands in its placeholder, as in `<JWT_1>`."""

    JWT = "JWT"
    COOKIE = "COOKIE"
    SESSION = "SESSION"
    BEARER = "BEARER"
    BASIC = "BASIC"
    API_KEY = "API_KEY"
    TOKEN = "TOKEN"  # noqa: S105 -- names of kinds, as are the next
    SECRET = "SECRET"  # noqa: S105
    PASSWORD = "PASSWORD"  # noqa: S105
    PASSWORD_HASH = "PASSWORD_HASH"  # noqa: S105
    PRIVATE_KEY = "PRIVATE_KEY"
    CSRF = "CSRF"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    CARD = "CARD"
    ACCOUNT = "ACCOUNT"
    """Of a bank, or a national identity number."""
    CREDENTIAL = "CREDENTIAL"
    """User and password in a URL or a connection string."""
    ENCODED = "ENCODED"
    """Base64 that hides another secret."""
    CUSTOM = "CUSTOM"
    """Found by a pattern of the user."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not leave, and where it stands."""

    part: str
    """As `Evidence.part`."""
    start: int
    """Code points from the start of the part's text, as is `end`."""
    end: int
    kind: SecretKind
    value: str


class Pattern(Protocol):
    """A pattern of the user, compiled so that no text makes it slow."""

    @property
    def name(self) -> str:
        """As the user calls it."""
        ...

    def finditer(self, text: str) -> Iterable[tuple[int, int]]:
        """Start and end of each match, in code points."""
        ...


def digest_of(secret: Secret) -> str:
    """What makes two secrets equal: the value alone, SHA-256 in hex."""
    return sha256(secret.value.encode("utf-8", "surrogatepass")).hexdigest()


def parts_of(view: View) -> Iterator[tuple[str, str]]:
    """Name and text of every part of an exchange that has text, in order."""
    yield URL, view.request.url
    yield from _headers("request", view.request.headers, view.request_header)
    if view.request_text:
        yield REQUEST_BODY, view.request_text
    if view.response is None:
        return
    yield STATUS, str(view.status)
    yield from _headers("response", view.response.headers, view.response_header)
    if view.response_text:
        yield RESPONSE_BODY, view.response_text


def _headers(
    side: str, headers: Iterable[Header], value_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(header.name.lower() for header in headers):
        yield f"{side}.headers[{name}]", value_of(name) or ""
