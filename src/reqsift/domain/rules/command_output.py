"""What commands print, and what in a request makes a server run them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.file_contents import first_of
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.view import RESPONSE_BODY, URL, View

_IDENTITY = re.compile(r"uid=\d{1,7}\([\w.$-]{1,32}\) gid=\d{1,7}")
_OUTPUT = (
    ("uid=", re.compile(r"uid=\d{1,7}\([\w.$-]{1,32}\)(?: gid=\d{1,7})?")),
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    (
        "root:",
        re.compile(r"\broot:(?:\$\w{1,3}\$[\w./$]{6,120}|[*!]{1,2}):\d{1,6}:\d{1,6}:\d{1,6}:"),
    ),
    ("volume serial number", re.compile(r"Volume Serial Number is [0-9A-F-]{9}")),
    ("windows ip configuration", re.compile(r"Windows IP Configuration")),
    ("linux version", re.compile(r"Linux version \d\.\d")),
    ("bytes from", re.compile(r"total \d{1,6}\s{1,3}[d-][rwx-]{9}")),
    ("drwx", re.compile(r"d[rwx-]{9}[ .+]{1,3}\d{1,4} ")),
    ("gnu/linux", re.compile(r"Linux \S{1,64} \d\.\d[^\n<]{0,160}?GNU/Linux")),
    ("iis apppool\\", re.compile(r"\biis apppool\\{1,2}[\w .-]{1,64}", re.IGNORECASE)),
    (
        "nt authority\\",
        re.compile(r"\bnt authority\\{1,2}(?:system|network service|local service)", re.IGNORECASE),
    ),
    ("user accounts for \\\\", re.compile(r"User accounts for \\{2,4}[\w-]{1,40}")),
    ("host name:", re.compile(r"Host Name:[ ]{5,40}\S{1,40}\s{1,3}OS Name:")),
)
_SHELL = re.compile(r"[;|&`\n]|\$\(|\$\{IFS\}")
_PASTING = re.compile(
    r"\b(?:ba|da|z|k)?sh[\"']{0,2},? {1,3}[\"']{0,2}-l?c\b[\"']{0,2}"
    r"|\bcmd(?:\.exe)?[\"']{0,2},? {1,3}[\"']{0,2}/c\b"
    r"|\bCommand failed: |\bsh: (?:line )?\d{1,4}: |\bsh: -c: ",
    re.IGNORECASE,
)
_PASTING_GATES = ("sh -c", "/c ", "/sh", "bash", "command failed: ", "sh: ")
_IN_HEADER = re.compile(r"\(\)\s{0,3}\{|[%$]\{\s{0,3}[(#@T]|\$\{(?:script|jndi):")
_COMMAND = re.compile(
    r"\s{0,3}(?:id|whoami|w|uname(?: -\w{1,6})?|hostname|ipconfig(?: /all)?|ifconfig|systeminfo|ver"
    r"|net user|ps(?: -?\w{1,5})?|(?:ls|dir)(?: [\w./\\ -]{1,60})?"
    r"|(?:cat|type|head|tail|more) [\w./\\ :-]{1,80})\s{0,3}\Z",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"/(?:uploads?|uploaded|files|media|images?|img|avatars?|attachments?|tmp|cache|userfiles)/"
    r"(?:[\w.%-]{1,80}/){0,6}[\w.%-]{1,80}\.(?:php\d?|phtml|phar|jspx?|aspx?|ashx|cfm|cgi|pl)\Z",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"/wp-content/uploads/|/uploads?/(?:[\w%-]{1,40}/){0,4}(?:\d{4}/\d\d/|[0-9a-f]{12,64}\.)"
)
"""Where nothing but files of users lies."""


def command_output(view: View) -> Evidence | None:
    """What a command printed, in the response."""
    return view.once(_command_output)


def _command_output(view: View) -> Evidence | None:
    return None if view.is_asset else first_of(view, _OUTPUT)


def output_in_header(view: View) -> Evidence | None:
    """What a command printed, in a header of the response, where it leaves the page alone."""
    for name, value in view.response.headers if view.response else ():
        if "=" in value and (found := _IDENTITY.search(value)):
            return view.quote(f"response.headers[{name.lower()}]", found.group())
    return None


def shell_inputs(view: View) -> list[Input]:
    """The inputs that hold what ends a command or starts another."""
    return [given for given in view.inputs if given.value and _SHELL.search(given.value)]


def code_in_header(view: View) -> Evidence | None:
    """A header or path that holds a function of a shell or an expression of a framework."""
    for name, value in view.request.headers:
        if "{" in value and (found := _IN_HEADER.search(value)):
            return view.quote(f"request.headers[{name.lower()}]", value[found.start() :])
    path = view.url.path
    if ("%7B" in path or "%7b" in path or "{" in path) and _IN_HEADER.search(unquote(path)):
        return view.whole(URL)
    return None


def pasted(view: View, given: Input) -> Evidence | None:
    """The command line of a shell in the response, with the input in it as it was sent."""
    value = given.value
    if len(value) < 4 or value not in view.body:
        return None
    if view.is_html and view.status < 400:
        return None  # a page that explains such a command and repeats what was looked for
    if not any(gate in view.lower_body for gate in _PASTING_GATES):
        return None
    start = view.body.find(value)
    lowest = max(0, view.body.rfind("\n", 0, start) + 1, start - 400)
    before = _PASTING.search(view.body, lowest, start)
    return view.span(RESPONSE_BODY, before.start(), start + len(value)) if before else None


def _ran(view: View) -> Iterator[Match]:
    """A parameter that is a command, and its output."""
    for given in view.inputs:
        if len(given.value) > 90 or not _COMMAND.match(given.value):
            continue
        shown = command_output(view)
        if shown and shown.text not in given.value:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="command-as-input",
                part=given.part,
                field=given.name,
                proof=70 if shown.text.startswith("d") else 92,  # a list of files may be a tool's
            )
            return


COMMAND_AS_INPUT = Rule(
    id="command-as-input",
    type=FindingType.COMMAND_INJECTION,
    severity=Severity.CRITICAL,
    title="Parameter is a command, and the server runs it",
    description="The request names a command of an operating system, and the response holds what "
    "that command prints: whoever can send the request owns the server.",
    remediation="Remove the endpoint, or offer fixed actions by name: "
    '`{"disk": ["df", "-h"]}[action]`. If nobody knows it, treat the server as broken into.',
    cwe=78,
    owasp=("A03:2021",),
    references=("OWASP OS Command Injection Defense Cheat Sheet", "CWE-78"),
    silent="It says nothing where a parameter is such a word but the response shows no output of "
    "a command; a terminal for administrators runs commands on purpose.",
    check=_ran,
)


def _web_shell(view: View) -> Iterator[Match]:
    if view.status != 200 or "." not in view.url.path or not _PLACED.search(view.url.path):
        return
    shown = command_output(view)
    if shown:
        yield Match(evidence=(shown, view.whole(URL)), kind="web-shell", part=URL, proof=92)


WEB_SHELL = Rule(
    id="web-shell",
    type=FindingType.OTHER,
    severity=Severity.CRITICAL,
    title="Script in a folder for uploads prints the output of a command",
    description="A program lies where only files of users or pictures belong, and it answers with "
    "what a command prints. Somebody has probably put it there to control the server.",
    remediation="Take the server off the network, keep a copy for the investigation and set it up "
    "anew; then let no script run in such folders: "
    "`location ~* /uploads/.*\\.php$ { deny all; }`.",
    cwe=506,
    owasp=("A08:2021",),
    references=("OWASP File Upload Cheat Sheet", "CWE-506"),
    silent="It says nothing of scripts in such folders that print nothing of a command, or of "
    "the source of one that is only shown.",
    check=_web_shell,
)


def _runs_in_uploads(view: View) -> Iterator[Match]:
    path = view.url.path
    if view.status != 200 or "." not in path or "upload" not in path.lower():
        return
    if not _PLACED.search(path) or not view.body.strip() or "<?php" in view.body:
        return
    if _KEPT.search(path) or command_output(view):
        evidence = (view.whole(URL), view.span(RESPONSE_BODY, 0, 120))
        proof = 88 if command_output(view) else 65
        yield Match(evidence=evidence, kind="script-in-uploads", part=URL, proof=proof)


SCRIPT_IN_UPLOADS = Rule(
    id="script-runs-in-uploads",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.HIGH,
    title="Server runs scripts in the folder for uploads",
    description="A script in a folder that holds files of users was run, so whoever manages to "
    "place a file there can run code.",
    remediation="Let the server send such files and never run them: "
    "`location ~* /uploads/.*\\.php$ { deny all; }`, or keep them outside the served folder.",
    cwe=434,
    owasp=("A05:2021",),
    references=("OWASP File Upload Cheat Sheet", "CWE-434"),
    silent="It says nothing of empty answers such as that of WordPress's `index.php`, of source "
    "code that is only sent, or of an `/upload.php` outside such a folder.",
    check=_runs_in_uploads,
)
