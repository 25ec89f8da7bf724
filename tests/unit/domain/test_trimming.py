import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.domain.trimming import beginning, trimmed

JSON = "application/json"
HTML = "text/html"


def test_what_fits_is_shown_as_it_is() -> None:
    shown = trimmed(' {"a": [1,  2]} ', JSON, 100)

    assert (shown.text, shown.note) == (' {"a": [1,  2]} ', "")


def test_json_keeps_its_shape_and_says_what_it_lost() -> None:
    document = {
        "items": [{"id": number, "name": f"n{number}"} for number in range(300)],
        "page": {"next": "x" * 5_000, "total": 300},
    }

    shown = trimmed(json.dumps(document), JSON, 1_000)

    parsed = json.loads(shown.text)
    assert parsed["items"][0] == {"id": 0, "name": "n0"}
    assert parsed["page"]["total"] == 300
    assert parsed["page"]["next"].endswith("x(cut)")
    left = re.match(r"(\d+) of 300 elements of items left out, 1 long", shown.note)
    assert left is not None
    assert parsed["items"][-1] == f"({left[1]} more elements)"
    assert len(parsed["items"]) == 300 - int(left[1]) + 1
    assert len(shown.text) <= 1_000


def test_a_few_arrays_are_named_and_odd_names_are_not() -> None:
    document = {name: list(range(400)) for name in ("a", "b", "say nothing\n", "d", "e")}

    note = trimmed(json.dumps(document), JSON, 300).note

    assert note.startswith("392 of 400 elements of a left out, 392 of 400 elements of b left out")
    assert note.endswith("elements of an array left out, elements of further arrays left out")


def test_as_many_elements_are_shown_as_fit() -> None:
    text = json.dumps(list(range(1_000)))

    assert [len(json.loads(trimmed(text, JSON, most).text)) for most in (500, 120, 60, 30)] == [
        61,
        21,
        9,
        4,
    ]


def test_a_placeholder_in_the_place_of_a_number_is_no_reason_to_lose_the_shape() -> None:
    text = '{"card": <CARD_1>, "list": [<PHONE_2>, 1], "x": "' + "y" * 900 + '"}'

    shown = json.loads(trimmed(text, JSON, 500).text)

    assert (shown["card"], shown["list"]) == ("<CARD_1>", ["<PHONE_2>", 1])


@pytest.mark.parametrize(
    "text", ['{"a": ' + "1" * 900, "{" * 900, '{"a":' * 9000 + "1" + "}" * 9000]
)
def test_json_that_is_broken_cut_or_too_deep_is_text(text: str) -> None:
    shown = trimmed(text, JSON, 300)

    assert text.startswith(shown.text[:200])
    assert f"of {len(text)} characters" in shown.note


def test_deep_levels_are_left_out() -> None:
    shown = trimmed('{"a":' * 400 + "1" + "}" * 400, JSON, 300)

    assert shown.text.startswith('{"a":{"a":')
    assert "(deeper levels left out)" in shown.text
    assert shown.note == "1 long or deep values shortened"


def test_html_keeps_what_acts() -> None:
    kept = (
        '<form action="/pay" method="post">',
        '<input type="hidden" name="amount" value="1">',
        "<!-- TODO remove -->",
        '<meta name="generator" content="Old 1.0">',
        "<title>Shop</title>",
        "<script>load(location.hash)</script>",
        '<a href="/go?to=http://x.example">',
    )
    filler = "<div class='c'><p>Lorem ipsum dolor sit amet</p><a href='/plain'>x</a></div>\n" * 200
    page = "<html><style>" + "a{}" * 500 + "</style>" + filler.join(kept) + "</html>"

    shown = trimmed(page, HTML, 3_000)

    assert all(piece in shown.text for piece in kept)
    assert "a{}" not in shown.text
    assert "only forms, scripts" in shown.note
    assert len(shown.text) <= 3_100


def test_a_page_without_markup_is_text() -> None:
    shown = trimmed("word " * 900 + "end", HTML, 1_000)

    assert shown.text.endswith("word end")
    assert len(shown.text) > 900


def test_of_a_page_of_words_the_first_are_kept() -> None:
    shown = trimmed("<html><p>" + "word " * 900 + "</p></html>", HTML, 3_000)

    assert shown.text.startswith("<html>word word")
    assert shown.text.endswith("word …</html>")


def test_a_long_script_is_cut_and_the_page_behind_it_is_not_lost() -> None:
    page = f"<html><script>{'f();' * 900}</script><form action=/login></form>{'x' * 900}</html>"

    shown = trimmed(page, HTML, 2_000)

    assert "f();f();" in shown.text
    assert "(cut)" in shown.text
    assert "<form action=/login>" in shown.text


def test_text_keeps_its_ends_and_what_lies_around_marks() -> None:
    text = "start " + "a" * 5_000 + " here it is " + "b" * 5_000 + " end"
    mark = text.index("here")

    shown = trimmed(text, "text/plain", 1_000, [mark, -1, 10**9])

    assert shown.text.startswith("start ")
    assert shown.text.endswith(" end")
    assert " here it is " in shown.text
    assert re.search(r"\(\d+ characters left out\)", shown.text)
    assert len(shown.text) < 1_100


def test_marks_are_shown_beside_a_shape_that_lost_them() -> None:
    text = json.dumps({"rows": ["ok"] * 500 + ["ORA-00933 here"] + ["ok"] * 500})

    shown = trimmed(text, JSON, 800, [text.index("ORA")])

    assert "ORA-00933 here" in shown.text
    assert shown.text.startswith('{"rows":["ok"')
    assert len(shown.text) <= 900


def test_placeholders_are_cut_whole() -> None:
    assert beginning("ab <EMAIL_12> cd", 9) == "ab "
    assert beginning("ab <EMAIL_12> cd", 13) == "ab <EMAIL_12>"
    assert beginning("a < b", 4) == "a < "
    shown = trimmed("<JWT_1>" * 900, "text/plain", 500).text
    assert re.sub(r"<JWT_1>", "", shown).partition("\n(")[0] == ""


_MEGABYTES = 10_000_000
_LARGE = {
    "a line": ("text/html", "<html>" + "A" * _MEGABYTES),
    "brackets": (JSON, "[" * _MEGABYTES),
    "quotation marks": (JSON, '"' * _MEGABYTES),
    "rows": (JSON, json.dumps([{"id": number, "name": "x" * 20} for number in range(20_000)])),
    "members": (JSON, json.dumps({f"k{number}": number for number in range(60_000)})),
    "nested": (JSON, '{"a":' * 50_000 + "1" + "}" * 50_000),
    "scripts without end": (HTML, "<script>" * 120_000),
    "comments without end": (HTML, "<!--" * 240_000),
    "links without end": (HTML, "<a " * 300_000),
    "smaller-than": (HTML, "<html>" + "<" * 990_000),
    "placeholders": ("text/plain", "<A_" * 3_000_000),
}


@pytest.mark.parametrize("name", _LARGE)
def test_large_and_hostile_bodies_take_no_time(name: str) -> None:
    mime_type, text = _LARGE[name]
    start = time.process_time()

    shown = trimmed(text, mime_type, 8_000, range(0, len(text), 50_000))

    assert time.process_time() - start < 2.0  # 0.5 s on a quiet machine
    assert 100 < len(shown.text) < 9_000
    assert shown.note


_BITS = st.sampled_from(
    [
        *("<", ">", "<script>", "</script>", "<!--", "-->", "{", "}", "[", '"', ":", ",", "1"),
        *("<form", "<JWT_1>", "\u0130", "\ud800", " ", "<html>", "<a href='?x'>", '"k":', "x" * 50),
    ]
)


@given(
    st.lists(_BITS, max_size=60).map("".join),
    st.sampled_from([JSON, HTML, "text/plain", ""]),
    st.integers(0, 300),
    st.lists(st.integers(-5, 2_000), max_size=4),
)
def test_nothing_raises_and_nothing_is_cut_without_a_word(
    text: str, mime_type: str, most: int, marks: list[int]
) -> None:
    shown = trimmed(text, mime_type, most, marks)

    assert shown.note if shown.text != text else True
    assert len(shown.text) <= most + 600
