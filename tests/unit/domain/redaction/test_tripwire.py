"""The tripwire."""

import pytest

from reqsift.domain.redaction import suspicious

LEFT = (
    "eyJhbGciOiJub25lIn0." + "eyJzdWIiOiJhIn0.c2ln",
    "-----BEGIN RSA PRIVATE KEY-----",
    "AKIA" + "QZ7SHOP3WKLM5XRT",
    "ghp_" + "a1B2" * 9,
    "sk_live_" + "a1B2" * 6,
    "AIza" + "a1B2c" * 7,
    "sk-ant-" + "api03-a1B2c3d4e5f6g7h8",
    "$2b$12$" + "a1B2" * 13 + "c",
    "Authorization: Bearer q1w2e3r4t5q1w2e3r4t5",
    "Basic dXNlcjpwYXNzd29yZA==",
    '{"password":"hunter22"}',
    "userPassword=hunter22",
    "PHPSESSID=q8zr4vtn0wfyk2lsd9xhbjc7",
    "postgres://service:hunter22@database/main",
    "dop" + "_v1_" + "0a1b2c3d" * 8,
    "password=hunter22&a=b",
    'api_key: "q8Zr4vTn0WfYk2LsD9xHbJc7"',
    "write to bob@x.example.com",
    "4111 1111 1111 1111",
)
HARMLESS = (
    "Bearer <BEARER_1>, Basic <BASIC_2>, password=<PASSWORD_1>, <EMAIL_3>",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301 d41d8cd98f00b204e9800998ecf8427e",
    "The bearer token and the password: a secret of the user must not be quoted.",
    '{"password":"","token":null,"password_field":"password1"}',
    "logo@2x.png lodash@4.17.21 x@y",
    "password = document.form1.value",
    "",
)


@pytest.mark.parametrize("text", LEFT)
def test_it_notices_what_is_left_and_does_not_repeat_it(text: str) -> None:
    said = suspicious(f"before {text} after")
    assert said is not None
    assert text not in said


@pytest.mark.parametrize("text", HARMLESS)
def test_it_lets_pass_what_is_none(text: str) -> None:
    assert suspicious(text) is None


def test_it_does_not_pass_what_it_cannot_look_at() -> None:
    assert suspicious("pass " * 100_000) is not None
