"""What a running program tells of its inside: its routes, its calls, its machines."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_PLACES = tuple(
    (kind, re.compile(where), re.compile(what), detail)
    for kind, where, what, detail in (
        (
            "routes",
            r"/(?:actuator|manage)/mappings/?\Z",
            r'"(?:handler|predicate)"\s{0,3}:\s{0,3}"[^"]{1,200}"',
            "It lists the addresses and classes of the program, inner ones included.",
        ),
        (
            "beans",
            r"/(?:actuator|manage)/beans/?\Z",
            r'"type"\s{0,3}:\s{0,3}"[\w.$]{3,200}"',
            "It lists the classes of the program.",
        ),
        (
            "environment",
            r"/(?:actuator|manage)/(?:env|configprops)/?\Z",
            r'"(?:propertySources|inputs|properties)"\s{0,3}:\s{0,3}[\[{]',
            "It shows the settings of the program.",
        ),
        (
            "profile",
            r"/debug/pprof/",
            r"\A(?:goroutine profile: total \d{1,9}|heap profile: \d{1,9}:|goroutine \d{1,9} \[)",
            "It shows functions, files and versions of the running program.",
        ),
        (
            "sap",
            r"/sap/public/info\Z",
            r"<RFC(?:HOST|DBHOST|SYSID|IPADDR)>[^<]{1,80}</RFC(?:HOST|DBHOST|SYSID|IPADDR)>",
            "It names the system, its database, its machines and their addresses.",
        ),
        (
            "requests",
            r"/server-status/?\Z",
            r"Server uptime:|<dt>Server Version:",
            "It shows addresses of visitors and what they ask for.",
        ),
        (
            "threads",
            r"/(?:actuator|manage)/(?:threaddump|httptrace|httpexchanges|sessions)/?\Z",
            r'"(?:threadName|exchanges|traces|sessions)"\s{0,3}:',
            "It shows what the program is doing, and for whom.",
        ),
    )
)
_ANY_PLACE = re.compile(r"/(?:actuator|manage)/|/debug/pprof/|/sap/public/|/server-status")


def _inner_state(view: View) -> Iterator[Match]:
    if view.status != 200 or not _ANY_PLACE.search(view.url.path):
        return
    if view.request_header("authorization"):
        return
    for kind, where, what, detail in _PLACES:
        evidence = found_in_body(view, what) if where.search(view.url.path) else None
        if evidence:
            yield Match(evidence=(evidence, view.whole(URL)), kind=kind, proof=90, detail=detail)
            return


INNER_STATE = Rule(
    id="inner-state-shown",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Running program shows its inside to anyone",
    description="Routes, functions, settings and names of machines tell an attacker where to go "
    "on.",
    remediation="Let only a monitor's address and login reach it, and leave health checks alone "
    "outside: `management.endpoints.web.exposure.include=health`.",
    fixes={
        Stack.SPRING: "`management.server.port=9001` on an inner address.",
        Stack.NGINX: "`location ~ ^/(actuator|debug|server-status) { deny all; }`.",
        Stack.APACHE: '`<Location "/server-status">Require local</Location>`.',
    },
    cwe=497,
    owasp=("A05:2021", "API8:2023"),
    references=("OWASP Web Security Testing Guide, WSTG-CONF-05", "CWE-497"),
    silent="Health checks, refusals, requests with a credential and pages of that name with other "
    "content stay silent.",
    check=_inner_state,
)
