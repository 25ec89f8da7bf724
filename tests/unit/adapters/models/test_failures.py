import pytest

from reqsift.adapters.models.failures import said_by_provider, status_failure
from reqsift.domain.retries import Cause
from tests.unit.adapters.models.answering import to

_QUOTA = b'{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}'
_LOW = b'{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}'  # noqa: E501 -- as it was sent


@pytest.mark.parametrize(
    ("status", "body", "cause", "words"),
    [
        (429, b"{}", Cause.RATE_LIMITED, "rate limit"),
        (429, _QUOTA, Cause.NO_CREDIT, "no credit"),
        (400, _LOW, Cause.NO_CREDIT, "too low"),
        (402, b"", Cause.NO_CREDIT, "ANTHROPIC_API_KEY"),
        (401, b'{"error":{"message":"bad key"}}', Cause.KEY_REFUSED, "check ANTHROPIC_API_KEY"),
        (403, b"", Cause.KEY_REFUSED, "Forbidden"),
        (408, b"", Cause.TIMED_OUT, "try again"),
        (504, b"<html>", Cause.TIMED_OUT, "try again"),
        (503, b"", Cause.OVERLOADED, "try again"),
        (529, b"", Cause.OVERLOADED, "status 529"),
        (500, b"", Cause.SERVER_ERROR, "Internal Server Error"),
        (502, b"<html>Bad Gateway</html>", Cause.SERVER_ERROR, "Bad Gateway"),
        (404, b'{"error":"model not found"}', Cause.NOT_THERE, "says: model not found"),
        (400, b'{"detail":"no"}', Cause.REJECTED, "says: no"),
        (400, b'{"message":"too long"}', Cause.REJECTED, "says: too long"),
        (302, b"", Cause.NOT_THERE, "and ANTHROPIC_BASE_URL"),
        (999, b"[" * 5000, Cause.SERVER_ERROR, "status 999"),
    ],
)
def test_what_a_status_means(status: int, body: bytes, cause: Cause, words: str) -> None:
    failure = status_failure(status, body, to("http://127.0.0.1:1"))

    assert failure.cause is cause
    assert words in failure.reason


def test_what_a_provider_says_is_short_printable_and_without_the_key() -> None:
    says = said_by_provider("Bad \x1b[31mkey\x00 sk-secret\u202e\n" + "x" * 900, "sk-secret")

    assert says.startswith(" It says: Bad [31mkey (key) xxx")
    assert len(says) <= 212
    assert says.isprintable()
    assert said_by_provider("\n", None) == ""
