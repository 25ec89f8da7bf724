"""Between rows and domain objects; pure."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Row

from reqsift.adapters.storage.ids import to_id
from reqsift.domain.bodies import essence
from reqsift.domain.captures import (
    Body,
    Capture,
    CaptureState,
    Exchange,
    Header,
    Request,
    RequestRow,
    Response,
    SkippedEntry,
)
from reqsift.domain.findings import Evidence, Finding, FindingType, Severity
from reqsift.domain.urls import parse_url

Columns = tuple[Any, ...]
"""Any columns; SQLAlchemy cannot type them by name."""


def digest(content: bytes) -> bytes:
    """The column `bodies.hash`."""
    return sha256(content).digest()


class Heads(msgspec.Struct, array_like=True, omit_defaults=True):
    """What `messages.heads` holds: all of an exchange but bodies and listed columns."""

    request_version: str
    request_headers: list[tuple[str, str]]
    request_mime: str
    request_size: int
    request_truncated: bool
    response_version: str = ""
    reason: str = ""
    response_headers: list[tuple[str, str]] = []
    response_mime: str = ""
    response_truncated: bool = False


_heads_encoder = msgspec.msgpack.Encoder()
_heads_decoder = msgspec.msgpack.Decoder(Heads)


class Packer:
    """Compresses; one per thread, since its context is not shared."""

    def __init__(self) -> None:
        """Prepare a compression context."""
        self._zstd = zstandard.ZstdCompressor(level=1)

    def compress(self, content: bytes) -> bytes:
        """The column `bodies.content`."""
        return self._zstd.compress(content)

    def heads(self, exchange: Exchange) -> bytes:
        """The column `messages.heads`."""
        request, response = exchange.request, exchange.response
        heads = Heads(
            request_version=request.http_version,
            request_headers=list(request.headers),
            request_mime=request.body.mime_type,
            request_size=request.body.size,
            request_truncated=request.body.truncated,
        )
        if response is not None:
            heads.response_version = response.http_version
            heads.reason = response.reason
            heads.response_headers = list(response.headers)
            heads.response_mime = response.body.mime_type
            heads.response_truncated = response.body.truncated
        return self._zstd.compress(_heads_encoder.encode(heads))


def exchange_row(exchange: Exchange) -> dict[str, object]:
    """The listed columns of an exchange, without ids."""
    url = parse_url(exchange.request.url)
    response = exchange.response
    return {
        "entry_index": exchange.entry_index,
        "method": exchange.request.method,
        "url": exchange.request.url,
        "host": url.host,
        "path": url.path,
        "status": response.status if response else None,
        "mime_type": essence(response.body.mime_type) if response else "",
        "response_size": response.body.size if response else 0,
        "started_at": exchange.started_at,
        "duration_ms": exchange.duration_ms,
    }


_unzstd = zstandard.ZstdDecompressor()


def exchange_of(row: Row[*Columns]) -> Exchange:
    """An exchange from its columns, heads and bodies."""
    heads = _heads_decoder.decode(_unzstd.decompress(row.heads))
    return Exchange(
        entry_index=row.entry_index,
        request=Request(
            method=row.method,
            url=row.url,
            http_version=heads.request_version,
            headers=_headers(heads.request_headers),
            body=Body(
                content=_content(row.request_content),
                mime_type=heads.request_mime,
                size=heads.request_size,
                truncated=heads.request_truncated,
            ),
        ),
        response=None if row.status is None else _response(row, heads),
        started_at=row.started_at,
        duration_ms=row.duration_ms,
    )


def _response(row: Row[*Columns], heads: Heads) -> Response:
    return Response(
        status=row.status,
        reason=heads.reason,
        http_version=heads.response_version,
        headers=_headers(heads.response_headers),
        body=Body(
            content=_content(row.response_content),
            mime_type=heads.response_mime,
            size=row.response_size,
            truncated=heads.response_truncated,
        ),
    )


def _headers(pairs: list[tuple[str, str]]) -> tuple[Header, ...]:
    return tuple(map(Header._make, pairs))


def _content(compressed: bytes | None) -> bytes:
    return _unzstd.decompress(compressed) if compressed else b""


def capture_of(row: Row[*Columns]) -> Capture:
    """A capture from its row."""
    return Capture(
        id=to_id("c", row.id),
        source=row.source,
        content_hash=row.content_hash,
        imported_at=row.imported_at,
        state=CaptureState(row.state),
        imported=row.imported,
        truncated=row.truncated,
        skipped=tuple(
            SkippedEntry(entry_index=index, reason=reason)
            for index, reason in _skipped_decoder.decode(row.skipped)
        ),
    )


def request_row_of(row: Row[*Columns], findings: int) -> RequestRow:
    """What a list shows of an exchange."""
    return RequestRow(
        id=to_id("r", row.id),
        capture_id=to_id("c", row.capture_id),
        entry_index=row.entry_index,
        method=row.method,
        url=row.url,
        host=row.host,
        path=row.path,
        status=row.status,
        mime_type=row.mime_type,
        response_size=row.response_size,
        findings=findings,
    )


def skipped_json(skipped: Sequence[SkippedEntry]) -> str:
    """The column `captures.skipped`."""
    return msgspec.json.encode([(entry.entry_index, entry.reason) for entry in skipped]).decode()


VERDICT = (
    *("severity", "confidence", "title", "description", "remediation", "cwe", "owasp", "rule"),
    *("why", "verification_steps", "false_positive_hints", "sources"),
)
"""The columns of a finding that a later look may change."""


def finding_row(finding: Finding) -> dict[str, object]:
    """A finding's own columns, without ids."""
    return {
        "fingerprint": finding.fingerprint,
        "type": finding.type.value,
        "severity": finding.severity.rank,
        "confidence": finding.confidence,
        "title": finding.title,
        "description": finding.description,
        "remediation": finding.remediation,
        "cwe": finding.cwe,
        "owasp": strings_json(finding.owasp),
        "rule": finding.rule,
        "why": finding.why,
        "verification_steps": strings_json(finding.verification_steps),
        "false_positive_hints": strings_json(finding.false_positive_hints),
        "sources": strings_json(finding.sources),
    }


def finding_of(row: Row[*Columns], evidence: str) -> Finding:
    """A finding from its row and the evidence column of one occurrence."""
    return Finding(
        type=FindingType(row.type),
        severity=Severity.of_rank(row.severity),
        confidence=row.confidence,
        title=row.title,
        description=row.description,
        remediation=row.remediation,
        cwe=row.cwe,
        owasp=strings_of(row.owasp),
        evidence=tuple(
            Evidence(part=part, offset=offset, text=text)
            for part, offset, text in _evidence_decoder.decode(evidence)
        ),
        rule=row.rule,
        fingerprint=row.fingerprint,
        why=row.why,
        verification_steps=strings_of(row.verification_steps),
        false_positive_hints=strings_of(row.false_positive_hints),
        sources=strings_of(row.sources),
    )


def evidence_json(evidence: Sequence[Evidence]) -> str:
    """The column `occurrences.evidence`."""
    return msgspec.json.encode([(e.part, e.offset, e.text) for e in evidence]).decode()


def strings_json(strings: Sequence[str]) -> str:
    """A column that holds a list of strings."""
    return msgspec.json.encode(strings).decode()


def strings_of(column: str) -> tuple[str, ...]:
    """The strings of such a column."""
    return _strings_decoder.decode(column)


_skipped_decoder = msgspec.json.Decoder(list[tuple[int, str]])
_evidence_decoder = msgspec.json.Decoder(list[tuple[str, int, str]])
_strings_decoder = msgspec.json.Decoder(tuple[str, ...])
