"""`reqsift rules`: which rules there are, what each is about, and what a rules file changes."""

from pathlib import Path
from typing import Annotated

import typer

from reqsift.cli.options import Json, RulesFile, settings_with
from reqsift.domain.errors import InvalidSetting
from reqsift.domain.findings import FindingType

app = typer.Typer(help="The offline rules: list them, explain one, check a file of your own.")


@app.callback(invoke_without_command=True)
def list_rules(
    context: typer.Context,
    types: Annotated[
        list[FindingType] | None,
        typer.Option("--type", metavar="TYPE", help="Only these; may be repeated."),
    ] = None,
    rules: RulesFile = None,
    json: Json = False,
) -> None:
    """List the offline rules; with a subcommand, explain one or check a file of your own."""
    if context.invoked_subcommand is not None:
        if types or rules or json:
            raise InvalidSetting("Give the options behind the subcommand.")
        return
    from reqsift.bootstrap import rulebook
    from reqsift.domain.rule_list import listed

    settings = settings_with(rules)
    wanted = set(types or FindingType)
    shown = [rule for rule in listed(rulebook(settings)) if rule.about.type in wanted]
    if json:
        from reqsift.cli import output, output_rules

        output.write(output.as_json([output_rules.RuleOut.of(rule) for rule in shown]), None)
        return
    from reqsift.cli import render, render_rules

    render_rules.print_rules(render.console(), shown, settings.rules_path())


@app.command()
def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A rule, such as missing-hsts.")],
    rules: RulesFile = None,
    json: Json = False,
) -> None:
    """Tell all about one rule: why it matters, what to do, and when it stays silent."""
    from reqsift.bootstrap import rulebook
    from reqsift.domain.rule_list import listed, the_rule

    rule = the_rule(listed(rulebook(settings_with(rules))), rule_id)
    if json:
        from reqsift.cli import output, output_rules

        output.write(output.as_json(output_rules.ExplainedRuleOut.of(rule)), None)
        return
    from reqsift.cli import render, render_rules

    render_rules.print_rule(render.console(), rule)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A rules file (YAML).")],
    json: Json = False,
) -> None:
    """Check a rules file, and tell what it changes."""
    from reqsift.bootstrap import rulebook
    from reqsift.domain.rule_list import listed

    shown = listed(rulebook(settings_with(file)))
    if json:
        from reqsift.cli import output, output_rules

        output.write(output.as_json(output_rules.CheckedFileOut.of(shown)), None)
        return
    from reqsift.cli import render, render_rules

    render_rules.print_check(render.console(), shown, file)
