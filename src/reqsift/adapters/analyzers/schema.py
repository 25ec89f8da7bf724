"""The JSON schemas of answers.

Providers refuse bounds and patterns: what they would say stands in the instruction.
"""

import msgspec

from reqsift.domain.findings import FindingType, Severity


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_STRING = {"type": "string"}
_INTEGER = {"type": "integer"}

_FINDING = {
    "type": {"type": "string", "enum": list(FindingType)},
    "severity": {"type": "string", "enum": list(Severity)},
    "confidence": _INTEGER,
    "title": _STRING,
    "description": _STRING,
    "why": _STRING,
    "remediation": _STRING,
    "cwe": _INTEGER,
    "owasp": _array(_STRING),
    "evidence": _array(_object({"part": _STRING, "quote": _STRING})),
    "verificationSteps": _array(_STRING),
    "falsePositiveHints": _array(_STRING),
}
_ANALYSIS: dict[str, object] = {
    "summary": _STRING,
    "confidence": _INTEGER,
    "nextChecks": _array(_STRING),
    "findings": _array(_object(_FINDING)),
}

SCHEMA = msgspec.json.encode(_object(_ANALYSIS))
"""Of the answer about one exchange."""
PACK_SCHEMA = msgspec.json.encode(
    _object({"analyses": _array(_object({"exchange": _INTEGER, **_ANALYSIS}))})
)
"""Of the answer about several."""
