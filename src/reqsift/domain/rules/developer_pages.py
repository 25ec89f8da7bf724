"""Error pages for developers that a framework shows to visitors."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, is_quoted
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_PAGES = (
    ("rawexceptionstacktrace", "aspnet-core", re.compile(r"class=\"?rawExceptionStackTrace"), None),
    (
        "an unhandled exception occurred while processing the request",
        "aspnet-core",
        re.compile(r"<h1>\s{0,9}An unhandled exception occurred while processing the request"),
        re.compile(r"titleerror|Exception: |stackpage"),
    ),
    (
        "server error in '",
        "aspnet",
        re.compile(r"Server Error in '/[^'<\n]{0,80}' Application"),
        re.compile(r"\[\w{3,60}Exception|Stack Trace:|Source Error:"),
    ),
    (
        "whitelabel error page",
        "spring",
        re.compile(r"Whitelabel Error Page"),
        re.compile(r"\sat [\w.$]{3,200}\("),
    ),
)
"""A word in lower case, the framework, its page, and what shows that it tells details."""
_WITHIN = 6_000


def _developer_page(view: View) -> Iterator[Match]:
    if not view.is_html or view.status < 400:
        return
    lower = view.lower_body
    for words, kind, page, details in _PAGES:
        found = found_in_body(view, page) if words in lower else None
        if not found:
            continue
        told = details is None or details.search(view.body, found.offset, found.offset + _WITHIN)
        if told and not is_quoted(view, found):
            yield Match(evidence=(found,), kind=kind, proof=88)
            return


DEVELOPER_PAGE = Rule(
    id="developer-error-page",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Error page for developers is shown to visitors",
    description="The framework runs with the settings of a developer's machine: its error page "
    "shows code, the stack, the request and often settings.",
    remediation="Run with the settings of production and an error page of your own, such as "
    '`ASPNETCORE_ENVIRONMENT=Production` with `app.UseExceptionHandler("/error")`.',
    fixes={
        Stack.ASP_NET: '`<customErrors mode="RemoteOnly" />`; `app.UseExceptionHandler("/error")`.',
        Stack.SPRING: "`server.error.include-stacktrace=never`.",
    },
    cwe=489,
    owasp=("A05:2021", "API8:2023"),
    references=("OWASP Error Handling Cheat Sheet", "OWASP WSTG-ERRH-02"),
    silent="It says nothing of the short pages that these frameworks show with details switched "
    "off, or of pages that explain such errors.",
    check=_developer_page,
)
