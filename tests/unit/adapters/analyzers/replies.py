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
        "remediation": "Encode it.",
        "cwe": 79,
        "owasp": ["A03:2021"],
        "evidence": [{"part": "response.body", "quote": "<h1>Hi</h1>"}],
    } | changes


def reply(*findings: Document, **changes: object) -> str:
    document = {
        "summary": "Looked at it.",
        "confidence": 70,
        "nextChecks": ["Look closer."],
        "findings": list(findings),
    } | changes
    return msgspec.json.encode(document).decode()


def without(document: Document, name: str) -> Document:
    return {key: value for key, value in document.items() if key != name}
