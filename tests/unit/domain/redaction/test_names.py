"""What names tell."""

import pytest

from reqsift.domain.redaction import SecretKind
from reqsift.domain.redaction.names import (
    entropy,
    is_identifier,
    is_plain_word,
    is_secret,
    kind_of_name,
    looks_random,
)

NAMES = {
    "password": SecretKind.PASSWORD,
    "newPassword": SecretKind.PASSWORD,
    "dbpassword": SecretKind.PASSWORD,
    "password_hash": SecretKind.PASSWORD_HASH,
    "X-CSRF-Token": SecretKind.CSRF,
    "__RequestVerificationToken": SecretKind.CSRF,
    "JSESSIONID": SecretKind.SESSION,
    "refresh_token": SecretKind.TOKEN,
    "clientSecret": SecretKind.SECRET,
    "api-key": SecretKind.API_KEY,
    "author": None,
    "keyboard": None,
    "token_type": None,
    "public_key": None,
    "": None,
}


@pytest.mark.parametrize(("name", "kind"), NAMES.items())
def test_kind_of_a_name(name: str, kind: SecretKind | None) -> None:
    assert kind_of_name(name) is kind


def test_a_weak_name_needs_a_value_that_was_drawn() -> None:
    assert not is_secret("key", SecretKind.API_KEY, "Enter")
    assert is_secret("key", SecretKind.API_KEY, "q8Zr4vTn0WfYk2LsD9xH")
    assert is_secret("api_key", SecretKind.API_KEY, "q8Zr4vTn")


@pytest.mark.parametrize("value", ["", "null", "True", "***", "<PASSWORD_1>", "${PASSWORD}", "12"])
def test_values_that_are_never_secret(value: str) -> None:
    assert not is_secret("password", SecretKind.PASSWORD, value)


def test_short_numbers_are_secret_in_codes_alone() -> None:
    assert is_secret("otp", SecretKind.PASSWORD, "4711")
    assert not is_secret("passes", SecretKind.PASSWORD, "4711")


def test_phones_have_digits() -> None:
    assert is_secret("phone", SecretKind.PHONE, "0301234567")
    assert not is_secret("phone", SecretKind.PHONE, "mobile only")


def test_random_identifiers_and_words() -> None:
    assert looks_random("q8Zr4vTn0WfYk2Ls")
    assert not looks_random("aaaaaaaaaaaaaaaaaaa1")
    assert is_identifier("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
    assert not is_identifier("q8Zr4vTn0WfYk2Ls")
    assert is_plain_word("correct horse")
    assert not is_plain_word("h0rse")
    assert entropy("abab") == 1.0
