"""What a model is shown: exchanges as data. Pure, and the same every time."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import accumulate

from reqsift.adapters.analyzers.instruction import SYSTEM
from reqsift.adapters.analyzers.schema import PACK_SCHEMA, SCHEMA
from reqsift.domain.bodies import essence
from reqsift.domain.captures import Body
from reqsift.domain.findings import Finding
from reqsift.domain.subjects import Subject
from reqsift.domain.templates import path_template
from reqsift.domain.trimming import beginning, trimmed
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL

_FORM = 3
"""Raised when an exchange is shown in another form."""
PROMPT_VERSION = sha256(f"{_FORM}{SYSTEM}".encode() + SCHEMA + PACK_SCHEMA).hexdigest()[:12]
"""Another one is another prompt: kept answers to it do not count."""

_MOST = 12_000
"""Characters of an exchange, the bodies included."""
_LEAST_BODIES = 4_000
"""What bodies may have however long the rest is."""
_MOST_URL = 2_000
_MOST_VALUE = 1_000
_MOST_HEADERS = 4_000
"""Characters of the headers of one message."""
_MOST_COMPLAINT = 300
_MOST_KNOWN = 30
_NONCE_LENGTH = 24
_NOISE = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "age", "alt-svc", "cf-ray", "connection"),
        *("content-length", "date", "dnt", "etag", "expect-ct", "if-modified-since"),
        *("if-none-match", "keep-alive", "last-modified", "nel", "pragma", "priority", "report-to"),
        *("sec-gpc", "server-timing", "te", "traceparent", "tracestate", "user-agent", "vary"),
        *("upgrade-insecure-requests", "via", "x-cache", "x-correlation-id", "x-request-id"),
        *("x-runtime", "x-served-by", "x-timer", "x-trace-id"),
    }
)
_NOISE_STARTS = (":", "sec-ch-", "x-amz-", "x-amzn-")
"""Header fields that say nothing about a weakness, and differ between equal exchanges."""
_METHOD = re.compile(r"[A-Za-z-]{1,20}\Z")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}\Z", re.ASCII)
_PART = re.compile(r"[a-z]+\.[a-z]+(?:\[[a-z0-9_-]{1,60}\])?\Z")
_KIND = re.compile(r"\{[a-z]{1,12}\}\Z")


def block(subject: Subject) -> str:
    """One exchange as a block of data that nothing in it can close."""
    content = "\n".join(_lines(subject))
    # A text cannot hold a digest of itself: nothing captured can close the block.
    digest = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    tag = f"captured-{digest[:_NONCE_LENGTH]}"
    # Lone surrogates have no place in JSON.
    safe = content.encode("utf-8", "replace").decode()
    return f"<{tag}>\n{safe}\n</{tag}>"


def prompt(blocks: Sequence[str], complaint: str = "") -> str:
    """The blocks of the exchanges that share a call, and the complaint about the last answer."""
    if len(blocks) == 1:
        text = blocks[0]
    else:
        numbered = (f"Exchange {number}:\n{one}" for number, one in enumerate(blocks, start=1))
        text = "\n\n".join(numbered)
    if not complaint:
        return text
    wrong = " ".join(complaint[:_MOST_COMPLAINT].encode("utf-8", "replace").decode().split())
    return f"{text}\n\nYour last answer could not be used: {wrong}\nAnswer again, in full."


def _lines(subject: Subject) -> Iterator[str]:
    view, parts = subject.view, subject.masked.parts
    method = view.request.method
    head = [
        *_known(subject),
        f"[request.url] (method {method if _METHOD.match(method) else 'of an unusual form'})",
        _cut(parts.get(URL, ""), _MOST_URL),
        *_headers("request", subject),
    ]
    foot = ["[response] none was captured"]
    if view.response is not None:
        foot = ["[response.status]", parts.get(STATUS, ""), *_headers("response", subject)]
    room = max(_LEAST_BODIES, _MOST - sum(map(len, (*head, *foot))))
    sent, answered = len(parts.get(REQUEST_BODY, "")), len(parts.get(RESPONSE_BODY, ""))
    room_of_request = room - min(answered, room * 2 // 3)
    yield from head
    yield from _body(subject, REQUEST_BODY, view.request.body, room_of_request)
    yield from foot
    if view.response is not None:
        rest = room - min(sent, room_of_request)
        yield from _body(subject, RESPONSE_BODY, view.response.body, rest)


def _known(subject: Subject) -> Iterator[str]:
    """What the tool knows; words of the capture stand in none of it but in placeholders."""
    kinds = [one for one in path_template(subject.view.url.path).split("/") if _KIND.match(one)]
    if kinds:
        yield f"Known: the path holds {', '.join(kinds)}."
    yield f"Known: authentication by {_authentication(subject)}."
    for line in (*subject.facts, *subject.masked.legend)[:_MOST_KNOWN]:
        yield f"Known: {' '.join(line.split())}"
    found = dict.fromkeys(_found(finding) for finding in subject.findings)
    yield from list(found)[:_MOST_KNOWN]


def _found(finding: Finding) -> str:
    part = finding.evidence[0].part if finding.evidence else ""
    place = part if _PART.match(part) else part.partition("[")[0]
    return f"Known: rule {finding.rule} found {finding.type.value} in {place}."


def _authentication(subject: Subject) -> str:
    view = subject.view
    scheme = (view.request_header("authorization") or "").partition(" ")[0].lower()
    found = [scheme] if scheme in {"basic", "bearer", "digest", "negotiate", "ntlm"} else []
    found += ["cookies"] if view.cookies else []
    return " and ".join(found) or "nothing that is known"


def _headers(side: str, subject: Subject) -> Iterator[str]:
    before = f"{side}.headers["
    cited = {one.part for finding in subject.findings for one in finding.evidence}
    telling: list[tuple[str, str]] = []
    noise: list[str] = []
    for part, text in subject.masked.parts.items():
        name = part.removeprefix(before)[:-1]
        if part.startswith(before) and _is_noise(name) and part not in cited:
            noise.append(name)
        elif part.startswith(before):
            telling.append((name, text))
    lines = [
        f"{_cut(name, _MOST_VALUE)}: {_cut(value, _MOST_VALUE)}"
        for name, text in telling
        for value in text.split("\n")
    ]
    ends = list(accumulate(map(len, lines)))
    shown = bisect_right(ends, _MOST_HEADERS)
    yield f"[{side}.headers]"
    yield from lines[:shown]
    if noise:
        yield f"(left out: {', '.join(sorted(noise))})"
    if shown < len(lines):
        yield f"({len(lines) - shown} more headers are not shown)"


def _is_noise(name: str) -> bool:
    return name in _NOISE or name.startswith(_NOISE_STARTS)


def _body(subject: Subject, part: str, body: Body, most: int) -> Iterator[str]:
    size = max(body.size, len(body.content))
    if not size:
        yield f"[{part}] empty"
        return
    kind = essence(body.mime_type)
    kind = kind if _MEDIA_TYPE.match(kind) else "unknown type"
    text = subject.masked.parts.get(part)
    if not text:
        digest = sha256(body.content).hexdigest()[:16]
        yield f"[{part}] binary, {kind}, {size} bytes, SHA-256 {digest}, not shown"
        return
    shown = trimmed(text, kind, most, list(_marks(subject, part)))
    notes = [shown.note] if shown.note else []
    notes += ["the capture holds a part of it only"] if body.truncated else []
    yield f"[{part}] {', '.join([kind, f'{size} bytes', *notes])}"
    yield shown.text


def _marks(subject: Subject, part: str) -> Iterable[int]:
    """Where, in what is shown, the evidence of the rules begins."""
    masked = subject.masked
    places = range(len(masked.parts[part]))
    for finding in subject.findings:
        for evidence in finding.evidence:
            if evidence.part == part:
                # The way back from masked to captured text is known, and it is monotone.
                yield bisect_left(
                    places, evidence.offset, key=lambda at: masked.original(part, at, at + 1)[0]
                )


def _cut(text: str, most: int) -> str:
    shown = beginning(text, most)
    return text if shown == text else f"{shown} (cut; {len(text) - len(shown)} more characters)"
