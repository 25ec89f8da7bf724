"""What analyses by models need from a model: text in, text out, and what it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reqsift.domain.batches import Failure
from reqsift.domain.catalogue import Catalogue
from reqsift.domain.claims import Reading
from reqsift.domain.limits import RateLimits, Usage
from reqsift.domain.subjects import Subject
from reqsift.services.ports.analyzers import QuotaKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model said to one call."""

    text: str | Failure
    usage: Usage = field(default_factory=Usage)
    limits: RateLimits = field(default_factory=RateLimits)


class Model(Protocol):
    """One model at one provider, and the language in which it is asked."""

    @property
    def name(self) -> str:
        """As it stands in results, such as `haiku-4.5`."""
        ...

    @property
    def quota(self) -> QuotaKey:
        """What its calls count for."""
        ...

    @property
    def provider(self) -> str:
        """The base URL to which payloads leave."""
        ...

    @property
    def priced(self) -> bool:
        """Whether the cost of its calls is known."""
        ...

    @property
    def form(self) -> str:
        """Version of prompt and parameters: answers to another form are no answers to this."""
        ...

    @property
    def prefix(self) -> int:
        """Bytes at the beginning of each body that all calls share."""
        ...

    @property
    def most_output(self) -> int:
        """Tokens that an answer can have."""
        ...

    def show(self, subject: Subject) -> str:
        """The exchange as the model sees it."""
        ...

    def encode(self, shown: Sequence[str], most_output: int, complaint: str = "") -> bytes:
        """The body of a request about these exchanges.

        Args:
            shown: What `show` made of each.
            most_output: Tokens that the answer may have.
            complaint: What was wrong with the last answer.
        """
        ...

    def at_most(self, size: int, most_output: int) -> Usage:
        """What a call with a body of that size can take."""
        ...

    async def send(self, body: bytes) -> Said:
        """Make one call, without retries. Failures are values."""
        ...

    def read(self, text: str, count: int) -> Sequence[Reading | Failure]:
        """Understand an answer about so many exchanges; one result for each."""
        ...

    @property
    def waits(self) -> "WaitingRoom | None":
        """The provider's batch API, where it has one."""
        ...

    async def close(self) -> None:
        """Close the connections; the next call would open new ones."""
        ...


class WaitingRoom(Protocol):
    """A provider's batch API: requests are handed in, and answered later for less."""

    async def submit(self, requests: Sequence[tuple[str, bytes]]) -> str | Failure:
        """Hand in the bodies of requests, each with an id; returns the provider's batch id."""
        ...

    async def ended(self, provider_batch: str) -> bool | Failure:
        """Whether everything handed in has an outcome."""
        ...

    async def results(self, provider_batch: str) -> Mapping[str, Said] | Failure:
        """The outcomes by id."""
        ...

    def at_most(self, size: int, most_output: int) -> Usage:
        """What a request with a body of that size can take."""
        ...


class Models(Protocol):
    """Opens models by name."""

    def open(self, name: str) -> Model:
        """The model of that name; the same one each time.

        Raises:
            InvalidSetting: There is no such model, or its base URL makes no sense.
            ModelUnavailable: Its key is missing.
        """
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The models that are known."""
        ...

    def obstacle(self, name: str) -> str:
        """Why a model cannot be used as things are set; empty if it can."""
        ...

    def tiers(self) -> tuple[str, str] | str:
        """The names of the cheap and the strong model that `auto` uses, or why there are none."""
        ...
