"""The page's own elements: text that stays text, the list of requests, the upload."""

from pathlib import Path

import nicegui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

_AG_GRID = Path(nicegui.__file__).parent / "elements" / "aggrid" / "dist"


class Text(TextElement):
    """An HTML element whose content is text and nothing else, however hostile it is."""

    def __init__(self, tag: str, text: str, classes: str = "") -> None:
        """Show `text` in a `tag`; what no browser can show becomes a replacement character."""
        super().__init__(tag=tag, text=text.encode(errors="replace").decode())
        self.classes(classes)


class RequestGrid(Element, component="request_grid.js", esm={"nicegui-aggrid": str(_AG_GRID)}):
    """Rows of `/api/requests`, loaded by the browser as it scrolls.

    Events: `counted` (how many fit), `opened` (id), `ticked` (how many), `failed` (a sentence).
    """

    def wanted(self, capture_id: str, text: str) -> None:
        """Show the requests of that capture (empty: of all) that contain that text."""
        self.props["capture-id"] = capture_id
        self.props["text"] = text

    def refresh(self) -> None:
        """Load the shown rows again, in place."""
        self.run_method("refresh")

    async def ticked_ids(self) -> list[str]:
        """Ids of the ticked rows."""
        ids: list[str] = await self.run_method("tickedIds", timeout=10)
        return ids


class CaptureUpload(Element, component="capture_upload.js"):
    """A button that imports files; so does dropping them anywhere on the page.

    Events: `imported` (the API's answer and the file's name), `refused` (a sentence).
    """

    def __init__(self, max_bytes: int) -> None:
        """Take files of at most `max_bytes`."""
        super().__init__()
        self.props["max-bytes"] = max_bytes
