"""The wire: what JSON looks like, for the API and for every `--json` of the command line."""

from base64 import b64encode
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from reqsift.domain.batches import Batch, ItemError, StoredAnalysis
from reqsift.domain.bodies import body_text
from reqsift.domain.captures import (
    Body,
    Capture,
    Header,
    Request,
    RequestRow,
    Response,
    StoredExchange,
)
from reqsift.domain.findings import Evidence, StoredFinding
from reqsift.domain.paging import Page


class Wire(BaseModel):
    """A JSON object with camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class SkippedOut(Wire):
    """An entry of a capture file that could not be read."""

    entry_index: int
    reason: str


class ImportOut(Wire):
    """What became of a capture file."""

    capture_id: str
    imported: int
    skipped: int
    truncated: int
    duplicate: bool
    errors: list[SkippedOut]

    @classmethod
    def of(cls, capture: Capture, *, duplicate: bool) -> Self:
        """Of a fresh import, or of one that found the file known and stored nothing."""
        skipped = () if duplicate else capture.skipped
        return cls(
            capture_id=capture.id,
            imported=0 if duplicate else capture.imported,
            skipped=len(skipped),
            truncated=0 if duplicate else capture.truncated,
            duplicate=duplicate,
            errors=[
                SkippedOut(entry_index=entry.entry_index, reason=entry.reason) for entry in skipped
            ],
        )


class CaptureOut(Wire):
    """An imported file."""

    id: str
    source: str
    imported_at: datetime
    imported: int
    skipped: int
    truncated: int

    @classmethod
    def of(cls, capture: Capture) -> Self:
        """Of a capture."""
        return cls(
            id=capture.id,
            source=capture.source,
            imported_at=capture.imported_at,
            imported=capture.imported,
            skipped=len(capture.skipped),
            truncated=capture.truncated,
        )


class CapturesOut(Wire):
    """All captures."""

    items: list[CaptureOut]


class RequestRowOut(Wire):
    """A request in a list; `status` is null when there was no response."""

    id: str
    capture_id: str
    entry_index: int
    method: str
    url: str
    host: str
    path: str
    status: int | None
    mime_type: str
    response_size: int
    findings: int


class RequestPageOut(Wire):
    """A page of requests."""

    items: list[RequestRowOut]
    next_cursor: str | None
    total: int

    @classmethod
    def of(cls, page: Page[RequestRow]) -> Self:
        """Of a page."""
        return cls(
            items=[
                RequestRowOut(
                    id=row.id,
                    capture_id=row.capture_id,
                    entry_index=row.entry_index,
                    method=row.method,
                    url=row.url,
                    host=row.host,
                    path=row.path,
                    status=row.status,
                    mime_type=row.mime_type,
                    response_size=row.response_size,
                    findings=row.findings,
                )
                for row in page.items
            ],
            next_cursor=page.next_cursor,
            total=page.total,
        )


class HeaderOut(Wire):
    """A header field."""

    name: str
    value: str


class BodyOut(Wire):
    """A body; binary content is in `base64`, and `text` is null then."""

    mime_type: str
    size: int
    truncated: bool
    text: str | None
    base64: str | None

    @classmethod
    def of(cls, body: Body) -> Self:
        """Of a body."""
        text = body_text(body)
        return cls(
            mime_type=body.mime_type,
            size=body.size,
            truncated=body.truncated,
            text=text,
            base64=b64encode(body.content).decode() if text is None else None,
        )


class RequestOut(Wire):
    """What the client sent."""

    method: str
    url: str
    http_version: str
    headers: list[HeaderOut]
    body: BodyOut

    @classmethod
    def of(cls, request: Request) -> Self:
        """Of a request."""
        return cls(
            method=request.method,
            url=request.url,
            http_version=request.http_version,
            headers=_headers(request.headers),
            body=BodyOut.of(request.body),
        )


class ResponseOut(Wire):
    """What the server answered."""

    status: int
    reason: str
    http_version: str
    headers: list[HeaderOut]
    body: BodyOut

    @classmethod
    def of(cls, response: Response) -> Self:
        """Of a response."""
        return cls(
            status=response.status,
            reason=response.reason,
            http_version=response.http_version,
            headers=_headers(response.headers),
            body=BodyOut.of(response.body),
        )


def _headers(headers: tuple[Header, ...]) -> list[HeaderOut]:
    return [HeaderOut(name=header.name, value=header.value) for header in headers]


class ExchangeOut(Wire):
    """A request with its response; `response` is null when there was none."""

    id: str
    capture_id: str
    entry_index: int
    started_at: datetime | None
    duration_ms: float | None
    request: RequestOut
    response: ResponseOut | None

    @classmethod
    def of(cls, stored: StoredExchange) -> Self:
        """Of a stored exchange."""
        exchange = stored.exchange
        return cls(
            id=stored.id,
            capture_id=stored.capture_id,
            entry_index=exchange.entry_index,
            started_at=exchange.started_at,
            duration_ms=exchange.duration_ms,
            request=RequestOut.of(exchange.request),
            response=ResponseOut.of(exchange.response) if exchange.response else None,
        )


class EvidenceOut(Wire):
    """A span that proves a finding; `offset` counts code points of the part's text."""

    part: str
    offset: int
    text: str

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Of a piece of evidence."""
        return cls(part=evidence.part, offset=evidence.offset, text=evidence.text)


class FindingOut(Wire):
    """A suspected weakness, over all requests that show it."""

    id: str
    capture_id: str
    source: str
    request_id: str
    entry_index: int
    method: str
    url: str
    type: str
    severity: str
    confidence: int
    title: str
    description: str
    remediation: str
    cwe: int
    owasp: list[str]
    evidence: list[EvidenceOut]
    rule: str
    fingerprint: str
    request_ids: list[str]
    entry_indexes: list[int]
    member_count: int

    @classmethod
    def of(cls, stored: StoredFinding) -> Self:
        """Of a stored finding; `requestId` and `entryIndex` are the first member's."""
        finding = stored.finding
        return cls(
            id=stored.id,
            capture_id=stored.capture_id,
            source=stored.source,
            request_id=stored.request_ids[0],
            entry_index=stored.entry_indexes[0],
            method=stored.method,
            url=stored.url,
            type=finding.type.value,
            severity=finding.severity.value,
            confidence=finding.confidence,
            title=finding.title,
            description=finding.description,
            remediation=finding.remediation,
            cwe=finding.cwe,
            owasp=list(finding.owasp),
            evidence=[EvidenceOut.of(evidence) for evidence in finding.evidence],
            rule=finding.rule,
            fingerprint=finding.fingerprint,
            request_ids=list(stored.request_ids),
            entry_indexes=list(stored.entry_indexes),
            member_count=stored.member_count,
        )


class FindingPageOut(Wire):
    """A page of findings."""

    items: list[FindingOut]
    next_cursor: str | None
    total: int

    @classmethod
    def of(cls, page: Page[StoredFinding]) -> Self:
        """Of a page."""
        return cls(
            items=[FindingOut.of(finding) for finding in page.items],
            next_cursor=page.next_cursor,
            total=page.total,
        )


class AnalysisOut(Wire):
    """What one analyzer said about one request."""

    id: str
    request_id: str
    model: str
    ai_response: str
    vulnerabilities: list[FindingOut]
    suggestions: list[str]
    tokens_used: int
    confidence: int
    timestamp: datetime
    request_url: str
    request_method: str

    @classmethod
    def of(cls, stored: StoredAnalysis) -> Self:
        """Of a stored analysis."""
        analysis = stored.analysis
        return cls(
            id=stored.id,
            request_id=stored.request_id,
            model=analysis.model,
            ai_response=analysis.summary,
            vulnerabilities=[FindingOut.of(finding) for finding in stored.findings],
            suggestions=list(analysis.next_checks),
            tokens_used=analysis.tokens_used,
            confidence=analysis.confidence,
            timestamp=stored.finished_at,
            request_url=stored.request_url,
            request_method=stored.request_method,
        )


class ResultOut(Wire):
    """One item of a batch that ended well."""

    request_id: str
    analysis: AnalysisOut


class ItemErrorOut(Wire):
    """One item of a batch that failed."""

    request_id: str
    error: str

    @classmethod
    def of(cls, error: ItemError) -> Self:
        """Of an item's error."""
        return cls(request_id=error.request_id, error=error.reason)


class SummaryOut(Wire):
    """A batch in figures; `duration` and `averageTime` are milliseconds."""

    total: int
    successful: int
    failed: int
    duration: int
    average_time: int
    concurrency: int
    model: str

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """Of a batch."""
        return cls(
            total=batch.total,
            successful=batch.successful,
            failed=batch.failed,
            duration=batch.duration_ms,
            average_time=batch.average_ms,
            concurrency=batch.concurrency,
            model=batch.model,
        )


class BatchDataOut(Wire):
    """What a batch brought, in the order of the ids asked for."""

    batch_id: str
    results: list[ResultOut]
    errors: list[ItemErrorOut]
    summary: SummaryOut


class BatchOut(Wire):
    """The answer of `POST /api/ai/batch-analyze`."""

    success: bool
    data: BatchDataOut
    message: str
