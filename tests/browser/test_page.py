"""The page, as a person uses it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import hars
from tests.browser.conftest import Open, Watch
from tests.browser.served import Served, serve

LOGIN = "https://shop.example/login?password=hunter2secret"
NOTE_WORDS = """
  window.words = [];
  const words = document.querySelector('.words');
  new MutationObserver(() => window.words.push(words.textContent))
    .observe(words, {childList: true, subtree: true, characterData: true});
"""


def many(count: int) -> bytes:
    filler = "<p>socks and shoes</p>" * 40
    pages = (
        hars.entry(f"https://shop.example/page/{number}", body=f"{hars.PAGE}{number}{filler}")
        for number in range(count)
    )
    return hars.har(hars.entry(LOGIN), *pages)


def rows(page: Page) -> int:
    return page.locator(".ag-center-cols-container .ag-row .method").count()


def row(page: Page, index: int) -> str:
    return f'.ag-center-cols-container .ag-row[row-index="{index}"]'


def choose(page: Page, index: int) -> None:
    page.click(f'{row(page, index)} [col-id="path"]')


def analyze_all(page: Page) -> None:
    page.get_by_role("button", name="Analyze all").click()
    expect(page.locator(".words")).to_contain_text("completed in", timeout=60_000)


def test_from_the_printed_link_to_the_evidence(server: Served, open_page: Open) -> None:
    server.upload("shop.har", many(4_000))
    page = open_page()
    page.wait_for_selector(row(page, 0) + " .method")
    assert "token" not in page.url
    page.evaluate(NOTE_WORDS)

    analyze_all(page)

    seen = [re.match(r"([\d,]+) / 4,001 · [\d,]+/s", words) for words in page.evaluate("words")]
    moved = {int(found[1].replace(",", "")) for found in seen if found} - {0, 4001}
    assert len(moved) >= 2, page.evaluate("words")
    assert re.fullmatch(
        r"completed in \d+\.\ds; successful 4001; failed 0; total 4001; "
        r"average time 0\.\d{4}s per request; concurrency 5 parallel requests",
        page.inner_text(".words"),
    )
    expect(page.locator(row(page, 0) + " .count")).to_have_text(re.compile(r"[1-9]"))

    choose(page, 0)
    finding = page.locator(".finding", has_text="password").first
    finding.get_by_role("button").click()

    mark = page.locator(".messages mark").first
    expect(mark).to_be_in_viewport()
    expect(mark).to_contain_text("hunter2secret")
    assert mark.inner_text() in finding.locator("code").all_inner_texts()
    expect(finding).to_contain_text("CWE-")
    assert mark.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_an_empty_store_invites_and_a_file_fills_it(
    open_page: Open, watch: Watch, tmp_path: Path
) -> None:
    page = open_page()
    expect(page.get_by_text("Drop a HAR file here")).to_be_visible()
    expect(page.get_by_role("button", name="Analyze all")).to_be_disabled()
    good, bad = tmp_path / "shop.har", tmp_path / "bad.har"
    good.write_bytes(hars.shop(9))
    bad.write_bytes(b"<html>no capture")
    watch.expected = ("status of 422",)

    page.set_input_files("input[type=file]", [good, bad])

    expect(page.get_by_text("shop.har: 9 requests imported.")).to_be_visible()
    expect(page.locator(".q-notification", has_text="bad.har")).to_be_visible()
    expect(page.locator(row(page, 8))).to_be_visible()
    expect(page.get_by_role("button", name="Analyze all (9)")).to_be_enabled()
    expect(page.get_by_text("Drop a HAR file here")).to_be_hidden()
    page.set_input_files("input[type=file]", good)
    expect(page.get_by_text("is known already")).to_be_visible()


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "large.har"
    path.write_bytes(hars.shop(20))
    limited = serve(tmp_path / "data", tmp_path / "store.db", REQSIFT_MAX_UPLOAD="1000")
    with limited as server, browser.new_context() as context:
        page = context.new_page()
        page.goto(server.link)
        page.set_input_files("input[type=file]", path)
        told = page.locator(".q-notification", has_text="large.har")
        expect(told).to_contain_text("this server takes 1000")


def test_a_file_can_be_dropped_anywhere(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Drop a HAR file here").wait_for()
    data = page.evaluate_handle(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'dropped.har'));
          return data;
        }""",
        hars.shop(3).decode(),
    )

    page.dispatch_event(".split", "dragover", {"dataTransfer": data})
    expect(page.get_by_text("Drop the HAR file to import it")).to_be_visible()
    page.dispatch_event(".split", "drop", {"dataTransfer": data})

    expect(page.get_by_text("dropped.har: 3 requests imported.")).to_be_visible()
    expect(page.locator(row(page, 2))).to_be_visible()


def test_filter_and_capture_narrow_the_list(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(30))
    server.upload("bank.har", hars.har(hars.entry("https://bank.example/page/7", method="PUT")))
    page = open_page()
    page.wait_for_selector(row(page, 30))

    page.keyboard.press("/")
    page.keyboard.type("page/7")
    expect(page.get_by_role("button", name="Analyze all (2)")).to_be_visible()
    expect(page.locator(row(page, 2))).to_have_count(0)

    page.locator(".capture").click()
    page.get_by_role("option", name="bank.har (1)").click()
    expect(page.get_by_role("button", name="Analyze all (1)")).to_be_visible()
    expect(page.locator(row(page, 0))).to_contain_text("bank.example")

    page.get_by_label("Filter").fill("nothing like it")
    expect(page.get_by_text("No request fits the filter.")).to_be_visible()
    analyze = page.get_by_role("button", name="Analyze all (0)")
    expect(analyze).to_be_disabled()


def test_ticked_rows_alone_are_analyzed(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(9))
    page = open_page()
    for index in (1, 4):
        page.click(row(page, index) + " input[type=checkbox]")
    page.get_by_label("Parallel requests").fill("2")
    page.get_by_label("Parallel requests").blur()

    page.get_by_role("button", name="Analyze selected (2)").click()

    expect(page.locator(".words")).to_contain_text("total 2;")
    expect(page.locator(".words")).to_contain_text("concurrency 2 parallel requests")
    expect(page.locator(row(page, 4) + " .count")).to_be_visible()
    expect(page.locator(row(page, 3) + " .count")).to_have_count(0)


def test_the_keyboard_is_enough(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(9))
    page = open_page()
    page.wait_for_selector(row(page, 8))
    analyze_all(page)
    choose(page, 0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".head .url")).to_have_text("https://shop.example/page/2")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Analyze selected (1)")).to_be_enabled()

    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('line')"):
            break
    page.keyboard.press("Enter")

    expect(page.locator(".finding .line").first).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".finding .line").first).to_be_focused()
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_a_batch_outlives_its_page(server: Served, open_page: Open) -> None:
    server.upload("shop.har", many(4_000))
    page = open_page()
    page.get_by_role("button", name="Analyze all (4,001)").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.context.close()

    other = open_page()

    expect(other.locator(".words")).to_contain_text(re.compile(r"/ 4,001|completed"))
    expect(other.locator(".words")).to_contain_text("total 4001;", timeout=30_000)
    expect(other.locator(row(other, 0) + " .count")).to_be_visible()


def test_the_theme_follows_the_system_until_it_is_chosen(server: Served, open_page: Open) -> None:
    page = open_page(color_scheme="dark")
    expect(page.locator("body")).to_have_class(re.compile("body--dark"))

    page.get_by_role("button", name="Theme: system").click()
    expect(page.locator("body")).to_have_class(re.compile("body--light"))
    page.reload()

    expect(page.get_by_role("button", name="Theme: light")).to_be_visible()
    expect(page.locator("body")).to_have_class(re.compile("body--light"))


CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(server: Served, open_page: Open, scheme: str) -> None:
    server.upload("shop.har", hars.har(hars.entry(LOGIN), hars.entry(status=404)))
    page = open_page(color_scheme=scheme)
    page.wait_for_selector(row(page, 1))
    analyze_all(page)
    choose(page, 0)
    page.locator(".finding .line").first.click()
    page.wait_for_selector("mark")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)  # transitions

    assert page.evaluate(CONTRAST) == []


def test_two_pages_see_one_batch(server: Served, open_page: Open) -> None:
    server.upload("shop.har", many(3_000))
    first, second = open_page(), open_page()
    first.get_by_role("button", name="Analyze all (3,001)").click()

    for page in (first, second):
        expect(page.locator(".words")).to_contain_text("total 3001;", timeout=30_000)


def test_a_finding_leads_to_the_other_requests_that_show_it(
    server: Served, open_page: Open
) -> None:
    server.upload("shop.har", many(3))
    page = open_page()
    page.wait_for_selector(row(page, 0) + " .method")
    analyze_all(page)
    choose(page, 1)
    finding = page.locator(".finding", has_text="no Content-Security-Policy")
    finding.locator(".line").click()
    expect(page.locator(".head .number")).to_have_text("#1")
    expect(finding).to_contain_text("The evidence alone counts for")

    finding.get_by_role("button", name="#3").click()

    expect(page.locator(".head .number")).to_have_text("#3")
    expect(page.locator(".head .url")).to_contain_text("/page/2")
