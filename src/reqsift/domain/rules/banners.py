"""Versions, internal names and comments that a response need not show."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import islice

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import is_loopback
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, View

_OWASP = ("A05:2021", "API8:2023")
_BANNERS = (
    "server",
    "x-powered-by",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-generator",
    "x-jenkins",
    "x-php-version",
    "liferay-portal",
    "microsoftsharepointteamservices",
    "x-owa-version",
)
_VERSION = re.compile(r"(?:^|[/ ])v?\d{1,4}\.\d{1,5}")
_FIXED = re.compile(r"awselb/|microsoft-httpapi/|cloudfront|http/\d\.\d\Z", re.IGNORECASE)
"""Numbers that never change, and so tell nothing."""
_GENERATOR = re.compile(r"[A-Za-z!][\w! .-]{1,40}?\s{1,3}v?\d{1,3}\.\d{1,3}(?:\.\d{1,4})?\b")


def _version_banner(view: View) -> Iterator[Match]:
    for name in _BANNERS:
        value = view.response_header(name)
        if value and _VERSION.search(value) and not _FIXED.search(value):
            evidence = (view.response_header_evidence(name),)
            yield Match(evidence=evidence, kind="version", field=name, proof=85)
    if view.is_page and 'generator"' in view.lower_body:
        yield from _generator(view)


def _generator(view: View) -> Iterator[Match]:
    for meta in view.page.of("meta"):
        if meta.get("name").lower() == "generator" and _GENERATOR.match(meta.get("content")):
            evidence = (view.span(RESPONSE_BODY, meta.start, meta.end),)
            yield Match(evidence=evidence, kind="generator", field="generator", proof=75)
            return


VERSION_BANNER = Rule(
    id="version-banner",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.INFO,
    title="Response tells the software's version",
    description="A version number lets anyone look up which known flaws apply.",
    remediation="Switch the banner off: `server_tokens off;` (nginx), `ServerTokens Prod` "
    "(Apache), `expose_php = Off` (PHP).",
    fixes={
        Stack.NGINX: "`server_tokens off;`.",
        Stack.APACHE: "`ServerTokens Prod` and `ServerSignature Off`.",
        Stack.PHP: "`expose_php = Off` in `php.ini`.",
        Stack.LARAVEL: "`expose_php = Off` in `php.ini`.",
        Stack.EXPRESS: "`app.disable('x-powered-by')`.",
        Stack.ASP_NET: '`<httpRuntime enableVersionHeader="false" />`, and '
        '`<requestFiltering removeServerHeader="true" />`.',
        Stack.SPRING: "`server.server-header=` left empty.",
    },
    cwe=497,
    owasp=_OWASP,
    references=("OWASP HTTP Headers Cheat Sheet", "RFC 9110, Server"),
    silent="A name without a number, and numbers that never change, such as `awselb/2.0`, stay "
    "silent; distributions fix flaws without a new number.",
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
    "x-forwarded-for",
    "x-forwarded-host",
    "x-backend-ip",
    "x-backend-host",
    "x-upstream-addr",
    "x-node",
    "x-instance",
    "x-hostname",
    "x-server-name",
    "x-proxy",
    "content-location",
    "refresh",
    "www-authenticate",
)
_POOL = re.compile(r"BIGipServer[^=;\s]{0,100}=(\d{1,10})\.\d{1,5}\.0000\b")


def _internal_address(view: View) -> Iterator[Match]:
    if view.response is None:
        return
    for name in _TALKATIVE:
        if value := view.response_header(name):
            yield from _addresses(view, f"response.headers[{name}]", value, 80)
    yield from _pool_member(view)
    readable = view.is_json or view.is_html or view.response_type == "text/plain"
    if readable and not view.is_asset:
        yield from _addresses(view, RESPONSE_BODY, view.body, 65)


def _pool_member(view: View) -> Iterator[Match]:
    """A load balancer's cookie, which is the address of a machine in other digits."""
    cookies = view.response_header("set-cookie") or ""
    found = _POOL.search(cookies) if "BIGipServer" in cookies else None
    number = int(found.group(1)) if found else 0
    if found and 0 < number < 1 << 32:
        address = ip_address(number.to_bytes(4, "little"))
        if address.is_private:
            evidence = (view.span("response.headers[set-cookie]", *found.span()),)
            detail = f"The number stands for {address}."
            yield Match(evidence=evidence, kind="pool-cookie", proof=88, detail=detail)


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


def _is_asked(view: View, address: str) -> bool:
    """Whether the client named it, so that it learns nothing."""
    return any(address in given.value for given in view.inputs)


def _addresses(view: View, part: str, text: str, proof: int) -> Iterator[Match]:
    for gate, pattern in _PRIVATE_IPS:
        found = _address(pattern, text) if gate in text else None
        if found and not _is_internal(view.url.host) and not _is_asked(view, found.group()):
            evidence = (view.span(part, *found.span()),)
            yield Match(evidence=evidence, kind="private-ip", proof=proof)
            break
    if any(gate in text for gate in _NAME_GATES):
        named = _NAME.search(text)
        if named and not _is_internal(view.url.host) and not _is_asked(view, named.group()):
            evidence = (view.span(part, *named.span()),)
            yield Match(evidence=evidence, kind="internal-name", proof=proof)


INTERNAL_ADDRESS = Rule(
    id="internal-address",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.LOW,
    title="Response shows an internal address",
    description="Addresses and names of machines behind the server help to map the inner network.",
    remediation="Rewrite such headers at the proxy, and keep addresses out of responses.",
    fixes={
        Stack.NGINX: "`proxy_hide_header X-Backend-Server;`, and `proxy_redirect` for `Location`.",
        Stack.APACHE: "`Header unset X-Backend-Server`, and `UseCanonicalName On`.",
        Stack.DJANGO: "`USE_X_FORWARDED_HOST = True` behind a proxy.",
        Stack.SPRING: "`server.forward-headers-strategy=framework`.",
        Stack.EXPRESS: "`app.set('trust proxy', 1)`.",
        Stack.LARAVEL: "`$middleware->trustProxies(at: '10.0.0.0/8')`.",
        Stack.ASP_NET: "`app.UseForwardedHeaders()`.",
    },
    cwe=497,
    owasp=_OWASP,
    references=("RFC 1918", "OWASP Web Security Testing Guide, WSTG-INFO-10"),
    silent="Networks in slashed form, version numbers, addresses that the request named, and hosts "
    "that are inner themselves stay silent; an address that a visitor typed is a false alarm.",
    check=_internal_address,
)

_MAX_COMMENTS = 100
_NOTE_WORDS = ("todo", "fixme", "hack", "xxx")
_TODO_NOTE = re.compile(
    r"\b(?:todo|fixme|hack|xxx)\b[^\n]{0,100}?\b(?:secur|auth|passw|sql|inject|csrf|xss|saniti"
    r"|escap|admin|permission|vulnerab|bypass|credential|backdoor)",
    re.IGNORECASE,
)


def _telling_comment(view: View) -> Iterator[Match]:
    if not view.is_html or "<!--" not in view.body:
        return
    if not any(word in view.lower_body for word in _NOTE_WORDS):
        return
    for start, end in _comments(view.body):
        if _TODO_NOTE.search(view.body, start, end):
            evidence = (view.span(RESPONSE_BODY, start, end),)
            yield Match(evidence=evidence, kind="note", proof=60)


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
    description="Comments reach every visitor; this one speaks of a known security gap.",
    remediation="Strip comments from templates when building, and keep notes in the tracker.",
    fixes={
        Stack.DJANGO: "`{# note #}` instead of `<!-- note -->`: it stays on the server.",
        Stack.RAILS: "`<%# note %>` instead of `<!-- note -->`.",
        Stack.LARAVEL: "`{{-- note --}}` instead of `<!-- note -->`.",
        Stack.PHP: "`<?php /* note */ ?>` instead of `<!-- note -->`.",
        Stack.ASP_NET: "`@* note *@` instead of `<!-- note -->`.",
        Stack.SPRING: "`<!--/* note */-->` (Thymeleaf) instead of `<!-- note -->`.",
    },
    cwe=615,
    owasp=("A05:2021",),
    references=("OWASP Web Security Testing Guide, WSTG-INFO-05",),
    silent="Notes about looks and wording, and reminders without a word of security, stay silent.",
    check=_telling_comment,
)
