"""What a model is shown: exchanges as data. Pure, and the same every time."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from reqsift.adapters.analyzers.instruction import SYSTEM
from reqsift.adapters.analyzers.schema import PACK_SCHEMA, SCHEMA
from reqsift.domain.bodies import essence
from reqsift.domain.captures import Body
from reqsift.domain.subjects import Subject
from reqsift.domain.templates import path_template
from reqsift.domain.trimming import trimmed
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, URL

_FORM = 2
"""Raised when an exchange is shown in another form."""
PROMPT_VERSION = sha256(f"{_FORM}{SYSTEM}".encode() + SCHEMA + PACK_SCHEMA).hexdigest()[:12]
"""Another one is another prompt: kept answers to it do not count."""

_MOST_REQUEST_BODY = 4_000
_MOST_RESPONSE_BODY = 8_000
_MOST_URL = 2_000
_MOST_VALUE = 1_000
_MOST_HEADERS = 60
_MOST_COMPLAINT = 300
_MOST_KNOWN = 30
_NONCE_LENGTH = 24
_NOISE = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "age", "alt-svc", "cf-ray", "connection"),
        *("content-length", "date", "dnt", "etag", "expect-ct", "if-modified-since"),
        *("if-none-match", "keep-alive", "last-modified", "nel", "pragma", "priority", "report-to"),
        *("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-gpc", "server-timing", "te"),
        *("traceparent", "tracestate", "upgrade-insecure-requests", "user-agent", "vary", "via"),
        *("x-amz-cf-id", "x-amz-cf-pop", "x-amz-request-id", "x-amzn-trace-id", "x-cache"),
        *("x-correlation-id", "x-request-id", "x-runtime", "x-served-by", "x-timer"),
    }
)
"""Header fields that say nothing about a weakness, and differ between equal exchanges."""


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
    yield from _known(subject)
    yield f"[request.url] (method {view.request.method})"
    yield _cut(parts.get(URL, ""), _MOST_URL)
    yield from _headers("request", subject)
    yield from _body(subject, REQUEST_BODY, view.request.body, _MOST_REQUEST_BODY)
    if view.response is None:
        yield "[response] none was captured"
        return
    yield "[response.status]"
    yield parts.get(STATUS, "")
    yield from _headers("response", subject)
    yield from _body(subject, RESPONSE_BODY, view.response.body, _MOST_RESPONSE_BODY)


def _known(subject: Subject) -> Iterator[str]:
    """What the tool knows; words of the capture stand in none of it but in placeholders."""
    view = subject.view
    template = path_template(view.url.path)
    if template != view.url.path and template.isascii():
        kinds = [segment for segment in template.split("/") if segment.startswith("{")]
        yield f"Known: the path holds {', '.join(kinds)}."
    yield f"Known: authentication by {_authentication(subject)}."
    for line in subject.masked.legend[:_MOST_KNOWN]:
        yield f"Known: {line}"
    for finding in subject.findings[:_MOST_KNOWN]:
        where = finding.evidence[0].part if finding.evidence else ""
        place = where.partition("[")[0]
        yield f"Known: rule {finding.rule} found {finding.type.value} in {place}."


def _authentication(subject: Subject) -> str:
    view = subject.view
    scheme = (view.request_header("authorization") or "").partition(" ")[0].lower()
    found = [scheme] if scheme in {"basic", "bearer", "digest", "negotiate", "ntlm"} else []
    found += ["cookies"] if view.cookies else []
    return " and ".join(found) or "nothing that is known"


def _headers(side: str, subject: Subject) -> Iterator[str]:
    before = f"{side}.headers["
    named = [
        (part.removeprefix(before)[:-1], text)
        for part, text in subject.masked.parts.items()
        if part.startswith(before)
    ]
    telling = [(name, text) for name, text in named if name not in _NOISE]
    yield f"[{side}.headers]"
    for name, text in telling[:_MOST_HEADERS]:
        for value in text.split("\n"):
            yield f"{_cut(name, _MOST_VALUE)}: {_cut(value, _MOST_VALUE)}"
    if noise := sorted(name for name, _ in named if name in _NOISE):
        yield f"(left out: {', '.join(noise)})"
    if len(telling) > _MOST_HEADERS:
        yield f"({len(telling) - _MOST_HEADERS} more headers are not shown)"


def _body(subject: Subject, part: str, body: Body, most: int) -> Iterator[str]:
    size = max(body.size, len(body.content))
    if not size:
        yield f"[{part}] empty"
        return
    kind = essence(body.mime_type) or "unknown type"
    text = subject.masked.parts.get(part)
    if not text:
        digest = sha256(body.content).hexdigest()[:16]
        yield f"[{part}] binary, {kind}, {size} bytes, SHA-256 {digest}, not shown"
        return
    marks = [
        evidence.offset
        for finding in subject.findings
        for evidence in finding.evidence
        if evidence.part == part
    ]
    shown = trimmed(text, kind, most, marks)
    notes = [shown.note] if shown.note else []
    notes += ["the capture holds a part of it only"] if body.truncated else []
    yield f"[{part}] {', '.join([kind, f'{size} bytes', *notes])}"
    yield shown.text


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]} (cut; {len(text) - most} more characters)"
