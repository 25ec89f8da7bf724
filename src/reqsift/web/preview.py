"""What would leave this machine if the selected request were analyzed by a model."""

from collections.abc import Callable

from nicegui import ui

from reqsift.bootstrap import Services
from reqsift.services.disclosure import Preview
from reqsift.web.elements import Text
from reqsift.web.frame import told

_SHOWN = 100_000


class PreviewPane:
    """A button, and below it the exact bytes."""

    def __init__(self, services: Services, model: Callable[[], str]) -> None:
        """Show what the model that is chosen in the header would be sent."""
        self._services = services
        self._model = model
        self._request_id = ""
        self._box = ui.element("section").classes("leaving")
        with self._box:
            self._button = ui.element("button").classes("action quiet").props('type="button"')
            self._button.on("click", self._toggle, args=[])
            with self._button:
                Text("span", "What would leave")
            self._shown = ui.element("div").classes("preview").props('tabindex="0"')
        self.of("")

    def of(self, request_id: str) -> None:
        """Another request is selected: close, until somebody asks."""
        self._request_id = request_id
        self._box.set_visibility(bool(request_id))
        self._set_open(open_=False)

    async def _toggle(self) -> None:
        if self._button.props["aria-expanded"] == "true":
            self._set_open(open_=False)
            return
        with told():
            preview = await self._services.disclosure.preview(self._request_id, self._model())
            self._shown.clear()
            with self._shown:
                _draw(preview)
            self._set_open(open_=True)

    def _set_open(self, *, open_: bool) -> None:
        self._button.props["aria-expanded"] = str(open_).lower()
        self._shown.set_visibility(open_)


def _draw(preview: Preview) -> None:
    if not preview.body:
        Text("p", f"Nothing would leave ({preview.model}). {preview.reason}", "hint")
        return
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(preview.redacted.items()))
    Text("p", f"{len(preview.body):,} bytes to {preview.model} at {preview.provider}", "hint")
    Text("p", f"Replaced by placeholders: {counts or 'nothing'}.", "hint")
    if not preview.redaction:
        Text("p", "Redaction is off: secrets would leave as they are.", "warning")
    if preview.reason:
        Text("p", preview.reason, "hint")
    text = preview.body.decode("utf-8", "replace")
    with ui.element("pre").classes("message body"):
        Text("span", text[:_SHOWN])
        if len(text) > _SHOWN:
            Text("span", f"… {len(text) - _SHOWN:,} characters left out …", "left-out")
