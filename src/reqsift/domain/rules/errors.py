"""Error texts that tell how the server is built."""

import re
from collections.abc import Iterator
from html import unescape

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, is_quoted
from reqsift.domain.view import View

_TRACES = (
    ("traceback (most", "python", re.compile(r"Traceback \(most recent call last\)")),
    (".java:", "java", re.compile(r"\([A-Za-z_$][\w$]{0,80}\.java:\d{1,6}\)")),
    ("goroutine ", "go", re.compile(r"goroutine \d{1,9} \[[a-z ]{3,30}\]:")),
    (".rb:", "ruby", re.compile(r"\.rb:\d{1,6}:in [`']")),
    ("panicked at", "rust", re.compile(r"thread '[^'\n]{1,80}' panicked at ")),
    ("server error in '", "dotnet", re.compile(r"Server Error in '[^'\n]{1,80}' Application")),
    (":line ", "dotnet", re.compile(r" in [A-Za-z]:\\{1,2}[^\n<>]{1,200}?:line \d{1,6}")),
    ("js:", "node", re.compile(r"js:\d{1,6}:\d{1,6}")),
    (
        " on line ",
        "php",
        re.compile(
            r"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?: "
            r"(?:[^\n]{1,300}?|\s{0,3}Uncaught [\s\S]{1,2000}?\bthrown in [^\n]{1,300}?)"
            r" on line (?:<b>)?\d"
        ),
    ),
)
_SHOWN_TRACES = tuple(trace for trace in _TRACES if trace[1] in {"python", "java", "php"})
"""Those that programs also print into a page that is otherwise a success."""


def _stack_trace(view: View) -> Iterator[Match]:
    if view.is_asset:
        return
    lower = view.lower_body
    for marker, language, pattern in _TRACES if view.status >= 400 else _SHOWN_TRACES:
        if marker in lower:
            evidence = found_in_body(view, pattern)
            if evidence and language == "node":
                evidence = _node_frame(view, evidence)
            if evidence and not _is_told(view, language, evidence):
                proof = _trace_proof(view)
                yield Match(evidence=(evidence,), kind=language, proof=proof)
                return


def _node_frame(view: View, position: Evidence) -> Evidence | None:
    """The whole frame `at f (/app/a.js:1:2)` around its position, if it is one."""
    lowest = max(0, position.offset - 200)
    start = view.body.rfind("at ", lowest, position.offset)
    if start < 0 or "\n" in view.body[start : position.offset]:
        return None
    return view.span(position.part, start, position.offset + len(position.text))


def _is_told(view: View, language: str, evidence: Evidence) -> bool:
    """Whether a successful page only speaks of a trace, as a handbook does."""
    if view.status >= 400:
        return False
    if is_quoted(view, evidence):
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
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    check=_stack_trace,
)

_SQL_GATES = (
    "sql",
    "ora-",
    "quot",
    'near \\"',
    'near "',
    "unrecognized token",
    "jdbc",
    "psycopg",
    "pg::",
)
_SQL_ERRORS = tuple(
    (words.lower(), re.compile(pattern, re.IGNORECASE))
    for words, pattern in (
        ("error in your SQL syntax", r"You have an error in your SQL syntax[^\n<]{0,160}"),
        ("mysql", r"(?:mysqli?_[a-z_]{3,20}\(\)|MySqlException|valid MySQL result|MySQLdb\.)"),
        ("sqlstate", r"SQLSTATE\[?[ :]?\w{5}[^\n<]{0,120}"),
        ("syntax error at or near", r"syntax error at or near [^\n<]{0,80}"),
        ("unterminated quoted string", r"unterminated quoted string at or near[^\n<]{0,80}"),
        ("postgres", r"(?:PG::[A-Z]\w{4,40}Error|PostgreSQL query failed|org\.postgresql\.util)"),
        ("psycopg2", r"psycopg2?\.(?:errors\.)?[A-Z]\w{4,40}"),
        ("sqlite", r"sqlite3?[.:_ ]{1,2}(?:\w{0,20}error|\w{0,20}exception)|SQLITE_ERROR"),
        ("unrecognized token", r"unrecognized token: [^\n<]{1,80}"),
        (": syntax error", r"near [^\n]{1,120}?: syntax error"),
        ("unclosed quotation mark", r"Unclosed quotation mark (?:after|before) the character"),
        ("incorrect syntax near", r"Incorrect syntax near [^\n<]{0,80}"),
        ("sql server", r"\[SQL Server\]|OLE DB Provider for SQL Server"),
        ("ora-", r"\bORA-\d{5}\b"),
        ("quoted string not properly", r"quoted string not properly terminated"),
        ("sqlexception", r"\b(?:java\.sql\.)?SQL(?:Syntax\w{0,10})?Exception\b"),
        ("sqlclient", r"System\.Data\.SqlClient\.\w{3,40}"),
        ("sqlalchemy", r"sqlalchemy\.exc\.\w{4,40}"),
        ("pdoexception", r"PDOException"),
    )
)


def sql_error(view: View) -> Evidence | None:
    """The message of a database in the response, if there is one."""
    lower = view.lower_body
    if view.is_asset or not any(gate in lower for gate in _SQL_GATES):
        return None
    for words, pattern in _SQL_ERRORS:
        if words in lower:
            evidence = found_in_body(view, pattern)
            if evidence:
                return evidence
    return None


_PATH = re.compile(
    r"(?:/(?:var/www|home/\w{1,32}|usr/(?:src|local|share)|opt|srv|app)/"
    r"|[A-Z]:\\{1,2}(?:inetpub|Users|Windows|Program Files|www|xampp)\\)"
    r"[\w./\\-]{1,200}?\.(?:py|php|java|rb|js|ts|cs|go|jsp|aspx?|cshtml|html|conf|ya?ml|xml|txt)\b"
)
_FOLDER = re.compile(
    r"/(?:var/(?:www|lib|log)|home/\w{1,32}|srv/\w{1,32}|usr/local)/[\w./-]{3,200}"
)
_PATH_GATES = ("/var/www", "/home/", "/usr/", "/opt/", "/srv/", "/app/", ":\\")


def _file_path(view: View) -> Iterator[Match]:
    if view.status < 400 or view.is_asset or not any(g in view.body for g in _PATH_GATES):
        return
    evidence = found_in_body(view, _PATH)
    if evidence is None and not view.is_html:
        evidence = found_in_body(view, _FOLDER)
    if evidence and evidence.text not in view.request.url:
        yield Match(evidence=(evidence,), kind="file-path", proof=75)


FILE_PATH = Rule(
    id="file-path-in-error",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Error names a file on the server",
    description="A full path tells the operating system, the framework and where the code lies.",
    remediation="Answer errors with a neutral message and keep paths in the server's log.",
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    check=_file_path,
)

_HINTS = re.compile(
    r"(?:(?:user(?:name)?|account|e-?mail(?: address)?|customer)\b[^\n<\"]{0,40}"
    r"(?:not found|does not exist|doesn't exist|unknown|not registered)"
    r"|(?:no such|unknown|no) (?:user|account|customer)\b"
    r"|(?:wrong|incorrect|invalid) password (?:for|of)\b"
    r"|(?:password|passphrase)(?: is| was)? (?:wrong|incorrect))",
    re.IGNORECASE,
)
_LOGIN = ("login", "signin", "sign-in", "log-in", "auth", "session", "forgot", "reset")


def _account_hint(view: View) -> Iterator[Match]:
    path = view.url.path.lower()
    if view.request.method != "POST" or not any(word in path for word in _LOGIN):
        return
    evidence = found_in_body(view, _HINTS) if not view.is_asset else None
    if evidence is None:
        return
    around = view.body[max(0, evidence.offset - 6) : evidence.offset + len(evidence.text) + 6]
    if " or " not in around.lower():
        yield Match(evidence=(evidence,), kind="account-exists", proof=65)


ACCOUNT_HINT = Rule(
    id="account-enumeration",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="Failed login tells which accounts exist",
    description="Different answers for a wrong name and a wrong password let anyone collect valid "
    "account names.",
    remediation='Answer both alike: "Name or password is wrong." with the same status and time.',
    cwe=204,
    owasp=("A07:2021", "API2:2023"),
    check=_account_hint,
)
