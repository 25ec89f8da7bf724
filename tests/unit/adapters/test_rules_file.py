"""The user's rules file: what it may say, and one clear sentence for all else."""

from pathlib import Path

import pytest

from reqsift.adapters.rules import OfflineRules
from reqsift.adapters.rules_file import read_rulebook
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rulebook import AS_THEY_ARE, Condition, Rulebook
from tests.corpus.rules.exchanges import exchange

GOOD = """
# what we want
off: [missing-hsts]
severities:
  missing-csp: high
rules:
  - id: no-build
    title: Page does not say its build
    type: other
    severity: info
    proof: 90
    cwe: 1059
    description: Support needs it.
    remediation: Send `X-Build`.
    when:
      - part: response.body
        matches: 'Hi+'
      - part: response.headers[X-Build]
        absent: true
"""
HI = exchange(text="<h1>Hiii</h1>")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def read(file: Path, text: str) -> Rulebook:
    file.write_text(text, encoding="utf-8")
    return read_rulebook(file)


def rule(**changed: object) -> str:
    fields = {"id": "my-rule", "title": "Mine", "when": [{"part": "response.body"}]} | changed
    return f"rules: [{fields}]"


def test_a_good_file_is_read_whole(file: Path) -> None:
    book = read(file, GOOD)
    (own,) = book.own

    assert book.off == {"missing-hsts"}
    assert book.severities == {"missing-csp": Severity.HIGH}
    assert (own.id, own.type, own.severity, own.proof) == (
        "no-build",
        FindingType.OTHER,
        Severity.INFO,
        90,
    )
    assert own.conditions == (
        Condition(part="response.body", pattern="Hi+"),
        Condition(part="response.headers[x-build]", absent=True),
    )


def test_its_rules_look(file: Path) -> None:
    findings = OfflineRules(read(file, GOOD)).examine(HI).analysis.findings
    by_rule = {finding.rule: finding for finding in findings}

    assert by_rule["no-build"].evidence[0].text == "Hiii"
    assert by_rule["missing-csp"].severity is Severity.HIGH
    assert "missing-hsts" not in by_rule


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "off: []", "---\n"])
def test_an_empty_file_changes_nothing(file: Path, text: str) -> None:
    assert read(file, text) == AS_THEY_ARE


def test_a_missing_file_matters_only_where_it_was_named(file: Path) -> None:
    assert read_rulebook(file) == AS_THEY_ARE
    with pytest.raises(InvalidSetting, match="There is no file"):
        read_rulebook(file, required=True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("of: [missing-hsts]", "unknown field `of`"),
        ("off: missing-hsts", "Expected `array`"),
        ("off: [no-such-rule]", "no rule 'no-such-rule'"),
        ("severities: {missing-csp: severe}", "severe"),
        ("severities: {no-such-rule: low}", "no rule 'no-such-rule'"),
        ("- a\n- b", "Expected `object`, got `array`"),
        ("just words", "Expected `object`, got `str`"),
        ("off: [a\nb: c", "line 2"),
        ("off: []\noff: []", "line 2: 'off' stands there twice"),
        ("off: [missing-hsts]\n? [a]\n: b", "a key must be a word"),
        (rule(colour="red"), "unknown field `colour`"),
        (rule(id="My Rule"), "regex"),
        (rule(id="missing-csp"), "two rules 'missing-csp'"),
        (rule(title=""), "length >= 1"),
        (rule(type="sqli"), "sqli"),
        (rule(severity="severe"), "severe"),
        (rule(proof=100), "<= 99"),
        (rule(when=[]), "length >= 1"),
        (rule(when=[{"part": "response.text"}]), "no part"),
        (rule(when=[{"part": "request.status"}]), "no part"),
        (rule(when=[{"part": "response.headers"}]), "no part"),
        (rule(when=[{"part": "response.body", "matches": "(a"}]), "no regular expression"),
        (rule(when=[{"part": "response.body", "matches": "(?!a)b"}]), "look-around"),
        (rule(when=[{"part": "response.body", "matches": "a*"}]), "fits the empty text"),
        (rule(when=[{"part": "response.body", "match": "a"}]), "unknown field `match`"),
        ("!!python/object/apply:os.system ['true']", "constructor"),
        ("off: [\0]", "no YAML file"),
        ("[" * 20_000, "no YAML file"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_sentence(file: Path, text: str, says: str) -> None:
    with pytest.raises(InvalidSetting) as told:
        read(file, text)

    assert says in str(told.value)
    assert str(told.value).startswith(str(file))
    assert "\n" not in str(told.value)


@pytest.mark.timeout(20)  # no measurement: spelled out, these would fill the memory
@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(40)),
        "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: {<<: [*b, *b]}\n",
        "off: &a [*a]",
    ],
)
def test_aliases_are_refused(file: Path, bomb: str) -> None:
    with pytest.raises(InvalidSetting, match="aliases"):
        read(file, bomb)


def test_a_file_that_is_too_large_is_not_read(file: Path) -> None:
    with pytest.raises(InvalidSetting, match="larger than 1 MiB"):
        read(file, "#" * (1024 * 1024 + 1))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"off: [\xe9]"])
def test_a_file_that_is_no_text_is_told(file: Path, content: bytes) -> None:
    file.write_bytes(content)

    with pytest.raises(InvalidSetting, match="no YAML file"):
        read_rulebook(file)


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="cannot be read"):
        read_rulebook(tmp_path)


def test_rules_whose_time_has_run_out_are_told() -> None:
    analysis = OfflineRules(longest_s=-1).examine(HI).analysis

    assert analysis.findings == ()
    assert "The time ran out" in analysis.faults[0]
    assert "The time ran out" in analysis.summary
