"""Where in a page a place stands."""

import pytest

from reqsift.domain.rules.places import in_code, in_handler, leaves_text, place_of

MARK = "HERE"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<p>HERE</p>", "text"),
        ("<p>a < b HERE</p>", "text"),
        ('<a href="HERE">', "tag"),
        ("<!-- HERE -->", "comment"),
        ("<!-- gone --><p>HERE</p>", "text"),
        ("<textarea rows=2>HERE</textarea>", "closed"),
        ("<title>Old</title><p>HERE</p>", "text"),
        ("<script>var a = HERE;</script>", "script"),
        ("<SCRIPT>var a = HERE;</SCRIPT>", "script"),
        ("<script>var a = 1;</script><p>HERE</p>", "text"),
    ],
)
def test_what_stands_before_tells_the_place(body: str, kind: str) -> None:
    assert place_of(body, body.index(MARK)).kind == kind


def test_a_tag_and_an_element_that_takes_all_as_text_are_named() -> None:
    body = '<p><input value="HERE">'
    assert place_of(body, body.index(MARK)).before == '<input value="'
    body = "<title>HERE</title>"
    assert place_of(body, body.index(MARK)).tag == "title"


def test_a_script_of_data_runs_nowhere() -> None:
    body = '<script type="application/ld+json">{"name": "HERE"}</script>'
    assert place_of(body, body.index(MARK)).is_data


@pytest.mark.parametrize(
    ("code", "quote", "is_code"),
    [
        ("var a = ", "", True),
        ('var a = "', '"', False),
        ("var a = 'it\\'s ", "'", False),
        ("var a = `", "`", False),
        ('var a = "b"; // "', "", False),
        ("/* it's */ var a = ", "", True),
        ("var a = 'b\nvar c = ", "", True),
        ("var a = b.match(/['\"]/); c(", "", True),
    ],
)
def test_code_tells_whether_a_text_is_open(code: str, quote: str, is_code: bool) -> None:
    place = in_code(code)
    assert (place.quote, place.is_code) == (quote, is_code)


def test_nothing_is_known_of_very_much_code() -> None:
    place = in_code("a" * 20_001)
    assert (place.quote, place.is_code) == ("", False)


def test_only_the_open_handler_of_a_tag_counts() -> None:
    open_handler = in_handler("<a onclick=\"show('")
    assert open_handler is not None
    assert open_handler.quote == "'"
    assert in_handler('<a onclick="show()" title="') is None
    assert in_handler('<a title="') is None


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ('var a = "', '";alert(1)//', True),
        ('var a = "', '\\";alert(1)//', False),
        ('var a = "', "';alert(1)//", False),
        ("var a = ", '"', False),
        ('var a = "\\', '"', False),
        ('var a = "\\', '\\"', True),
    ],
)
def test_only_the_quote_that_opened_a_text_leaves_it(code: str, text: str, expected: bool) -> None:
    assert leaves_text(in_code(code), text) is expected
