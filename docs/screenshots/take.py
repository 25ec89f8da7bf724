"""Take the pictures of the page: `python docs/screenshots/take.py` from the repository's root.

They show the real program with the sample capture, in both themes, wide and narrow.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from tests.acceptance.command import Command, simulating  # noqa: E402
from tests.browser.served import CHROMIUM_ARGUMENTS, chromium, serve  # noqa: E402

CAPTURE = HERE.parent.parent / "examples" / "demo.har"
WIDTHS = (1400, 900)


def opened(browser: Browser, link: str, theme: str, size: tuple[int, int]) -> Page:
    """The page with its list, so many pixels wide and high."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(link)
    page.wait_for_selector(".ag-row .method")
    return page


def take(browser: Browser, link: str, theme: str, width: int) -> None:
    """One picture: a finding is open and its evidence highlighted."""
    page = opened(browser, link, theme, (width, 700 if width > 1000 else 860))
    if "completed" not in page.inner_text(".words"):
        page.get_by_role("button", name="Analyze all").click()
        expect(page.locator(".words")).to_contain_text("completed", timeout=60_000)
    row = page.locator('.ag-row[row-index="14"]' if width > 1000 else '.ag-row[row-index="7"]')
    row.locator('[col-id="path"]').click()
    page.locator(".finding .line").first.click()
    page.wait_for_selector(".messages mark")
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / f"page-{theme}-{width}.png")
    page.context.close()


def take_story(browser: Browser, link: str, theme: str, width: int) -> None:
    """A finding that several requests show together, with the way to the others."""
    page = opened(browser, link, theme, (width, 700 if width > 1000 else 860))
    page.get_by_label("Filter").fill("lodge.example/api/bookings/150")
    page.locator('.ag-row[row-index="1"]').locator('[col-id="path"]').click()
    page.locator(".finding", has_text="One login reads").locator(".line").click()
    page.wait_for_selector(".messages mark")
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / f"story-{theme}-{width}.png")
    page.context.close()


def take_batch(browser: Browser, link: str, theme: str, width: int) -> None:
    """One picture of a batch while it runs."""
    page = opened(browser, link, theme, (width, 360))
    start = page.get_by_role("button", name="Analyze all")
    if start.is_enabled():
        start.click()
        page.locator(".offers .offer").first.wait_for()
        page.get_by_role("button", name="Start").first.click()
    expect(page.locator(".words")).to_contain_text("tried again", timeout=60_000)
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / f"batch-{theme}-{width}.png")
    page.context.close()


def take_money(browser: Browser, link: str, theme: str, width: int) -> None:
    """What a batch would cost, what would leave, and what was spent."""
    page = opened(browser, link, theme, (width, 700))
    page.get_by_role("button", name="Analyze all").click()
    page.locator(".offers .offer").first.wait_for()
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / f"offers-{theme}-{width}.png")
    page.keyboard.press("Escape")
    page.locator('.ag-row[row-index="5"]').locator('[col-id="path"]').click()
    page.get_by_role("button", name="What would leave").click()
    page.wait_for_selector(".preview pre")
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / f"preview-{theme}-{width}.png")
    page.goto(link.partition("/?")[0] + "/usage")
    page.wait_for_selector("table.figures")
    page.get_by_role("button", name="Verify the ledger").click()
    expect(page.locator(".verify .words")).to_contain_text("holds")
    page.wait_for_timeout(400)
    page.screenshot(path=HERE / f"usage-{theme}-{width}.png")
    page.context.close()


def main() -> None:
    """Take them all."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=[*CHROMIUM_ARGUMENTS, "--disable-lcd-text"]
        )
        with serve(folder / "data", folder / "demo.db") as server:
            server.upload(CAPTURE.name, CAPTURE.read_bytes())
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    take(browser, server.link, theme, width)
                    take_story(browser, server.link, theme, width)
        faults = ("--fault", "overloaded=0.3", "--rpm", "60", "--burst", "6")
        with simulating(Command(folder), "--latency", "lognormal:400", *faults) as (_, url):
            model = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "any"}
            model["REQSIFT_MODEL"] = "haiku-4.5"
            with serve(folder / "data", folder / "batch.db", **model) as server:
                server.upload(CAPTURE.name, CAPTURE.read_bytes())
                for theme in ("light", "dark"):
                    for width in WIDTHS:
                        take_batch(browser, server.link, theme, width)
        with simulating(Command(folder), "--latency", "5") as (_, url):
            model = {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "any"}
            with serve(folder / "data", folder / "money.db", **model) as server:
                server.upload(CAPTURE.name, CAPTURE.read_bytes())
                ids = [f"r{number}" for number in range(1, 264)]
                asked = {"requestIds": ids, "model": "auto"}
                server.post("/api/ai/batch-analyze", {**asked, "cache": False})
                for theme in ("light", "dark"):
                    for width in WIDTHS:
                        take_money(browser, server.link, theme, width)
        browser.close()


if __name__ == "__main__":
    main()
