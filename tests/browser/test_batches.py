"""Batches of a model on the page: watched, paused, resumed, tried again, overtaken."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import hars
from tests.acceptance.command import Command, simulating
from tests.browser.conftest import Open
from tests.browser.served import Served, serve


@pytest.fixture
def provider(browser: Browser, tmp_path: Path) -> Iterator[str]:
    """Before the server, so that the browser suite is left out before anything is started."""
    with simulating(Command(tmp_path / "provider"), "--latency", "500") as (_, url):
        yield url


@pytest.fixture
def server(provider: str, tmp_path: Path) -> Iterator[Served]:
    environment = {
        "ANTHROPIC_BASE_URL": provider,
        "ANTHROPIC_API_KEY": "any",
        "REQSIFT_MODEL": "haiku-4.5",
    }
    with serve(tmp_path / "data", tmp_path / "store.db", **environment) as running:
        yield running


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def analyze(page: Page, name: str) -> None:
    """Press the button, look at the cost, and begin as chosen."""
    press(page, name)
    offers = page.locator(".offers")
    expect(offers.locator(".cost").first).to_contain_text("$")
    offers.get_by_role("button", name="Start").first.click()
    expect(offers).to_be_hidden()


def words(page: Page, *expected: str) -> None:
    for text in expected:
        expect(page.locator(".words")).to_contain_text(re.compile(text), timeout=30_000)


def test_a_batch_is_paused_resumed_and_cancelled(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(150))
    page, other = open_page(), open_page()
    analyze(page, "Analyze all (150)")
    words(page, r"[1-9]\d* / 150 · .*/s", r"s left ± ", r" of 5 under way", r"\$0\.\d")

    press(other, "Pause")
    words(page, "paused in", r"left [1-9]")
    expect(page.get_by_role("progressbar")).to_be_hidden()

    press(page, "Resume")
    words(other, r" / 150 · ")
    press(other, "Cancel")
    words(page, "cancelled in", r"left [1-9]")
    for name in ("Pause", "Resume", "Cancel", "Retry failed"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()


def test_what_failed_is_tried_again(server: Served, open_page: Open, provider: str) -> None:
    httpx.post(f"{provider}/reset", json={"faults": {"refusal": 0.5}}).raise_for_status()
    server.upload("shop.har", hars.shop(20))
    page = open_page()
    analyze(page, "Analyze all (20)")
    words(page, "completed in", r"failed [1-9]")

    httpx.post(f"{provider}/reset", json={"faults": {}}).raise_for_status()
    press(page, "Retry failed")

    words(page, "successful 20; failed 0;")


def test_a_single_request_overtakes_a_running_batch(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(400))
    page = open_page()
    analyze(page, "Analyze all (400)")
    words(page, r" / 400 · ")

    # The last one: its turn in the large batch has not come.
    page.get_by_label("Filter", exact=True).fill("/page/399")
    expect(page.locator(".ag-row .method")).to_have_count(1)
    page.click('.ag-center-cols-container .ag-row[row-index="0"] input[type=checkbox]')
    analyze(page, "Analyze selected (1)")

    overtaken = {1: ("interactive", "completed"), 400: ("normal", "running")}
    for _ in range(100):
        if states(server) == overtaken:
            break
        page.wait_for_timeout(50)
    assert states(server) == overtaken
    words(page, " / 400 · ")


def states(server: Served) -> dict[int, tuple[str, str]]:
    """Priority and state of each batch, by its size."""
    headers = {"authorization": f"Bearer {server.token}"}
    batches = httpx.get(f"{server.origin}api/ai/batches", headers=headers).json()["items"]
    return {batch["total"]: (batch["priority"], batch["state"]) for batch in batches}


def test_a_refused_key_is_told_once(browser: Browser, provider: str, tmp_path: Path) -> None:
    environment = {
        "ANTHROPIC_BASE_URL": provider,
        "ANTHROPIC_API_KEY": "refused",
        "REQSIFT_MODEL": "haiku-4.5",
    }
    refusing = serve(tmp_path / "data", tmp_path / "store.db", **environment)
    with refusing as server, browser.new_context() as context:
        server.upload("shop.har", hars.shop(100))
        page = context.new_page()
        page.goto(server.link)
        analyze(page, "Analyze all (100)")
        told = page.locator(".q-notification", has_text="refused the key")
        expect(told).to_contain_text("ANTHROPIC_API_KEY")
        words(page, "stopped in", "failed 0; left 100;")


def test_another_way_can_be_taken_than_the_chosen_one(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(20))
    page = open_page()
    press(page, "Analyze all (20)")
    free = page.locator(".offer", has_text="free")
    free.get_by_role("button", name="Start").click()

    words(page, "successful 20; failed 0;")
    page.goto(f"{server.origin}usage")
    expect(page.locator(".sheet")).to_contain_text("Spent $0.0000 in 0 calls")


def test_what_would_leave_and_what_left(server: Served, open_page: Open) -> None:
    server.upload("shop.har", hars.shop(6))
    page = open_page()
    page.locator(".ag-row .method").first.click()
    page.get_by_role("button", name="What would leave").click()
    expect(page.locator(".preview")).to_contain_text("bytes to haiku-4.5 at http://127.0.0.1")
    expect(page.locator(".preview pre")).to_contain_text("captured-")
    analyze(page, "Analyze all (6)")
    words(page, "successful 6; failed 0;")

    page.get_by_role("link", name="Usage").click()
    expect(page.locator("table.figures").nth(1)).to_contain_text("haiku-4.5")
    page.get_by_role("button", name="Verify the ledger").click()
    expect(page.locator(".verify .words")).to_contain_text("holds: 6 entries")
