"""Mounts the pages onto the server's application."""

from fastapi import FastAPI, Request
from nicegui import ui

from reqsift.bootstrap import Services
from reqsift.web.batches import BatchBar
from reqsift.web.captures import RequestList
from reqsift.web.desk import BatchDesk
from reqsift.web.elements import Text
from reqsift.web.findings import FindingPanel
from reqsift.web.frame import ICON, header, style
from reqsift.web.usage import mount_usage

_KEPT_S = 30.0
"""How long a page that has lost its connection is kept: a busy machine must not cost the ticks."""


def mount_pages(
    app: FastAPI, services: Services, *, model: str, max_concurrency: int, max_upload: int
) -> None:
    """Serve the pages from `/`, beside the routes that `app` has.

    Args:
        app: The server's application.
        services: The use cases.
        model: What analyzes; a name, `offline` or `auto`.
        max_concurrency: Most calls at once that a person may ask for.
        max_upload: Bytes of a capture file that are taken.
    """
    desk = BatchDesk(services.batches, services.costs, model)

    @ui.page("/", response_timeout=10)
    async def index(request: Request) -> None:
        style()
        await desk.adopt()
        captures = await services.captures.captures()
        with header(request):
            bar = BatchBar(desk, services.costs.models(), max_concurrency)
            with ui.link(target="/usage").classes("action quiet"):
                Text("span", "Usage")
        with ui.element("div").classes("split"):
            with ui.element("section").classes("list"):
                requests = RequestList(services.captures, captures, max_upload)
            with ui.element("section").classes("detail").props('aria-label="Selected request"'):
                panel = FindingPanel(services, lambda: bar.model)
        requests.on_open = panel.show
        requests.on_change = bar.choose_from
        bar.requests = requests
        bar.on_end = panel.reload
        bar.begin()

    mount_usage(services)
    ui.run_with(
        app,
        title="reqsift",
        favicon=ICON,
        dark=None,
        language="en-US",
        reconnect_timeout=_KEPT_S,
        gzip_middleware_factory=None,  # over the loopback, packing takes longer than sending
        tailwind=False,  # its compiler would run in the browser; page.css is all we need
        show_welcome_message=False,
    )
