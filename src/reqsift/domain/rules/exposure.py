"""Files, pages and functions that should not be reachable from outside."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, words_in_body
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_OWASP = ("A05:2021", "API8:2023")
_LISTINGS = (
    "<title>index of /",
    "<h1>index of /",
    "<title>directory listing for /",
    "[to parent directory]",
    "<title>listing directory /",
)


def _directory_listing(view: View) -> Iterator[Match]:
    if not view.is_html or view.status != 200 or "/" not in view.lower_body:
        return
    for words in _LISTINGS:
        if evidence := words_in_body(view, words):
            yield Match(evidence=(evidence,), kind="listing", proof=90)
            return


DIRECTORY_LISTING = Rule(
    id="directory-listing",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Server lists the files of a folder",
    description="A listing shows files that no page links to, such as backups and uploads.",
    remediation="Switch listings off: `autoindex off;` (nginx), `Options -Indexes` (Apache).",
    cwe=548,
    owasp=_OWASP,
    check=_directory_listing,
)

_FILES = (
    ("/.git/config", re.compile(r"\[core\]"), Severity.HIGH),
    ("/.git/head", re.compile(r"\Aref: refs/"), Severity.HIGH),
    ("/.svn/entries", re.compile(r"\A\d{1,3}\s"), Severity.HIGH),
    ("/.env", re.compile(r"^[A-Z][A-Z0-9_]{2,60}=\S", re.MULTILINE), Severity.CRITICAL),
    ("/.aws/credentials", re.compile(r"aws_access_key_id"), Severity.CRITICAL),
    ("/.htpasswd", re.compile(r"^[\w.-]{1,64}:[$\w./{}]{10,}", re.MULTILINE), Severity.HIGH),
    ("/web.config", re.compile(r"<configuration\b"), Severity.HIGH),
    ("/docker-compose", re.compile(r"^services:", re.MULTILINE), Severity.MEDIUM),
    ("/wp-config", re.compile(r"DB_PASSWORD"), Severity.CRITICAL),
    ("/id_rsa", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY"), Severity.CRITICAL),
    ("/.ds_store", re.compile(r"Bud1"), Severity.LOW),
    ("phpinfo", re.compile(r"<title>phpinfo\(\)"), Severity.MEDIUM),
)
_BACKUP = re.compile(r"(?:\.(?:bak|old|orig|save|swp|backup)|~|\.sql)\Z", re.IGNORECASE)
_BACKUP_CONTENT = re.compile(
    r"<\?php|INSERT INTO|CREATE TABLE|DROP TABLE|^[\w.-]{1,60}\s{0,3}[=:]\s{0,3}\S"
    r"|^(?:import|from|def|class|function|using|package|const|var) ",
    re.MULTILINE,
)


def _exposed_file(view: View) -> Iterator[Match]:
    path = view.url.path.lower()
    if view.status != 200 or not view.body:
        return
    for name, content, severity in _FILES:
        if name in path and (proof := found_in_body(view, content)):
            evidence = (proof, view.whole(URL))
            yield Match(evidence=evidence, kind="file", proof=95, severity=severity)
            return
    if _BACKUP.search(path) and not view.is_html and not view.is_page:
        proof = found_in_body(view, _BACKUP_CONTENT)
        if proof:
            yield Match(evidence=(proof, view.whole(URL)), kind="backup", proof=85)


EXPOSED_FILE = Rule(
    id="exposed-file",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Server hands out a file that is not for visitors",
    description="Settings, repositories and backups hold passwords and source code.",
    remediation="Remove it from the served folder, refuse dot files and backups in the server's "
    "configuration, and change every secret that it held.",
    cwe=538,
    owasp=_OWASP,
    check=_exposed_file,
)

_DEBUG_PAGES = (
    ("debug = true</code>", "django", Severity.MEDIUM),
    ("werkzeug debugger", "werkzeug", Severity.HIGH),
    ("// werkzeug", "werkzeug", Severity.HIGH),
    ("<title>phpinfo()", "phpinfo", Severity.MEDIUM),
    ("symfony profiler", "symfony", Severity.HIGH),
    ("whoops, looks like something went wrong", "whoops", Severity.MEDIUM),
    ("action controller: exception caught", "rails", Severity.MEDIUM),
    ("ignition.config", "laravel", Severity.MEDIUM),
    ("<title>elmah", "elmah", Severity.HIGH),
    ("application trace", "aspnet-trace", Severity.MEDIUM),
    ("window.telescope", "laravel-telescope", Severity.HIGH),
    ("<title>/debug/pprof", "pprof", Severity.MEDIUM),
    ("<title>apache status", "server-status", Severity.MEDIUM),
)
_DEBUG_GATES = (
    "debug",
    "phpinfo",
    "profiler",
    "whoops",
    "controller: ex",
    "ignition",
    "elmah",
    "application trace",
    "telescope",
    "apache status",
)
_ACTUATORS = (
    ("/env", '"propertysources"', Severity.HIGH),
    ("/configprops", '"contexts"', Severity.HIGH),
    ("/heapdump", "java profile", Severity.CRITICAL),
    ("/beans", '"contexts"', Severity.MEDIUM),
    ("/mappings", '"contexts"', Severity.MEDIUM),
    ("/httptrace", '"traces"', Severity.HIGH),
    ("/trace", '"headers"', Severity.HIGH),
    ("/threaddump", '"threads"', Severity.MEDIUM),
    ("/vars", '"cmdline"', Severity.MEDIUM),
)
_DEBUG_PATH = re.compile(r"/(?:_?debug|__debug__|_profiler|trace\.axd|server-status|metrics)\b")
_SETTINGS = re.compile(
    r"[\"'](?:DEBUG|SECRET_KEY|DATABASE_URL|DB_PASSWORD|environ(?:ment)?|settings|PATH)[\"']\s{0,3}:",
    re.IGNORECASE,
)


_METRICS = re.compile(r"^# TYPE \w{1,120} (?:counter|gauge|histogram|summary)$", re.MULTILINE)


def _debug_page(view: View) -> Iterator[Match]:
    if view.response is None or view.is_asset:
        return
    if link := view.response_header("x-debug-token-link"):
        whole = view.response_header_evidence("x-debug-token-link")
        yield Match(evidence=(whole,), kind="symfony", proof=90 if "/" in link else 60)
    lower = view.lower_body
    if view.is_html and any(gate in lower for gate in _DEBUG_GATES):
        yield from _debug_in_html(view)
    elif view.status == 200 and not view.is_html:
        yield from _actuator(view)


def _debug_in_html(view: View) -> Iterator[Match]:
    for words, kind, severity in _DEBUG_PAGES:
        if evidence := words_in_body(view, words):
            yield Match(evidence=(evidence,), kind=kind, proof=88, severity=severity)
            return


def _actuator(view: View) -> Iterator[Match]:
    path = view.url.path.lower()
    proof: Evidence | None = None
    if "actuator" in path or "/manage" in path or path.startswith("/debug/vars"):
        for end, words, severity in _ACTUATORS:
            if path.endswith(end) and (proof := words_in_body(view, words)):
                evidence = (proof, view.whole(URL))
                yield Match(evidence=evidence, kind="actuator", proof=92, severity=severity)
                return
    if path.endswith(("/metrics", "/prometheus")) and (proof := found_in_body(view, _METRICS)):
        yield Match(
            evidence=(proof, view.whole(URL)), kind="metrics", proof=85, severity=Severity.LOW
        )
    if _DEBUG_PATH.search(path) and (proof := found_in_body(view, _SETTINGS)):
        yield Match(evidence=(proof, view.whole(URL)), kind="settings", proof=80)


DEBUG_PAGE = Rule(
    id="debug-page",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Debug or management page is reachable",
    description="Such pages show settings, secrets and code, and some of them can change the "
    "running program.",
    remediation="Switch debug mode off in production (`DEBUG = False`), and bind management "
    "endpoints to an inner address behind a login.",
    cwe=489,
    owasp=_OWASP,
    check=_debug_page,
)

_SOURCE = re.compile(
    r"<\?php\s[^<]{10}|<%@\s{1,5}(?:page|import|language)\b|#!/(?:usr/)?bin/(?:env |perl|sh|ba)",
    re.IGNORECASE,
)


_PROGRAM = re.compile(r"cgi-bin/|\.(?:cgi|fcgi|pl|py|rb)\Z", re.IGNORECASE)


def _source_code(view: View) -> Iterator[Match]:
    if view.status != 200 or not (view.is_html or view.response_type == "text/plain"):
        return
    if "<?php" in view.lower_body or "<%@" in view.body or view.body.startswith("#!"):
        found = _SOURCE.search(view.body)
        script = found is not None and found.group().startswith("#!")
        if script and not _PROGRAM.search(view.url.path):
            return  # an installer to pipe into a shell is meant to be read
        if found and (view.body[found.start()] == "<" or found.start() == 0):
            evidence = view.span(RESPONSE_BODY, *found.span())
            yield Match(evidence=(evidence,), kind="source", proof=75)


SOURCE_CODE = Rule(
    id="source-code",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Response holds code of the server",
    description="The server sent a program instead of running it; code shows flaws and often "
    "holds secrets.",
    remediation="Let the server run or refuse such files, and keep code outside the served folder.",
    cwe=540,
    owasp=_OWASP,
    check=_source_code,
)


def _trace_method(view: View) -> Iterator[Match]:
    if view.request.method.upper() == "TRACE" and view.status == 200:
        evidence = view.whole(RESPONSE_BODY if view.response_text else STATUS)
        yield Match(evidence=(evidence,), kind="trace", proof=90)


TRACE_METHOD = Rule(
    id="trace-method",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Server answers TRACE",
    description="TRACE sends back the whole request, headers that scripts may not read included.",
    remediation="Refuse it: `TraceEnable off` (Apache), or allow only the methods in use.",
    cwe=650,
    owasp=_OWASP,
    check=_trace_method,
)
