"""A real Chromium before the real command."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tests.browser.served import CHROMIUM_ARGUMENTS, Served, chromium, must_run, serve

_LEFT_OUT = "The browser suite was left out: no Chromium; install it or set REQSIFT_CHROMIUM."
Open = Callable[..., Page]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium() is None:
        terminalreporter.write_sep("=", _LEFT_OUT)


# Per module: while Playwright's loop lives, no test of another folder could run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        if must_run():
            pytest.fail(_LEFT_OUT)
        pytest.skip(_LEFT_OUT)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def server(browser: Browser, tmp_path: Path) -> Iterator[Served]:
    with serve(tmp_path / "data", tmp_path / "store.db") as running:
        yield running


class Watch:
    """Notes what no page of ours may do."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.expected: tuple[str, ...] = ()

    def context(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "blob"} and url.hostname != "127.0.0.1":
            self.faults.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        text = f"{message.type}: {message.text}"
        if message.type in {"error", "warning"} and not any(e in text for e in self.expected):
            self.faults.append(text)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    assert watching.faults == []


@pytest.fixture
def open_page(browser: Browser, server: Served, watch: Watch) -> Iterator[Open]:
    """Opens the printed link in a browser of its own; options are those of a context."""
    with ExitStack() as stack:

        def opened(**options: object) -> Page:
            size = {"width": 1400, "height": 860}
            context = browser.new_context(**{"viewport": size, **options})  # type: ignore[arg-type]
            stack.callback(context.close)
            watch.context(context)
            page = context.new_page()
            page.goto(server.link)
            return page

        yield opened
