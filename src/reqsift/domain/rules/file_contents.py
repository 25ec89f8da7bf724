"""What files of a server look like in a response, and paths that climb to them."""

import base64
import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import unquote

from reqsift.domain.findings import Evidence
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.view import RESPONSE_BODY, View

Marks = Sequence[tuple[str, re.Pattern[str]]]
"""Words in lower case, and the pattern they gate."""

_FILES = (
    ("root:", re.compile(r"root:[^:\s]{0,100}:0:0:")),
    ("root:", re.compile(r"\broot:(?:\$\w{1,3}\$[\w./$]{6,120}|[*!]{1,2}|x)?:\d{1,6}:\d{1,6}:\d")),
    ("[boot loader]", re.compile(r"\[boot loader\]")),
    ("for 16-bit app support", re.compile(r"for 16-bit app support")),
    ("[core]", re.compile(r"\[core\]\s{1,10}repositoryformatversion")),
    ("127.0.0.1", re.compile(r"127\.0\.0\.1[ \t]{1,20}localhost\b")),
    ("-----begin", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    ("<?php", re.compile(r"<\?php\s")),
    ("document_root=", re.compile(r"DOCUMENT_ROOT=/")),
    ("<web-app", re.compile(r"<web-app[\s>]")),
    ("usr", re.compile(r"\betc(?:\\n|\W){1,6}home\b[\s\S]{1,120}?usr(?:\\n|\W){1,6}var\b")),
    (
        "path=/",
        re.compile(
            r"\bPATH=/[\w/.:+-]{1,400}[\0\s](?=[^<]{0,250}\b(?:HOME|PWD|HOSTNAME|LANG|USER|SHLVL)=)"
            r"|\b(?:HOME|PWD|HOSTNAME|LANG|USER|SHLVL)=[^\0\s<>]{1,120}[\0\s]PATH=/"
        ),
    ),
    ("<connectionstrings>", re.compile(r"<connectionStrings>[\s\S]{0,200}?<add\s")),
)
_CLIMBS = re.compile(
    r"\.\.[/\\]|\.\.%(?:25)?(?:2f|5c)|%2e%2e|^file:|^(?:php|phar|zip|expect|glob|compress\.zlib|netdoc)://"
    r"|^/(?:etc|proc|var|home|root)/|^[A-Za-z]:\\|\0",
    re.IGNORECASE,
)
_DOTS = re.compile(
    r"(?:^|[/\\]|%(?:25)?(?:2f|5c)|%c0%af)(?:\.|%(?:25){0,2}2e|%c0%ae){2}"
    r"(?:/|\\|;|%(?:25){0,2}(?:2f|5c)|%c0%af)",
    re.IGNORECASE,
)
_SETTINGS_FILE = re.compile(
    r"\.(?:ini|conf|cfg|cnf|env|properties|toml)(?:\Z|[\0?#%])", re.IGNORECASE
)
_INI = re.compile(
    r"^\[[\w .:-]{1,40}\][ \t]{0,3}\r?\n(?:[;#][^\n]{0,200}\n|\r?\n){0,20}[\w.-]{1,60}[ \t]{0,3}=",
    re.MULTILINE,
)
_ENV = re.compile(
    r"^[A-Za-z][\w.]{2,60}[ \t]?=[^\n]{0,200}\n[A-Za-z][\w.]{2,60}[ \t]?=", re.MULTILINE
)
_ENCODED = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{40,}={0,2}(?![\w+/=-])")
_MOST_RUNS = 20
_SHOWN_BYTES = frozenset({9, 10, 13, *range(32, 127)})


def first_of(view: View, marks: Marks) -> Evidence | None:
    """The first of `marks` in the response."""
    lower = view.lower_body
    for gate, pattern in marks:
        if gate in lower and (found := found_in_body(view, pattern)):
            return found
    return None


def file_content(view: View) -> Evidence | None:
    """The content of a system file in the response."""
    return view.once(_file_content)


def _file_content(view: View) -> Evidence | None:
    return first_of(view, _FILES)


def climbs(value: str) -> bool:
    """Whether a value names a file by its place, or leaves a folder."""
    return _CLIMBS.search(value) is not None


def climbs_in_path(path: str) -> bool:
    """Whether the path of an address leaves its folder; browsers never send such a one."""
    return (".." in path or "%" in path) and _DOTS.search(path) is not None


def settings_content(view: View, named: str) -> Evidence | None:
    """The content of a settings file, if `named` asks for one and no page answers."""
    if view.is_html or view.is_asset or view.status != 200:
        return None
    if not _SETTINGS_FILE.search(unquote(named)):
        return None
    return found_in_body(view, _INI) or found_in_body(view, _ENV)


def filtered_content(view: View, value: str) -> Evidence | None:
    """The base64 that PHP's filter makes of a file, if `value` asks for it."""
    lower = value.lower()
    if not lower.startswith("php://filter") or "base64-encode" not in lower:
        return None
    for found in islice(_ENCODED.finditer(view.body), _MOST_RUNS):
        start = base64.b64decode(found.group()[:40])
        if all(byte in _SHOWN_BYTES for byte in start[:28]):
            return view.span(RESPONSE_BODY, *found.span())
    return None
