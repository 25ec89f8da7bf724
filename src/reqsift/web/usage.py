"""The page about money, and about what left this machine."""

from collections.abc import Sequence

from fastapi import Request
from nicegui import ui

from reqsift.bootstrap import Services
from reqsift.domain.ledger import LedgerEntry
from reqsift.domain.paging import PageRequest
from reqsift.domain.spending import Spent
from reqsift.web.elements import Text
from reqsift.web.frame import header, style, told

_ENTRIES_SHOWN = 50


def mount_usage(services: Services) -> None:
    """Serve `/usage`."""

    @ui.page("/usage", response_timeout=10)
    async def usage(request: Request) -> None:
        style()
        with header(request):
            ui.link("Back to the requests", "/").classes("action")
        report = await services.costs.usage()
        page = await services.disclosure.ledger(PageRequest(limit=_ENTRIES_SHOWN))
        with ui.element("main").classes("sheet").props('tabindex="0"'):
            total = report.total
            Text("h2", f"Spent ${total.usage.cost:.4f} in {total.calls:,} calls")
            _chart(report.days)
            for title, rows in (
                ("Day (UTC)", report.days),
                ("Model", report.models),
                ("Batch", report.batches),
            ):
                _spent(title, rows)
            Text("h2", f"What left this machine: {page.total:,} payloads")
            _verifying(services)
            _entries(page.items)


def _chart(days: Sequence[Spent]) -> None:
    """Cost by day, oldest first; the table below says the same."""
    if len(days) < 2:
        return
    oldest_first = list(reversed(days[:60]))
    ui.echart(
        {
            "xAxis": {"type": "category", "data": [day.name for day in oldest_first]},
            "yAxis": {"type": "value", "axisLabel": {"formatter": "${value}"}},
            "series": [{"type": "bar", "data": [round(day.usage.cost, 4) for day in oldest_first]}],
            "grid": {"left": 60, "right": 10, "top": 10, "bottom": 30},
            "animation": False,
        }
    ).classes("chart").props('aria-label="Cost by day"')


def _spent(title: str, rows: Sequence[Spent]) -> None:
    heads = (title, "Cost", "Calls", "Requests", "From cache", "Input tokens", "cached", "Output")
    with ui.element("table").classes("figures"):
        _head(heads)
        with ui.element("tbody"):
            for row in rows:
                usage = row.usage
                _row(
                    row.name,
                    f"${usage.cost:.4f}",
                    f"{row.calls:,}",
                    f"{row.answered:,}",
                    f"{row.cached:,}",
                    f"{usage.input_tokens:,}",
                    f"{usage.cached_tokens:,}",
                    f"{usage.output_tokens:,}",
                )


def _verifying(services: Services) -> None:
    """A button that checks the whole chain, and what came of it."""
    with ui.element("div").classes("verify"):
        button = ui.button("Verify the ledger", color=None)
        button.props("unelevated no-caps dense").classes("action")
        verdict = Text("span", "", "words").props('role="status"')

    async def check() -> None:
        with told():
            found = await services.disclosure.verify()
            verdict.text = (
                f"holds: {found.entries:,} entries, the last is {found.head[:16]}…"
                if found.broken_at is None
                else f"DOES NOT HOLD: {found.reason}"
            )

    button.on_click(check)


def _entries(entries: Sequence[LedgerEntry]) -> None:
    heads = ("No.", "At (UTC)", "Batch", "Requests", "Model", "To", "Bytes", "Replaced", "SHA-256")
    with ui.element("table").classes("figures"):
        _head(heads)
        with ui.element("tbody"):
            for entry in entries:
                left = entry.departure
                replaced = sum(left.redacted.values())
                _row(
                    str(entry.number),
                    f"{left.at:%Y-%m-%d %H:%M:%S}",
                    left.batch_id,
                    str(len(left.request_ids)),
                    left.model,
                    left.provider,
                    f"{left.size:,}",
                    f"{replaced:,}" if left.redaction else "redaction was OFF",
                    left.digest[:12],
                )


def _head(names: Sequence[str]) -> None:
    with ui.element("thead"), ui.element("tr"):
        for name in names:
            Text("th", name)


def _row(*cells: str) -> None:
    with ui.element("tr"):
        for cell in cells:
            Text("td", cell)
