"""Links of a page that run a script which came from the request."""

from collections.abc import Iterator
from html import escape

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.places import place_of
from reqsift.domain.rules.reflection import (
    LINK,
    MAX_LENGTH,
    MAX_PLACES,
    MIN_LENGTH,
    SCRIPT_URL,
    XSS_REFERENCES,
    Reflection,
    best_of,
)
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_OWASP = ("A03:2021",)


def _script_links(view: View) -> Iterator[Match]:
    if not view.is_html or not view.inputs:
        return
    for given in view.inputs:
        value = given.value.strip()
        if not SCRIPT_URL.match(value) or not MIN_LENGTH <= len(value) <= MAX_LENGTH:
            continue
        forms = dict.fromkeys((value, escape(value), escape(value).replace("&#x27;", "&#39;")))
        yield from best_of(view, _at_links(view, given, tuple(forms)), "script-url")


def _at_links(view: View, given: Input, forms: tuple[str, ...]) -> Iterator[tuple[int, Reflection]]:
    for text in forms:
        offset = -1
        for _ in range(MAX_PLACES):
            offset = view.body.find(text, offset + 1)
            if offset < 0:
                break
            place = place_of(view.body, offset)
            if place.kind == "tag" and LINK.search(place.before.lower()):
                yield 88, Reflection(given, text, offset, place)


JAVASCRIPT_URL = Rule(
    id="javascript-url",
    type=FindingType.XSS,
    severity=Severity.HIGH,
    title="Input becomes a link that runs a script",
    description="The value starts with `javascript:` or `data:text/html` and stands at the start "
    "of a link, so a click on it, or its frame, runs what the sender of the address wrote.",
    remediation="Accept only links whose scheme is on a list: `new URL(link).protocol` is `https:` "
    "or `http:`; encoding the value does not help.",
    fixes={
        Stack.DJANGO: "`URLValidator(schemes=['http', 'https'])`.",
        Stack.FLASK: "`urlsplit(link).scheme in {'http', 'https'}`.",
        Stack.LARAVEL: "the rule `url:http,https`.",
        Stack.RAILS: "`link_to` only after `URI.parse(link).is_a?(URI::HTTP)`.",
    },
    cwe=79,
    owasp=_OWASP,
    references=XSS_REFERENCES,
    silent="It says nothing where the value is part of another address, stands in text, or has "
    "been neutralised, as by `unsafe:` or `#`.",
    check=_script_links,
)
