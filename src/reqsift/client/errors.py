"""What can go wrong between client and server.

ReqsiftClientError
├── ConnectionFailed   the server cannot be reached, or the connection broke
├── UnexpectedAnswer   it is no answer of this API
└── Problem            the server refused or failed, and says why
    ├── Unauthorized   401, 403: the token, the host or the origin is wrong
    ├── NotFound       404
    ├── Conflict       409: the state of the thing, or a model that is not set up
    ├── Invalid        400, 413, 415, 422: what was sent makes no sense
    └── Unavailable    502, 503, 504, 507: it may work later
"""

from http import HTTPStatus

import httpx


class ReqsiftClientError(Exception):
    """The message is one sentence that says what went wrong."""


class ConnectionFailed(ReqsiftClientError):
    """The server cannot be reached, or the connection broke."""


class UnexpectedAnswer(ReqsiftClientError):
    """What came is no answer of this API, at least not of this major version."""


class Problem(ReqsiftClientError):
    """The server refused or failed; an RFC 9457 problem."""

    def __init__(self, status: int, kind: str, title: str, detail: str) -> None:
        """Of the members of a problem."""
        super().__init__(detail or title)
        self.status = status
        """The HTTP status."""
        self.type = kind
        """Such as `urn:reqsift:problem:not-found`; `about:blank` if the status says it all."""
        self.title = title
        self.detail = detail
        """One sentence for the user."""


class Unauthorized(Problem):
    """The token, the host or the origin is wrong."""


class NotFound(Problem):
    """There is no such thing."""


class Conflict(Problem):
    """What was asked for does not fit the state of the thing, or a model is not set up."""


class Invalid(Problem):
    """What was sent makes no sense."""


class Unavailable(Problem):
    """The server, or what it needs, does not work at this moment."""


_KINDS: dict[int, type[Problem]] = {
    400: Invalid,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: Unavailable,
}


def problem_of(answer: httpx.Response) -> Problem:
    """The error of a refusal, whose body has been read."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    members: dict[str, object] = told if isinstance(told, dict) else {}
    status = answer.status_code
    known = status in HTTPStatus.__members__.values()
    return _KINDS.get(status, Problem)(
        status,
        str(members.get("type", "about:blank")),
        str(members.get("title", HTTPStatus(status).phrase if known else "")),
        str(members.get("detail", "" if members else answer.text[:200])),
    )


def connection_failed(error: httpx.RequestError) -> ConnectionFailed:
    """The error of a connection that failed."""
    failed = ConnectionFailed(
        f"The server cannot be reached: {str(error) or type(error).__name__}."
    )
    failed.__cause__ = error
    return failed
