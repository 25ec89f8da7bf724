"""Input that reached files, commands, templates, parsers or other servers, with proof."""

import re
from collections.abc import Callable, Iterator, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, input_evidence
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_FILES = (
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    ("[boot loader]", re.compile(r"\[boot loader\]")),
    ("for 16-bit app support", re.compile(r"for 16-bit app support")),
    ("[core]", re.compile(r"\[core\]\s{1,10}repositoryformatversion")),
    ("127.0.0.1", re.compile(r"127\.0\.0\.1[ \t]{1,20}localhost\b")),
    ("-----begin", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    ("<?php", re.compile(r"<\?php\s")),
    ("document_root=", re.compile(r"DOCUMENT_ROOT=/")),
    ("<web-app", re.compile(r"<web-app[\s>]")),
    ("usr", re.compile(r"\betc(?:\\n|\W){1,6}home\b[\s\S]{1,120}?usr(?:\\n|\W){1,6}var\b")),
)
_CLIMBS = re.compile(
    r"\.\.[/\\]|\.\.%2f|%2e%2e|^file:/|^/(?:etc|proc|var|home|root)/|^[A-Za-z]:\\|\0", re.IGNORECASE
)


def _first(view: View, marks: Sequence[tuple[str, re.Pattern[str]]]) -> Evidence | None:
    """The first of `marks` in the response: words in lower case, and the pattern they gate."""
    lower = view.lower_body
    for gate, pattern in marks:
        if gate in lower and (found := found_in_body(view, pattern)):
            return found
    return None


def _file_content(view: View) -> Evidence | None:
    return _first(view, _FILES)


def _inputs(view: View, suspicious: Callable[[str], object]) -> Iterator[Input]:
    return (given for given in view.inputs if given.value and suspicious(given.value))


def _tried_path(view: View, given: Input) -> Evidence | None:
    """An error that names an absolute path with the climbing input still in it."""
    if view.status < 400 or ".." not in given.value or given.value not in view.body:
        return None
    path = re.compile(rf"(?:/[\w-]{{1,64}}){{1,12}}/{re.escape(given.value[:200])}")
    return found_in_body(view, path)


def _traversal(view: View) -> Iterator[Match]:
    climbing = list(_inputs(view, _CLIMBS.search))
    path = view.url.path.lower()
    in_path = any(mark in path for mark in ("../", "..%2f", "%2e%2e", "..\\"))
    proof = _file_content(view) if climbing or in_path else None
    for given in climbing:
        shown = proof or _tried_path(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="file-read" if proof else "path-tried",
                part=given.part,
                field=given.name,
                proof=95 if proof else 75,
            )
    if in_path and proof:
        yield Match(evidence=(proof, view.whole(URL)), kind="file-read", part=URL, proof=95)


PATH_TRAVERSAL = Rule(
    id="path-traversal",
    type=FindingType.PATH_TRAVERSAL,
    severity=Severity.HIGH,
    title="Input names a file outside its folder, and the server sent it",
    description="The request asks for a path that leaves the intended folder, and the response "
    "holds the content of a system file.",
    remediation="Resolve the path and check that it stays inside: "
    "`(base / name).resolve().is_relative_to(base)`; better, look files up by id.",
    cwe=22,
    owasp=("A01:2021",),
    check=_traversal,
)

_SHELL = re.compile(r"[;|&`\n]|\$\(|\$\{IFS\}")
_COMMAND_OUTPUT = (
    ("uid=", re.compile(r"uid=\d{1,7}\([\w.$-]{1,32}\) gid=\d{1,7}")),
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    ("volume serial number", re.compile(r"Volume Serial Number is [0-9A-F-]{9}")),
    ("windows ip configuration", re.compile(r"Windows IP Configuration")),
    ("linux version", re.compile(r"Linux version \d\.\d")),
    ("bytes from", re.compile(r"total \d{1,6}\s{1,3}[d-][rwx-]{9}")),
    ("drwx", re.compile(r"d[rwx-]{9}[ .+]{1,3}\d{1,4} ")),
    ("gnu/linux", re.compile(r"Linux \S{1,64} \d\.\d[^\n<]{0,160}?GNU/Linux")),
)


def _command(view: View) -> Iterator[Match]:
    suspicious = list(_inputs(view, _SHELL.search))
    proof = _first(view, _COMMAND_OUTPUT) if suspicious else None
    for given in suspicious if proof else ():
        if proof and proof.text not in given.value:
            yield Match(
                evidence=(proof, input_evidence(view, given)),
                kind="command-output",
                part=given.part,
                field=given.name,
                proof=92,
            )


COMMAND_INJECTION = Rule(
    id="command-injection",
    type=FindingType.COMMAND_INJECTION,
    severity=Severity.CRITICAL,
    title="Input with shell characters is answered by a command's output",
    description="The input ends one command and starts another, and the response holds what such "
    "a command prints.",
    remediation='Start programs without a shell and with a fixed name: `subprocess.run(["ping", '
    '"-c1", host])` after checking `host` against a strict pattern.',
    cwe=78,
    owasp=("A03:2021",),
    check=_command,
)

_ENTITY = re.compile(
    r"<!ENTITY\s{1,10}(?:%\s{1,10})?[\w.-]{1,64}\s{1,10}(?:SYSTEM|PUBLIC)\b", re.IGNORECASE
)
_ENTITY_ERRORS = re.compile(
    r"failed to load external entity|I/O warning[^\n<]{0,40}entity|FileNotFoundException: /",
    re.IGNORECASE,
)


def _xxe(view: View) -> Iterator[Match]:
    if "<!" not in view.request_text:
        return
    entity = _ENTITY.search(view.request_text)
    if not entity:
        return
    proof = _file_content(view) or _cloud_metadata(view)
    complaint = None if proof else found_in_body(view, _ENTITY_ERRORS)
    shown = proof or complaint
    if shown:
        yield Match(
            evidence=(shown, view.span(REQUEST_BODY, *entity.span())),
            kind="external-entity",
            part=REQUEST_BODY,
            proof=95 if proof else 80,
        )


XXE = Rule(
    id="xml-external-entity",
    type=FindingType.XXE,
    severity=Severity.HIGH,
    title="XML parser loads external entities",
    description="The XML names a file or an address, and the response shows that the server's "
    "parser fetched it.",
    remediation="Refuse DTDs: in Python parse with `defusedxml`; in Java set "
    "`disallow-doctype-decl` to true.",
    cwe=611,
    owasp=("A05:2021",),
    check=_xxe,
)

_METADATA = (
    ("ami-id", re.compile(r"ami-id\s")),
    ("accesskeyid", re.compile(r'"AccessKeyId"\s{0,3}:\s{0,3}"A[A-Z0-9]{15,24}"')),
    ("computemetadata", re.compile(r"computeMetadata/v1")),
    ("instance-id", re.compile(r"(?:^|\n)(?:instance-id|local-ipv4)\r?\n")),
    ("you know, for search", re.compile(r'"tagline"\s{0,3}:\s{0,3}"You Know, for Search"')),
    ("redis_version", re.compile(r"redis_version:\d")),
    ("openssh", re.compile(r"SSH-2\.0-OpenSSH")),
    ("tomcat web application manager", re.compile(r"Tomcat Web Application Manager")),
    ("dashboard [jenkins]", re.compile(r"Dashboard \[Jenkins\]")),
)
_INNER = re.compile(
    r"^(?:(?:https?|gopher|dict|ftp)://(?:[^/@]{0,100}@)?(?:localhost|127\.|0\.0\.0\.0|\[?::1|10\.|"
    r"192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|metadata\.|\d{8,10}\b|0x7f|[\w.-]{1,80}"
    r"\.(?:internal|local|corp|lan)\b)|(?:file|gopher|dict)://)",
    re.IGNORECASE,
)


def _cloud_metadata(view: View) -> Evidence | None:
    return _first(view, _METADATA)


def _ssrf(view: View) -> Iterator[Match]:
    inner = list(_inputs(view, _INNER.search)) if 200 <= view.status < 300 else []
    proof = (_cloud_metadata(view) or _file_content(view)) if inner else None
    for given in inner:
        shown = proof or _fetched(view, given)
        if shown:
            yield Match(
                evidence=(shown, input_evidence(view, given)),
                kind="inner-content" if proof else "fetched",
                part=given.part,
                field=given.name,
                proof=92 if proof else 60,
            )


_FETCH_NAMES = re.compile(
    r"url|uri|link|src|target|host|callback|webhook|feed|image|proxy|fetch", re.IGNORECASE
)


def _fetched(view: View, given: Input) -> Evidence | None:
    """A response to an inner URL that looks like that URL's own content."""
    if not _FETCH_NAMES.search(given.name) or view.is_html or len(view.body) < 20:
        return None
    refused = any(word in view.lower_body for word in ("not allowed", "denied", "invalid", "error"))
    stored = view.request.method != "GET" and given.value in view.body
    return None if refused or stored else view.whole(RESPONSE_BODY)


SSRF = Rule(
    id="server-side-request",
    type=FindingType.SSRF,
    severity=Severity.HIGH,
    title="Server fetched an inner address for the client",
    description="The request names an address inside the server's own network, and the response "
    "holds what such a service answers.",
    remediation="Accept only hosts from a fixed list, resolve the name once, refuse private and "
    "link-local addresses, and follow no redirects.",
    cwe=918,
    owasp=("A10:2021", "API7:2023"),
    check=_ssrf,
)

_TEMPLATE = re.compile(
    r"(?:\{\{|\$\{|#\{|<%=|\{)\s{0,3}(\d{1,5})\s{0,2}\*\s{0,2}'?(\d{1,5})'?\s{0,3}"
)
_TEMPLATE_ERRORS = (
    ("jinja2", re.compile(r"jinja2\.exceptions\.\w{3,40}")),
    ("twig", re.compile(r"Twig\\+Error\\+\w{3,40}|Twig_Error_\w{3,20}")),
    ("freemarker", re.compile(r"freemarker\.core\.\w{3,60}")),
    ("velocity", re.compile(r"org\.apache\.velocity\.\w{3,60}")),
)


def _template(view: View) -> Iterator[Match]:
    written = list(_inputs(view, lambda value: "{" in value or "<%" in value))
    error = _first(view, _TEMPLATE_ERRORS) if written else None
    for given in written:
        proof = _product(view, given) or error
        if proof:
            yield Match(
                evidence=(proof, input_evidence(view, given)),
                kind="evaluated",
                part=given.part,
                field=given.name,
                proof=85 if error or len(proof.text) > 3 else 65,
            )


def _product(view: View, given: Input) -> Evidence | None:
    """The number that the arithmetic in the input yields, where the input itself should stand."""
    found = _TEMPLATE.search(given.value)
    if not found or given.value in view.body:
        return None
    product = int(found.group(1)) * int(found.group(2))
    before = given.value[: found.start()][-20:]
    alone = re.compile(rf"(?<![\d.,])(?<!\d:){re.escape(before)}{product}(?![\d%]|[.,:]\d)")
    return found_in_body(view, alone) if product > 9 else None


SSTI = Rule(
    id="template-injection",
    type=FindingType.SSTI,
    severity=Severity.HIGH,
    title="Server evaluates input as a template",
    description="Arithmetic written in template syntax came back calculated, so input becomes part "
    "of a template's source.",
    remediation='Give values to a fixed template: `render("hello.html", name=name)`; never build '
    "template text from input.",
    cwe=1336,
    owasp=("A03:2021",),
    check=_template,
)
