"""What people see of money: prices, estimates, and what was spent."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reqsift.cli.text import printable
from reqsift.domain.estimates import Estimate, Range
from reqsift.domain.spending import Spent, UsageReport
from reqsift.services.costs import Known, Offers


def print_models(console: Console, known: Sequence[Known]) -> None:
    """A table of models; those that cannot be used say why."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Name", "Tier"):
        table.add_column(name, no_wrap=True)
    for name in ("$ in/M", "$ out/M", "Context", "Economy"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("Retires", "As of"):
        table.add_column(name, no_wrap=True)
    table.add_column("Usable", overflow="fold")
    for one in known:
        card, price = one.card, one.card.price
        cells = (
            printable(card.name, 40),
            "" if card.tier is None else card.tier.value,
            "?" if price is None else f"{price.input:g}",
            "?" if price is None else f"{price.output:g}",
            f"{card.context:,}",
            "yes" if card.batches else "",
            "" if card.retired_on is None else f"{card.retired_on}",
            "" if card.as_of is None else f"{card.as_of}",
            printable(one.obstacle) or "yes",
        )
        table.add_row(*map(Text, cells), style="dim" if one.obstacle else "")
    console.print(table)
    console.print("Also: offline (the rules, free), auto, anthropic:ID and openai:ID.")


def print_usage(console: Console, report: UsageReport) -> None:
    """Three tables with one sum."""
    if not report.total.calls and not report.total.cached:
        console.print("No model was asked.")
        return
    for title, rows in (("Day", report.days), ("Model", report.models), ("Batch", report.batches)):
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(title, no_wrap=True, min_width=18)
        for name in ("Cost", "Calls", "Requests", "From cache", "Input", "(cached)", "Output"):
            table.add_column(name, justify="right", no_wrap=True)
        for row in rows:
            table.add_row(*map(Text, _cells(row)))
        console.print(table)
    console.print(Text(f"Total ${report.total.usage.cost:.4f} in {report.total.calls} calls"))


def _cells(spent: Spent) -> tuple[str, ...]:
    usage = spent.usage
    return (
        printable(spent.name, 40),
        f"${usage.cost:.4f}",
        f"{spent.calls:,}",
        f"{spent.answered:,}",
        f"{spent.cached:,}",
        f"{usage.input_tokens:,}",
        f"{usage.cached_tokens:,}",
        f"{usage.output_tokens:,}",
    )


def print_offers(console: Console, found: Offers) -> None:
    """A table: what was asked for, then the other ways."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "Model"):
        table.add_column(name, no_wrap=True)
    for name in ("Calls", "Free", "Cost", "(expected)", "Seconds", "Input tokens"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(*map(Text, ("asked for", *_offer(found.asked))))
    for offer in found.others:
        table.add_row(*map(Text, (offer.name, *_offer(offer.estimate))))
    console.print(table)
    for name, reason in found.missing.items():
        console.print(Text(f"{name}: {printable(reason)}", style="dim"), soft_wrap=True)
    console.print("Nothing was sent.")


def in_words(estimate: Estimate) -> str:
    """An estimate as one clause."""
    seconds = _span(estimate.seconds, "{:.0f}")
    return f"estimated {_dollars(estimate.cost)} for {estimate.calls} calls, {seconds} s"


def _offer(estimate: Estimate) -> tuple[str, ...]:
    return (
        printable(estimate.model, 40),
        f"{estimate.calls:,}",
        f"{estimate.cached:,}",
        _dollars(estimate.cost),
        "" if estimate.cost is None else f"${estimate.cost.expected:.4f}",
        _span(estimate.seconds, "{:.0f}"),
        _span(estimate.input_tokens, "{:,.0f}"),
    )


def _dollars(cost: Range | None) -> str:
    return "price not known" if cost is None else _span(cost, "${:.4f}")


def _span(of: Range, form: str) -> str:
    low, high = form.format(of.low), form.format(of.high)
    return low if low == high else f"{low} to {high}"
