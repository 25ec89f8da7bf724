"""The same secret in other places."""

from urllib.parse import quote

from tests.unit.domain.redaction.redacting import redacted, view


def test_a_value_is_hidden_wherever_it_stands() -> None:
    value = "pä/ss w0rd"
    seen = view(
        f"you are {value}, or {quote(value, safe='')}",
        url="https://shop.example/x9Y8z7W6v5",
        request_body=f'{{"password":"{value}"}}',
        headers={"Cookie": "a=x9Y8z7W6v5"},
    )
    parts = redacted(seen).parts
    assert parts["response.body"] == "you are <PASSWORD_1>, or <PASSWORD_1>"
    assert parts["request.url"] == "https://shop.example/<COOKIE_1>"


def test_equal_values_have_one_kind_whatever_found_them() -> None:
    seen = view("token=x9Y8z7W6v5", headers={"Cookie": "a=x9Y8z7W6v5"})
    parts = redacted(seen).parts
    assert parts["response.body"] == "token=<COOKIE_1>"


def test_words_and_short_values_are_hidden_in_their_place_only() -> None:
    seen = view("dark dashboard", headers={"Cookie": "theme=dark; page=dashboard"})
    assert redacted(seen).parts["response.body"] == "dark dashboard"
