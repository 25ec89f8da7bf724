"""What an analyzer wants from a model: text in, text out, and what it took."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from reqsift.domain.batches import Failure
from reqsift.domain.limits import RateLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a model is, and what the calls to it have in common."""

    provider: str
    """As people know it."""
    base_url: str
    """Without a slash at its end."""
    url_variable: str
    """The variable to change when the base URL is wrong."""
    key: str | None
    key_variable: str
    """The variable to change when the key is refused."""
    model: str
    """The provider's id of it."""
    direct: bool
    """Whether it is on this machine, so that no proxy may see what is sent."""
    call_timeout: float
    """Seconds for one call, from its start to the last byte of its answer."""

    @property
    def account(self) -> str:
        """Tells keys apart without telling them: the beginning of a digest; empty without one."""
        return sha256(self.key.encode()).hexdigest()[:16] if self.key else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a call took, by price."""

    input: int = 0
    """Neither read from the provider's cache nor written to it."""
    cache_write: int = 0
    cache_read: int = 0
    output: int = 0

    @property
    def all_input(self) -> int:
        """Everything that was sent."""
        return self.input + self.cache_write + self.cache_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of one call."""

    said: str | Failure
    """The model's text; not looked at yet."""
    tokens: Tokens = field(default_factory=Tokens)
    limits: RateLimits = field(default_factory=RateLimits)


class ModelClient(Protocol):
    """One model at one provider."""

    def encode(self, text: str, max_tokens: int) -> bytes:
        """The body of a request; the instruction and the schema are the client's own."""
        ...

    async def send(self, body: bytes) -> Reply:
        """Make one call, without retries. Failures are values."""
        ...

    async def close(self) -> None:
        """Close the connections; the next call would open new ones."""
        ...


def tokens_of(count: int | None) -> int:
    """A count from outside: what makes no sense counts nothing."""
    return count if count and 0 < count < _MOST_TOKENS else 0


_MOST_TOKENS = 1_000_000_000
