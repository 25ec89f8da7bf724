"""Captured content is hostile; on the page it is text and nothing else."""

import json

from playwright.sync_api import expect

from tests import hars
from tests.browser.conftest import Open
from tests.browser.served import Served

TAG = "<img src=x onerror=window.owned=1>"
SCRIPT = "</script><script>window.owned=2</script>"
TEMPLATE = "{{constructor.constructor('window.owned=3')()}}${window.owned=4}`"
TWISTED = "\u202eetihw\u0000\ufffd"
URL = f"https://shop.example/{TAG}/{SCRIPT}?password={TAG}&q={TEMPLATE}"
BODY = f"<!doctype html><title>{TAG}</title>{SCRIPT}{TEMPLATE}{TWISTED}<svg onload=window.owned=5>"


def hostile() -> bytes:
    entry = hars.entry(URL, body=BODY, mime_type=f"text/html;{TAG}")
    fields = [
        {"name": f"X-{TAG}", "value": SCRIPT},
        {"name": "Cookie", "value": TEMPLATE},
        {"name": "X-Half", "value": "half \ud800 pair"},
    ]
    entry["request"]["headers"] = fields  # type: ignore[index]
    entry["response"]["headers"] += fields  # type: ignore[index]
    entry["response"]["statusText"] = TAG  # type: ignore[index]
    return json.dumps(json.loads(hars.har(entry))).encode()


def test_nothing_captured_is_executed(server: Served, open_page: Open) -> None:
    server.upload(f"{TAG.replace(' ', '')}.har", hostile())
    page = open_page()
    first = page.locator('.ag-center-cols-container .ag-row[row-index="0"]')
    expect(first).to_contain_text(TAG)

    page.get_by_role("button", name="Analyze all").click()
    expect(page.locator(".words")).to_contain_text("total 1;")
    first.locator('[col-id="path"]').click()
    expect(page.locator(".head")).to_contain_text(URL)
    lines = page.locator(".finding .line")
    expect(lines.first).to_be_visible()
    for number in range(lines.count()):
        lines.nth(number).click()
        expect(lines.nth(number)).to_have_attribute("aria-expanded", "true")
    page.locator(".capture").click()
    expect(page.get_by_role("option").nth(1)).to_contain_text("<imgsrc=x")
    page.keyboard.press("Escape")
    first.locator('[col-id="path"]').hover()
    page.wait_for_timeout(300)

    shown = page.locator(".messages").inner_text()
    for piece in (TAG, SCRIPT, TEMPLATE, "<svg onload=window.owned=5>"):
        assert piece in shown
    assert page.evaluate("window.owned") is None
    assert page.locator("img[src=x], svg[onload]").count() == 0
