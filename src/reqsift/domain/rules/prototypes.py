"""Parameters that reach the prototype of all objects, with proof."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, URL, View

_NAME = re.compile(
    r"(?:\A|[\].\[])(?:__proto__|constructor(?:\]?\[|\.)prototype)\]?[.\[]([\w$ -]{1,60})\]?\Z"
)
_MEMBER = re.compile(
    r'"(?:__proto__|prototype)"\s{0,5}:\s{0,5}\{\s{0,5}"([\w$ -]{1,60})"\s{0,5}:\s{0,5}'
    r'("[^"\\]{0,80}"|true|false|-?\d{1,12})'
)
_GATES = ("__proto__", "prototype")
_PLAIN = frozenset({"id", "name", "type", "status", "value", "title", "url", "key"})
"""What most answers have on their own account."""


class _Sent(NamedTuple):
    name: str
    value: str
    evidence: Evidence


def _sent(view: View) -> Iterator[_Sent]:
    for part, params, text in (
        (URL, view.query, view.url.query),
        (REQUEST_BODY, view.form, view.request_text),
    ):
        for name, value in params if any(gate in text for gate in _GATES) else ():
            if found := _NAME.search(name):
                yield _Sent(found.group(1), value, view.whole(part))
    text = view.request_text
    named = "__proto__" in text or '"constructor"' in text
    for found in islice(_MEMBER.finditer(text), 8) if named and view.request_json else ():
        span = view.span(REQUEST_BODY, *found.span())
        yield _Sent(found.group(1), found.group(2).strip('"'), span)


def _polluted(view: View) -> Iterator[Match]:
    if not view.is_json:
        return
    for sent in _sent(view):
        shown = _taken(view, sent)
        if shown:
            yield Match(
                evidence=(shown, sent.evidence),
                kind="polluted",
                part=sent.evidence.part,
                field=sent.name,
                proof=80 if sent.name.lower() not in _PLAIN else 45,
            )
            return


def _taken(view: View, sent: _Sent) -> Evidence | None:
    """The property with that value in the answer, outside of an echo of the request."""
    if not sent.value or _sent_plainly(view, sent.name):
        return None
    name, value = re.escape(sent.name), re.escape(sent.value)
    member = re.compile(rf'"{name}"\s{{0,3}}:\s{{0,3}}"?{value}(?=["\s,}}])')
    echo = re.compile(rf'"(?:__proto__|prototype)"\s{{0,3}}:\s{{0,3}}\{{\s{{0,9}}"{name}"')
    if echo.search(view.body):
        return None
    return found_in_body(view, member)


def _sent_plainly(view: View, name: str) -> bool:
    """Whether the property was sent as usual too; a JSON body's scalars hold the others as well."""
    named = [given for given in view.inputs if given.name == name]
    in_json = bool(named) and not view.form and named[0].part == REQUEST_BODY
    return view.request_text.count(f'"{name}"') > 1 if in_json else bool(named)


PROTOTYPE_POLLUTION = Rule(
    id="prototype-pollution",
    type=FindingType.OTHER,
    severity=Severity.HIGH,
    title="Input becomes a property of every object",
    description="The request writes to `__proto__`, and the response holds the property with that "
    "value, so all objects of the process seem to have it: rights and settings change.",
    remediation="Refuse such names and merge into `Object.create(null)`; start Node with "
    "`--disable-proto=delete`, and check bodies with a schema that allows no other members.",
    fixes={
        Stack.EXPRESS: "`app.set('query parser', 'simple')`, a current `qs` and `lodash`, and no "
        "deep merge of `req.body`.",
    },
    cwe=1321,
    owasp=("A03:2021", "A08:2021"),
    references=("OWASP Prototype Pollution Prevention Cheat Sheet", "CWE-1321"),
    silent="It says nothing where the answer only repeats the request, where the property was sent "
    "as usual too, or where the answer does not hold it.",
    check=_polluted,
)
