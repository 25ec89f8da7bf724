"""What clients ask of batches, on the wire."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
)

from reqsift.api.schemas.wire import Wire
from reqsift.domain.batches import Priority

_LARGEST = 2**53


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _whole_or_auto(value: object) -> object:
    if value is None or value == "auto" or _is_whole(value):
        return value
    raise ValueError('Give a whole number of 1 or more, or "auto"')


def _whole(value: object) -> object:
    if _is_whole(value):
        return value
    raise ValueError("Give a whole number of 1 or more")


def _storable(texts: list[str]) -> list[str]:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        raise ValueError("Give ids of whole characters, no halves") from None
    return texts


class BatchIn(Wire):
    """Which requests to analyze, and how."""

    request_ids: Annotated[list[StrictStr], Field(min_length=1), AfterValidator(_storable)]
    model: StrictStr | None = Field(
        default=None, description="`auto`, `offline`, or a name of `/api/ai/models`."
    )
    concurrency: Annotated[
        Annotated[int, Field(ge=1)] | Literal["auto"] | None, BeforeValidator(_whole_or_auto)
    ] = Field(default=None, description="Calls under way at once; 5 if left out.")
    pack: StrictBool = Field(default=True, description="Let small requests share a call.")
    cache: StrictBool = Field(
        default=True, description="Take a stored answer to the same payload, where there is one."
    )


class BudgetIn(Wire):
    """Bounds of a batch; null leaves one out."""

    model_config = ConfigDict(extra="forbid")  # a bound that is misspelt must not be no bound

    max_cost: Annotated[float, Field(gt=0, allow_inf_nan=False, strict=True)] | None = Field(
        default=None, description="US dollars."
    )
    max_tokens: Annotated[StrictInt, Field(gt=0, le=_LARGEST)] | None = Field(
        default=None, description="Input and output together."
    )
    deadline: Annotated[float, Field(gt=0, le=10**9, strict=True)] | None = Field(
        default=None, description="Seconds that the batch may run."
    )


class BatchStartIn(BatchIn, BudgetIn):
    """Which requests to analyze, how, and within which bounds."""

    lane: Literal["standard", "economy"] = Field(
        default="standard",
        description="`economy` goes through the provider's batch API: half the price, later.",
    )

    priority: Priority = Field(
        default=Priority.NORMAL, description="Whose turn it is where batches share a quota."
    )
    fallback: Literal["offline"] | None = Field(
        default=None, description="Let the offline rules stand in where the model does not answer."
    )


class ChangesIn(BudgetIn):
    """What is to change in a batch; what is left out stays, a bound that is null goes."""

    priority: Priority | None = None
    concurrency: Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_whole)] = None
