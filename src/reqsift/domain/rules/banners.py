"""Versions, internal names and comments that a response need not show."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import islice

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import is_loopback
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A05:2021", "API8:2023")
_BANNERS = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
_VERSION = re.compile(r"(?:^|[/ ])v?\d{1,4}\.\d{1,5}")


def _version_banner(view: View) -> Iterator[Match]:
    for name in _BANNERS:
        value = view.response_header(name)
        if value and _VERSION.search(value):
            evidence = (view.response_header_evidence(name),)
            yield Match(evidence=evidence, kind="version", field=name, proof=85)


VERSION_BANNER = Rule(
    id="version-banner",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.INFO,
    title="Header tells the software's version",
    description="A version number lets anyone look up which known flaws apply.",
    remediation="Switch the banner off: `server_tokens off;` (nginx), `ServerTokens Prod` "
    "(Apache), `expose_php = Off` (PHP).",
    cwe=497,
    owasp=_OWASP,
    scope=Scope.HOST,
    check=_version_banner,
)

_PRIVATE_IPS = (
    (
        "192.168.",
        re.compile(r"192\.168\.(?<![\w.]192\.168\.)\d{1,3}\.(?!0\b|255\b)\d{1,3}(?![\w.-]|/\d)"),
    ),
    ("10.", re.compile(r"10\.(?<![\w.-]10\.)\d{1,3}\.\d{1,3}\.(?!0\b|255\b)\d{1,3}(?![\w.-]|/\d)")),
    (
        "172.",
        re.compile(
            r"172\.(?<![\w.-]172\.)(?:1[6-9]|2\d|3[01])\.\d{1,3}\.(?!0\b|255\b)\d{1,3}(?![\w.-]|/\d)"
        ),
    ),
)
_NAME = re.compile(
    r"(?:(?<=\\[nrt])|(?<![\w.\\-]))(?:[a-z0-9][a-z0-9-]{0,40}\.){1,4}"
    r"(?:internal|corp|lan|intranet|localdomain|svc\.cluster\.local)(?::\d{2,5})?(?![\w.(\[-])"
)
_NAME_GATES = (".internal", ".corp", ".lan", ".intranet", ".localdomain", ".svc.cluster")
_TALKATIVE = (
    "location",
    "via",
    "x-backend-server",
    "x-backend",
    "x-server",
    "x-upstream",
    "x-served-by",
    "x-host",
    "x-real-ip",
    "x-forwarded-server",
    "www-authenticate",
)


def _internal_address(view: View) -> Iterator[Match]:
    if view.response is None:
        return
    for name in _TALKATIVE:
        if value := view.response_header(name):
            yield from _addresses(view, f"response.headers[{name}]", value, 80)
    readable = view.is_json or view.is_html or view.response_type == "text/plain"
    if readable and not view.is_asset:
        yield from _addresses(view, RESPONSE_BODY, view.body, 65)


def _is_internal(host: str) -> bool:
    name = host.partition(":")[0]
    try:
        return ip_address(name).is_private
    except ValueError:
        return is_loopback(host) or _NAME.fullmatch(name) is not None


_VERSION_WORD = re.compile(r"(?:version|release|build|\brev|\bv)[\"' :=]{0,6}\Z", re.IGNORECASE)
_MAX_ADDRESSES = 50


def _address(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first place of `pattern` that is no version number."""
    places = islice(pattern.finditer(text), _MAX_ADDRESSES)
    return next(
        (p for p in places if not _VERSION_WORD.search(text[max(0, p.start() - 16) : p.start()])),
        None,
    )


def _addresses(view: View, part: str, text: str, proof: int) -> Iterator[Match]:
    for gate, pattern in _PRIVATE_IPS:
        found = _address(pattern, text) if gate in text else None
        if found and not _is_internal(view.url.host):
            evidence = (view.span(part, *found.span()),)
            yield Match(evidence=evidence, kind="private-ip", proof=proof)
            break
    if any(gate in text for gate in _NAME_GATES):
        named = _NAME.search(text)
        if named and not _is_internal(view.url.host):
            evidence = (view.span(part, *named.span()),)
            yield Match(evidence=evidence, kind="internal-name", proof=proof)


INTERNAL_ADDRESS = Rule(
    id="internal-address",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Response shows an internal address",
    description="Addresses and names of machines behind the server help to map the inner network.",
    remediation="Rewrite such headers at the proxy, and keep addresses out of responses.",
    cwe=497,
    owasp=_OWASP,
    check=_internal_address,
)

_MAX_COMMENTS = 100
_SECRET_NOTE = re.compile(
    r"\b(?:passw(?:or)?d|pwd|credentials?|api[_ -]?key|secret)\b\s{0,3}(?:[:=]|is )\s{0,3}[^\s-]"
    r"|\b(?:log ?in|user(?:name)?)\s{0,3}[:=]?\s{0,3}\w{2,30}\s{0,3}/\s{0,3}\w{4,30}\b",
    re.IGNORECASE,
)
_TODO_NOTE = re.compile(
    r"\b(?:todo|fixme|hack|xxx)\b[^\n]{0,100}?\b(?:secur|auth|passw|sql|inject|csrf|xss|saniti"
    r"|escap|admin|permission|vulnerab|bypass|credential|backdoor)",
    re.IGNORECASE,
)


def _telling_comment(view: View) -> Iterator[Match]:
    if not view.is_html or "<!--" not in view.body:
        return
    for start, end in _comments(view.body):
        secret = _SECRET_NOTE.search(view.body, start, end)
        found = secret or _TODO_NOTE.search(view.body, start, end)
        if found:
            yield Match(
                evidence=(view.span(RESPONSE_BODY, start, end),),
                kind="secret" if secret else "note",
                proof=75 if secret else 60,
                severity=Severity.MEDIUM if secret else None,
            )


def _comments(body: str) -> Iterator[tuple[int, int]]:
    end = 0
    for _ in range(_MAX_COMMENTS):
        start = body.find("<!--", end)
        if start < 0:
            return
        end = body.find("-->", start)
        if end < 0:
            return
        if end - start < 4000:
            yield start, end + 3


TELLING_COMMENT = Rule(
    id="telling-comment",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Page comment tells too much",
    description="Comments reach every visitor; this one speaks of credentials or of a known "
    "security gap.",
    remediation="Strip comments from templates when building, and keep notes in the tracker.",
    cwe=615,
    owasp=("A05:2021",),
    check=_telling_comment,
)
