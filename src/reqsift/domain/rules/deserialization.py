"""Serialized objects of programming languages that a client can change."""

import base64
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.command_output import command_output
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body, input_evidence
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, URL, View

_BASE64 = re.compile(
    r"(?:rO0AB|H4sI|eJ|Tzo|YTo|gA[I-X]|AAEAAAD|BAh|Y[123]|KG[RMl])[\w+/-]{8,3000}={0,2}"
)
_RAW = (
    ("java", re.compile(rb"\xac\xed\x00\x05[\x70-\x7e]")),
    ("php", re.compile(rb'O:\d{1,4}:"[\w\\]{1,128}":\d{1,4}:\{|a:\d{1,4}:\{[is]:\d')),
    (
        "python",
        re.compile(
            rb"\x80[\x04\x05]\x95[\x00-\xff]{3}\x00{5}"
            rb"|c[\w.]{1,60}\n\w{1,60}\n[\x28\x85\x86\x87p)q]|\(dp\d|\(lp\d"
            rb"|\x80[\x02-\x05](?:[\x00-\xff]{2800}|[\x00-\xff]{0,2800}\.\Z)"
        ),
    ),
    ("dotnet", re.compile(rb"\x00\x01\x00\x00\x00\xff\xff\xff\xff")),
    ("ruby", re.compile(rb'\x04\x08[\[{IcoUSeuCTF"]')),
)
_TEXT = (
    ("java", re.compile(r"aced0005[0-9a-f]{8}", re.IGNORECASE)),
    ("php", re.compile(r'O:\d{1,4}:"[\w\\]{1,128}":\d{1,4}:\{|a:\d{1,4}:\{[is]:\d')),
    ("python", re.compile(r"\(dp0\s|c__builtin__\s|c(?:posix|os|subprocess)\n\w")),
    ("node", re.compile(r'[^\n]{0,200}"_\$\$ND_FUNC\$\$_')),
)
_IN_JSON = (
    ("node", '"_$$ND_FUNC$$_', 90),
    ("python", '"py/object"', 85),
    ("python", '"py/reduce"', 90),
)
"""Marks of objects inside of JSON, by language."""
_JSON = re.compile(r"(?:eyJ|ey[AI]|ewo|ew0|W3s)[\w+/-]{8,3800}={0,2}\Z")
_SIGNED = re.compile(r"[:.][\w-]{5,7}[:.][\w-]{27,86}\Z|--[0-9a-f]{40,64}\Z")
"""A time and a signature as Django writes them; a digest as Rails does."""
_STARTS = frozenset("rHeTYgABaOcK({")
_JSON_STARTS = frozenset("eW{")
_FIRST = _STARTS | {"%", "W"}
"""What any of these can begin with, so that most values cost nothing."""
_TYPE_NAME = re.compile(
    r'"(?:\$type|@class|@type)"\s{0,3}:\s{0,3}"(?:(?:[A-Z]\w{0,60}\.){1,8}[A-Z][\w`+\[\]]{1,80}'
    r'(?:, ?[\w.]{2,80})?|(?:[a-z]\w{0,60}\.){1,8}[A-Z][\w$]{1,80})[",]'
)
_YAML_TAG = re.compile(
    r"!!python/(?:object|name|module)[\w/:.]{0,80}|!!(?:javax?|com|org)\.[\w.$]{3,80}"
    r"|!ruby/(?:object|hash|struct):[\w:]{2,80}"
)
_LOADERS = (
    "yaml.unsafe_load",
    "yaml.unsafeloader",
    "yaml.fullloader",
    "yaml.full_load",
    "while constructing a python",
    "psych.unsafe_load",
    "cannot create property=",
)
_SAFE_LOADERS = ("could not determine a constructor", "disallowedclass", "unspecified class")
_VIEW_STATE = re.compile(r'value="(rO0AB[\w+/-]{12,200})')
_BINARY_TYPES = ("octet-stream", "java-serialized", "pickle", "x-binary", "x-php-serialized")


class _Seen(NamedTuple):
    language: str
    proof: int


def _judge(value: str) -> _Seen | None:
    """Which language wrote `value`, if it is one of its serialized objects."""
    if len(value) < 8 or value[0] not in _FIRST:
        return None
    text = unquote(value[:4000]) if "%" in value[:600] else value[:4000]
    for language, mark in _TEXT:
        if mark.match(text):
            return _Seen(language, 90 if language == "node" else 80)
    if text[0] in _JSON_STARTS and (seen := _judge_json(text)):
        return seen
    encoded = _BASE64.match(text)
    language = _of_bytes(_decoded(encoded.group())) if encoded else ""
    if not language:
        return None
    return _Seen(language, 50 if _SIGNED.search(value) else 80)


def _judge_json(text: str) -> _Seen | None:
    """Objects that JSON carries, in base64 or as it is; a JSON Web Token has points."""
    if text[0] == "{":
        plain = text
    elif _JSON.match(text):
        plain = _decoded(text).decode("latin-1")
    else:
        return None
    found = next((_Seen(name, proof) for name, mark, proof in _IN_JSON if mark in plain), None)
    if not found and text[0] != "{" and _TYPE_NAME.search(plain):
        return _Seen("type-name", 70)
    return found


def _decoded(text: str) -> bytes:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        content = base64.b64decode(plain[: len(plain) // 4 * 4] + _rest(plain))
    except ValueError:
        return b""
    if content[:2] in {b"\x1f\x8b", b"\x78\x9c", b"\x78\x01", b"\x78\xda"}:
        try:
            return zlib.decompressobj(47).decompress(content, 3000)
        except zlib.error:
            return b""
    return content


def _rest(plain: str) -> str:
    """The last, unpadded group of four, padded; a single character says nothing."""
    rest = plain[len(plain) // 4 * 4 :]
    return rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""


def _of_bytes(content: bytes) -> str:
    return next((language for language, mark in _RAW if mark.match(content)), "")


def _match(evidence: Evidence, seen: _Seen, field: str) -> Match:
    detail = "It seems to be signed, so all rests on the key." if seen.proof == 50 else ""
    return Match(
        evidence=(evidence,), kind=seen.language, field=field, proof=seen.proof, detail=detail
    )


def _serialized(view: View) -> Iterator[Match]:
    for given in view.inputs:
        if given.value[:1] in _FIRST and (seen := _judge(given.value)):
            yield _match(input_evidence(view, given), seen, given.name)
    yield from _in_cookies(view)
    yield from _in_request(view)
    if view.is_html and "ro0ab" in view.lower_body:
        field = found_in_body(view, _VIEW_STATE)
        if field:
            yield _match(field, _Seen("java", 85), "")


def _in_cookies(view: View) -> Iterator[Match]:
    for name, value in view.cookies:
        seen = _judge(value.strip('"'))
        sent = view.quote("request.headers[cookie]", value) if seen else None
        if seen and sent:
            yield _match(sent, seen, name)
    for issued in view.set_cookies:
        if seen := _judge(issued.value.strip('"')):
            yield _match(issued.evidence, seen, issued.name)


def _in_request(view: View) -> Iterator[Match]:
    content = view.request.body.content
    if not content:
        return
    if content[:1] in b"\xac\x80\x04\x00" or any(t in view.request_type for t in _BINARY_TYPES):
        yield from _binary(view, content)
    text = view.request_text
    if text and text[0] in _STARTS and not view.form and (seen := _judge(text.strip())):
        yield _match(view.whole(REQUEST_BODY), seen, "")
    elif '"$type"' in text or '"@class"' in text or '"@type"' in text:
        if named := _TYPE_NAME.search(text):
            seen = _Seen("type-name", 60)
            yield _match(view.span(REQUEST_BODY, *named.span()), seen, "")
    elif "!!" in text or "!ruby/" in text:
        yield from _yaml_tag(view, text)


def _yaml_tag(view: View, text: str) -> Iterator[Match]:
    tag = _YAML_TAG.search(text)
    if tag and (proof := _loads_tags(view, text, tag)):
        yield _match(view.span(REQUEST_BODY, *tag.span()), _Seen("yaml-tag", proof), "")


def _loads_tags(view: View, text: str, tag: re.Match[str]) -> int:
    """How sure it is that a loader of YAML makes objects of tags; 0 if it seems to refuse them."""
    if command_output(view) or any(words in view.lower_body for words in _LOADERS):
        return 90
    if any(words in view.lower_body for words in _SAFE_LOADERS):
        return 0
    if "yaml" in view.request_type:
        return 80
    begins = text[tag.start() - 1 : tag.start()] in {'"', "=", "\n"} or tag.start() == 0
    return 55 if begins and 200 <= view.status < 300 and not view.is_html else 0


def _binary(view: View, content: bytes) -> Iterator[Match]:
    language = _of_bytes(content[:4000])
    if not language and "java-serialized" in view.request_type:
        language = "java"
    if not language:
        return
    text = view.request_text
    declared = bool(view.request_header("content-type"))
    part = REQUEST_BODY if text else "request.headers[content-type]" if declared else URL
    yield _match(view.whole(part), _Seen(language, 85), "")


SERIALIZED_OBJECT = Rule(
    id="serialized-object",
    type=FindingType.DESERIALIZATION,
    severity=Severity.HIGH,
    title="Client holds a serialized object",
    description="The server hands out or takes an object in a language's own serialization format. "
    "Reading a changed one back can run code.",
    remediation="Exchange plain data such as JSON with a fixed schema; where state must go to the "
    "client, sign it and check the signature before parsing.",
    fixes={
        Stack.DJANGO: "`SESSION_SERIALIZER = "
        '"django.contrib.sessions.serializers.JSONSerializer"`.',
        Stack.FLASK: "keep state in `session`, which is signed JSON; no `pickle.loads` of input.",
        Stack.EXPRESS: "`JSON.parse` with a schema instead of `node-serialize`.",
        Stack.SPRING: "`ObjectInputFilter` with a list of classes, and no `enableDefaultTyping`.",
        Stack.LARAVEL: "`json_decode($value, true)` instead of `unserialize`.",
        Stack.PHP: "`json_decode`, or `unserialize($value, ['allowed_classes' => false])`.",
        Stack.RAILS: "`config.action_dispatch.cookies_serializer = :json`.",
        Stack.ASP_NET: "`System.Text.Json` instead of `BinaryFormatter`; `TypeNameHandling.None`.",
    },
    cwe=502,
    owasp=("A08:2021",),
    references=("OWASP Deserialization Cheat Sheet", "CWE-502"),
    silent="It says nothing of JSON, of JSON Web Tokens, of encrypted values such as Laravel's or "
    "Fernet's, or of type names of linked data and of protocols such as AT.",
    check=_serialized,
)
