"""Measures what the savings are worth: `python -m bench.savings`; see docs/reference/savings.md."""

import argparse
import asyncio
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.savings_parts.capture import write_capture
from bench.savings_parts.chart import bars
from bench.savings_parts.runs import BASELINE, WAYS, Pair, Taken, imported, taken

PAIRS = (
    Pair(cheap="haiku-5.5", strong="sonnet-5.5", least_cached=512, least_cached_strong=512),
    Pair(cheap="haiku-4.5", strong="sonnet-4.6", least_cached=4096, least_cached_strong=1024),
)
DEMO = Path("examples/demo.har")
SESSION = "a session of {:,} entries"
GOAL = 8.0


def main() -> None:
    asked = arguments()
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
        "simulated provider, scripted model"
    )
    drawn: dict[str, dict[str, float]] = {}
    with TemporaryDirectory(prefix="reqsift-bench-") as name:
        session = Path(name) / "session.har"
        write_capture(session, asked.entries)
        captures = {"`examples/demo.har`": DEMO, SESSION.format(asked.entries): session}
        for pair in PAIRS[: asked.pairs]:
            for title, capture in captures.items():
                rows = asyncio.run(measured(capture, Path(name) / "store", pair))
                table(f"{title}, {pair.strong} and {pair.cheap}", rows)
                if pair is PAIRS[0]:
                    drawn[title.replace("`", "")] = shares(rows)
    if asked.chart:
        title = f"Cost, in % of one call per request with {PAIRS[0].strong}"
        asked.chart.write_text(bars(title, drawn), encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what the savings are worth.")
    parser.add_argument("--entries", type=int, default=2000, help="Of the made-up session.")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="Pairs of models; 1 is one.")
    parser.add_argument("--chart", type=Path, help="Where to draw the chart.")
    return parser.parse_args()


async def measured(capture: Path, store: Path, pair: Pair) -> list[Taken]:
    """Each way begins on a store of its own, so that no answer is kept from another."""
    folder = store.with_name(f"{capture.stem}-{pair.cheap}")
    folder.mkdir()
    await imported(capture, folder, pair)
    rows: list[Taken] = []
    for way in WAYS:
        rows += await taken(way, folder, pair, twice=way.cache)
    return rows


def table(title: str, rows: Sequence[Taken]) -> None:
    """Print Markdown: one line for each way, and what it found other than the first."""
    first = rows[0]
    print(f"\n### {title}\n")
    print(
        "| way | calls | of the strong model | input | from prompt cache | output | $ | cheaper |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {row.name} | {figures(row, first)} |", flush=True)
    print(f"\nThe first line: {words_of(first)} proven with a model behind them.\n")
    for row in rows[1:]:
        print(f"- {row.name}: {difference(row, first)}")
    together = next(row for row in rows if row.name == WAYS[-1].name)
    print(f"\nGoal, all together: {verdict(together, first)}")


def figures(row: Taken, first: Taken) -> str:
    """Those of a batch that did not come to its end would look like a saving."""
    if row.trouble:
        return f"did not end ({row.trouble}) | | | | | |"
    used = row.usage
    return (
        f"{row.calls:,} | {row.strong_calls:,} | {used.input_tokens:,} | {used.cached_tokens:,} | "
        f"{used.output_tokens:,} | {used.cost:.4f} | {cheaper(row, first)}"
    )


def difference(row: Taken, first: Taken) -> str:
    missing, more = first.proofs - row.proofs, row.proofs - first.proofs
    if row.trouble:
        return f"not compared, {row.trouble}"
    failed = f", failed {row.failed}" if row.failed else ""
    if not missing and not more:
        return f"the same findings{failed}"
    by_rules = len(missing & row.unclaimed)
    known = {proof.weakness for proof in row.proofs}
    elsewhere = sum(proof.weakness in known for proof in missing)
    where = sorted({f"{proof.method} {proof.url}" for proof in missing})
    return (
        f"{len(missing)} MISSING ({by_rules} of them found by the rules, {elsewhere} found at the "
        f"same URL with another method), {len(more)} more{failed}; missing at {', '.join(where)}"
    )


def verdict(row: Taken, first: Taken) -> str:
    if row.trouble:
        return f"MISSED, {row.trouble}"
    factor = first.usage.cost / row.usage.cost
    cost = "reached" if factor >= GOAL else "MISSED"
    found = "reached" if row.proofs == first.proofs else "MISSED"
    return f"{GOAL:g} x cheaper: {factor:.1f} x, {cost}; the same findings: {found}"


def words_of(row: Taken) -> str:
    findings = {proof.fingerprint for proof in row.proofs}
    return f"{len(findings)} findings in {len(row.proofs)} places"


def cheaper(row: Taken, first: Taken) -> str:
    return f"{first.usage.cost / row.usage.cost:.1f} x" if row.usage.cost else "free"


def shares(rows: Sequence[Taken]) -> dict[str, float]:
    """Per cent of the cost of the first way, by name; repeated batches are left out."""
    named = {way.name for way in WAYS} - {BASELINE.name}
    return {
        row.name.replace("`", ""): 100 * row.usage.cost / rows[0].usage.cost
        for row in rows
        if row.name in named and not row.trouble
    }


if __name__ == "__main__":
    main()
