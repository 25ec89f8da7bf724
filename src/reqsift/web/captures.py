"""The list of requests, with its filter, its captures and the upload."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from reqsift.domain.captures import Capture, RequestFilter
from reqsift.services.captures import Captures
from reqsift.web.elements import CaptureUpload, RequestGrid, Text
from reqsift.web.frame import tell

_ALL = ""
_STEPS = (
    "In the browser: open the developer tools, tab Network, use the site, then “Save all as HAR”.",
    "Drop the file anywhere on this page, or use the button above.",
    "Press “Analyze all”; findings appear beside the requests.",
)


async def _nothing(_: str) -> None:
    """Until the page says what to do with an opened request."""


class RequestList:
    """What is listed, and what is ticked."""

    def __init__(self, captures: Captures, known: Sequence[Capture], max_upload: int) -> None:
        """List the requests of all captures.

        Args:
            captures: The use cases.
            known: The captures there are.
            max_upload: Bytes of a capture file that are taken.
        """
        self._captures = captures
        self.total = sum(capture.imported for capture in known)
        """Requests that fit the filter."""
        self.ticked = 0
        self.on_open: Callable[[str], Awaitable[None]] = _nothing
        self.on_change: Callable[[], None] = lambda: None
        with ui.element("div").classes("toolbar"):
            self._capture = self._capture_choice()
            self._text = self._text_filter()
            self._upload(max_upload)
        with ui.element("div").classes("empty") as self._empty:
            _invitation()
        self._grid = self._rows()
        self._show_captures(known)

    def _capture_choice(self) -> ui.select:
        choice = ui.select(
            {_ALL: "All captures"}, label="Capture", value=_ALL, on_change=self._filter
        )
        choice.props("dense outlined options-dense").classes("capture")
        return choice

    def _text_filter(self) -> ui.input:
        field = ui.input(
            placeholder="Filter by method, URL or type   ( / )", on_change=self._filter
        )
        field.props('dense outlined clearable debounce=250 aria-label="Filter"').classes("filter")
        return field

    def _upload(self, max_upload: int) -> None:
        upload = CaptureUpload(max_upload)
        upload.on("imported", self._imported)
        upload.on("refused", lambda event: tell(str(event.args), bad=True))

    def _rows(self) -> RequestGrid:
        grid = RequestGrid().classes("grid")
        grid.on("counted", self._counted)
        grid.on("ticked", self._ticked)
        grid.on("opened", self._opened)
        grid.on("failed", lambda event: tell(str(event.args), bad=True))
        return grid

    def _show_captures(self, captures: Sequence[Capture]) -> None:
        self._empty.set_visibility(not captures)
        self._grid.set_visibility(bool(captures))
        names = {capture.id: f"{capture.source} ({capture.imported:,})" for capture in captures}
        self._capture.set_options({_ALL: "All captures"} | names)

    def _filter(self) -> None:
        self._grid.wanted(self._capture.value or _ALL, self._text.value or "")

    async def _imported(self, event: GenericEventArguments) -> None:
        tell(_import_result(event.args))
        self._show_captures(await self._captures.captures())
        self._grid.refresh()

    def _counted(self, event: GenericEventArguments) -> None:
        self.total = int(event.args)
        self.on_change()

    def _ticked(self, event: GenericEventArguments) -> None:
        self.ticked = int(event.args)
        self.on_change()

    async def _opened(self, event: GenericEventArguments) -> None:
        await self.on_open(str(event.args))

    async def all_ids(self) -> list[str]:
        """Ids of every request that fits the filter."""
        wanted = RequestFilter(
            capture_id=self._capture.value or None, text=self._text.value or None
        )
        return await self._captures.request_ids(wanted)

    async def ticked_ids(self) -> list[str]:
        """Ids of the ticked requests."""
        return await self._grid.ticked_ids()

    def refresh(self) -> None:
        """Load the shown rows again."""
        self._grid.refresh()


def _invitation() -> None:
    Text("h2", "Drop a HAR file here")
    with ui.element("ol"):
        for step in _STEPS:
            Text("li", step)
    Text("p", "reqsift only reads the file: nothing is sent to the systems in it.")


def _import_result(answer: dict[str, Any]) -> str:
    """What became of an uploaded file, in one line."""
    name = answer["source"]
    if answer["duplicate"]:
        return f"{name} is known already; nothing was stored twice."
    parts = [f"{answer['imported']:,} requests imported"]
    if answer["skipped"]:
        parts.append(f"{answer['skipped']:,} skipped")
    if answer["truncated"]:
        parts.append(f"{answer['truncated']:,} with a body cut to the limit")
    return f"{name}: {', '.join(parts)}."
