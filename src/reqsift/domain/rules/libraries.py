"""Script libraries whose address or text names a version with known flaws."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.rules.integrity import PUBLIC_CDNS
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.urls import parse_url
from reqsift.domain.view import RESPONSE_BODY, URL, View

_NUMBER = r"(\d{1,3}\.\d{1,4}(?:\.\d{1,4})?)(?![\w.-]{0,20}(?:alpha|beta|-rc|wp))"


class _Library(NamedTuple):
    files: str
    """What its file, or the folder with its version, is called: part of a pattern."""
    sign: str
    """Words that its own text has for sure, to look for first."""
    banner: re.Pattern[str]
    """What its own text says of it, with the version as the only group."""
    mended: tuple[tuple[int, ...], ...]
    """The first version without that flaw, of each line of versions; the last is the newest."""
    flaw: str
    severity: Severity = Severity.LOW


def _banner(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("<NUMBER>", _NUMBER))


_LIBRARIES: Mapping[str, _Library] = {
    "jQuery": _Library(
        "jquery",
        "jQuery",
        _banner(r"/\*!\s{1,4}(?:\* )?jQuery (?:JavaScript Library )?v<NUMBER>"),
        ((3, 5, 0),),
        "CVE-2020-11022",
    ),
    "jQuery UI": _Library(
        "jquery-?ui",
        "jQuery UI - v",
        _banner(r"/\*! jQuery UI - v<NUMBER>"),
        ((1, 13, 2),),
        "CVE-2022-31160",
    ),
    "AngularJS": _Library(
        "angular(?:js)?",
        "AngularJS v",
        _banner(r"(?:@license|/\*)\s{1,4}AngularJS v<NUMBER>"),
        ((2,),),
        "CVE-2022-25869, and nobody mends it any more",
    ),
    "Bootstrap": _Library(
        "(?:twitter-)?bootstrap",
        "* Bootstrap v",
        _banner(r"/\*!\s{1,4}\* Bootstrap v<NUMBER>"),
        ((3, 4, 1), (4, 3, 1)),
        "CVE-2019-8331",
    ),
    "Lodash": _Library(
        "lodash",
        "semantic version number. */",
        _banner(r"semantic version number\. \*/\s{1,8}var VERSION = '<NUMBER>"),
        ((4, 17, 21),),
        "CVE-2021-23337",
    ),
    "Moment": _Library(
        "moment",
        "//! moment.js",
        _banner(r"//! moment\.js\s{1,4}//! version : <NUMBER>"),
        ((2, 29, 4),),
        "CVE-2022-31129",
    ),
    "Handlebars": _Library(
        "handlebars",
        "handlebars v",
        _banner(r"@license\s{1,4}handlebars v<NUMBER>"),
        ((4, 7, 7),),
        "CVE-2021-23369",
    ),
    "DOMPurify": _Library(
        "(?:dom)?purify",
        "@license DOMPurify",
        _banner(r"@license DOMPurify <NUMBER>"),
        ((2, 5, 4), (3, 1, 3)),
        "CVE-2024-45801",
        Severity.MEDIUM,
    ),
}
"""As known in the autumn of 2024; the whole list is the business of a scanner of dependencies."""
_MOST_SCRIPTS = 200
_WORDS = ("jquery", "angular", "bootstrap", "lodash", "moment", "handlebars", "purify")
_MORE = r"(?:[.-](?:min|slim|bundle|core|runtime|full|with-locales|prod|[0-9a-f]{6,40})){0,4}\.js"


def _address(files: str) -> re.Pattern[str]:
    """A version in the file's name, in its folder's, or where WordPress puts it."""
    return re.compile(
        rf"/(?:{files})(?:\.js)?[-.@]v?{_NUMBER}{_MORE}(?:[?#]|\Z)"
        rf"|/(?:{files})(?:\.?js)?[/@]v?{_NUMBER}/(?:[\w.-]{{1,40}}/){{0,3}}(?:{files}){_MORE}"
        rf"(?:[?#]|\Z)"
        rf"|/wp-includes/js/(?:[\w.-]{{1,40}}/){{0,4}}(?:{files}){_MORE}\?ver={_NUMBER}\Z",
        re.IGNORECASE,
    )


_ADDRESSES = {name: _address(library.files) for name, library in _LIBRARIES.items()}


def _in_address(address: str) -> Iterator[tuple[str, str]]:
    """The library and version that a script's address names."""
    lower = address[:600].lower()
    if ".js" in lower and any(word in lower for word in _WORDS):
        for name, pattern in _ADDRESSES.items():
            if found := pattern.search(address[:600]):
                yield name, next(filter(None, found.groups()))


def _in_text(view: View) -> Iterator[tuple[str, str, Evidence]]:
    for name, library in _LIBRARIES.items():
        if library.sign in view.body and (found := library.banner.search(view.body)):
            yield name, found.group(1), view.span(RESPONSE_BODY, *found.span())


def _named(view: View) -> Iterator[tuple[str, str, Evidence]]:
    """Libraries and versions that an exchange names; a public host's own files are no page's."""
    if not 200 <= view.status < 300:
        return
    if view.is_script and view.url.host not in PUBLIC_CDNS:
        yield from _in_text(view)
        for name, version in _in_address(view.request.url):
            yield name, version, view.whole(URL)
    elif view.is_page and any(word in view.lower_body for word in _WORDS):
        for script in view.page.of("script")[:_MOST_SCRIPTS]:
            for name, version in _in_address(_path(script.get("src"))):
                yield name, version, view.span(RESPONSE_BODY, script.start, script.end)


def _path(source: str) -> str:
    """A script's path and query, with a slash in front of it whatever it is relative to."""
    url = parse_url(source)
    return f"/{url.path}?{url.query}" if url.query else f"/{url.path}"


def _outdated(view: View) -> Iterator[Match]:
    told: set[str] = set()
    for name, version, evidence in _named(view):
        library = _LIBRARIES[name]
        number = tuple(map(int, version.split(".")))
        line = next((first for first in library.mended if first[0] >= number[0]), ())
        if name in told or number >= line[: len(number)]:
            continue
        told.add(name)
        mended = (
            "" if len(line) < 3 else f" {'.'.join(map(str, line))} mends that; take the newest."
        )
        yield Match(
            evidence=(evidence,),
            kind="outdated-library",
            field=name,
            part="response.body",
            proof=80 if evidence.part == RESPONSE_BODY and view.is_script else 70,
            severity=library.severity,
            detail=f"{name} {version} is open to {library.flaw}.{mended}",
        )


OUTDATED_SCRIPT_LIBRARY = Rule(
    id="outdated-script-library",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Script library of a version with known flaws",
    description="Pages run an old version of a library whose flaws are public; whether they can "
    "be used depends on how the pages call it.",
    remediation="Update the library, for instance with `npm update` and `npm audit`, and remove "
    "copies that nothing needs.",
    cwe=1395,
    owasp=("A06:2021",),
    references=("OWASP Vulnerable Dependency Management Cheat Sheet",),
    silent="It says nothing of libraries whose version is not named, of plug-ins, and of files "
    "with corrections of their own (such as 1.12.4-wp), and a vendor may have mended an old one.",
    scope=Scope.HOST,
    check=_outdated,
)
