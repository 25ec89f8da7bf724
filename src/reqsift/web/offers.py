"""What a batch would cost, asked before it begins."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from reqsift.domain.estimates import Estimate, Range
from reqsift.services.costs import Known, Offers
from reqsift.web.elements import Text

_OFFERS = {
    "offline": "Rules only: nothing leaves this machine.",
    "balanced": "For each request the cheapest analyzer that does it justice.",
    "deep": "The strong model for every request.",
}


def model_choice(known: list[Known], chosen: str) -> ui.select:
    """The models that can be used, with their prices."""
    options = {"offline": "offline · free", "auto": "auto"}
    options |= {one.card.name: _label(one) for one in known if not one.obstacle}
    options.setdefault(chosen, chosen)
    field = ui.select(options, value=chosen)
    # The list tells the prices; the field has room for the name alone.
    field.props["display-value"] = chosen
    field.on_value_change(lambda changed: field.props.update({"display-value": changed.value}))
    field.props('dense outlined options-dense aria-label="Model"').classes("model")
    return field


def ask(found: Offers, start: Callable[[str], Awaitable[None]]) -> ui.dialog:
    """A dialog with what was asked for and the other ways; `start` is given the chosen model."""
    with ui.dialog() as dialog, ui.card().classes("offers").props('aria-label="Cost"'):
        Text("h2", f"Analyze {found.asked.requests:,} requests")
        with ui.element("div").classes("rows"):
            _row("as chosen", found.asked.model, found.asked, dialog, start)
            for offer in found.others:
                if offer.model != found.asked.model:
                    _row(offer.name, offer.model, offer.estimate, dialog, start)
        for name, reason in found.missing.items():
            Text("p", f"{name}: {reason}", "hint")
        Text("p", "What leaves this machine is redacted first; see “What would leave”.", "hint")
    dialog.open()
    return dialog


def _row(
    name: str,
    model: str,
    estimate: Estimate,
    dialog: ui.dialog,
    start: Callable[[str], Awaitable[None]],
) -> None:
    async def chosen() -> None:
        dialog.close()
        await start(model)

    with ui.element("div").classes("offer"):
        with ui.element("div").classes("about"):
            Text("strong", name if name == model else f"{name} · {model}")
            Text("p", _OFFERS.get(name, "What you chose."))
        with ui.element("div").classes("figures"):
            Text("span", dollars(estimate.cost), "cost")
            calls = f"{estimate.calls:,} calls" if estimate.calls else "no calls"
            cached = f" · {estimate.cached:,} from cache" if estimate.cached else ""
            Text("span", f"{calls}{cached} · {duration(estimate.seconds)}")
        button = ui.button("Start", on_click=chosen, color=None)
        button.props("unelevated no-caps dense").classes("action strong")


def dollars(cost: Range | None) -> str:
    """Money as a range."""
    if cost is None:
        return "price not known"
    if cost.high == 0:
        return "free"
    return f"${_money(cost.low)} to ${_money(cost.high)}"


def duration(seconds: Range) -> str:
    """Time as a range."""
    low, high = _time(seconds.low), _time(seconds.high)
    return low if low == high else f"{low} to {high}"


def _money(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 0.1 else f"{amount:.4f}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _label(known: Known) -> str:
    price = known.card.price
    if price is None:
        return known.card.name
    return f"{known.card.name} · ${price.input:g} in, ${price.output:g} out"
