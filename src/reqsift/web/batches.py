"""Batches on the page: start one, watch it, steer it, read its summary."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from reqsift.domain.batches import DEFAULT_CONCURRENCY, Batch, BatchState
from reqsift.domain.progress import Progress
from reqsift.domain.transitions import Action
from reqsift.services.costs import Known
from reqsift.web.captures import RequestList
from reqsift.web.desk import BatchDesk
from reqsift.web.elements import Text
from reqsift.web.frame import tell, told
from reqsift.web.offers import ask, model_choice

_DRAW_EVERY_S = 0.15
_LABELS = {
    Action.PAUSE: "Pause",
    Action.RESUME: "Resume",
    Action.CANCEL: "Cancel",
    Action.RETRY_FAILED: "Retry failed",
}


async def _nothing() -> None:
    """Until the page says what follows the end of a batch."""


class BatchBar:
    """Buttons, progress and summary, drawn from the desk several times a second."""

    def __init__(self, desk: BatchDesk, known: Sequence[Known], max_concurrency: int) -> None:
        """Show `desk`, offer the models that are known, and at most that many calls at once."""
        self._desk = desk
        self._seen_ended = desk.ended
        self._drawn: object = None
        self.requests: RequestList | None = None
        self.on_end: Callable[[], Awaitable[None]] = _nothing
        with ui.element("div").classes("batch"):
            self._all = _button("Analyze all", self._analyze_all).classes("strong")
            self._ticked = _button("Analyze selected", self._analyze_ticked)
            self._model = model_choice(list(known), desk.model)
            self._concurrency = _concurrency(max_concurrency)
            self._steering = {action: self._steer_button(action) for action in _LABELS}
            with ui.element("div").classes("progress"):
                self._bar = ui.linear_progress(0, show_value=False, size="6px")
                self._bar.props('instant-feedback aria-label="Batch progress"')
                self._words = Text("div", "", "words").props('role="status"')

    def begin(self) -> None:
        """Draw for the first time, and from then on whenever something has changed."""
        self._draw()
        ui.timer(_DRAW_EVERY_S, self._tick)

    def choose_from(self) -> None:
        """Tell on the buttons how many requests they would analyze."""
        total, ticked = (self.requests.total, self.requests.ticked) if self.requests else (0, 0)
        self._all.text = f"Analyze all ({total:,})"
        self._all.set_enabled(total > 0 and self._desk.progress is None)
        self._ticked.text = f"Analyze selected ({ticked:,})"
        self._ticked.set_enabled(ticked > 0)

    async def _analyze_all(self) -> None:
        if self.requests is not None:
            with told():
                await self._start(await self.requests.all_ids())

    async def _analyze_ticked(self) -> None:
        if self.requests is not None:
            with told():
                await self._start(await self.requests.ticked_ids())

    @property
    def model(self) -> str:
        """The model that is chosen."""
        return str(self._model.value)

    async def _start(self, request_ids: Sequence[str]) -> None:
        """Begin, after the cost has been seen where there is any."""
        concurrency = int(self._concurrency.value or DEFAULT_CONCURRENCY)
        found = await self._desk.offers(request_ids, self.model, concurrency)

        async def start(model: str) -> None:
            with told():
                await self._desk.start(request_ids, model, concurrency)
                self._draw()

        if found is None:
            await start(self.model)
        else:
            ask(found, start)

    def _steer_button(self, action: Action) -> ui.button:
        async def steer() -> None:
            with told():
                await self._desk.steer(action)
                self._draw()

        button = _button(_LABELS[action], steer)
        button.set_visibility(False)
        return button

    async def _tick(self) -> None:
        self._draw()
        if self._seen_ended == self._desk.ended:
            return
        self._seen_ended = self._desk.ended
        last = self._desk.last
        if last is not None and last.state is BatchState.STOPPED:
            tell(last.reason, bad=True)
        if self.requests is not None:
            self.requests.refresh()
        await self.on_end()

    def _draw(self) -> None:
        desk = self._desk
        state = (desk.progress, desk.last, desk.ended)
        if state == self._drawn:
            return
        self._drawn = state
        progress = desk.progress
        self._bar.set_visibility(progress is not None)
        self._bar.value = progress.done / progress.total if progress and progress.total else 0.0
        self._words.text = progress_line(progress) if progress else _summary(desk.last)
        possible = _possible(progress, desk.last)
        for action, button in self._steering.items():
            button.set_visibility(action in possible)
        self.choose_from()


def _button(text: str, on_click: Callable[[], Awaitable[None]]) -> ui.button:
    button = ui.button(text, on_click=on_click, color=None)
    return button.props("unelevated no-caps no-wrap dense").classes("action")


def _concurrency(maximum: int) -> ui.number:
    field = ui.number(
        value=min(DEFAULT_CONCURRENCY, maximum), min=1, max=maximum, precision=0, step=1
    )
    field.props('dense outlined prefix="Parallel" aria-label="Parallel requests"')
    field.classes("parallel")
    return field


def _possible(progress: Progress | None, last: Batch | None) -> set[Action]:
    """What a person may do with the batch that is shown."""
    if progress is not None:
        return {Action.PAUSE, Action.CANCEL}
    if last is None or last.state is BatchState.CANCELLED:
        return set()
    possible = {Action.RESUME, Action.CANCEL} if last.left else set()
    return possible | ({Action.RETRY_FAILED} if last.failed else set())


def _summary(last: Batch | None) -> str:
    return "" if last is None else last.in_words


def progress_line(progress: Progress) -> str:
    """Where a running batch stands."""
    return f"{progress.done:,} / {progress.total:,} · {progress.in_words}"
