"""What to do when a call fails: one table, by cause."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Cause(StrEnum):
    """Why a call brought no analysis."""

    RATE_LIMITED = "rate_limited"
    """The provider asks for a slower pace."""
    OVERLOADED = "overloaded"
    SERVER_ERROR = "server_error"
    DROPPED = "dropped"
    """The connection broke, or could not be made."""
    TIMED_OUT = "timed_out"
    MALFORMED = "malformed"
    """An answer that is no JSON, or breaks the schema, and could not be mended."""
    TRUNCATED = "truncated"
    """An answer that was cut by `max_tokens`."""
    REFUSED = "refused"
    """The model declined."""
    REJECTED = "rejected"
    """The provider says that the request itself is wrong."""
    NOT_THERE = "not_there"
    """There is no such model, or no provider at all, at the address."""
    KEY_REFUSED = "key_refused"
    NO_CREDIT = "no_credit"
    BROKEN = "broken"
    """The analyzer itself failed; a bug, or a worker process that died."""
    WITHHELD = "withheld"
    """Something that looks like a secret would have left this machine."""
    GONE = "gone"
    """The exchange is not in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a cause of failure means."""

    retries: int = 0
    """How many further calls an item gets for this cause."""
    first_delay_s: float = 0.1
    """Upper end of the first wait; it doubles with every further failure."""
    at_once: bool = False
    """Whether the first retry does not wait."""
    outage: bool = False
    """Whether it tells that the provider may be down: it counts for the circuit breaker."""
    ends_batch: bool = False
    """Whether no other item can fare better."""


POLICIES = MappingProxyType(
    {
        # A rate limit is no failure: it spends nothing, the pacer decides when to go on.
        Cause.RATE_LIMITED: Policy(),
        Cause.OVERLOADED: Policy(retries=8, outage=True),
        Cause.SERVER_ERROR: Policy(retries=5, outage=True),
        Cause.DROPPED: Policy(retries=5, at_once=True, outage=True),
        Cause.TIMED_OUT: Policy(retries=3, at_once=True, outage=True),
        Cause.MALFORMED: Policy(retries=4, at_once=True),
        Cause.TRUNCATED: Policy(retries=2, at_once=True),
        Cause.REFUSED: Policy(),
        Cause.REJECTED: Policy(),
        Cause.NOT_THERE: Policy(ends_batch=True),
        Cause.KEY_REFUSED: Policy(ends_batch=True),
        Cause.NO_CREDIT: Policy(ends_batch=True),
        Cause.BROKEN: Policy(),
        Cause.WITHHELD: Policy(),
        Cause.GONE: Policy(),
    }
)

LONGEST_DELAY_S = 20.0
LONGEST_TRIAL_S = 600.0
"""From an item's first failure on; after that it is not tried again."""


def retry_delay(cause: Cause, failures: int, trial_s: float, chance: float) -> float | None:
    """Seconds to wait before the next call for an item, or None to give it up.

    Args:
        cause: Of the last failure.
        failures: How many failures of this cause the item has had, the last one included.
        trial_s: Seconds since the item's first failure.
        chance: 0 to 1, evenly spread: full jitter keeps failed items from coming back together.
    """
    policy = POLICIES[cause]
    if failures > policy.retries or trial_s > LONGEST_TRIAL_S:
        return None
    doublings = failures - 2 if policy.at_once else failures - 1
    if doublings < 0:
        return 0.0
    return min(policy.first_delay_s * 2.0**doublings, LONGEST_DELAY_S) * chance
