from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.claims import Quote
from reqsift.domain.quotes import Span, find
from tests.corpus.quotations import Quotation, invented_quotations, true_quotations

PARTS = {
    "request.url": "https://shop.example/items/1",
    "response.status": "200",
    "response.headers[set-cookie]": "a=1; Path=/\nb=2; Path=/admin",
    "response.headers[x-twice]": "a\nb",
    "response.body": '{"name": "O\\u0027Hara \\u0026 Söhne",\n  "tag": "&lt;b&gt;x"}',
}


def _find(part: str, text: str) -> str | None:
    """The words in the part that were found."""
    span = find(Quote(part=part, text=text), PARTS)
    return None if span is None else PARTS[span.part][span.start : span.end]


def _kept(one: Quotation) -> bool:
    span = find(one.quote, one.parts)
    return span is not None and span.end > span.start


def test_a_span_says_where_it_stands() -> None:
    assert find(Quote(part="response.headers[set-cookie]", text="b=2"), PARTS) == Span(
        "response.headers[set-cookie]", 12, 15
    )


@pytest.mark.parametrize(
    ("part", "text", "found"),
    [
        ("response.headers[x-twice]", " b ", "b"),
        ("response.status", "200", "200"),
        ("response.body", "O'Hara & Söhne", "O\\u0027Hara \\u0026 Söhne"),
        ("response.body", "o\\'hara", None),
        ("response.body", '"name":"O', '"name": "O'),
        ("response.body", "s\u00f6hne\", 'tag", None),
        ("response.body", 'SÖHNE","TAG":"<B>X', 'Söhne",\n  "tag": "&lt;b&gt;x'),
        ("response.body", '\\"tag\\": \\"&lt;b', '"tag": "&lt;b'),
        ("response.headers[set-cookie]", "Set-Cookie: a=1; path=/", "a=1; Path=/"),
        ("request.url", "items/1 ", "items/1"),
    ],
)
def test_it_may_differ_in_white_space_case_and_escapes(
    part: str, text: str, found: str | None
) -> None:
    assert _find(part, text) == found


@pytest.mark.parametrize(
    "part",
    [
        "Response.Headers[Set-Cookie]",
        " response.headers.set-cookie ",
        "response headers: Set-Cookie",
        "response.header['set-cookie']",
    ],
)
def test_the_part_may_be_spelt_otherwise(part: str) -> None:
    assert _find(part, "b=2; Path=/admin") == "b=2; Path=/admin"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("response.body.name", "O'Hara"),
        ("response.body[0].tag", "tag"),
        ("request.url.path", "/items/1"),
    ],
)
def test_a_place_within_a_body_or_url_is_the_whole_of_it(part: str, text: str) -> None:
    assert _find(part, text) is not None


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("response.body", "items/1"),
        ("request.body", "O'Hara"),
        ("", "200"),
        ("response.headers", "b=2"),
        ("response.headers[]", "b=2"),
        ("cookie", "b=2"),
        ("response.body", "OHara"),
        ("response.body", "O Hara"),
        ("response.body", "O'Hara ... tag"),
        ("response.body", "Söhnetag"),
        ("response.body", "name tag"),
        ("response.body", ""),
        ("response.body", " \n"),
        ("response.body", '"'),
        ("response.body", '", "'),
        ("response.body", "ta"),
        ("response.headers[x-twice]", "a b c"),
    ],
)
def test_what_does_not_stand_there_or_says_nothing_is_not_found(part: str, text: str) -> None:
    assert _find(part, text) is None


def test_parts_that_are_spelt_alike_are_not_confused() -> None:
    parts = {"request.headers[a.b]": "first", "request.headers[a!b]": "second"}

    assert find(Quote(part="request.headers[a.b]", text="first"), parts) is not None
    assert find(Quote(part="request.headers[a b]", text="first"), parts) is None


def test_spaces_between_words_are_told_from_none_at_every_place() -> None:
    text = "ab c, a bc, " * 49

    assert find(Quote(part="x", text="AB\n  C"), {"x": f"abc, {text}"}) == Span("x", 5, 9)
    assert find(Quote(part="x", text="abC"), {"x": f"{text}abc"}) is None  # it looks no further


def test_invented_quotes_are_all_caught() -> None:
    invented = invented_quotations()

    assert len(invented) >= 300
    assert len(Counter(one.kind for one in invented)) == 9
    assert [one for one in invented if _kept(one)] == []


def test_true_quotes_are_kept() -> None:
    true = true_quotations()

    lost = [one for one in true if not _kept(one)]

    assert len(true) >= 300
    assert len(lost) <= len(true) // 100, lost[:5]


def test_true_quotes_are_found_where_they_were_taken_from() -> None:
    for one in true_quotations():
        if one.kind in {"white space", "case"} and (span := find(one.quote, one.parts)):
            words = one.parts[span.part][span.start : span.end]
            assert "".join(words.lower().split()) == "".join(one.source.lower().split())


_PIECES = st.sampled_from(
    [
        "a",
        "B",
        " ",
        "\n",
        "\\n",
        "\\",
        '\\"',
        '"',
        "&amp;",
        "&",
        "\\u0041",
        "\\ud83d",
        "\u0130",
        "ß",
    ]
)


@given(st.lists(_PIECES).map("".join), st.data())
def test_any_verbatim_piece_is_found_and_any_span_lies_within(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    parts = {"response.body": text}

    verbatim = find(Quote(part="response.body", text=text[start:end]), parts)
    changed = find(Quote(part="response.body", text=f"{text[start:end]} A"), parts)

    said = text[start:end].strip()
    if len(said) >= 3 and any(one.isalnum() for one in said):
        assert verbatim is not None
        assert text[verbatim.start : verbatim.end] == said
    for span in (verbatim, changed):
        assert span is None or 0 <= span.start < span.end <= len(text)
