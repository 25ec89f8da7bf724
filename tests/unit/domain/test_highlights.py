"""Where evidence lies in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.findings import Evidence
from reqsift.domain.highlights import (
    Segment,
    Span,
    body_line,
    line_segments,
    request_lines,
    response_lines,
    segments,
    standing,
)
from reqsift.domain.view import RESPONSE_BODY, URL, View

VIEW = View(
    Exchange(
        entry_index=0,
        request=Request(
            method="GET",
            url="https://shop.example/?q=1",
            http_version="HTTP/1.1",
            headers=(Header("Host", "shop.example"),),
        ),
        response=Response(
            status=200,
            reason="OK",
            http_version="HTTP/1.1",
            headers=(
                Header("Set-Cookie", "a=1"),
                Header("Server", "x"),
                Header("set-cookie", "sid=2; Path=/"),
            ),
            body=Body(content=b"hello", size=5),
        ),
    )
)


def plain(text: str) -> Segment:
    return Segment(text=text)


def marked(text: str) -> Segment:
    return Segment(text=text, marked=True)


def test_a_text_is_cut_at_its_spans() -> None:
    assert segments("abcdef", [Span(1, 3)]) == [plain("a"), marked("bc"), plain("def")]
    assert segments("abc", [Span(0, 3)]) == [marked("abc")]
    assert segments("abc", []) == [plain("abc")]
    assert segments("", [Span(0, 2)]) == []


def test_spans_that_overlap_touch_or_reach_beyond_are_one_mark_within_the_text() -> None:
    spans = [Span(2, 4), Span(1, 3), Span(4, 99), Span(5, 5), Span(-3, 0)]
    assert segments("abcdef", spans) == [plain("a"), marked("bcdef")]


def test_a_long_text_is_shown_around_its_marks() -> None:
    text = "a" * 5_000 + "KEY" + "b" * 5_000

    shown = segments(text, [Span(5_000, 5_003)], shown=1_000)

    assert [piece.left_out for piece in shown] == [4_500, 0, 0, 0, 4_500]
    assert [piece.text for piece in shown] == ["", "a" * 500, "KEY", "b" * 500, ""]


def test_a_long_text_without_marks_is_shown_from_its_start() -> None:
    assert segments("abcdef", [], shown=2) == [plain("ab"), Segment(left_out=4)]


@given(
    text=st.text(max_size=60),
    ends=st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6),
    shown=st.integers(1, 80),
)
def test_nothing_is_lost_or_doubled(text: str, ends: list[tuple[int, int]], shown: int) -> None:
    spans = [Span(min(pair), max(pair)) for pair in ends]
    at = 0
    for piece in segments(text, spans, shown):
        assert (piece.left_out == 0) == bool(piece.text)
        assert piece.text == text[at : at + len(piece.text)]
        for offset in range(at, at + len(piece.text)):
            assert piece.marked == any(span.start <= offset < span.end for span in spans)
        at += len(piece.text) + piece.left_out
    assert at == len(text)


def test_lines_read_as_the_message_was_sent() -> None:
    request = [line.before + line.text + line.after for line in request_lines(VIEW)]
    response = [line.before + line.text + line.after for line in response_lines(VIEW)]

    assert request == ["GET https://shop.example/?q=1 HTTP/1.1", "Host: shop.example"]
    assert response == [
        "HTTP/1.1 200 OK",
        "Set-Cookie: a=1",
        "Server: x",
        "set-cookie: sid=2; Path=/",
    ]


def test_every_line_lies_where_its_part_says() -> None:
    lines = [*request_lines(VIEW), *response_lines(VIEW), body_line(RESPONSE_BODY, "hello")]
    for line in lines:
        part = VIEW.part_text(line.part) or ""
        assert part[line.start : line.start + len(line.text)] == line.text


def test_evidence_in_a_repeated_header_marks_the_right_one() -> None:
    evidence = Evidence(part="response.headers[set-cookie]", offset=4, text="sid=2; Path=/")
    assert standing(VIEW, [evidence]) == [evidence]

    _, first, _, second = response_lines(VIEW)

    assert line_segments(first, [evidence]) == [plain("a=1")]
    assert line_segments(second, [evidence]) == [marked("sid=2; Path=/")]


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(part=URL, offset=1, text="https"),
        Evidence(part=URL, offset=0, text=""),
        Evidence(part="response.headers[missing]", offset=0, text="x"),
        Evidence(part="nowhere", offset=0, text="x"),
    ],
)
def test_evidence_that_does_not_stand_there_marks_nothing(evidence: Evidence) -> None:
    assert standing(VIEW, [evidence]) == []


def test_no_response_has_no_lines() -> None:
    request = Request(method="GET", url="https://shop.example/")
    assert response_lines(View(Exchange(entry_index=0, request=request))) == []


def test_a_body_line_is_for_bodies() -> None:
    with pytest.raises(ValueError, match="url"):
        body_line(URL, "x")
