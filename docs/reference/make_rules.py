"""Write rules.md from the rules themselves: `python docs/reference/make_rules.py`."""

from itertools import groupby
from pathlib import Path

from reqsift.domain.findings import FindingType, Scope
from reqsift.domain.rules import RULES
from reqsift.domain.rules.rule import Rule

PAGE = Path(__file__).with_name("rules.md")

_HEAD = """# Rules

<!-- Made by docs/reference/make_rules.py from the rules' own metadata; do not edit. -->

The {count} passive rules of the offline analyzer, by type of finding. *Severity* is the rule's own;
the context of one exchange may raise or lower it. *Scope* `host` means one finding for the whole
host, `endpoint` one for each method and path template. [Fields of a finding](findings.md).
"""


def page() -> str:
    """The whole page."""
    order = {kind: place for place, kind in enumerate(FindingType)}
    rules = sorted(RULES, key=lambda rule: order[rule.type])
    sections = [
        _section(kind, list(group)) for kind, group in groupby(rules, key=lambda rule: rule.type)
    ]
    return "\n".join([_HEAD.format(count=len(RULES)), *sections])


def _section(kind: FindingType, rules: list[Rule]) -> str:
    return "\n".join([f"## {kind.value}\n", *map(_entry, rules)])


def _entry(rule: Rule) -> str:
    scope = "host" if rule.scope is Scope.HOST else "endpoint"
    owasp = ", ".join(rule.owasp)
    facts = f"{rule.severity.value} · {scope} · CWE-{rule.cwe} · {owasp}"
    return (
        f"### `{rule.id}`\n\n**{rule.title}** ({facts})\n\n"
        f"{rule.description}\n\n*Remedy:* {rule.remediation}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
