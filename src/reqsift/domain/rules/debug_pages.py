"""Pages for developers and operators that visitors can reach."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, is_quoted, words_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_OWASP = ("A05:2021", "API8:2023")
_TITLE = re.compile(r"<title[^>]{0,80}>([^<]{1,160})")
_TITLE_WITHIN = 12_000
_DEBUG_TITLES = (
    ("// werkzeug debugger", "werkzeug", Severity.HIGH),
    ("phpinfo()", "phpinfo", Severity.MEDIUM),
    ("symfony profiler", "symfony", Severity.HIGH),
    ("action controller: exception caught", "rails", Severity.MEDIUM),
    ("error log for", "elmah", Severity.HIGH),
    ("elmah", "elmah", Severity.HIGH),
    ("/debug/pprof", "pprof", Severity.MEDIUM),
    ("apache status", "server-status", Severity.MEDIUM),
)
_DEBUG_PAGES = (
    ("debug = true</code>", "django", Severity.MEDIUM),
    ("evalex = true", "werkzeug", Severity.HIGH),
    ("whoops container", "whoops", Severity.MEDIUM),
    ("ignition.config", "laravel", Severity.MEDIUM),
    ("window.ignite(", "laravel", Severity.MEDIUM),
    ("<h1>application trace</h1>", "aspnet-trace", Severity.MEDIUM),
    ("window.telescope", "laravel-telescope", Severity.HIGH),
    ('id="djdebug"', "django-toolbar", Severity.MEDIUM),
    ("phpdebugbar.debugbar(", "laravel-debugbar", Severity.MEDIUM),
    ('id="yii-debug-toolbar"', "yii-toolbar", Severity.MEDIUM),
)
_DEBUG_GATES = ("debug", "evalex", "whoops c", "ignit", "application trace", "window.telescope")
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


_ANY_PATH = re.compile(
    r"actuator|/manage|/_?debug|/(?:metrics|prometheus)\Z|__debug__|_profiler|trace\.axd|server-status",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"\A(?:goroutine profile: total \d{1,9}|heap profile: \d{1,9}:|threadcreate profile: total "
    r"|goroutine \d{1,9} \[|--- (?:contention|mutex):)"
)
_METRICS = re.compile(r"^# TYPE \w{1,120} (?:counter|gauge|histogram|summary)$", re.MULTILINE)


def _debug_page(view: View) -> Iterator[Match]:
    if view.response is None or view.is_asset:
        return
    if link := view.response_header("x-debug-token-link"):
        whole = view.response_header_evidence("x-debug-token-link")
        yield Match(evidence=(whole,), kind="symfony", proof=90 if "/" in link else 60)
    if view.is_html:
        yield from _debug_in_html(view)
    elif view.status == 200 and _ANY_PATH.search(view.url.path):
        yield from _actuator(view)


def title_of(view: View) -> str:
    """A page's title in lower case, as far as it stands near the beginning."""
    found = _TITLE.search(view.lower_body, 0, _TITLE_WITHIN) if view.is_html else None
    return found.group(1).strip() if found else ""


def _debug_in_html(view: View) -> Iterator[Match]:
    title = view.once(title_of)
    for words, kind, severity in _DEBUG_TITLES if title else ():
        if title.startswith(words) or (words[0] == "/" and words in title):
            evidence = words_in_body(view, words)
            if evidence:
                yield Match(evidence=(evidence,), kind=kind, proof=88, severity=severity)
                return
    lower = view.lower_body
    for words, kind, severity in _DEBUG_PAGES if any(g in lower for g in _DEBUG_GATES) else ():
        evidence = words_in_body(view, words)
        if evidence and not is_quoted(view, evidence):
            yield Match(evidence=(evidence,), kind=kind, proof=88, severity=severity)
            return


def _actuator(view: View) -> Iterator[Match]:
    path = view.url.path.lower()
    proof: Evidence | None = None
    if view.request_header("authorization"):
        return
    if "actuator" in path or "/manage" in path or path.startswith("/debug/vars"):
        for end, words, severity in _ACTUATORS:
            if path.endswith(end) and (proof := words_in_body(view, words)):
                evidence = (proof, view.whole(URL))
                yield Match(evidence=evidence, kind="actuator", proof=92, severity=severity)
                return
    if "/pprof" in path and (proof := found_in_body(view, _PROFILE)):
        yield Match(evidence=(proof, view.whole(URL)), kind="pprof", proof=92)
    if path.endswith(("/metrics", "/prometheus")) and (proof := found_in_body(view, _METRICS)):
        yield Match(
            evidence=(proof, view.whole(URL)), kind="metrics", proof=85, severity=Severity.LOW
        )
    if _DEBUG_PATH.search(path) and (proof := found_in_body(view, _SETTINGS)):
        yield Match(evidence=(proof, view.whole(URL)), kind="settings", proof=80)


_FIXES = {
    Stack.DJANGO: "`DEBUG = False`, and `INTERNAL_IPS` empty in production.",
    Stack.FLASK: "`app.run(debug=False)`, or `FLASK_DEBUG=0`.",
    Stack.LARAVEL: "`APP_DEBUG=false` and `APP_ENV=production`.",
    Stack.RAILS: "`config.consider_all_requests_local = false`.",
    Stack.SPRING: "`management.endpoints.web.exposure.include=health`.",
    Stack.EXPRESS: "`NODE_ENV=production`.",
    Stack.PHP: "Remove `phpinfo()`; `display_errors = Off`.",
    Stack.ASP_NET: '`<compilation debug="false" />` and `<trace enabled="false" />`.',
    Stack.APACHE: '`<Location "/server-status">Require local</Location>`.',
    Stack.NGINX: "`location /nginx_status { allow 127.0.0.1; deny all; }`.",
}

DEBUG_PAGE = Rule(
    id="debug-page",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Debug or management page is reachable",
    description="Such pages show settings, secrets and code, and some of them can change the "
    "running program.",
    remediation="Switch debug mode off in production (`DEBUG = False`), and bind management "
    "endpoints to an inner address behind a login.",
    fixes=_FIXES,
    cwe=489,
    owasp=_OWASP,
    references=(
        "OWASP Web Security Testing Guide, WSTG-CONF-02",
        "OWASP Error Handling Cheat Sheet",
    ),
    silent="Health checks, refusals, requests of a monitor with a credential and pages that quote "
    "such a page stay silent.",
    check=_debug_page,
)

_TELLING_LINKS = re.compile(
    r'"(?:env|heapdump|threaddump|beans|configprops|mappings|loggers|httpexchanges|httptrace|shutdown'
    r'|jolokia|gateway)[^"]{0,30}"\s{0,3}:\s{0,3}\{\s{0,20}"href"'
)


def _actuator_index(view: View) -> Iterator[Match]:
    path = view.url.path.lower().rstrip("/")
    if view.status != 200 or not view.is_json or not path.endswith(("actuator", "/manage")):
        return
    if '"_links"' not in view.body or view.request_header("authorization"):
        return
    if evidence := found_in_body(view, _TELLING_LINKS):
        yield Match(evidence=(evidence, view.whole(URL)), kind="actuator-index", proof=82)


ACTUATOR_INDEX = Rule(
    id="actuator-index",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Management endpoints are listed to anyone",
    description="The list names endpoints that show settings, memory and code; whether each of "
    "them answers is another question.",
    remediation="Expose what a monitor needs only: "
    "`management.endpoints.web.exposure.include=health`.",
    fixes={
        Stack.SPRING: "`management.endpoints.web.discovery.enabled=false`, and "
        "`management.server.port` on an inner address.",
        Stack.NGINX: "`location /actuator { deny all; }`.",
        Stack.APACHE: '`<Location "/actuator">Require all denied</Location>`.',
    },
    cwe=200,
    owasp=_OWASP,
    references=("Spring Boot Reference, Actuator",),
    silent="A list of health and info alone, and a request with a credential, stay silent.",
    check=_actuator_index,
)
