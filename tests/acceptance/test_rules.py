"""The rules on the command line: to look at, to bend, and to measure."""

import json
from pathlib import Path

import pytest

from reqsift.domain.rule_list import OURS
from tests import hars
from tests.acceptance.command import Command

ROOT = Path(__file__).parents[2]
RULES = """
off: [missing-csp]
severities: {missing-hsts: critical}
rules:
  - id: no-build-header
    title: "Page does not say its build \\e[31m"
    severity: high
    when:
      - {part: response.body, matches: '<title>Shop'}
      - {part: 'response.headers[x-build]', absent: true}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Of the nine pages of `shop`; the last two are not labelled."""
    weak = [{"type": "security_misconfiguration", "certainty": "sure"}]
    missed = [{"type": "xxe", "certainty": "sure"}]
    lines = [
        *({"entryIndex": place, "labels": weak, "clean": False} for place in range(5)),
        {"entryIndex": 5, "labels": missed, "clean": False},
        {"entryIndex": 6, "labels": [], "clean": True},
    ]
    path = tmp_path / "shop.labels.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_rules_are_listed(reqsift: Command) -> None:
    table = reqsift("rules").stdout
    some = reqsift("rules", "--type", "xxe", "--type", "csrf").stdout
    listed = json.loads(reqsift("rules", "--json").stdout)

    assert all(f"{rule.id} " in table for rule in OURS)
    assert f"{len(OURS)} rules\n" in table
    assert {line.split()[1] for line in some.splitlines()[1:-1]} == {"xxe", "csrf"}
    assert "missing-hsts" not in some
    assert [rule["id"] for rule in listed] == [rule.id for rule in OURS]
    assert listed[0].keys() == {
        *("id", "type", "severity", "title", "on", "own", "severityByItself"),
    }


def test_what_the_user_changed_is_shown(reqsift: Command, rules: Path) -> None:
    table = reqsift("rules", REQSIFT_RULES_FILE=str(rules)).stdout
    listed = json.loads(reqsift("rules", "--rules", rules, "--json").stdout)
    by_id = {rule["id"]: rule for rule in listed}

    assert "1 off, 1 with another severity, 1 of your own" in table
    assert "\x1b" not in table
    assert not by_id["missing-csp"]["on"]
    assert by_id["missing-hsts"]["severity"] == "critical"
    assert by_id["missing-hsts"]["severityByItself"] == "low"
    assert by_id["no-build-header"]["own"]


def test_the_file_in_the_data_directory_is_taken(reqsift: Command, rules: Path) -> None:
    reqsift.data_dir.mkdir()
    rules.rename(reqsift.data_dir / "rules.yaml")

    assert "1 of your own" in reqsift("rules").stdout


def test_a_rule_is_explained(reqsift: Command, rules: Path) -> None:
    rule = next(rule for rule in OURS if rule.fixes and rule.silent and rule.references)
    said = " ".join(reqsift("rules", "explain", rule.id).stdout.split())
    own = reqsift("rules", "explain", "no-build-header", "--rules", rules).stdout
    data = json.loads(reqsift("rules", "explain", rule.id, "--json").stdout)

    for part in (rule.title, rule.description, rule.remediation, rule.silent, f"CWE-{rule.cwe}"):
        assert part in said
    for stack, fix in rule.fixes.items():
        assert f"{stack.value}: {fix}" in said
    assert all(name in said for name in (*rule.owasp, *rule.references, rule.id))
    assert "(own)" in own
    assert (data["fixes"], data["silent"]) == (
        {stack.value: fix for stack, fix in rule.fixes.items()},
        rule.silent,
    )


def test_an_unknown_rule_is_told_with_the_nearest(reqsift: Command) -> None:
    done = reqsift("rules", "explain", "mising-csp", code=2)

    assert "There is no rule 'mising-csp'; did you mean missing-csp" in done.stderr


def test_a_rules_file_is_checked(reqsift: Command, rules: Path, tmp_path: Path) -> None:
    said = reqsift("rules", "check", rules).stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text("off: [no-such-rule]")

    assert "is fine: 1 off, 1 with another severity, 1 of your own" in said
    assert "off: missing-csp" in said
    assert "critical instead of low: missing-hsts" in said
    assert "own, high: no-build-header: Page does not say its build" in said
    assert json.loads(reqsift("rules", "check", rules, "--json").stdout) == {
        "off": ["missing-csp"],
        "severities": {"missing-hsts": "critical"},
        "own": ["no-build-header"],
    }
    assert "no rule 'no-such-rule'" in reqsift("rules", "check", bad, code=2).stderr
    assert "There is no file" in reqsift("rules", "check", tmp_path / "no.yaml", code=2).stderr
    assert "subcommand" in reqsift("rules", "--json", "check", rules, code=2).stderr


def test_a_run_can_have_its_own_rules(reqsift: Command, shop: Path, rules: Path) -> None:
    usual = json.loads(reqsift("scan", shop, "--format", "json").stdout)
    bent = json.loads(reqsift("scan", shop, "--rules", rules, "--format", "json").stdout)
    reqsift("import", shop)
    reqsift("analyze", "--rules", rules)
    stored = json.loads(reqsift("findings", "--format", "json").stdout)

    assert found(usual["findings"]) >= {("missing-csp", "low"), ("missing-hsts", "low")}
    for findings in (bent["findings"], stored):
        assert found(findings) >= {("missing-hsts", "critical"), ("no-build-header", "high")}
        assert "missing-csp" not in {rule for rule, _ in found(findings)}
    missing = rules.with_name("no.yaml")
    for command in (("scan", shop), ("analyze",)):
        assert "There is no file" in reqsift(*command, "--rules", missing, code=2).stderr


def found(findings: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(finding["rule"], finding["severity"]) for finding in findings}


def test_a_labelled_capture_tells_how_good_the_rules_are(
    reqsift: Command, shop: Path, labels: Path
) -> None:
    said = reqsift("evaluate", shop, labels).stdout
    data = json.loads(reqsift("evaluate", shop, labels, "--json").stdout)

    assert "9 entries: 7 labelled, 1 of them clean; 2 unlabelled" in said
    assert "few" in said
    assert "missed: entry 5, xxe" in said
    assert "false alarm: entry 6, missing-csp: " in said
    assert (data["labelled"], data["clean"], data["unlabelled"]) == (7, 1, 2)
    assert data["recall"]["hits"] == 5
    assert data["recall"]["of"] == 6
    assert 0 < data["recall"]["atLeast"] < data["recall"]["share"]
    assert data["recall"]["few"]
    assert data["meanRecall"] == 0.5
    assert data["misses"] == [{"entryIndex": 5, "type": "xxe"}]
    alarm = next(one for one in data["falseAlarms"] if one["rule"] == "missing-csp")
    assert (alarm["entryIndex"], alarm["type"]) == (6, "security_misconfiguration")
    assert {stray["entryIndex"] for stray in data["strays"]} == {5}
    rule = next(one for one in data["rules"] if one["id"] == "missing-csp")
    assert (rule["entries"], rule["backed"], rule["clean"]) == (7, 5, 1)


def test_limits_decide_the_exit_code(reqsift: Command, shop: Path, labels: Path) -> None:
    evaluate = ("evaluate", shop, labels)

    reqsift(*evaluate, "--min-recall", "0.8")
    low = reqsift(*evaluate, "--min-recall", "0.9", code=1)
    many = reqsift(*evaluate, "--max-false-alarms", "0", "--json", code=1)
    reqsift(*evaluate, "--max-false-alarms", "10000")
    reqsift(*evaluate, "--min-recall", "90", code=2)
    reqsift(*evaluate, "--min-recall", "nan", code=2)
    reqsift(*evaluate, "--max-false-alarms", "nan", code=2)

    assert "less than --min-recall 0.9" in low.stderr
    assert "more than --max-false-alarms 0" in many.stderr
    json.loads(many.stdout)


def test_rules_that_are_off_find_nothing(
    reqsift: Command, shop: Path, labels: Path, tmp_path: Path
) -> None:
    everything = tmp_path / "off.yaml"
    everything.write_text("off: [" + ", ".join(rule.id for rule in OURS) + "]")
    data = json.loads(reqsift("evaluate", shop, labels, "--rules", everything, "--json").stdout)

    assert data["recall"]["hits"] == 0
    assert data["precision"]["share"] is None
    assert (data["falseAlarms"], data["rules"]) == ([], [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"entryIndex": 0, "labels": [{"type": "sqli", "certainty": "sure"}], "clean": false}',
         "line 1: there is no type 'sqli'"),
        ('{"entryIndex": 0}', "line 1: Object missing required field `labels`"),
        ('{"entryIndex": 99, "labels": [], "clean": true}', "labels entry 99"),
    ],
)  # fmt: skip
def test_bad_labels_are_told(
    reqsift: Command, shop: Path, tmp_path: Path, line: str, says: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line)

    assert says in reqsift("evaluate", shop, file, code=2).stderr


def test_files_that_are_missing_are_told(reqsift: Command, shop: Path, labels: Path) -> None:
    nothing = shop.with_name("nothing")
    page = shop.with_name("page.har")
    page.write_text(hars.PAGE)

    for capture, said in ((nothing, labels), (shop, nothing), (page, labels)):
        reqsift("evaluate", capture, said, code=2)
