"""The splitter against `json.loads`, with windows so small that every boundary is met."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.readers import CaptureFileReader
from reqsift.adapters.readers.json_array import ArraySplitter, Element, Limits, Lost
from reqsift.adapters.readers.json_cursor import JsonCursor
from reqsift.domain.captures import Exchange, SkippedEntry
from reqsift.domain.errors import TruncatedCapture
from tests.unit.adapters.readers.reading import entry, har, read_bytes, request, response

WINDOWS = st.integers(1, 400)
TEXT = st.text() | st.sampled_from(['"', "\\", '\\"', "},{", '},{"startedDateTime":', "[[[", "]}"])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["startedDateTime", "request"]) | TEXT, inner, max_size=4)
    ),
    max_leaves=15,
)
ELEMENT = VALUE | st.fixed_dictionaries({"startedDateTime": VALUE, "request": VALUE})
INDENT = st.sampled_from([None, 0, 2])


def pieces(data: bytes, size: int) -> Callable[[], bytes]:
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return lambda: next(parts, b"")


def split(data: bytes, window: int) -> list[Element | Lost]:
    cursor = JsonCursor(pieces(data, window))
    limits = Limits(window=window, element=1 << 20, string=1 << 20)
    return list(ArraySplitter(cursor, limits, (b"request",)))


@given(st.lists(ELEMENT, max_size=8), INDENT, WINDOWS)
def test_same_elements_as_json(values: list[object], indent: int | None, window: int) -> None:
    found = split(json.dumps(values, indent=indent).encode(), window)

    assert len(found) == len(values)
    for element, value in zip(found, values, strict=True):
        if isinstance(element, Lost):
            assert not isinstance(value, dict | list)
        else:
            assert json.loads(bytes(element.text)) == value


@given(st.lists(ELEMENT, max_size=8), st.lists(ELEMENT, max_size=2), INDENT, WINDOWS)
def test_entries_are_found_wherever_they_stand(
    values: list[object], others: list[object], indent: int | None, window: int
) -> None:
    decoy = {"entries": others}
    log = {"entry": decoy, "pages": others, "entries": values, "z": decoy, "comment": '"entries":['}
    text = json.dumps({"entries": others, "log": log, "z": others}, indent=indent).encode()

    entries, error = read_bytes(text, CaptureFileReader(window=window))

    assert error is None
    assert [item.entry_index for item in entries] == list(range(len(values)))


@given(st.integers(0, 30), INDENT, WINDOWS)
def test_window_changes_nothing(count: int, indent: int | None, window: int) -> None:
    text = json.dumps(json.loads(har(*map(entry, range(count)))), indent=indent).encode()

    entries, error = read_bytes(text, CaptureFileReader(window=window))

    assert error is None
    assert entries == read_bytes(text)[0]
    assert [url_of(item) for item in entries] == [f"https://shop.example/{n}" for n in range(count)]


def url_of(item: Exchange | SkippedEntry) -> str:
    return item.request.url if isinstance(item, Exchange) else "skipped"


BROKEN = [
    '{"startedDateTime": 1,, "request": {}}',
    '{"startedDateTime": "a"b", "request": {"method": "GET", "url": "x"}}',
    '{"startedDateTime": "a"b"c", "request": {"method": "GET", "url": "x"}}',
    '{"startedDateTime": "2026, "request": {"method": "GET", "url": "x"}}',
    '{"startedDateTime": "2026',
    '{"startedDateTime": "2026", "request": {"method": "GET"',
    '{"startedDateTime": "2026", "request": [{"method": "GET"}}',
    '{"startedDateTime": "2026" "request": 5}',
    "{startedDateTime: 1}",
    "{'a': 'b'}",
    '{"request": NaN}',
    '{"request": {"method": "GET", "url": ""}}',
    "{}",
    "[]",
    "null",
    '"text"',
    "12",
    "NaN",
]


def is_open(text: str) -> bool:
    """Whether this text leaves a bracket or a string open."""
    opening, closing = (sum(map(text.count, marks)) for marks in ("{[", "}]"))
    return text.count('"') % 2 == 1 or opening != closing


LAST = 9


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (broken, place)
        for broken in BROKEN
        for place in (0, 1, 5, LAST)
        if not (place == LAST and is_open(broken))
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_one_bad_entry_costs_only_itself(broken: str, place: int, indent: int | None) -> None:
    entries, error = read_bytes(ten_entries(broken, place, indent))

    assert error is None
    expected = [f"https://shop.example/{n}" for n in range(10)]
    expected[place] = "skipped"
    assert [url_of(item) for item in entries] == expected
    assert [item.entry_index for item in entries] == list(range(10))


@pytest.mark.parametrize("broken", [broken for broken in BROKEN if is_open(broken)])
@pytest.mark.parametrize("indent", [None, 1])
def test_an_open_last_entry_is_told_and_costs_no_other(broken: str, indent: int | None) -> None:
    entries, error = read_bytes(ten_entries(broken, LAST, indent))

    assert isinstance(error, TruncatedCapture)
    intact = [url_of(item) for item in entries[:LAST]]
    assert intact == [f"https://shop.example/{number}" for number in range(LAST)]
    assert {url_of(item) for item in entries[LAST:]} <= {"skipped"}


def ten_entries(broken: str, place: int, indent: int | None) -> bytes:
    parts = [json.dumps(entry(number), indent=indent) for number in range(10)]
    parts[place] = broken
    return f'{{"log": {{"entries": [{",".join(parts)}]}}}}'.encode()


@pytest.mark.parametrize("window", [7, 64, 1 << 20])
@pytest.mark.parametrize("separator", [",,", " ", ", ,\n"])
def test_missing_and_doubled_commas_do_no_harm(separator: str, window: int) -> None:
    text = separator.join(json.dumps(entry(number)) for number in range(6))
    entries, error = read_bytes(
        f'{{"log":{{"entries":[{text},]}}}}'.encode(), CaptureFileReader(window=window)
    )
    assert error is None
    assert [url_of(item) for item in entries] == [f"https://shop.example/{n}" for n in range(6)]


def test_a_stray_bracket_behind_an_entry_costs_nothing() -> None:
    text = har(*map(entry, range(6))).replace(b'"03"}}}', b'"03"}}}}')
    entries, error = read_bytes(text)
    assert error is None
    assert len(entries) == 6


@pytest.mark.parametrize("window", [1, 50, 1 << 20])
def test_every_cut_gives_the_entries_before_it(window: int) -> None:
    text = har(*(entry(number) for number in range(3)))
    whole = read_bytes(text)[0]
    reader = CaptureFileReader(window=window)
    for end in range(1, len(text), 1 if window > 1 else 17):
        entries, error = read_bytes(text[:end], reader)
        assert isinstance(error, TruncatedCapture)
        assert entries == whole[: len(entries)]
        assert len(entries) >= text[:end].count(b"]}}}") - 1 or end < 500


MUTATION = st.tuples(
    st.integers(0, 1 << 16),
    st.integers(0, 12),
    st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"}", b"]", b"\\", b",", b"NaN"]),
)


@given(st.lists(MUTATION, max_size=4), WINDOWS, st.booleans())
def test_no_mutation_makes_it_crash(
    mutations: list[tuple[int, int, bytes]], window: int, small: bool
) -> None:
    text = har(*(entry(number) for number in range(4)))
    for at, length, insert in mutations:
        place = at % len(text)
        text = text[:place] + insert + text[place + length :]
    reader = CaptureFileReader(5, window=window, max_entry=100 if small else 1 << 20)

    entries, _ = read_bytes(text, reader)

    assert [item.entry_index for item in entries] == list(range(len(entries)))


@given(st.binary() | st.binary().map(lambda tail: b'{"log":{"entries":[' + tail), WINDOWS)
def test_no_bytes_make_it_crash(data: bytes, window: int) -> None:
    read_bytes(data, CaptureFileReader(window=window))


# --- entries too large to hold --------------------------------------------------------------


def huge(text: str, **members: object) -> dict[str, object]:
    return entry(5, response=response(content={"text": text, **members}), _messages=["x" * 9999])


@pytest.mark.parametrize("window", [10, 100, 5000])
@pytest.mark.parametrize("extra", [b"", b"NaN,"])
def test_a_huge_body_is_cut_and_the_neighbours_stay(window: int, extra: bytes) -> None:
    text = 'é\n"\\😀' * 2000
    data = har(entry(0), huge(text), entry(2)).replace(b'["xxx', b"[" + extra + b'"xxx')
    reader = CaptureFileReader(500, window=window, max_entry=1000)

    entries, error = read_bytes(data, reader)

    assert error is None
    assert entries[0] == read_bytes(data)[0][0]
    assert entries[2] == read_bytes(data)[0][2]
    exchange = entries[1]
    assert isinstance(exchange, Exchange)
    assert exchange.response
    body = exchange.response.body
    assert body.truncated
    assert 495 <= len(body.content) <= 500
    assert text.encode().startswith(body.content)
    assert body.size > 10_000


def test_size_of_a_huge_body() -> None:
    reader = CaptureFileReader(500, window=1000, max_entry=1000)
    for text, members, size in (
        ("x" * 50_000, {}, 50_000),
        ("x" * 50_000, {"size": 60_000}, 60_000),
        ("YWJj" * 10_000, {"encoding": "base64"}, 30_000),
    ):
        entries, _ = read_bytes(har(huge(text, **members)), reader)
        exchange = entries[0]
        assert isinstance(exchange, Exchange)
        assert exchange.response
        assert exchange.response.body.size == size


def test_too_many_headers_to_hold() -> None:
    headers = [{"name": f"x-{number}", "value": "y"} for number in range(2000)]
    reader = CaptureFileReader(500, window=1000, max_entry=1000)

    entries, error = read_bytes(har(entry(0, request=request(headers=headers)), entry(1)), reader)

    assert error is None
    assert entries[0] == SkippedEntry(
        entry_index=0, reason="It is too large even without its bodies."
    )
    assert url_of(entries[1]) == "https://shop.example/1"


@pytest.mark.parametrize("value", [["x" * 5000], "x" * 5000])
def test_huge_but_no_object(value: object) -> None:
    reader = CaptureFileReader(500, window=1000, max_entry=1000)
    entries, error = read_bytes(har(value, entry(1)), reader)
    assert error is None
    assert [url_of(item) for item in entries] == ["skipped", "https://shop.example/1"]
