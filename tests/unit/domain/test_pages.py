from reqsift.domain.pages import Element, Page, unread


def element(tag: str, start: int, **attributes: str) -> Element:
    return Element(tag=tag, attributes=attributes, start=start, end=start + 9)


def test_elements_are_chosen_by_tag_in_order() -> None:
    page = Page(elements=(element("script", 0), element("link", 10), element("script", 20)))

    assert [one.start for one in page.of("script")] == [0, 20]
    assert [one.start for one in page.of("link", "script")] == [0, 10, 20]
    assert page.of("form") == []


def test_a_value_is_told_without_blanks_around_it() -> None:
    script = element("script", 0, src=" /app.js\n")

    assert script.get("src") == "/app.js"
    assert script.get("integrity") == ""


def test_a_page_that_nobody_reads_is_empty() -> None:
    assert unread("<form></form>") == Page()
