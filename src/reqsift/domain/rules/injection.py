"""Input that reached files or commands, with proof."""

import re
from collections.abc import Callable, Iterator, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_FILES = (
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    ("[boot loader]", re.compile(r"\[boot loader\]")),
    ("for 16-bit app support", re.compile(r"for 16-bit app support")),
    ("[core]", re.compile(r"\[core\]\s{1,10}repositoryformatversion")),
    ("127.0.0.1", re.compile(r"127\.0\.0\.1[ \t]{1,20}localhost\b")),
    ("-----begin", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    ("<?php", re.compile(r"<\?php\s")),
    ("document_root=", re.compile(r"DOCUMENT_ROOT=/")),
    ("<web-app", re.compile(r"<web-app[\s>]")),
    ("usr", re.compile(r"\betc(?:\\n|\W){1,6}home\b[\s\S]{1,120}?usr(?:\\n|\W){1,6}var\b")),
)
_CLIMBS = re.compile(
    r"\.\.[/\\]|\.\.%2f|%2e%2e|^file:/|^/(?:etc|proc|var|home|root)/|^[A-Za-z]:\\|\0", re.IGNORECASE
)


def first_of(view: View, marks: Sequence[tuple[str, re.Pattern[str]]]) -> Evidence | None:
    """The first of `marks` in the response: words in lower case, and the pattern they gate."""
    lower = view.lower_body
    for gate, pattern in marks:
        if gate in lower and (found := found_in_body(view, pattern)):
            return found
    return None


def file_content(view: View) -> Evidence | None:
    """The content of a system file in the response."""
    return first_of(view, _FILES)


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
    climbing = list(inputs_like(view, _CLIMBS.search))
    path = view.url.path.lower()
    in_path = any(mark in path for mark in ("../", "..%2f", "%2e%2e", "..\\"))
    proof = file_content(view) if climbing or in_path else None
    for given in climbing:
        shown = proof or _tried_path(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="file-read" if proof else "path-tried",
                part=given.part,
                field=given.name,
                proof=95 if proof else 75,
            )
    if in_path and proof:
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

_SHELL = re.compile(r"[;|&`\n]|\$\(|\$\{IFS\}")
_COMMAND_OUTPUT = (
    ("uid=", re.compile(r"uid=\d{1,7}\([\w.$-]{1,32}\) gid=\d{1,7}")),
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    ("volume serial number", re.compile(r"Volume Serial Number is [0-9A-F-]{9}")),
    ("windows ip configuration", re.compile(r"Windows IP Configuration")),
    ("linux version", re.compile(r"Linux version \d\.\d")),
    ("bytes from", re.compile(r"total \d{1,6}\s{1,3}[d-][rwx-]{9}")),
    ("drwx", re.compile(r"d[rwx-]{9}[ .+]{1,3}\d{1,4} ")),
    ("gnu/linux", re.compile(r"Linux \S{1,64} \d\.\d[^\n<]{0,160}?GNU/Linux")),
)


def _command(view: View) -> Iterator[Match]:
    suspicious = list(inputs_like(view, _SHELL.search))
    proof = first_of(view, _COMMAND_OUTPUT) if suspicious else None
    for given in suspicious if proof else ():
        if proof and proof.text not in given.value:
            yield Match(
                evidence=(proof, input_evidence(view, given)),
                kind="command-output",
                part=given.part,
                field=given.name,
                proof=92,
            )


COMMAND_INJECTION = Rule(
    id="command-injection",
    type=FindingType.COMMAND_INJECTION,
    severity=Severity.CRITICAL,
    title="Input with shell characters is answered by a command's output",
    description="The input ends one command and starts another, and the response holds what such "
    "a command prints.",
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
    "of a shell was sent.",
    check=_command,
)
