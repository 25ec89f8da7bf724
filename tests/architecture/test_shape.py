"""What no other check guards: sizes, names, and a test beside every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "reqsift"
MODULES = sorted(SOURCE.rglob("*.py"))
ATTICS = {"utils", "util", "helpers", "common", "misc", "manager"}
LINES_OF_A_FILE = 320
LINES_OF_A_FUNCTION = 42

RULES = (SOURCE / "domain/rules/__init__.py").read_text("utf-8")


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_files_and_functions_are_small(path: Path) -> None:
    text = path.read_text()
    if "migrations" not in path.parts:
        assert len(text.splitlines()) <= LINES_OF_A_FILE
        assert [name for name, lines in _functions(text) if lines > LINES_OF_A_FUNCTION] == []


def _functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            # Without the signature: a command has as many arguments as it has options.
            lines = (node.end_lineno or 0) - node.body[0].lineno + 1 - docstring.count("\n")
            yield node.name, lines


def test_no_module_is_an_attic() -> None:
    assert [path for path in MODULES if path.stem in ATTICS] == []


def test_every_rule_of_the_domain_has_its_test() -> None:
    missing = [
        _name(path)
        for path in (SOURCE / "domain").rglob("*.py")
        if path.stem not in {"__init__", "captures", "claims", "errors", "paging", "rule"}
        and not any(test.exists() for test in _tests_of(path))
    ]
    assert missing == []


def _tests_of(path: Path) -> Iterator[Path]:
    """Where a module of the domain may be tested; rules have their cases in the corpus."""
    yield ROOT / "tests/unit" / path.relative_to(SOURCE).parent / f"test_{path.name}"
    if path.parent.name == "rules" and f"\n    {path.stem},\n" in RULES:
        yield ROOT / "tests/corpus/rules"  # test_rules.py demands cases for each rule by its id
    if path.parent.name == "across":
        yield ROOT / "tests/corpus/stories.py"


def test_nothing_is_imported_for_its_framework_alone() -> None:
    """A feature is the same word on each floor."""
    features = {"captures", "batches", "findings"}
    for floor in ("domain", "services", "api", "cli", "web", "adapters/storage"):
        present = {path.stem for path in (SOURCE / floor).glob("*.py")}
        assert features <= present, floor
