"""What a template engine prints when input is a part of its source."""

import re

from reqsift.domain.findings import Evidence
from reqsift.domain.inputs import Input
from reqsift.domain.rules.command_output import command_output
from reqsift.domain.rules.file_contents import first_of
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.view import View

_REPEATED = re.compile(
    r"\{\{\s{0,3}(?:'(\w{1,8})'\s{0,2}\*\s{0,2}(\d{1,2})|(\d{1,2})\s{0,2}\*\s{0,2}'(\w{1,8})')\s{0,3}\}\}"
    r"|<%=\s{0,3}[\"'](\w{1,8})[\"']\s{0,2}\*\s{0,2}(\d{1,2})\s{0,3}%>"
)
_LESS, _QUOTE = "(?:<|&lt;)", "(?:'|&#0?39;|&#x27;|&apos;)"
_DUMPS = (
    ("config {", re.compile(rf"{_LESS}Config \{{{_QUOTE}")),
    ("dict_items([(", re.compile(rf"dict_items\(\[\({_QUOTE}")),
    (
        "secret_key",
        re.compile(rf"\{{{_QUOTE}\w{{2,40}}{_QUOTE}: [^\n]{{0,2000}}?SECRET_KEY{_QUOTE}: "),
    ),
    ("class ", re.compile(rf"{_LESS}class {_QUOTE}[\w.]{{2,80}}{_QUOTE}")),
    ("flask ", re.compile(rf"{_LESS}Flask {_QUOTE}[\w.]{{1,60}}{_QUOTE}")),
    ("templatereference", re.compile(rf"{_LESS}TemplateReference ")),
    ("request ", re.compile(rf"{_LESS}(?:WSGI)?Request:? {_QUOTE}")),
    ("jinja2.", re.compile(rf"{_LESS}(?:jinja2\.[\w.]{{3,60}}|Context) ")),
    ("built-in ", re.compile(rf"{_LESS}(?:built-in|bound) (?:function|method) ")),
    ("function ", re.compile(rf"{_LESS}function [\w.]{{1,60}} at 0x[0-9a-f]{{6,16}}")),
    ("object at 0x", re.compile(rf"{_LESS}[\w.]{{3,80}} object at 0x[0-9a-f]{{6,16}}")),
    ("java.lang.", re.compile(r"\bjava\.lang\.(?:Runtime|ProcessImpl|UNIXProcess)@[0-9a-f]{4,8}")),
    ("process[pid=", re.compile(r"\bProcess\[pid=\d{1,7}, exitValue=")),
    ("applicationcontext", re.compile(r"\b\w{0,60}ApplicationContext@[0-9a-f]{4,8}")),
)
_REACHING = re.compile(
    r"config\b|self\b|request\b|class|mro|globals|popen|import|Runtime|exec|system|_self|app\b"
    r"|settings|lipsum|cycler|joiner|namespace|\bT\(|File\b|`|items|\benv\b|dump",
    re.IGNORECASE,
)


def dumped(view: View, given: Input) -> Evidence | None:
    """The inside of an engine or the output of a command, where an expression was sent."""
    if given.value in view.body or not _REACHING.search(given.value):
        return None
    shown = first_of(view, _DUMPS) or command_output(view)
    return shown if shown and shown.text not in given.value else None


def repeated(view: View, given: Input) -> Evidence | None:
    """A word as often as an expression asks for it."""
    found = _REPEATED.search(given.value)
    if not found or given.value in view.body:
        return None
    text = found.group(1) or found.group(4) or found.group(5)
    times = int(found.group(2) or found.group(3) or found.group(6))
    if len(text) * times < 5:
        return None
    return found_in_body(view, re.compile(rf"(?<!\w){re.escape(text * times)}(?!\w)"))
