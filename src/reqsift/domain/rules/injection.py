"""Input that reached files or commands, with proof."""

import re
from collections.abc import Callable, Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.command_output import (
    code_in_header,
    command_output,
    output_in_header,
    pasted,
    shell_inputs,
)
from reqsift.domain.rules.file_contents import (
    climbs,
    climbs_in_path,
    file_content,
    filtered_content,
    settings_content,
)
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View


def inputs_like(view: View, suspicious: Callable[[str], object]) -> Iterator[Input]:
    """The inputs whose value is `suspicious`."""
    return (given for given in view.inputs if given.value and suspicious(given.value))


def _tried_path(view: View, given: Input) -> Evidence | None:
    """An error that names an absolute path with the climbing input still in it."""
    if view.status < 400 or ".." not in given.value or given.value not in view.body:
        return None
    path = re.compile(rf"(?:/[\w-]{{1,64}}){{1,12}}/{re.escape(given.value[:200])}")
    return found_in_body(view, path)


def _traversal(view: View) -> Iterator[Match]:
    climbing = list(inputs_like(view, climbs))
    in_path = climbs_in_path(view.url.path)
    proof = file_content(view) if climbing or in_path else None
    for given in climbing:
        read = proof or filtered_content(view, given.value) or settings_content(view, given.value)
        shown = read or _tried_path(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="file-read" if read else "path-tried",
                part=given.part,
                field=given.name,
                proof=95 if read else 75,
            )
    if in_path and (proof := proof or settings_content(view, view.url.path)):
        yield Match(evidence=(proof, view.whole(URL)), kind="file-read", part=URL, proof=95)


PATH_TRAVERSAL = Rule(
    id="path-traversal",
    type=FindingType.PATH_TRAVERSAL,
    severity=Severity.HIGH,
    title="Input names a file outside its folder, and the server sent it",
    description="The request asks for a path that leaves the intended folder, and the response "
    "holds the content of a system file.",
    remediation="Resolve the path and check that it stays inside: "
    "`(base / name).resolve().is_relative_to(base)`; better, look files up by id.",
    fixes={
        Stack.DJANGO: "`safe_join(base, name)`, or a `FileField`.",
        Stack.FLASK: "`send_from_directory(base, name)`.",
        Stack.EXPRESS: "`res.sendFile(name, { root: base })`.",
        Stack.SPRING: "`base.resolve(name).normalize().startsWith(base)`.",
        Stack.LARAVEL: "`Storage::disk('files')->download($id)` by an id from a table.",
        Stack.PHP: "`str_starts_with(realpath($path), $base . '/')`.",
        Stack.RAILS: "`send_file` with a path from the database, never from `params`.",
        Stack.ASP_NET: "`Path.GetFullPath(path).StartsWith(root + Path.DirectorySeparatorChar)`.",
    },
    cwe=22,
    owasp=("A01:2021",),
    references=("OWASP Path Traversal", "CWE-22"),
    silent="It says nothing where the climbing input was refused or only repeated in a message, "
    "or where a system file is shown that nobody climbed to.",
    check=_traversal,
)


def _command(view: View) -> Iterator[Match]:
    for given in shell_inputs(view):
        proof = command_output(view)
        ran = proof is not None and proof.text not in given.value
        shown = proof if ran else pasted(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="command-output" if ran else "command-shown",
                part=given.part,
                field=given.name,
                proof=92 if ran else 80,
            )
    carrier = code_in_header(view)
    proof = command_output(view) or output_in_header(view) if carrier else None
    if carrier and proof and proof.text not in carrier.text:
        evidence = (proof, carrier)
        yield Match(evidence=evidence, kind="command-output", part=carrier.part, proof=95)


COMMAND_INJECTION = Rule(
    id="command-injection",
    type=FindingType.COMMAND_INJECTION,
    severity=Severity.CRITICAL,
    title="Input with shell characters is answered by a command's output",
    description="The input ends one command and starts another, and the response holds what such "
    "a command prints, or the command line with the input pasted into it.",
    remediation='Start programs without a shell and with a fixed name: `subprocess.run(["ping", '
    '"-c1", host])` after checking `host` against a strict pattern.',
    fixes={
        Stack.EXPRESS: '`execFile("ping", ["-c1", host])` instead of `exec`.',
        Stack.SPRING: '`new ProcessBuilder("ping", "-c1", host)`, no `sh -c`.',
        Stack.LARAVEL: "`Process::run(['ping', '-c1', $host])`.",
        Stack.PHP: "`proc_open(['ping', '-c1', $host], ...)`, or `escapeshellarg($host)`.",
        Stack.RAILS: '`system("ping", "-c1", host)` with separate arguments.',
        Stack.ASP_NET: "`ProcessStartInfo.ArgumentList.Add(host)`, `UseShellExecute = false`.",
    },
    cwe=78,
    owasp=("A03:2021",),
    references=("OWASP OS Command Injection Defense Cheat Sheet", "CWE-78"),
    silent="It says nothing where the output is part of the input itself, or where no character "
    "of a shell was sent, in a field, a header or the path.",
    check=_command,
)
