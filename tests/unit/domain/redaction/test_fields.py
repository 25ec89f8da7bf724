"""Secrets that the name of their field gives away."""

import pytest

from tests.unit.domain.redaction.redacting import body_of, redacted, view

HIDDEN = {
    '{"password":"hunter2"}': '{"password":"<PASSWORD_1>"}',
    '{"pin": 1234, "n": 12}': '{"pin": <PASSWORD_1>, "n": 12}',
    r'{"a":"{\"token\":\"ab12cd34\",\"b\":1}"}': r'{"a":"{\"token\":\"<TOKEN_1>\",\"b\":1}"}',
    r'{"pwd":"in\"ner","b":1}': '{"pwd":"<PASSWORD_1>","b":1}',
    r'{"a":"{\"pwd\":\"in\\\"ner\",\"b\":1}"}': r'{"a":"{\"pwd\":\"<PASSWORD_1>\",\"b\":1}"}',
    '{"name":"password","value":"abc1"},{"name":"x","value":"y"}': (
        '{"name":"password","value":"<PASSWORD_1>"},{"name":"x","value":"y"}'
    ),
    'ENCRYPTIONKEY="00ff00ff00ff00ff00ff00ff00ff00ff"': 'ENCRYPTIONKEY="<API_KEY_1>"',
    "<!-- pwd: JxKMuzg -->": "<!-- pwd: <PASSWORD_1> -->",
    "<!-- passwd: a&amp;b&#x27;c -->": "<!-- passwd: <PASSWORD_1> -->",
    "f?a=1&amp;token=ab12cd34&amp;page=2": "f?a=1&amp;token=<TOKEN_1>&amp;page=2",
    "<user password='s3cret!'/>": "<user password='<PASSWORD_1>'/>",
    "<ns:Password>hunter2</ns:Password>": "<ns:Password><PASSWORD_1></ns:Password>",
    "<secret><![CDATA[abc123]]></secret>": "<secret><![CDATA[<SECRET_1>]]></secret>",
    '<input name="csrf_token" value="a1b2c3d4">': '<input name="csrf_token" value="<CSRF_1>">',
    '<input value="a1b2c3d4" name="xsrf">': '<input value="<CSRF_1>" name="xsrf">',
    '<meta name="csrf-token" content="Q1W2E3">': '<meta name="csrf-token" content="<CSRF_1>">',
    "var sessionToken = 'ab12cd34';": "var sessionToken = '<SESSION_1>';",
    "Server=db;Password=abc!d;Database=x": "Server=db;Password=<PASSWORD_1>;Database=x",
    "https://x.example/?api_key=q1w2e3r4&page=2": "https://x.example/?api_key=<API_KEY_1>&page=2",
    "&quot;password&quot;:&quot;abc1&quot;": "&quot;password&quot;:&quot;<PASSWORD_1>&quot;",
    "password_confirmation=qwe123": "password_confirmation=<PASSWORD_1>",
    "user%5Bpassword%5D=abc123&a=b": "user%5Bpassword%5D=<PASSWORD_1>&a=b",
    "userpassword=abc123": "userpassword=<PASSWORD_1>",
}
KEPT = (
    '{"password":""}',
    '{"password":null,"token":false}',
    '{"key":"Enter","primaryKey":5}',
    '{"tokenType":"bearer","token_count":12345678}',
    '{"public_key":"MIIBIjANBgkqhkiG9w0B"}',
    '{"author":"Ann Other 1984","keyboard":"qwertz123","tokenize":"yes-1"}',
    "Your password: must be long",
    "<label>Password</label><p>text 1</p>",
    "sessionStorage = window",
    '{"key":"3f2504e0-4f89-41d3-9a0c-0305e82c3301"}',
    '{"spinner":"s1p2i3n4","shipping":"a1b2c3d4"}',
)


@pytest.mark.parametrize(("text", "left"), HIDDEN.items())
def test_a_value_is_hidden_and_what_is_around_it_stays(text: str, left: str) -> None:
    assert body_of(text) == left


@pytest.mark.parametrize("text", KEPT)
def test_what_is_no_secret_stays(text: str) -> None:
    assert body_of(text) == text


def test_a_value_of_a_form_ends_at_the_next_field_only() -> None:
    seen = view(request_body="password=p%40ss(w)'ord,1&a=1")
    assert redacted(seen).parts["request.body"] == "password=<PASSWORD_1>&a=1"


def test_a_part_of_a_form_is_hidden_to_its_boundary() -> None:
    text = 'Content-Disposition: form-data; name="password"\r\n\r\nhun ter2\r\n--b--'
    assert body_of(text) == text.replace("hun ter2", "<PASSWORD_1>")


def test_a_value_without_its_closing_quote_does_not_hide_the_next_part_from_the_search() -> None:
    seen = view('x" {"password":"second1"}', request_body='{"password":"first1')
    parts = redacted(seen).parts
    assert "first1" not in parts["request.body"]
    assert parts["response.body"] == 'x" {"password":"<PASSWORD_1>"}'


def test_a_token_in_the_path_of_a_mailed_link_is_hidden() -> None:
    seen = view(url="https://x.example/reset/V1StGXR8Z5jdHi6B?a=1")
    assert redacted(seen).parts["request.url"] == "https://x.example/reset/<TOKEN_1>?a=1"


@pytest.mark.parametrize(
    "text", ["var token=getToken();", "return{password:e.password,token:t.token};"]
)
def test_where_a_script_has_a_value_from_stays(text: str) -> None:
    assert body_of(text) == text
