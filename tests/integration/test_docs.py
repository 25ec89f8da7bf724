"""The docs say what the code says."""

import re
from pathlib import Path

import pytest

from docs.reference import make_cli, make_rules
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import ACROSS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def test_the_page_of_rules_is_up_to_date() -> None:
    written = make_rules.PAGE.read_text("utf-8")

    assert written == make_rules.page(), "run: python docs/reference/make_rules.py"


def test_the_page_of_the_command_line_shows_the_present_help() -> None:
    written = make_cli.PAGE.read_text("utf-8")

    assert written == make_cli.page(written), "run: python docs/reference/make_cli.py"


def test_the_pages_count_the_rules() -> None:
    one, whole = len(RULES), len(ACROSS)
    readme = (ROOT / "README.md").read_text("utf-8")
    unreleased = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("## [0.1.0]")[0]

    assert f"all {one + whole}: {one} look at one request, {whole} at a whole capture" in readme
    assert f"{one + whole} rules instead of 78" in unreleased


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = [target for target in _LINK.findall(page.read_text("utf-8")) if "://" not in target]

    assert [target for target in targets if not (page.parent / target).exists()] == []
