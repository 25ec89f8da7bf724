"""What a simulated provider does: its limits, its latency, its faults."""

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

import msgspec

from reqsift.simulator.latency import Latency


class InvalidSettings(ValueError):
    """The message is one sentence that says what to give instead."""


class Fault(StrEnum):
    """What goes wrong with a call that the limits let in."""

    OVERLOADED = "overloaded"
    """The provider is overloaded (529, OpenAI 503), told at once."""
    ERROR = "error"
    """An internal error (500), told at once."""
    DROP = "drop"
    """The connection closes without an answer, after the latency."""
    HANG = "hang"
    """No answer ever; the client has to give up."""
    CUT = "cut"
    """The connection closes in the middle of the body that was announced."""
    MALFORMED = "malformed"
    """The model says prose where JSON was asked for."""
    SCHEMA = "schema"
    """The model says JSON that breaks the schema."""
    TRUNCATED = "truncated"
    """The model stops at its token limit, in the middle of its JSON."""
    REFUSAL = "refusal"
    """The model refuses to answer."""
    HTML = "html"
    """A gateway answers with an HTML page (502)."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; a limit that is `None` is not enforced.

    Raises:
        InvalidSettings: One of them makes no sense.
    """

    latency: str = "200"
    """Milliseconds: `200`, `0-5` (uniform) or `lognormal:200:0.3` (median, sigma)."""
    rpm: float | None = None
    """Requests per minute."""
    burst: float | None = None
    """How many requests the full bucket holds; `None` is as many as `rpm`."""
    input_tpm: float | None = None
    """Input tokens per minute."""
    output_tpm: float | None = None
    """Output tokens per minute."""
    token_burst: float | None = None
    """How many tokens each full bucket holds; `None` is as many as its limit."""
    rate_headers: bool = True
    """Tell the limits in headers, and `retry-after` with a 429."""
    max_in_flight: int | None = None
    """Calls at once; one more is refused."""
    faults: dict[Fault, float] = {}
    """The share of the calls, 0 to 1, that each fault befalls.

    In message batches only those happen that change what the model says.
    """
    outage: str | None = None
    """`START:LENGTH` in seconds after the first call: every call in it is told of an overload."""
    seed: int = 0
    """Of the dice for latency and faults."""
    output_tokens: int = 200
    """Of each answer, if the call permits so many."""
    items: int | None = None
    """Elements of each array whose schema permits so many; `None` is as few as it permits."""
    least_cached_tokens: int = 1024
    """The prompt cache keeps no beginning of a request that has fewer."""
    batch_seconds: float = 1.0
    """From the creation of a message batch to its end."""
    batch_expired: float = 0.0
    """The share of the requests in message batches, 0 to 1, that expire unanswered."""
    batch_errored: float = 0.0
    """The share of them that the provider fails at."""
    identify: str | None = None
    """A regular expression for the request's body: its first group names the call."""

    def __post_init__(self) -> None:
        try:
            Latency.parse(self.latency)
        except ValueError as error:
            raise InvalidSettings(str(error)) from error
        self.outage_seconds()
        for name in ("rpm", "burst", "input_tpm", "output_tpm", "token_burst", "max_in_flight"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise InvalidSettings(f"{name} must be greater than 0, or not be given.")
        for name in ("output_tokens", "items", "least_cached_tokens", "batch_seconds"):
            if (getattr(self, name) or 0) < 0:
                raise InvalidSettings(f"{name} must not be negative.")
        _check_shares("faults", *self.faults.values())
        _check_shares("batch_expired and batch_errored", self.batch_expired, self.batch_errored)
        try:
            re.compile((self.identify or "").encode())
        except re.error as error:
            raise InvalidSettings(f"identify is no regular expression: {error}.") from error

    def outage_seconds(self) -> tuple[float, float]:
        """Its begin and its end, in seconds after the first call; nothing is (0, 0)."""
        if self.outage is None:
            return 0.0, 0.0
        start, _, length = self.outage.partition(":")
        try:
            return float(start), float(start) + float(length)
        except ValueError:
            raise InvalidSettings("outage must be START:LENGTH in seconds, as 10:5.") from None


def _check_shares(name: str, *shares: float) -> None:
    if any(share < 0 for share in shares) or sum(shares) > 1 + 1e-9:
        raise InvalidSettings(f"The shares of {name} must be 0 to 1, and 1 in all at most.")


def changed(settings: Settings, changes: bytes) -> Settings:
    """The settings with those of a JSON object, in camelCase or snake_case, replaced.

    Raises:
        InvalidSettings: It is no JSON object of settings.
    """
    try:
        given = msgspec.json.decode(changes or b"{}", type=dict[str, Any])
        snake = {_snake(name): value for name, value in given.items()}
        return msgspec.convert(msgspec.to_builtins(settings) | snake, Settings)
    except msgspec.DecodeError as error:
        raise InvalidSettings(f"These are no settings: {error}.") from error


_Thing = TypeVar("_Thing")


def befalling(shares: Mapping[_Thing, float], chance: float) -> _Thing | None:
    """What falls on a chance from 0 to 1, of which each thing has its share."""
    for thing, share in shares.items():
        chance -= share
        if chance < 0:
            return thing
    return None


def parse_faults(given: list[str]) -> dict[Fault, float]:
    """The shares of faults that are written `KIND=SHARE`.

    Raises:
        InvalidSettings: One is not written so, or there is no such kind.
    """
    faults = {}
    for each in given:
        kind, _, share = each.partition("=")
        try:
            faults[Fault(kind)] = float(share)
        except ValueError:
            kinds = ", ".join(Fault)
            raise InvalidSettings(
                f"A fault is KIND=SHARE, as drop=0.01, with a KIND of: {kinds}."
            ) from None
    return faults


def _snake(name: str) -> str:
    if name.islower():
        return name
    cuts = [0, *(at for at, letter in enumerate(name) if letter.isupper()), len(name)]
    return "_".join(name[start:end].lower() for start, end in pairwise(cuts))
