"""A request and its response as they were captured, with evidence highlighted."""

from collections.abc import Sequence

from nicegui import ui

from reqsift.domain.bodies import body_text
from reqsift.domain.captures import Body
from reqsift.domain.findings import Evidence
from reqsift.domain.highlights import (
    Line,
    body_line,
    line_segments,
    request_lines,
    response_lines,
    standing,
)
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, View
from reqsift.web.elements import Text


def show_messages(view: View, evidence: Sequence[Evidence]) -> int | None:
    """Draw both messages into the current element.

    Returns:
        Id of the first highlighted element, if there is one.
    """
    printed = _Print(standing(view, evidence))
    Text("h3", "Request")
    printed.message(request_lines(view), REQUEST_BODY, view.request.body)
    Text("h3", "Response")
    if view.response is None:
        Text("p", "No response was captured.", "hint")
    else:
        printed.message(response_lines(view), RESPONSE_BODY, view.response.body)
    return printed.first_mark


class _Print:
    """Draws messages and remembers the first mark."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self._evidence = evidence
        self.first_mark: int | None = None

    def message(self, lines: Sequence[Line], part: str, body: Body) -> None:
        with ui.element("pre").classes("message"):
            for number, line in enumerate(lines):
                with ui.element("div").classes("first" if number == 0 else "field"):
                    Text("span", line.before, "before")
                    self._pieces(line)
                    Text("span", line.after, "before")
        text = body_text(body)
        if text:
            with ui.element("pre").classes("message body"):
                self._pieces(body_line(part, text))
        if note := _note(body, is_text=text is not None):
            Text("p", note, "hint")

    def _pieces(self, line: Line) -> None:
        for piece in line_segments(line, self._evidence):
            if piece.left_out:
                Text("span", f"… {piece.left_out:,} characters left out …", "left-out")
            elif piece.marked:
                mark = Text("mark", piece.text)
                self.first_mark = self.first_mark or mark.id
            else:
                Text("span", piece.text)


def _note(body: Body, *, is_text: bool) -> str:
    """What a reader must know about a body that is not there as it was."""
    if not is_text:
        return f"Binary content, {body.size:,} bytes; it is not shown."
    if body.truncated:
        return f"The capture holds a part of this body; it had {body.size:,} bytes."
    return "" if body.content else "No body."
