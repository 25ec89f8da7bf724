"""Errors that tell of the server's files or of its users."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.rules.traces import ERROR_REFERENCES, QUIET_ERRORS
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_PATH = re.compile(
    r"(?:/(?:var/www|home/\w{1,32}|usr/(?:src|local|share)|opt|srv|app)/"
    r"|[A-Z]:\\{1,2}(?:inetpub|Users|Windows|Program Files|www|xampp)\\)"
    r"[\w./\\-]{1,200}?\.(?:py|php|java|rb|js|ts|cs|go|jspx?|cf[cm]|aspx?|cshtml|html|conf|ya?ml|xml|txt)\b"
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
    fixes=QUIET_ERRORS,
    cwe=209,
    owasp=("A05:2021", "API8:2023"),
    references=ERROR_REFERENCES,
    silent="It says nothing of a path that stands in the address itself, of successful pages, or "
    "of paths such as `/products/17` that are addresses.",
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
    fixes={
        Stack.DJANGO: "keep `AuthenticationForm`, whose message is the same for both.",
        Stack.LARAVEL: '`__("auth.failed")` for both, as `Auth::attempt` has it.',
        Stack.SPRING: "leave `hideUserNotFoundExceptions` at true.",
        Stack.RAILS: "`config.paranoid = true` in Devise.",
        Stack.ASP_NET: "one `ModelState.AddModelError` for every failed `SignInResult`.",
    },
    cwe=204,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Authentication Cheat Sheet", "OWASP WSTG-IDNT-04"),
    silent="It says nothing where one message speaks of the name or the password, or where an "
    "address that is no login answers that a user does not exist.",
    check=_account_hint,
)
