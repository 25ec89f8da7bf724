"""Filters of a directory with input pasted into them."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_ENDING = re.compile(r"\)\s{0,3}\(?[|&!(]|^\*\)|\)\([\w-]{1,40}[=~<>]")
"""What closes one condition and opens another."""
_BEFORE = re.compile(r"\([&|!]?\(?[\w.;-]{1,60}[~<>]?=[\w .@*-]{0,60}\Z")
_NAMED = re.compile(r'"?\bdn"?\s{0,3}[:=]{1,2}\s{0,3}"?(?:uid|cn|ou|mail)=', re.IGNORECASE)


def _filter_shown(view: View) -> Iterator[Match]:
    if not view.body or view.is_asset:
        return
    for given in view.inputs:
        if ")" not in given.value or len(given.value) < 3 or not _ENDING.search(given.value):
            continue
        shown = _pasted(view, given)
        found = shown or _entries(view)
        if found:
            yield Match(
                evidence=(found, input_evidence(view, given)),
                kind="filter-shown" if shown else "entries",
                part=given.part,
                field=given.name,
                proof=88 if shown else 75,
            )
            return


def _pasted(view: View, given: Input) -> Evidence | None:
    """The input behind the name of an attribute, as it was sent."""
    at = -1
    for _ in range(8):
        at = view.body.find(given.value, at + 1)
        if at < 0:
            return None
        if before := _BEFORE.search(view.body, max(0, at - 140), at):
            return view.span(RESPONSE_BODY, before.start(), at + len(given.value))
    return None


def _entries(view: View) -> Evidence | None:
    """Several entries of a directory."""
    if not 200 <= view.status < 300 or "dn" not in view.lower_body:
        return None
    names = list(_NAMED.finditer(view.body))[:2]
    return view.span(RESPONSE_BODY, *names[0].span()) if len(names) > 1 else None


LDAP_FILTER_CHANGED = Rule(
    id="ldap-filter-changed",
    type=FindingType.OTHER,
    severity=Severity.HIGH,
    title="Input changes the filter of a directory",
    description="The input closes a condition of an LDAP filter and adds another, and the response "
    "shows that filter or several entries of the directory.",
    remediation="Escape values for filters: `escape_filter_chars(name)` (ldap3, python-ldap), "
    "`ldap_escape($name, '', LDAP_ESCAPE_FILTER)` (PHP).",
    fixes={
        Stack.SPRING: '`LdapQueryBuilder.query().where("uid").is(name)`.',
        Stack.EXPRESS: "`new EqualityFilter({ attribute: 'uid', value: name })` (ldapjs).",
        Stack.PHP: "`ldap_escape($name, '', LDAP_ESCAPE_FILTER)`.",
        Stack.ASP_NET: "`Encoder.LdapFilterEncode(name)`.",
    },
    cwe=90,
    owasp=("A03:2021",),
    references=("OWASP LDAP Injection Prevention Cheat Sheet", "RFC 4515"),
    silent="It says nothing where the characters stand escaped in the filter, such as `\\2a`, or "
    "where the input is only repeated; a tool for directories takes filters on purpose.",
    check=_filter_shown,
)
