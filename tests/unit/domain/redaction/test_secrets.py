"""Facts of redaction."""

from reqsift.domain.redaction import Secret, SecretKind, digest_of
from reqsift.domain.redaction.secrets import parts_of
from tests.unit.domain.redaction.redacting import view


def test_equal_values_are_equal_whatever_their_kind_and_place() -> None:
    first = Secret("request.url", 0, 3, SecretKind.TOKEN, "abc")
    second = Secret("request.body", 5, 8, SecretKind.COOKIE, "abc")
    other = Secret("request.url", 0, 3, SecretKind.TOKEN, "abd")
    assert digest_of(first) == digest_of(second) != digest_of(other)
    assert "abc" not in digest_of(first)


def test_a_lone_surrogate_has_a_digest() -> None:
    assert len(digest_of(Secret("request.url", 0, 1, SecretKind.TOKEN, "\ud800"))) == 64


def test_parts_come_in_order_and_those_without_text_do_not() -> None:
    seen = view("x", headers={"B": "1", "A": "2"}, response_headers={"C": "3"})
    assert list(parts_of(seen)) == [
        ("request.url", "https://shop.example/"),
        ("request.headers[b]", "1"),
        ("request.headers[a]", "2"),
        ("response.status", "200"),
        ("response.headers[c]", "3"),
        ("response.body", "x"),
    ]
