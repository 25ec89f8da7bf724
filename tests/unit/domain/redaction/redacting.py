"""An exchange from its texts, and what redaction makes of it."""

from collections.abc import Mapping, Sequence

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.redaction import Masked, Pattern, Secret, masked, secrets_in
from reqsift.domain.view import View

NONE: Mapping[str, str] = {}


def view(
    body: str = "",
    *,
    url: str = "https://shop.example/",
    request_body: str = "",
    headers: Mapping[str, str] = NONE,
    response_headers: Mapping[str, str] = NONE,
) -> View:
    request = Request(
        method="POST",
        url=url,
        headers=tuple(Header(*pair) for pair in headers.items()),
        body=_body(request_body),
    )
    response = Response(
        status=200,
        headers=tuple(Header(*pair) for pair in response_headers.items()),
        body=_body(body),
    )
    return View(Exchange(entry_index=0, request=request, response=response))


def _body(text: str) -> Body:
    content = text.encode("utf-8", "replace")
    return Body(content=content, mime_type="text/plain; charset=utf-8", size=len(content))


def placeholder(secret: Secret) -> str:
    return f"<{secret.kind.value}_1>"


def redacted(seen: View, patterns: Sequence[Pattern] = ()) -> Masked:
    return masked(seen, secrets_in(seen, patterns), placeholder)


def body_of(text: str) -> str:
    """What may leave of a response body."""
    return redacted(view(text)).parts.get("response.body", "")
