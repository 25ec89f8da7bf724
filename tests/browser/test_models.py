"""A model is chosen, its cost is seen, and what leaves and what it cost can be read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import hars
from tests.acceptance.command import Command, simulating
from tests.browser.conftest import Open
from tests.browser.served import Served, serve

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
SECRET = "hunter2secret"
TAG = "<img src=x onerror=window.owned=1>"
LOGIN = hars.entry(f"https://shop.example/login?password={SECRET}", body=f"{hars.PAGE}{TAG}")
FIRST = '.ag-center-cols-container .ag-row[row-index="0"] [col-id="path"]'


@pytest.fixture
def provider(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """Before the server, so that the browser suite is left out before anything is started."""
    with simulating(Command(tmp_path / "provider"), "--latency", "5") as (_, url):
        yield url


@pytest.fixture
def server(provider: str, tmp_path: Path) -> Iterator[Served]:
    environment = {"ANTHROPIC_BASE_URL": provider, "ANTHROPIC_API_KEY": "any"}
    with serve(tmp_path / "data", tmp_path / "store.db", **environment) as running:
        running.upload("shop.har", hars.har(LOGIN, hars.entry(status=404)))
        yield running


def choose(page: Page, model: str) -> None:
    page.locator(".model").click()
    page.get_by_role("option", name=re.compile(rf"^{re.escape(model)}( ·|$)")).click()
    expect(page.locator(".model")).to_have_text(re.compile(rf"^{re.escape(model)}"))


def ask_all(page: Page) -> None:
    page.get_by_role("button", name="Analyze all (2)").click()
    expect(page.locator(".offer").first).to_be_visible()


def offers(page: Page) -> list[str]:
    return page.locator(".offer strong").all_inner_texts()


def start(page: Page) -> None:
    page.locator(".offer").first.get_by_role("button", name="Start").click()
    expect(page.locator(".words")).to_contain_text("successful 2; failed 0;", timeout=30_000)


def look(page: Page) -> None:
    page.click(FIRST)
    page.get_by_role("button", name="What would leave").click()
    expect(page.locator(".preview pre")).to_be_visible()


def fits(page: Page) -> None:
    """Nothing is wider than the window, and what is written can be read."""
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)  # transitions
    outside = """() => [...document.querySelectorAll(
      '.header, .header button, .header a, .offers, .offer, .preview, .sheet, table.figures')]
      .filter((e) => e.checkVisibility()).filter((e) => {
        const box = e.getBoundingClientRect();
        return box.left < 0 || box.right > innerWidth || e.scrollWidth > e.clientWidth + 1;
      }).map((e) => e.className)"""
    assert page.evaluate(outside) == []
    assert page.evaluate(CONTRAST) == []


def test_from_the_model_to_its_findings(open_page: Open) -> None:
    page = open_page()
    choose(page, "haiku-4.5")
    ask_all(page)
    chosen = page.locator(".offer").first
    expect(chosen).to_contain_text("haiku-4.5")
    expect(chosen.locator(".cost")).to_have_text(re.compile(r"^\$\d+\.\d+ to \$\d+\.\d+$"))
    # Deep would be the chosen model for every request: the same as chosen.
    assert offers(page) == ["as chosen · haiku-4.5", "offline", "balanced · auto"]

    start(page)
    page.click(FIRST)
    expect(page.locator(".finding").first).to_be_visible()
    page.goto(page.url.rstrip("/") + "/usage")
    expect(page.locator("h2").first).to_have_text(re.compile(r"^Spent \$0\.\d*[1-9]\d* in \d"))
    expect(page.locator("table.figures").nth(1)).to_contain_text("haiku-4.5")


def test_a_dialog_that_is_closed_costs_nothing(server: Served, open_page: Open) -> None:
    page = open_page()
    choose(page, "auto")
    ask_all(page)
    assert offers(page) == ["as chosen · auto", "offline", "deep · sonnet-5.5"]
    page.keyboard.press("Escape")
    expect(page.locator(".offers")).to_be_hidden()
    page.goto(f"{server.origin}usage")
    expect(page.locator(".sheet")).to_contain_text("Spent $0.0000 in 0 calls")
    expect(page.locator(".sheet")).to_contain_text("What left this machine: 0 payloads")


def test_what_would_leave_holds_placeholders_and_no_secret(open_page: Open) -> None:
    page = open_page()
    choose(page, "haiku-4.5")
    look(page)
    preview = page.locator(".preview")
    expect(preview).to_contain_text("Replaced by placeholders: ")
    expect(preview).to_contain_text("1 PASSWORD")
    expect(preview.locator("pre")).to_contain_text("<PASSWORD_1>")
    expect(preview).not_to_contain_text(SECRET)
    expect(preview.locator("pre")).to_contain_text(TAG)  # text, and nothing else
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.owned") is None

    choose(page, "offline")
    look_again = page.get_by_role("button", name="What would leave")
    look_again.click()
    look_again.click()
    expect(preview).to_contain_text("Nothing would leave (offline).")


def test_the_ledger_is_verified_on_the_page(server: Served, open_page: Open) -> None:
    page = open_page()
    choose(page, "haiku-4.5")
    ask_all(page)
    start(page)
    page.get_by_role("link", name="Usage").click()
    head = page.get_by_text("What left this machine:")
    count = re.search(r"([1-9]\d*) payloads", head.inner_text())
    assert count
    entries = page.locator("table.figures").last
    expect(entries.locator("tbody tr")).to_have_count(int(count[1]))
    expect(entries).not_to_contain_text("OFF")
    page.get_by_role("button", name="Verify the ledger").click()
    expect(page.locator(".verify .words")).to_contain_text(f"holds: {count[1]} entries")


def test_the_keyboard_chooses_and_starts(open_page: Open) -> None:
    page = open_page()
    button = page.get_by_role("button", name="Analyze all (2)")
    button.focus()
    page.keyboard.press("Enter")
    first = page.locator(".offer").first.get_by_role("button", name="Start")
    expect(first).to_be_visible()
    for _ in range(30):  # a dialog that is still opening takes the focus for itself
        if first.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
        page.wait_for_timeout(150)
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".words")).to_contain_text("successful 2; failed 0;", timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 900])
def test_it_fits_and_can_be_read(open_page: Open, scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 760})
    choose(page, "haiku-4.5")
    look(page)
    fits(page)
    ask_all(page)
    fits(page)
    start(page)
    page.get_by_role("link", name="Usage").click()
    page.get_by_role("button", name="Verify the ledger").click()
    expect(page.locator(".verify .words")).to_contain_text("holds")
    fits(page)
    theme = page.get_by_role("button", name="Theme: system").bounding_box()
    assert theme
    assert theme["x"] + theme["width"] > width - 20
