"""What models say, as text."""

import msgspec

Document = dict[str, object]


def finding(**changes: object) -> Document:
    return {
        "type": "xss",
        "severity": "high",
        "confidence": 80,
        "title": "Reflected name",
        "description": "It matters.",
        "why": "The name comes back.",
        "remediation": "Encode it.",
        "cwe": 79,
        "owasp": ["A03:2021"],
        "evidence": [{"part": "response.body", "quote": "<h1>Hi</h1>"}],
        "verificationSteps": ["Read the template."],
        "falsePositiveHints": ["The name is fixed."],
    } | changes


def reply(*findings: Document, **changes: object) -> str:
    return msgspec.json.encode(document(*findings, **changes)).decode()


def pack(*documents: Document) -> str:
    return msgspec.json.encode({"analyses": list(documents)}).decode()


def document(*findings: Document, **changes: object) -> Document:
    return {
        "summary": "Looked at it.",
        "confidence": 70,
        "nextChecks": ["Look closer."],
        "findings": list(findings),
    } | changes


def without(document: Document, name: str) -> Document:
    return {key: value for key, value in document.items() if key != name}
