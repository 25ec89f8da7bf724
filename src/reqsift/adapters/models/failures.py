"""Why a call failed, in one sentence for the user that says what to do."""

from http import HTTPStatus

import msgspec

from reqsift.adapters.models.client import Connection
from reqsift.domain.batches import Failure
from reqsift.domain.retries import Cause

CUT = "The answer was cut at the limit of"
"""How the reason for `Cause.TRUNCATED` begins: who asks again with it gets more room."""

_MOST_CHARACTERS = 200
_MOST_LOOKED_AT = 4096
_PHRASES = {status.value: f", {status.phrase}" for status in HTTPStatus}
_BILLING_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_error"}
_NOT_FOUND = 404
_TOO_LOW = "credit balance is too low"


class _Error(msgspec.Struct, gc=False):
    message: str | None = None
    type: str | None = None
    code: str | int | None = None


class ErrorBody(msgspec.Struct, gc=False):
    """The shapes in which providers, gateways and local servers tell of an error."""

    error: _Error | str | None = None
    message: str | None = None
    detail: str | None = None


_decoder = msgspec.json.Decoder(ErrorBody)


def status_failure(status: int, body: bytes, to: Connection) -> Failure:
    """The failure that an answer with another status than 200 tells."""
    message, code = _told(body)
    cause = _cause(status, message, code)
    says = said_by_provider(message, to.key)
    return Failure(reason=_sentence(cause, status, to) + says, cause=cause)


def no_answer(body: bytes, to: Connection) -> Failure:
    """For a body that is no answer in the provider's form; a web page will not become one."""
    reason = (
        f"{to.base_url} answered with something that is no answer of a model; "
        f"check {to.url_variable}, and whether a proxy stands in between."
    )
    is_page = body.lstrip()[:1] == b"<"
    return Failure(reason=reason, cause=Cause.NOT_THERE if is_page else Cause.MALFORMED)


def cut_failure(tokens: int) -> Failure:
    """For an answer that ended at `max_tokens`."""
    at = f"{tokens} tokens" if tokens else "tokens"
    return Failure(reason=f"{CUT} {at}; a shorter one is needed.", cause=Cause.TRUNCATED)


def refused_failure(message: str | None, to: Connection) -> Failure:
    """For a model that declined."""
    says = said_by_provider(message or "", to.key)
    return Failure(
        reason=f"{to.model} declined to look at this request; use offline for it.{says}",
        cause=Cause.REFUSED,
    )


def said_by_provider(message: str, key: str | None) -> str:
    """A message from outside as the end of a sentence: short, printable, without the key."""
    message = message[:_MOST_LOOKED_AT]
    if key:
        message = message.replace(key, "(key)")
    message = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    if len(message) > _MOST_CHARACTERS:
        message = f"{message[: _MOST_CHARACTERS - 1]}…"
    return f" It says: {message}" if message else ""


def _told(body: bytes) -> tuple[str, str]:
    """Message and code of an error; empty where there are none."""
    try:
        told = _decoder.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "", ""
    error = told.error
    if isinstance(error, _Error):
        codes = {str(error.code), error.type or ""}
        return error.message or "", next((c for c in codes if c in _BILLING_CODES), "")
    return error or told.message or told.detail or "", ""


def _cause(status: int, message: str, code: str) -> Cause:
    if status == 402 or code in _BILLING_CODES or (status == 400 and _TOO_LOW in message):
        return Cause.NO_CREDIT
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return Cause.NOT_THERE
    return Cause.SERVER_ERROR if status >= 500 else Cause.REJECTED


_BY_STATUS = {
    401: Cause.KEY_REFUSED,
    403: Cause.KEY_REFUSED,
    404: Cause.NOT_THERE,
    408: Cause.TIMED_OUT,
    429: Cause.RATE_LIMITED,
    503: Cause.OVERLOADED,
    504: Cause.TIMED_OUT,
    529: Cause.OVERLOADED,
}


def _sentence(cause: Cause, status: int, to: Connection) -> str:
    told = f"status {status}{_PHRASES.get(status, '')}"
    match cause:
        case Cause.RATE_LIMITED:
            return f"{to.provider}'s rate limit is reached ({told}); fewer calls at once may help."
        case Cause.KEY_REFUSED:
            return f"{to.provider} refused the key ({told}); check {to.key_variable}."
        case Cause.NO_CREDIT:
            return f"The account of {to.key_variable} has no credit left; add some, or use offline."
        case Cause.NOT_THERE:
            wrong = f"does not have {to.model}" if status == _NOT_FOUND else "sends elsewhere"
            return f"{to.base_url} {wrong} ({told}); check the model, and {to.url_variable}."
        case Cause.REJECTED:
            return f"{to.provider} rejected the request for {to.model} ({told})."
        case _:
            return f"{to.provider} could not answer ({told}); try again later."
