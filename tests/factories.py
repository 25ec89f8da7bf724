"""Domain objects from the few facts that a test cares about."""

from dataclasses import replace
from datetime import UTC, datetime

from reqsift.adapters.rules import aids
from reqsift.domain.batches import Analysis, BatchItem, Failure, ItemOutcome
from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.findings import Evidence, Finding, FindingType, Severity
from reqsift.domain.limits import Usage
from reqsift.domain.view import View

AIDS = aids()


def view(seen: Exchange) -> View:
    """As the program looks at it."""
    return View(seen, AIDS)


NOW = datetime(2026, 3, 4, 5, 6, 7, 890_123, tzinfo=UTC)


def exchange(
    index: int = 0,
    url: str = "https://shop.example/items/1",
    *,
    method: str = "GET",
    status: int | None = 200,
    body: bytes = b"<h1>Hi</h1>",
    mime_type: str = "text/html",
) -> Exchange:
    response = None
    if status is not None:
        response = Response(
            status=status,
            reason="OK",
            http_version="HTTP/1.1",
            headers=(
                Header("Content-Type", mime_type),
                Header("X-Twice", "a"),
                Header("X-Twice", "b"),
            ),
            body=Body(content=body, mime_type=mime_type, size=len(body)),
        )
    request = Request(
        method=method, url=url, http_version="HTTP/1.1", headers=(Header("Accept", "*/*"),)
    )
    return Exchange(entry_index=index, request=request, response=response)


def finding(
    fingerprint: str = "v1-one",
    *,
    severity: Severity = Severity.MEDIUM,
    confidence: int = 60,
    text: str = "Hi",
) -> Finding:
    return Finding(
        type=FindingType.XSS,
        severity=severity,
        confidence=confidence,
        title=f"A weakness of {severity.value} severity",
        description="It matters.",
        remediation="Mend it.",
        cwe=79,
        owasp=("A03:2021",),
        evidence=(Evidence(part="response.body", offset=4, text=text),),
        rule="test-rule",
        fingerprint=fingerprint,
    )


def analysis(*findings: Finding) -> Analysis:
    return Analysis(
        model="scripted",
        summary="Looked at it.",
        findings=findings,
        next_checks=("Look closer.",),
        confidence=50,
        usage=Usage(input_tokens=5, output_tokens=2, cost=0.25),
        duration_ms=1.5,
    )


def with_text(found: Finding, text: str) -> Finding:
    return replace(found, evidence=(replace(found.evidence[0], text=text),))


def outcome(item: BatchItem, result: Analysis | Failure, sequence: int) -> ItemOutcome:
    return ItemOutcome(item=item, result=result, sequence=sequence, at=NOW)
