"""Secrets of headers."""

import pytest

from tests.unit.domain.redaction.redacting import body_of, redacted, view

HIDDEN = (
    ("cookie", "a=xyz12345; theme=dark", "a=<COOKIE_1>; theme=<COOKIE_1>"),
    ("authorization", "Bearer q1w2e3r4", "Bearer <BEARER_1>"),
    ("authorization", "q1w2e3r4", "<BEARER_1>"),
    ("proxy-authorization", "Basic dXNlcjpwYXNz", "Basic <BASIC_1>"),
    ("x-api-key", "0123456789abcdef0123456789abcdef", "<API_KEY_1>"),
    ("x-cvv", "149", "<PASSWORD_1>"),
    ("x-vault-token", "abc-12345", "<TOKEN_1>"),
    ("x-opaque", "q8Zr4vTn0WfYk2LsD9xHbJc7PmRe1UaGo6iV", "<TOKEN_1>"),
    ("referer", "https://x.example/?token=ab12cd34", "https://x.example/?token=<TOKEN_1>"),
)
KEPT = (
    ("x-request-id", "q8Zr4vTn0WfYk2LsD9xHbJc7PmRe1UaGo6iV"),
    ("etag", 'W/"5f3c-18c2a9b7d10"'),
    ("x-content-type-options", "nosniff"),
    ("sec-fetch-dest", "document"),
    ("www-authenticate", 'Basic realm="x"'),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
)


@pytest.mark.parametrize(("name", "value", "left"), HIDDEN)
def test_credentials_are_hidden(name: str, value: str, left: str) -> None:
    parts = redacted(view(headers={name: value})).parts
    assert parts[f"request.headers[{name}]"] == left


@pytest.mark.parametrize(("name", "value"), KEPT)
def test_other_values_stay(name: str, value: str) -> None:
    parts = redacted(view(headers={name: value})).parts
    assert parts[f"request.headers[{name}]"] == value


def test_of_a_set_cookie_name_and_attributes_stay() -> None:
    seen = view(response_headers={"Set-Cookie": "sid=abc987654; Path=/; HttpOnly"})
    left = redacted(seen).parts["response.headers[set-cookie]"]
    assert left in {"sid=<COOKIE_1>; Path=/; HttpOnly", "sid=<SESSION_1>; Path=/; HttpOnly"}


def test_a_scheme_is_noticed_in_any_text() -> None:
    assert body_of("curl -H 'Authorization: Bearer q1w2e3r4t5'").endswith("Bearer <BEARER_1>'")
    assert body_of("the basic requirements of a bearer instrument") == (
        "the basic requirements of a bearer instrument"
    )
