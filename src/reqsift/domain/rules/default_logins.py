"""Logins with the user and password that a product's manual publishes."""

import re
from base64 import b64decode
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    input_evidence,
    is_loopback,
    is_password_name,
    issued_sessions,
)
from reqsift.domain.stacks import Stack
from reqsift.domain.view import STATUS, View

_PUBLISHED = (
    "admin:admin,password,admin123,administrator,1234,12345,123456,changeme,changeit,default,"
    "adminadmin,pass,zabbix,grafana,nimda,welcome,admin1234 root:root,toor,password,calvin,pass,"
    "admin,changeme,alpine,vizxv,xc3511 administrator:administrator,password,admin tomcat:tomcat,"
    "s3cret,tomcat123 manager:manager,s3cret guest:guest user:user,password test:test "
    "postgres:postgres sa:sa,password oracle:oracle pi:raspberry ubnt:ubnt cisco:cisco "
    "ddic:19920706 sap*:06071992,pass earlywatch:support tmsadm:password scott:tiger "
    "system:manager,weblogic weblogic:weblogic,welcome1,weblogic1 nagiosadmin:nagios,nagiosadmin "
    "elastic:changeme minioadmin:minioadmin neo4j:neo4j airflow:airflow karaf:karaf smx:smx "
    "jboss:jboss kibana:changeme support:support mysql:mysql sysadmin:sysadmin superadmin:"
    "superadmin,admin operator:operator service:service monitor:monitor vagrant:vagrant "
    "supervisor:supervisor netscreen:netscreen xampp:xampp jenkins:jenkins"
)
_PAIRS = {
    user: frozenset(passwords.split(","))
    for user, passwords in (pair.split(":") for pair in _PUBLISHED.split())
}
"""By user in lower case: the passwords of manuals and lists, which are tried first."""
_USER = re.compile(
    r"user|login|^log$|^name$|account|benutzer|anmeld|usuario|utilisateur|identifiant|utente"
    r"|e?mail|^uid$|^id$|^u$|gebruiker|uname",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"invalid|incorrect|wrong|denied|fail|error|unauthori[sz]ed|not match|bad credentials|falsch"
    r"|ung[üu]ltig|incorrect[oa]|locked|\"(?:success|ok|authenticated)\"\s{0,3}:\s{0,3}(?:false|0)",
    re.IGNORECASE,
)
_NO_ERROR = re.compile(
    r'"\w{0,20}errors?\w{0,20}"\s{0,3}:\s{0,3}(?:null|false|""|0|\[\]|\{\})', re.IGNORECASE
)
_TO_LOGIN = re.compile(r"log-?_?in|sign-?_?in|auth|error|fail|denied|invalid|msg=", re.IGNORECASE)
_GRANTED = re.compile(
    r'"(?:access_?|auth_?|id_?)?(?:token|jwt)"\s{0,3}:\s{0,3}"[^"\s]{16}|"session_?(?:id|token)?"'
    r'\s{0,3}:\s{0,3}["{]|logged[ _-]?in|"(?:success|ok|authenticated)"\s{0,3}:\s{0,3}true',
    re.IGNORECASE,
)
_OUT = ("logout", "log out", "sign out", "signout", "abmelden", "logoff", "cerrar sesi")
_MEANT = re.compile(r"(?:demo|try|sandbox|playground|example)[\d.-]", re.IGNORECASE)


def _default_login(view: View) -> Iterator[Match]:
    if not 200 <= view.status < 400 or view.is_asset or is_loopback(view.url.host):
        return
    scheme = view.request_header("authorization") or ""
    if scheme[:6].lower() == "basic ":
        yield from _basic(view, scheme[6:].strip())
        return
    secret = next((given for given in view.inputs if is_password_name(given.name)), None)
    if secret is None or _MEANT.match(view.url.host):
        return
    user = next((g for g in view.inputs if _USER.search(g.name) and _is_pair(g, secret)), None)
    proof = _granted(view) if user else 0
    if user and proof:
        evidence = (input_evidence(view, user), input_evidence(view, secret), view.whole(STATUS))
        yield _match(evidence, user.value, proof)


def _is_pair(user: Input, secret: Input) -> bool:
    name = user.value.partition("@")[0].lower()
    return user != secret and secret.value.lower() in _PAIRS.get(name, ())


def _basic(view: View, encoded: str) -> Iterator[Match]:
    if len(encoded) > 80 or _MEANT.match(view.url.host):
        return
    try:
        user, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return
    if secret.lower() in _PAIRS.get(user.lower(), ()):
        evidence = (view.whole("request.headers[authorization]"), view.whole(STATUS))
        yield _match(evidence, user, 82)


def _match(evidence: tuple[Evidence, ...], user: str, proof: int) -> Match:
    return Match(
        evidence=evidence, kind=user[:40].lower(), proof=proof, detail=f"The user is {user[:40]}."
    )


def _granted(view: View) -> int:
    """How surely the login was granted, 0 if it was not."""
    issued = any(True for _ in issued_sessions(view))
    if view.status >= 300:
        target = view.response_header("location") or ""
        path = target.partition("?")[0].rstrip("/")
        if not target or _TO_LOGIN.search(target) or path.endswith(view.url.path.rstrip("/")):
            return 0
        return 85 if issued else 72
    text = view.body[:8000]
    if view.is_json:
        granted = issued or _GRANTED.search(text) is not None
        return 88 if granted and not _REFUSED.search(_NO_ERROR.sub("", text)) else 0
    inside = any(words in view.lower_body for words in _OUT)
    return 82 if inside and not _REFUSED.search(text) else 0


DEFAULT_LOGIN = Rule(
    id="default-login",
    type=FindingType.AUTHENTICATION,
    severity=Severity.CRITICAL,
    title="Login with a published default password works",
    description="The user and password stand in manuals and in every list that attackers try "
    "first, and the server let them in.",
    remediation="Change the password now, look for logins that were not yours, and make the first "
    "start demand a password of its own, such as `initial_admin_password` from a secret store.",
    fixes={
        Stack.SPRING: "`spring.security.user.password=${ADMIN_PASSWORD}`.",
        Stack.DJANGO: "`manage.py changepassword admin`, and `CommonPasswordValidator`.",
        Stack.LARAVEL: "no account in seeders; `Password::min(12)->uncompromised()`.",
        Stack.PHP: "`wp user update admin --user_pass=...`, or the like of the application.",
        Stack.NGINX: "`htpasswd -B` with a new password, and `limit_req` on the login.",
        Stack.APACHE: "`htpasswd -B` with a new password.",
    },
    cwe=1392,
    owasp=("A07:2021", "API2:2023"),
    references=(
        "OWASP Web Security Testing Guide, WSTG-ATHN-02",
        "OWASP Authentication Cheat Sheet",
    ),
    silent="Refused tries, redirects back to the login, hosts that are demos by name and tools on "
    "one's own machine stay silent.",
    check=_default_login,
)
