"""How soon the page shows its first rows, with a cold browser cache and a running server."""

import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser.served import CHROMIUM_ARGUMENTS, chromium, serve

FIRST_ROW = ".ag-center-cols-container .ag-row .method"


def first_rows(browser: Browser, link: str) -> tuple[float, int]:
    """Seconds from navigation to rows, and how many requests the browser made."""
    context = browser.new_context(viewport={"width": 1400, "height": 860})
    page = context.new_page()
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    start = time.perf_counter()
    page.goto(link, wait_until="commit")
    page.wait_for_selector(FIRST_ROW)
    taken = time.perf_counter() - start
    context.close()
    return taken, len(urls)


def opened_page(store: Path, openings: int) -> Iterable[tuple[str, str, str]]:
    """Rows of a table."""
    with (
        TemporaryDirectory() as folder,
        serve(Path(folder), store) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        taken = [first_rows(browser, server.link) for _ in range(openings)]
        browser.close()
    seconds = [opening[0] for opening in taken]
    yield "first rows", f"{median(seconds):.2f} s", f"under 2 s; worst {max(seconds):.2f}"
    yield "requests of the browser", str(taken[0][1]), "to 127.0.0.1 only"
