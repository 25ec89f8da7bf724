"""Stack traces, and errors in JSON that tell of the code they come from."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, is_quoted
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

QUIET_ERRORS = {
    Stack.DJANGO: "`DEBUG = False`, and `LOGGING` for the details.",
    Stack.FLASK: "start it without `--debug`, and answer in `@app.errorhandler(Exception)`.",
    Stack.EXPRESS: "`NODE_ENV=production`, and a last `app.use((err, req, res, next) => ...)`.",
    Stack.SPRING: "`server.error.include-stacktrace=never` and `include-message=never`.",
    Stack.LARAVEL: "`APP_DEBUG=false` in `.env`.",
    Stack.PHP: "`display_errors = Off` and `log_errors = On` in `php.ini`.",
    Stack.RAILS: "`config.consider_all_requests_local = false`.",
    Stack.ASP_NET: '`<customErrors mode="On" />`, or `app.UseExceptionHandler("/error")`.',
}
ERROR_REFERENCES = ("OWASP Error Handling Cheat Sheet", "OWASP ASVS 7.4")

_TRACES = (
    ("traceback (most", "python", re.compile(r"Traceback \(most recent call last\)")),
    (".java:", "java", re.compile(r"\([A-Za-z_$][\w$]{0,80}\.java:\d{1,6}\)")),
    (".kt:", "kotlin", re.compile(r"\([A-Za-z_$][\w$]{0,80}\.kt:\d{1,6}\)")),
    (".scala:", "scala", re.compile(r"\([A-Za-z_$][\w$]{0,80}\.scala:\d{1,6}\)")),
    ("goroutine ", "go", re.compile(r"goroutine \d{1,9} \[[a-z ,0-9]{3,40}\]:")),
    (".go:", "go", re.compile(r"/[\w.@/-]{1,160}\.go:\d{1,6} \+0x[0-9a-f]{1,8}")),
    (".rb:", "ruby", re.compile(r"\.rb:\d{1,6}:in (?:[`']|&#39;|&#x27;)")),
    ("panicked at", "rust", re.compile(r"thread '[^'\n]{1,80}'(?: \(\d{1,9}\))? panicked at ")),
    ("server error in '", "dotnet", re.compile(r"Server Error in '[^'\n]{1,80}' Application")),
    (":line ", "dotnet", re.compile(r" in (?:[A-Za-z]:\\{1,2}|/)[^\n<>]{1,200}?:line \d{1,6}")),
    (
        " at system.",
        "dotnet",
        re.compile(r"(?<= )at System\.[A-Z][\w.`]{3,120}\([^()\n<>]{0,200}\)"),
    ),
    ("js:", "node", re.compile(r"js:\d{1,6}:\d{1,6}")),
    (".ts:", "node", re.compile(r"\.ts:\d{1,6}:\d{1,6}")),
    (
        " on line ",
        "php",
        re.compile(
            r"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?: "
            r"[^\n]{1,300}? on line (?:<b>)?\d"
        ),
    ),
    ("uncaught ", "php", re.compile(r"Fatal error(?:</b>)?:\s{1,3}(?:PHP )?Uncaught [^\n]{3,300}")),
    (".php(", "php", re.compile(r"#\d{1,3} [^\s<>(]{0,160}\.php\(\d{1,6}\): [\w\\]{2}")),
    (" line ", "perl", re.compile(r"(?<= )at /[\w./-]{1,160}\.(?:pl|pm|cgi) line \d{1,6}\b")),
    (
        ".ex:",
        "elixir",
        re.compile(r"\([a-z]\w{1,40} \d{1,3}\.[\w.-]{1,24}\) [\w./-]{1,160}\.ex:\d{1,6}: "),
    ),
    (".cfm:", "coldfusion", re.compile(r"\w\.cf[cm]:(?: line)? ?\d{1,6}")),
    ("terminate called after", "cpp", re.compile(r"terminate called after throwing an instance")),
    ("addresssanitizer", "cpp", re.compile(r"==\d{1,9}==ERROR: AddressSanitizer")),
)
_SHOWN_TRACES = tuple(trace for trace in _TRACES if trace[1] in {"python", "java", "php"})
"""Those that programs also print into a page that is otherwise a success."""
_ABOUT_TRACES = re.compile(
    r"/(?:issues?|logs?|events?|builds?|jobs?|pipelines?|crash\w{0,10}|questions?|posts?|topics?"
    r"|comments?|discussions?|articles?|blog|wiki)(?:[/._-]|\Z)",
    re.IGNORECASE,
)


class Trace(NamedTuple):
    """A stack trace in a response, and the language of it."""

    language: str
    evidence: Evidence


def trace_of(view: View) -> Trace | None:
    """The first stack trace that the server itself seems to have had."""
    return view.once(_trace)


def _trace(view: View) -> Trace | None:
    if view.is_asset or not view.body:
        return None
    lower = view.lower_body
    for marker, language, pattern in _TRACES if view.status >= 400 else _SHOWN_TRACES:
        if marker in lower:
            evidence = found_in_body(view, pattern)
            if evidence and language == "node":
                evidence = _node_frame(view, evidence)
            if evidence and not _is_told(view, language, evidence):
                return Trace(language, evidence)
    return None


def _stack_trace(view: View) -> Iterator[Match]:
    if found := trace_of(view):
        proof = _trace_proof(view)
        yield Match(evidence=(found.evidence,), kind=found.language, proof=proof)


def _node_frame(view: View, position: Evidence) -> Evidence | None:
    """The whole frame `at f (/app/a.js:1:2)` around its position, if it is one."""
    lowest = max(0, position.offset - 200)
    start = view.body.rfind("at ", lowest, position.offset)
    if start < 0 or "\n" in view.body[start : position.offset]:
        return None
    return view.span(position.part, start, position.offset + len(position.text))


def _is_told(view: View, language: str, evidence: Evidence) -> bool:
    """Whether a successful page only speaks of a trace, as a handbook or a log viewer does."""
    if view.status >= 400:
        return False
    if is_quoted(view, evidence) or _ABOUT_TRACES.search(view.url.path):
        return True
    if language == "java":  # what a command prints in a terminal; no server answers so
        around = view.body[max(0, evidence.offset - 2000) : evidence.offset]
        return 'Exception in thread "main"' in unescape(around)
    return language == "python" and (
        "File " not in view.body[evidence.offset : evidence.offset + 300]
    )


def _trace_proof(view: View) -> int:
    if view.status >= 400:
        return 92
    return 80 if view.is_json else 65


STACK_TRACE = Rule(
    id="stack-trace",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Error shows a stack trace",
    description="Names of files, functions and libraries help an attacker to find the next step.",
    remediation="Log the trace on the server and answer with a neutral message and an id: "
    '`{"error": "internal error", "id": "7f3a"}`.',
    fixes=QUIET_ERRORS,
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    references=ERROR_REFERENCES,
    silent="It says nothing of traces that a handbook quotes as code, that a forum, a log viewer "
    "or an issue tracker shows, or that stand in scripts.",
    check=_stack_trace,
)

_DETAIL_GATES = ("exception", "trace", '"stack"')
_TOLD_TRACE = re.compile(
    r'"(?:stack_?trace|trace|stack|backtrace|exception_?trace)"\s{0,3}:\s{0,3}'
    r'(?:"[^"\\]{0,300}(?:\\[nrt]|\sat [\w.$]{3})|\[\s{0,20}\{\s{0,20}"(?:file|class|class_?name'
    r"|method_?name|declaring_?class|line_?number|line|function|class_?loader_?name)\"\s{0,3}:)",
    re.IGNORECASE,
)
_TOLD_EXCEPTION = re.compile(
    r'"(?:exception|exception_?(?:type|class|name)|error_?class|type|error)"\s{0,3}:\s{0,3}'
    r'"(?:[A-Za-z_]\w{0,60}(?:\.|::|\\\\)){1,12}\w{0,80}(?:Exception|Error)"',
    re.IGNORECASE,
)


def _error_details(view: View) -> Iterator[Match]:
    """Members of an error in JSON that frameworks fill in while they are in debug mode."""
    if view.status < 400 or not view.is_json:
        return
    if not any(gate in view.lower_body for gate in _DETAIL_GATES) or trace_of(view):
        return
    if told := found_in_body(view, _TOLD_TRACE):
        yield Match(evidence=(told,), kind="trace", proof=90, severity=Severity.MEDIUM)
    elif told := found_in_body(view, _TOLD_EXCEPTION):
        yield Match(evidence=(told,), kind="exception", proof=80)


ERROR_DETAILS = Rule(
    id="error-details",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Error names the exception inside the server",
    description="The answer tells the class of the exception, or the calls that led to it, and so "
    "the framework and the libraries in use.",
    remediation="Answer with a problem document of your own words (RFC 9457): `{"
    '"title": "Order not found", "status": 404}`; keep exceptions in the log.',
    fixes=QUIET_ERRORS | {Stack.SPRING: "`server.error.include-exception=false`."},
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    references=("RFC 9457", *ERROR_REFERENCES[:1]),
    silent="It says nothing of an id of a trace, of an error code of the application's own, or "
    "where a stack trace is reported anyway.",
    check=_error_details,
)
