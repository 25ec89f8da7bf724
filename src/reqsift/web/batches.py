"""Batches on the page: start one, watch it, read its summary."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import background_tasks, ui

from reqsift.domain.batches import DEFAULT_CONCURRENCY, Batch, Progress
from reqsift.domain.errors import InvalidSetting, ReqsiftError
from reqsift.services.batches import Batches
from reqsift.web.captures import RequestList
from reqsift.web.elements import Text
from reqsift.web.frame import tell, told

_DRAW_EVERY_S = 0.15


class BatchDesk:
    """The one batch that pages run at a time; it belongs to the server, not to a page.

    A page that is closed or loaded again finds it as it stands.
    """

    def __init__(self, batches: Batches, model: str) -> None:
        """Run batches with `model`."""
        self._batches = batches
        self._model = model
        self.total = 0
        self.running = False
        self.progress: Progress | None = None
        self.last: Batch | None = None
        self.failure = ""
        """Why the last batch ended early; empty if it did not."""
        self.ended = 0
        """How many batches have ended."""

    def start(self, request_ids: Sequence[str], concurrency: int) -> None:
        """Begin a batch and return at once.

        Raises:
            InvalidSetting: There is nothing to analyze, or a batch is running.
        """
        if self.running:
            raise InvalidSetting("A batch is running; wait for its end.")
        if not request_ids:
            raise InvalidSetting("There is no request to analyze; import a capture first.")
        self.running = True
        self.total = len(request_ids)
        self.progress, self.last, self.failure = None, None, ""
        background_tasks.create(self._run(request_ids, concurrency), name="batch")

    async def _run(self, request_ids: Sequence[str], concurrency: int) -> None:
        try:
            self.last = await self._batches.run(
                request_ids,
                model=self._model,
                concurrency=concurrency,
                on_progress=self._look,
            )
        except ReqsiftError as error:
            self.failure = str(error)
        except BaseException:
            self.failure = "The batch ended early; what was done is kept. See the server's log."
            raise
        finally:
            self.running = False
            self.ended += 1

    def _look(self, progress: Progress) -> None:
        self.progress = progress


async def _nothing() -> None:
    """Until the page says what follows the end of a batch."""


class BatchBar:
    """Buttons, progress and summary, drawn from the desk several times a second."""

    def __init__(self, desk: BatchDesk, max_concurrency: int) -> None:
        """Show `desk`; nobody asks for more than `max_concurrency`."""
        self._desk = desk
        self._seen_ended = desk.ended
        self._drawn: object = None
        self.requests: RequestList | None = None
        self.on_end: Callable[[], Awaitable[None]] = _nothing
        with ui.element("div").classes("batch"):
            self._all = _button("Analyze all", self._analyze_all).classes("strong")
            self._ticked = _button("Analyze selected", self._analyze_ticked)
            self._concurrency = _concurrency(max_concurrency)
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
        running = self._desk.running
        self._all.text = f"Analyze all ({total:,})"
        self._all.set_enabled(total > 0 and not running)
        self._ticked.text = f"Analyze selected ({ticked:,})"
        self._ticked.set_enabled(ticked > 0 and not running)

    async def _analyze_all(self) -> None:
        if self.requests is not None:
            with told():
                self._start(await self.requests.all_ids())

    async def _analyze_ticked(self) -> None:
        if self.requests is not None:
            with told():
                self._start(await self.requests.ticked_ids())

    def _start(self, request_ids: Sequence[str]) -> None:
        self._desk.start(request_ids, int(self._concurrency.value or DEFAULT_CONCURRENCY))
        self._draw()

    async def _tick(self) -> None:
        self._draw()
        if self._seen_ended == self._desk.ended:
            return
        self._seen_ended = self._desk.ended
        if self._desk.failure:
            tell(self._desk.failure, bad=True)
        if self.requests is not None:
            self.requests.refresh()
        await self.on_end()

    def _draw(self) -> None:
        desk = self._desk
        state = (desk.running, desk.progress, desk.ended)
        if state == self._drawn:
            return
        self._drawn = state
        self._bar.set_visibility(desk.running)
        self._bar.value = desk.progress.done / desk.total if desk.progress and desk.total else 0.0
        self._words.text = _words(desk)
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


def _words(desk: BatchDesk) -> str:
    if not desk.running:
        return desk.last.in_words if desk.last else desk.failure
    if desk.progress is None:
        return f"0 / {desk.total:,} · preparing…"
    return progress_line(desk.progress)


def progress_line(progress: Progress) -> str:
    """Where a running batch stands."""
    seconds = progress.elapsed_ms / 1000
    rate = progress.done / seconds if seconds else 0.0
    return (
        f"{progress.done:,} / {progress.total:,} · {rate:,.0f}/s · {seconds:.1f} s · "
        f"{progress.failed:,} failed"
    )
