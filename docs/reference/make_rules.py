"""Write rules.md from the rules themselves: `python docs/reference/make_rules.py`."""

from itertools import groupby
from pathlib import Path

from reqsift.domain.findings import FindingType, Scope
from reqsift.domain.rule_list import OURS
from reqsift.domain.rules import RULES
from reqsift.domain.rules.rule import About

PAGE = Path(__file__).with_name("rules.md")

_HEAD = """# Rules

<!-- Made by docs/reference/make_rules.py from the rules' own metadata; do not edit. -->

The {count} passive rules of the offline analyzer, by type of finding; `reqsift rules explain ID`
tells the same. *Severity* is the rule's own; the context of one exchange may raise or lower it.
*Scope* `host` means one finding for the whole host, `endpoint` one for each method and path
template; rules *over a capture* look at many exchanges together. What you can change:
[write your own rules](../how-to/write-your-own-rules.md). [Fields of a finding](findings.md).

{contents}
"""


def page() -> str:
    """The whole page."""
    order = {kind: place for place, kind in enumerate(FindingType)}
    rules = sorted(OURS, key=lambda rule: order[rule.type])
    by_type = [(kind, list(group)) for kind, group in groupby(rules, key=lambda rule: rule.type)]
    contents = " · ".join(f"[{kind.value}](#{kind.value}) {len(of)}" for kind, of in by_type)
    head = _HEAD.format(count=len(OURS), contents=contents)
    return "\n".join([head, *(_section(kind, of) for kind, of in by_type)])


def _section(kind: FindingType, rules: list[About]) -> str:
    return "\n".join([f"## {kind.value}\n", *map(_entry, rules)])


def _entry(rule: About) -> str:
    scope = "host" if rule.scope is Scope.HOST else "endpoint"
    over = [] if rule in RULES else ["over a capture"]
    facts = [rule.severity.value, scope, *over, f"CWE-{rule.cwe}", ", ".join(rule.owasp)]
    paragraphs = [
        f"### `{rule.id}`",
        f"**{rule.title}** ({' · '.join(facts)})",
        rule.description,
        f"*Remedy:* {rule.remediation}",
        "\n".join(f"- {stack.value}: {fix}" for stack, fix in rule.fixes.items()),
        f"*Silent:* {rule.silent}" if rule.silent else "",
        f"*Read on:* {'; '.join(rule.references)}." if rule.references else "",
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
