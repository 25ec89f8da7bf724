"""What becomes of one entry: every dialect trait, each in a HAR of its own."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.readers.har import read_entry
from reqsift.domain.captures import Body, Exchange, Header, Response, SkippedEntry
from tests.unit.adapters.readers.reading import entry, request, response

CAP = 1000


def read(value: object, max_body: int = CAP) -> Exchange:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    result = read_entry(3, text, max_body)
    assert isinstance(result, Exchange), result
    return result


def answer(value: object) -> Response:
    result = read({"request": request(), "response": value}).response
    assert result
    return result


def payload(content: object, *headers: object) -> Body:
    return answer(response(content=content, headers=list(headers))).body


def posted(post: object, **members: object) -> Body:
    return read({"request": request(postData=post, **members)}).request.body


def reason(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    result = read_entry(3, text, CAP)
    assert isinstance(result, SkippedEntry)
    assert result.entry_index == 3
    return result.reason


def test_plain_entry() -> None:
    exchange = read(entry(7))

    assert exchange.entry_index == 3
    assert exchange.request.method == "GET"
    assert exchange.request.url == "https://shop.example/7"
    assert exchange.request.http_version == "HTTP/1.1"
    assert exchange.request.headers == (Header("Host", "shop.example"),)
    assert type(exchange.request.headers[0]) is Header
    assert exchange.request.body == Body()
    assert exchange.response
    assert (exchange.response.status, exchange.response.reason) == (200, "OK")
    assert exchange.response.body == Body(content=b"07", mime_type="text/plain", size=2)
    assert exchange.started_at == datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    assert exchange.duration_ms == 12.5


def test_least_entry() -> None:
    exchange = read({"request": {"method": "GET", "url": "{{baseUrl}}/x"}})

    assert exchange.request.url == "{{baseUrl}}/x"
    assert exchange.response is None
    assert exchange.started_at is None
    assert exchange.duration_ms is None


def test_extras_are_ignored() -> None:
    extras = {"_initiator": {"type": "script"}, "_webSocketMessages": [{"data": "x"}], "cache": {}}
    assert read(entry(1, **extras)) == read(entry(1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "It has no request."),
        ({"request": None}, "It has no request."),
        ({"request": "GET /"}, "It has no request."),
        ([1], "It is not a JSON object."),
        (None, "It is not a JSON object."),
        (b'{"request": {', "It is broken JSON."),
        (b"[" * 100_000 + b"]" * 100_000, "It is nested too deeply."),
        ({"request": request(url="")}, "It has no URL."),
        ({"request": request(url=None)}, "It has no URL."),
        ({"request": request(url=" ")}, "It has no URL."),
        ({"request": {"url": "/"}}, "It has no method."),
        ({"request": request(method="G\nT")}, "Its method is not one of HTTP."),
        (
            {"request": request(url="data:text/css,a")},
            "Its URL begins with data: and is no HTTP request.",
        ),
        (
            {"request": request(url="chrome-extension://a/b.js")},
            "Its URL begins with chrome-extension: and is no HTTP request.",
        ),
        (
            {"request": request(url="BLOB:https://a/b")},
            "Its URL begins with blob: and is no HTTP request.",
        ),
    ],
)
def test_skipped_with_reason(value: object, expected: str) -> None:
    assert reason(value) == expected


@pytest.mark.parametrize(
    "url", ["http://a", "wss://a/b", "/relative", "${host}/x", "localhost:80/x", "datafile/x"]
)
def test_any_other_url_is_kept(url: str) -> None:
    assert read({"request": request(url=url)}).request.url == url


@pytest.mark.parametrize(
    "value",
    [
        None,
        "no response",
        {"status": 0, "statusText": "", "headers": [], "content": {"size": 0, "mimeType": ""}},
        {"status": -1, "content": None} | {"status": 0},
        {"_error": "net::ERR_BLOCKED_BY_CLIENT"},
    ],
)
def test_no_response(value: object) -> None:
    assert read({"request": request(), "response": value}).response is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [("200", 200), (200.0, 200), (None, 0), ("OK", 0), (-1, 0), (1e30, 0), (True, 0), ([], 0)],
)
def test_odd_status(status: object, expected: int) -> None:
    assert answer({"status": status, "headers": [{"name": "a", "value": "b"}]}).status == expected


def test_status_0_with_content_is_a_response() -> None:
    assert answer({"status": 0, "content": {"text": "x"}}).body.content == b"x"


def test_header_order_and_duplicates_are_kept() -> None:
    headers = [(":method", "GET"), ("Cookie", "a"), ("x", ""), ("cookie", "b"), ("Cookie", "a")]
    pairs = [{"name": name, "value": value} for name, value in headers]

    assert read({"request": request(headers=pairs)}).request.headers == tuple(headers)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"A": "1", "B": ["2", "3"]}, [("A", "1"), ("B", "2"), ("B", "3")]),
        ([{"name": "A"}, {"name": "B", "value": None}], [("A", ""), ("B", "")]),
        ([{"name": "A", "value": 1}, {"name": "B", "value": True}], [("A", "1"), ("B", "true")]),
        ([{"name": "A", "value": {"b": 1}}], [("A", '{"b": 1}')]),
        ([{"value": "1"}, None, 5, "junk"], []),
        (["Host: a:1", ":path: /", ["A", "b"]], [("Host", "a:1"), (":path", "/"), ("A", "b")]),
        ([{"name": "A", "value": "x\ud800y"}], [("A", "x\ufffdy")]),
        (None, []),
        ("Host: a", []),
    ],
)
def test_odd_headers(headers: object, expected: list[tuple[str, str]]) -> None:
    assert read({"request": request(headers=headers)}).request.headers == tuple(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.1234567+02:00", datetime(2026, 1, 2, 1, 4, 5, 123456, UTC)),
        ("2026-01-02T03:04:05+0200", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1700000000, None),
        (None, None),
    ],
)
def test_start(text: object, expected: datetime | None) -> None:
    assert read(entry(startedDateTime=text)).started_at == expected


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (b"12", 12),
        (b'"3.5"', 3.5),
        (b"-1", None),
        (b"NaN", None),
        (b"Infinity", None),
        (b"null", None),
        (b"1e999", None),
        (b"1" * 5000, None),
        (b'"x"', None),
        (b"{}", None),
    ],
)
def test_duration(time: bytes, expected: float | None) -> None:
    text = b'{"time": %b, "request": {"method": "GET", "url": "/"}}' % time
    assert read(text).duration_ms == expected


def test_control_characters_and_broken_utf8_are_survived() -> None:
    text = b'{"request": {"method": "GET", "url": "/\xff\xe9", "httpVersion": "a\tb\x00"}}'
    assert read(text).request.url == "/\ufffd\ufffd"


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        ({"mimeType": "text/html"}, "text/html"),
        ({"mimeType": "x-unknown"}, ""),
        ({"mimeType": None}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_mime_type_of_content(content: object, mime_type: str) -> None:
    assert payload(content).mime_type == mime_type


def test_content_type_header_wins() -> None:
    header = {"name": "content-TYPE", "value": "text/html; charset=x"}
    assert payload({"mimeType": "text/plain"}, header).mime_type == "text/html; charset=x"
    posted_as = posted({"mimeType": "a/b", "text": "x"}, headers=[header])
    assert posted_as.mime_type == "text/html; charset=x"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (b64encode(b"\x00\xff\x10").decode(), b"\x00\xff\x10"),
        ("aGVsbG8", b"hello"),
        ("aGVs\r\n bG8=\n", b"hello"),
        ("_-8=", b"\xff\xef"),
        ("aGVsbG8ab", b"hello\x1a"),
        ("not base64!", b"not base64!"),
        ("größe", "größe".encode()),
        ("", b""),
    ],
)
def test_base64(text: str, content: bytes) -> None:
    assert payload({"text": text, "encoding": "base64"}).content == content
    assert posted({"text": text, "encoding": "Base64"}).content == content


def test_lone_surrogates_are_replaced() -> None:
    assert payload({"text": "a\ud83d b"}).content == "a\ufffd b".encode()


@pytest.mark.parametrize(
    ("content", "size"),
    [
        ({"size": 500, "text": None}, 500),
        ({"size": 500}, 500),
        ({"size": "500", "text": "abc"}, 500),
        ({"size": 1, "text": "abc"}, 3),
        ({"size": -1, "text": "abc"}, 3),
        ({"size": 1e300, "text": "abc"}, 3),
        ({"text": "abc"}, 77),
        (None, 77),
    ],
)
def test_size(content: object, size: int) -> None:
    body = answer(response(content=content, bodySize=77)).body
    assert (body.size, body.truncated) == (size, False)


def test_body_at_the_cap_is_whole_and_above_it_is_cut() -> None:
    assert payload({"text": "x" * CAP}) == Body(content=b"x" * CAP, size=CAP)
    assert payload({"text": "x" * (CAP + 1)}) == Body(
        content=b"x" * CAP, size=CAP + 1, truncated=True
    )
    assert payload({"text": "x" * (CAP + 1), "size": 5000}).size == 5000


@given(st.text(st.sampled_from("aé€😀")), st.integers(0, 20))
def test_cut_is_never_inside_a_character(text: str, cap: int) -> None:
    value = {"request": request(postData={"text": text})}
    body = read(value, cap).request.body

    assert text.encode().startswith(body.content)
    assert body.content.decode() == text[: len(body.content.decode())]
    assert cap - 3 <= len(body.content) <= cap or not body.truncated
    assert body.size == len(text.encode())


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ([{"name": "a", "value": "1 2"}, {"name": "b"}], "a=1%202&b="),
        ([{"name": "a", "value": "x%40y"}], "a=x%40y"),
        ([{"name": "a", "value": 5}, 7, None], "a=5"),
        ({"a": "b&c"}, "a=b%26c"),
        ([], ""),
        (None, ""),
        ("a=b", ""),
    ],
)
def test_form_is_rebuilt_from_params(params: object, text: str) -> None:
    mime_type = "application/x-www-form-urlencoded"
    for absent in ({}, {"text": None}, {"text": ""}):
        body = posted({"mimeType": mime_type, "params": params, **absent})
        assert (body.content.decode(), body.mime_type) == (text, mime_type)


def test_multipart_is_rebuilt_from_params() -> None:
    file = {"name": "f", "fileName": "a.txt", "contentType": "text/plain", "value": "x"}
    params = [{"name": "a", "value": "1"}, file]
    body = posted({"mimeType": "multipart/form-data; boundary=ZZ", "params": params})

    assert body.content.decode() == (
        '--ZZ\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        '--ZZ\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nx\r\n--ZZ--\r\n"
    )


def test_text_wins_over_params() -> None:
    assert posted({"text": "a=1", "params": [{"name": "b"}]}).content == b"a=1"


@pytest.mark.parametrize(
    ("post", "content"),
    [
        ("raw", b"raw"),
        ({"text": {"a": 1}}, b'{"a": 1}'),
        ({"text": 5}, b"5"),
        (None, b""),
        (5, b""),
    ],
)
def test_odd_post_data(post: object, content: bytes) -> None:
    assert posted(post).content == content


def test_content_that_is_a_text() -> None:
    assert payload("abc").content == b"abc"


def test_dropped_bytes_count_for_the_size() -> None:
    value = {
        "request": request(postData={"text": "abc"}),
        "response": response(content={"text": "YWJj", "encoding": "base64"}),
    }
    dropped = {b"request": 10, b"response": 8}
    exchange = read_entry(0, json.dumps(value).encode(), CAP, dropped)

    assert isinstance(exchange, Exchange)
    assert exchange.response
    assert exchange.request.body == Body(content=b"abc", size=13, truncated=True)
    assert exchange.response.body == Body(content=b"abc", size=9, truncated=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
NAMES = ["startedDateTime", "time", "request", "response", "method", "url", "headers", "name"]
NAMES += [
    "value",
    "postData",
    "text",
    "params",
    "content",
    "size",
    "encoding",
    "status",
    "mimeType",
]
HARRISH = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {"request": st.fixed_dictionaries({"method": JSON, "url": JSON}, optional={"x": JSON})},
        optional=dict.fromkeys(NAMES[:2] + NAMES[3:], HARRISH),
    )
    | HARRISH
)
def test_no_json_makes_it_fail(value: object) -> None:
    result = read_entry(0, json.dumps(value).encode(), CAP)

    if isinstance(result, Exchange):
        result.request.url.encode()
        for name, content in result.request.headers:
            (name + content).encode()


@given(
    st.dictionaries(st.sampled_from(["headers", "postData", "bodySize", "httpVersion"]), HARRISH)
)
def test_no_odd_request_is_lost(members: dict[str, object]) -> None:
    read({"request": request(**members), "response": members})


@given(st.binary())
def test_no_bytes_make_it_fail(text: bytes) -> None:
    read_entry(0, text, CAP)
