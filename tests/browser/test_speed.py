"""However much is stored, the page fetches only what it shows; `bench` tells how fast."""

from pathlib import Path

from playwright.sync_api import Browser

from tests import hars
from tests.acceptance.command import Command
from tests.browser.served import serve

STORED = 20_000
FIRST_ROW = ".ag-center-cols-container .ag-row .method"


def test_a_page_over_many_requests_fetches_only_the_first(browser: Browser, tmp_path: Path) -> None:
    path, db = tmp_path / "full.har", tmp_path / "full.db"
    path.write_bytes(hars.shop(STORED))
    Command(tmp_path / "data")("import", path, "--db", db)
    with serve(tmp_path / "data", db) as server:
        page = browser.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(server.link)
        page.wait_for_selector(FIRST_ROW)
        page.get_by_role("button", name=f"Analyze all ({STORED:,})").wait_for()
        page.close()
    assert len([url for url in fetched if "/api/requests" in url]) <= 2
