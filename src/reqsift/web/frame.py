"""What surrounds the page: style, header, theme, and how failures are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import Request
from nicegui import ui

from reqsift.domain.errors import ReqsiftError
from reqsift.web.elements import Text

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="7" fill="#0b57d0"/><path d="M6 8h20l-7.5 9v8l-5-2.5V17z" fill="#fff"/></svg>'
)
_STYLE = Path(__file__).with_name("page.css")
_COOKIE = "reqsift_theme"
_KEPT = "path=/; max-age=31536000; samesite=strict"
_THEMES: dict[str, bool | None] = {"system": None, "light": False, "dark": True}


def style() -> None:
    """Give the page its looks."""
    ui.add_css(_STYLE)
    ui.colors(primary="#0b57d0", negative="#b3261e", positive="#1b6e3c")


@contextmanager
def header(request: Request) -> Iterator[None]:
    """The header; what is made inside stands between the product's name and the theme."""
    with ui.element("header").classes("header"):
        with ui.element("h1").classes("brand"):
            Text("span", "reqsift")
        yield
        _theme_button(request.cookies.get(_COOKIE, "system"))


def _theme_button(chosen: str) -> None:
    """Steps through the themes; a cookie keeps the choice, so that no reload flashes."""
    names = list(_THEMES)
    at = names.index(chosen) if chosen in _THEMES else 0
    mode = ui.dark_mode(_THEMES[names[at]])
    button = ui.element("button").classes("action quiet theme").props('type="button"')
    with button:
        label = Text("span", f"Theme: {names[at]}")

    def step() -> None:
        name = names[(names.index(label.text.removeprefix("Theme: ")) + 1) % len(names)]
        mode.value = _THEMES[name]
        label.text = f"Theme: {name}"
        ui.run_javascript(f"document.cookie = '{_COOKIE}={name}; {_KEPT}'")

    button.on("click", step)


def tell(sentence: str, *, bad: bool = False) -> None:
    """Show one sentence for a while; failures until they are closed."""
    ui.notify(
        sentence,
        type="negative" if bad else "info",
        position="bottom-left",
        multi_line=True,
        timeout=0 if bad else 6000,
        close_button="Close",
    )


@contextmanager
def told() -> Iterator[None]:
    """Tell a failure that a user can mend, instead of letting it out."""
    try:
        yield
    except ReqsiftError as error:
        tell(str(error), bad=True)
