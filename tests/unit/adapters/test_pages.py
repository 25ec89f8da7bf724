"""Pages are read as browsers do, and each element knows where it stands."""

import pytest

from reqsift.adapters.pages import read_page
from reqsift.domain.pages import Element, Page


def shown(page: str, *tags: str) -> list[str]:
    return [page[one.start : one.end] for one in read_page(page).of(*tags)]


def only(page: str) -> Element:
    (element,) = read_page(page).elements
    return element


def test_elements_stand_where_they_say() -> None:
    page = '<!doctype html>é😀<LINK rel=stylesheet href=a.css><p><script src="/a.js"></script>'

    assert shown(page, "link") == ["<LINK rel=stylesheet href=a.css>"]
    assert shown(page, "script") == ['<script src="/a.js">']
    assert only("<base href='/x'>").get("href") == "/x"


def test_attributes_are_decoded_and_lower_case() -> None:
    element = only('<iframe SRC="/a?b=1&amp;c=2" sandbox></iframe>')

    assert element.attributes == {"src": "/a?b=1&c=2", "sandbox": ""}
    assert element.get("src") == "/a?b=1&c=2"


def test_comments_and_scripts_hold_no_elements() -> None:
    page = (
        "<!-- <form action=/old> --><script>var s = '<form action=/no>';</script>"
        "<form action=/yes></form>"
    )

    assert shown(page, "form") == ["<form action=/yes>"]
    assert only("<script>let a = 1 < 2</script>").text == "let a = 1 < 2"


def test_a_form_tells_what_it_sends() -> None:
    page = """<form METHOD=Post action="/login">
      <input name=user><input type=PASSWORD name=pw autocomplete="New-Password" value=x>
      <input type=hidden name=csrf value=8f2b><select name=lang></select>
      <textarea id=note></textarea><button name=go>Go</button></form>"""
    (form,) = read_page(page).forms

    assert (form.method, form.action) == ("post", "/login")
    assert [(field.name, field.kind, field.value) for field in form.fields] == [
        ("user", "text", ""),
        ("pw", "password", "x"),
        ("csrf", "hidden", "8f2b"),
        ("lang", "select", ""),
        ("note", "textarea", ""),
        ("go", "submit", ""),
    ]
    assert form.fields[1].autocomplete == "new-password"
    assert read_page("<form>").forms[0].method == "get"


def test_a_form_between_a_table_and_its_rows_owns_their_fields() -> None:
    page = "<table><form method=post><tr><td><input name=a></td></tr></form></table>"
    (form,) = read_page(page).forms

    assert [field.name for field in form.fields] == ["a"]


@pytest.mark.parametrize("text", ["", "plain", "<", "<p>no such tags</p>", "<!--", "<formal>"])
def test_without_elements_the_page_is_empty(text: str) -> None:
    assert read_page(text) == Page()


@pytest.mark.parametrize(
    "text", ["<form", "<form action='", "<script><script", "<svg><script/>", "<form>" * 3, "\0<a"]
)
def test_nothing_is_an_error(text: str) -> None:
    for element in read_page(text).elements:
        assert text[element.start] == "<"


@pytest.mark.timeout(20)  # no measurement: only what grows with the square takes this long
@pytest.mark.parametrize("piece", ["<form>", "<b>", "<script>", "<!--", "<form a='", "<table>"])
def test_a_hostile_page_does_not_run_away(piece: str) -> None:
    page = read_page(piece * (500_000 // len(piece)))

    assert len(page.elements) <= 10_000
    assert len(page.forms) <= 50
