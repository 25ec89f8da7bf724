"""What people see of rules: which there are, what one is about, how good they are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reqsift.cli.render import severity_text
from reqsift.cli.text import printable
from reqsift.domain.evaluation import FEW, Alarm, Proportion, Score
from reqsift.domain.findings import Scope
from reqsift.domain.rule_list import ListedRule
from reqsift.services.evaluation import Evaluated

_SCOPES = {
    Scope.HOST: "one finding for the whole host",
    Scope.ENDPOINT: "one finding for each method and path",
}
_INDENT = (0, 0, 0, 2)


def print_rules(console: Console, rules: Sequence[ListedRule], path: Path) -> None:
    """A table of rules; what the user changed is marked, and `path` is where."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("Rule", no_wrap=True)
    table.add_column("Type", no_wrap=True)
    table.add_column("Severity", no_wrap=True)
    table.add_column("Title", no_wrap=True, ratio=1)
    changes = _changes(rules)
    table.add_column("Yours" if changes else "", no_wrap=True)
    for rule in rules:
        about = rule.about
        table.add_row(
            Text(about.id),
            Text(about.type.value),
            severity_text(about.severity),
            Text(printable(about.title, 120)),
            Text(_yours(rule)),
            style=None if rule.is_on else "dim",
        )
    console.print(table)
    by = f": {changes} ({printable(str(path))})" if changes else ""
    console.print(Text(f"{_count(len(rules), 'rule')}{by}"), soft_wrap=True)


def _yours(rule: ListedRule) -> str:
    marks = ["own"] if rule.is_own else []
    if not rule.is_on:
        marks.append("off")
    if rule.is_changed:
        marks.append(f"was {rule.by_itself.value}")
    return ", ".join(marks)


def _changes(rules: Sequence[ListedRule]) -> str:
    off = sum(not rule.is_on for rule in rules)
    changed = sum(rule.is_changed for rule in rules)
    own = sum(rule.is_own for rule in rules)
    parts = [
        f"{off} off" if off else "",
        f"{changed} with another severity" if changed else "",
        f"{own} of your own" if own else "",
    ]
    return ", ".join(filter(None, parts))


def print_rule(console: Console, rule: ListedRule) -> None:
    """All about one rule."""
    about = rule.about
    console.print(Text(printable(about.title), style="bold"), soft_wrap=True)
    facts = Table.grid(padding=(0, 2))
    yours = _yours(rule)
    for name, value in (
        ("Rule", f"{about.id} ({yours})" if yours else about.id),
        ("Severity", about.severity.value),
        ("Type", about.type.value),
        ("CWE", f"CWE-{about.cwe}" if about.cwe else ""),
        ("OWASP", ", ".join(about.owasp)),
        ("Scope", _SCOPES[about.scope]),
    ):
        if value:
            facts.add_row(Text(name, style="dim"), Text(value))
    console.print(facts)
    _paragraph(console, "Why it matters", about.description)
    _paragraph(console, "What to do", about.remediation)
    for stack, fix in about.fixes.items():
        console.print(Padding(Text(f"{stack.value}: {fix}"), _INDENT))
    _paragraph(console, "When it stays silent", about.silent)
    _paragraph(console, "Read on", "; ".join(about.references))


def _paragraph(console: Console, heading: str, text: str) -> None:
    if text:
        console.print()
        console.print(Text(heading, style="bold"))
        console.print(Padding(Text(printable(text)), _INDENT))


def print_check(console: Console, rules: Sequence[ListedRule], path: Path) -> None:
    """That the file is fine, and what it changes."""
    name = printable(str(path))
    changes = _changes(rules)
    console.print(Text(f"{name} is fine: {changes or 'it changes nothing'}"), soft_wrap=True)
    for rule in rules:
        for change in _told(rule):
            title = printable(rule.about.title)
            console.print(Text(f"  {change} {rule.about.id}: {title}"), soft_wrap=True)


def _told(rule: ListedRule) -> Iterator[str]:
    if rule.is_own:
        yield f"own, {rule.about.severity.value}:"
    if not rule.is_on:
        yield "off:"
    if rule.is_changed:
        yield f"{rule.about.severity.value} instead of {rule.by_itself.value}:"


def print_evaluation(console: Console, evaluated: Evaluated) -> None:
    """How good the rules are: figures first, then each miss and each false alarm."""
    score = evaluated.score
    skipped = f", {evaluated.skipped} skipped" if evaluated.skipped else ""
    line = (
        f"{evaluated.entries} entries{skipped}: {score.labelled} labelled, {score.clean} of them "
        f"clean; {score.unlabelled} unlabelled, which do not count"
    )
    console.print(Text(line), soft_wrap=True)
    for fault in evaluated.faults:
        console.print(Text(printable(fault, 200), style="red"), soft_wrap=True)
    console.print()
    console.print(_recalls(score))
    console.print()
    _print_alarms(console, score)
    _print_entries(console, score)
    _print_rules(console, score)


def _recalls(score: Score) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Sure labels", no_wrap=True)
    for name in ("Found", "Of", "Recall", "At least"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for kind, one in score.by_type.items():
        table.add_row(Text(kind.value), *_cells(one))
    table.add_row(Text("all", style="bold"), *_cells(score.recall))
    table.add_row(Text("mean over types", style="bold"), "", "", _percent(score.mean_recall), "")
    return table


def _cells(one: Proportion) -> tuple[str, ...]:
    few = "few" if one.is_few else ""
    return str(one.hits), str(one.of), _percent(one.share), _percent(one.at_least), few


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"


def _print_alarms(console: Console, score: Score) -> None:
    precision = score.precision
    few = f"; few (less than {FEW})"
    line = (
        f"precision {_percent(precision.share)}, at least {_percent(precision.at_least)}: labels "
        f"back {precision.hits} of {_count(precision.of, 'finding')} on labelled entries"
    )
    console.print(Text(line + few * precision.is_few), soft_wrap=True)
    rate = score.false_alarms_per_100
    per_100 = "-" if rate is None else f"{rate:.1f}"
    line = (
        f"false alarms {per_100} per 100 clean entries: {len(score.false_alarms)} on {score.clean}"
    )
    console.print(Text(line + few * (score.clean < FEW)), soft_wrap=True)
    console.print(Text("At least: what the true share exceeds, with 95 % confidence.", style="dim"))


def _print_entries(console: Console, score: Score) -> None:
    for miss in score.misses:
        line = f"missed: entry {miss.entry_index}, {miss.type.value}"
        console.print(Text(line, style="yellow"), soft_wrap=True)
    for alarm in score.false_alarms:
        line = f"false alarm: entry {alarm.entry_index}, {alarm.rule}: {printable(alarm.title)}"
        console.print(Text(line, style="red"), soft_wrap=True)
    if score.strays:
        line = f"of a type that the entry's labels do not have: {_by_rule(score.strays)}"
        console.print(Text(line), soft_wrap=True)


def _by_rule(alarms: Sequence[Alarm]) -> str:
    counts = Counter(alarm.rule for alarm in alarms).most_common()
    return ", ".join(f"{rule} {count}" for rule, count in counts)


def _print_rules(console: Console, score: Score) -> None:
    on_clean = [f"{rule.id} {rule.clean}" for rule in score.rules if rule.clean]
    never = [rule.id for rule in score.rules if not rule.entries]
    fired = len(score.rules) - len(never)
    lines = [f"{fired} of {_count(len(score.rules), 'rule')} fired"]
    if on_clean:
        lines.append(f"on clean entries (how many): {', '.join(on_clean)}")
    if never:
        lines.append(f"never: {', '.join(never)}")
    console.print()
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
