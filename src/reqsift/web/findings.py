"""The selected request: its findings, and its messages with the evidence highlighted."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import islice

from nicegui import ui

from reqsift.bootstrap import Services
from reqsift.domain.findings import Evidence, Finding, FindingFilter, StoredFinding
from reqsift.domain.view import View
from reqsift.web.elements import Text
from reqsift.web.frame import told
from reqsift.web.messages import show_messages
from reqsift.web.preview import PreviewPane

_URL_SHOWN = 400
_MEMBERS_SHOWN = 12
_UNPROVEN = "A model claims it, and nothing in the traffic proves it; it counts for no --fail-on."


class FindingPanel:
    """Findings above, messages below; opening a finding highlights its evidence."""

    def __init__(self, services: Services, model: Callable[[], str]) -> None:
        """Show nothing yet; `model` is the one that is chosen."""
        self._services = services
        self._request_id = ""
        self._view: View | None = None
        self._cards: list[_Card] = []
        self._head = ui.element("div").classes("head")
        self._preview = PreviewPane(services, model)
        self._list = ui.element("div").classes("findings")
        self._messages = ui.element("div").classes("messages").props('tabindex="0"')
        with self._head:
            Text("p", "Select a request to see its findings and what was sent.", "hint")

    async def show(self, request_id: str) -> None:
        """Show that request; of several asked for in a hurry, the last one stays."""
        self._request_id = request_id
        with told():
            stored = await self._services.captures.exchange(request_id)
            findings = await self._services.findings.all_findings(
                FindingFilter(request_id=request_id)
            )
            if request_id == self._request_id:
                self._view = View(stored.exchange)
                self._draw_head(self._view)
                self._preview.of(request_id)
                self._draw_findings(findings)
                self._draw_messages(self._view, ())

    async def reload(self) -> None:
        """Look again at the request that is shown."""
        if self._request_id:
            await self.show(self._request_id)

    def _toggle(self, card: "_Card") -> None:
        for other in self._cards:
            other.set_open(open_=other is card and not card.open)
        if self._view is not None:
            evidence = card.finding.finding.evidence if card.open else ()
            self._draw_messages(self._view, evidence)

    def _draw_head(self, view: View) -> None:
        self._head.clear()
        with self._head:
            Text("span", f"#{view.exchange.entry_index}", "number")
            Text("strong", view.request.method, "method")
            Text("span", view.request.url[:_URL_SHOWN], "url")
            Text("span", f"status {view.status}" if view.response else "no response", "status")

    def _draw_findings(self, findings: Sequence[StoredFinding]) -> None:
        self._list.clear()
        count = len(findings)
        with self._list:
            Text("h2", f"{count} finding{'' if count == 1 else 's'}" if count else "No findings")
            if not count:
                Text("p", "None were found, or this request has not been analyzed.", "hint")
            self._cards = [_Card(finding, self._toggle, self.show) for finding in findings]

    def _draw_messages(self, view: View, evidence: Sequence[Evidence]) -> None:
        self._messages.clear()
        with self._messages:
            first_mark = show_messages(view, evidence)
        if first_mark is not None:
            self._messages.client.run_javascript(
                f"getHtmlElement({first_mark})?.scrollIntoView({{block: 'center'}})"
            )


class _Card:
    """One finding; a button opens and closes what it says."""

    def __init__(
        self,
        finding: StoredFinding,
        on_toggle: "Callable[[_Card], None]",
        on_visit: "Callable[[str], Awaitable[None]]",
    ) -> None:
        self.finding = finding
        self.open = False
        with ui.element("article").classes("finding"):
            self._line = ui.element("button").classes("line").props('type="button"')
            self._line.on("click", lambda: on_toggle(self), args=[])
            with self._line:
                severity = finding.finding.severity.value
                Text("span", severity, f"severity {severity}")
                Text("span", finding.finding.title, "title")
                if finding.finding.unproven:
                    Text("span", "unproven", "unproven")
                Text("span", f"{finding.finding.confidence}% sure", "sure")
            self._explained = ui.element("div").classes("explained")
        self._on_visit = on_visit
        self.set_open(open_=False)

    def set_open(self, *, open_: bool) -> None:
        self.open = open_
        self._line.props["aria-expanded"] = str(open_).lower()
        self._explained.set_visibility(open_)
        if open_ and not self._explained.default_slot.children:
            with self._explained:
                _explain(self.finding, self._on_visit)


def _explain(stored: StoredFinding, on_visit: "Callable[[str], Awaitable[None]]") -> None:
    """What an opened finding says, and its evidence word for word."""
    finding = stored.finding
    Text("p", finding.description)
    with ui.element("dl"):
        if finding.unproven:
            _fact("Unproven", _UNPROVEN)
        if finding.why:
            _fact("Why", finding.why)
        _fact("How to mend it", finding.remediation)
        _steps("How to check it", finding.verification_steps)
        _steps("A false alarm if", finding.false_positive_hints)
        _fact("Class", _classes(stored))
        _fact("Found by", _sources(finding))
        _seen_in(stored, on_visit)
        for piece in finding.evidence:
            _fact(piece.part, piece.text or "(empty)", tag="code")


def _fact(name: str, value: str, tag: str = "span") -> None:
    Text("dt", name)
    with ui.element("dd"):
        Text(tag, value)


def _steps(name: str, steps: Sequence[str]) -> None:
    if not steps:
        return
    Text("dt", name)
    with ui.element("dd"), ui.element("ul"):
        for step in steps:
            Text("li", step)


def _sources(finding: Finding) -> str:
    by_rule = f"rule {finding.rule}" if finding.rule != "model" else ""
    return " and ".join(filter(None, (by_rule, *(s for s in finding.sources if s != "offline"))))


def _classes(stored: StoredFinding) -> str:
    finding = stored.finding
    known = [f"CWE-{finding.cwe}"] if finding.cwe else []
    return " · ".join([finding.type.value.replace("_", " "), *known, *finding.owasp])


def _seen_in(stored: StoredFinding, on_visit: "Callable[[str], Awaitable[None]]") -> None:
    """How many requests show it, and a way to the first of them."""
    count = stored.member_count
    Text("dt", "Seen in")
    with ui.element("dd").classes("members"):
        if count == 1:
            Text("span", "this request only")
            return
        Text("span", f"{count:,} requests of this capture:")
        members = zip(stored.request_ids, stored.entry_indexes, strict=True)
        for request_id, entry_index in islice(members, _MEMBERS_SHOWN):
            button = ui.element("button").props('type="button"').classes("member")
            button.on("click", partial(on_visit, request_id), args=[])
            with button:
                Text("span", f"#{entry_index}")
