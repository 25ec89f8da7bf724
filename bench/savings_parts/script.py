"""A model that is a script: it reports what it knows by sight, with quotes, and the same each time.

Cheap and strong model see the same weaknesses, but the cheap one is unsure of some exchanges, and
then says nothing of them: whoever believes it there loses findings.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from bench.savings_parts.signs import SIGNS, Sign
from reqsift.domain.findings import FindingType, Severity
from reqsift.simulator import Asked

_BLOCK = re.compile(
    r"(?:^Exchange (?P<number>\d+):\n)?<captured-(?P<id>[0-9a-f]{24})>\n(?P<text>.*?)"
    r"\n</captured-(?P=id)>",
    re.DOTALL | re.MULTILINE,
)
_PART = re.compile(
    r"^\[((?:request|response)\.(?:url|headers|body|status))\][^\n]*\n?", re.MULTILINE
)
_SURE, _UNSURE = 80, 40
_UNSURE_OF = 20
"""The cheap model is unsure of one address in so many."""
_MOST_QUOTE = 120
_MARKUP = Sign(
    "response.body",
    re.compile(""),
    FindingType.XSS,
    Severity.HIGH,
    79,
    "Markup of the request comes back unencoded",
)


class Seen(NamedTuple):
    """A weakness that the script sees, and where."""

    sign: Sign
    part: str
    quote: str


class Scripted:
    """Fills `Script`, and counts what it is asked."""

    def __init__(self) -> None:
        """Ask nothing yet."""
        self.calls: Counter[str] = Counter()
        """By the provider's id of the model."""

    def __call__(self, asked: Asked) -> str:
        """The answer to one call."""
        self.calls[asked.model] += 1
        cheap = "haiku" in asked.model
        found = list(_BLOCK.finditer(asked.user))
        answers = [_answer(one["text"], cheap=cheap) for one in found]
        if found and found[0]["number"] is None:
            return msgspec.json.encode(answers[0]).decode()
        numbered = [
            {"exchange": int(one["number"]), **answer}
            for one, answer in zip(found, answers, strict=True)
        ]
        return msgspec.json.encode({"analyses": numbered}).decode()


def _answer(text: str, *, cheap: bool) -> dict[str, object]:
    parts = _parts(text)
    url, status = parts.get("request.url", ""), parts.get("response.status", "none")
    unsure = cheap and sha256(url.encode()).digest()[0] * _UNSURE_OF < 256
    seen = [] if unsure else list(_seen(parts))
    about = f"{urlsplit(url).path[:60]} answers {status} with {len(text):,} characters in all"
    result = f"{len(seen)} weaknesses show in it" if seen else "nothing in it shows a weakness"
    return {
        "summary": f"The request to {about}; {result}.",
        "confidence": _UNSURE if unsure else _SURE,
        "nextChecks": ["Ask the same with another account of your own and compare the answers."],
        "findings": [_finding(one) for one in seen],
    }


def _parts(text: str) -> dict[str, str]:
    """What the block shows, by part; a header's value under its name."""
    _, *pieces = _PART.split(text)
    parts: dict[str, str] = {}
    for name, shown in zip(pieces[::2], pieces[1::2], strict=True):
        if not name.endswith(".headers"):
            parts[name] = shown.removesuffix("\n")
            continue
        for line in shown.splitlines():
            field, _, value = line.partition(": ")
            parts[f"{name}[{field}]"] = value
    return parts


def _seen(parts: Mapping[str, str]) -> Iterator[Seen]:
    for sign in SIGNS:
        for part, text in parts.items():
            if part.startswith(sign.part) and (match := sign.pattern.search(text)):
                yield Seen(sign, part, match[0][:_MOST_QUOTE])
                break
    body = parts.get("response.body", "")
    for _, value in parse_qsl(urlsplit(parts.get("request.url", "")).query):
        if "<" in value and value in body:
            yield Seen(_MARKUP, _MARKUP.part, value[:_MOST_QUOTE])
            break


def _finding(seen: Seen) -> dict[str, object]:
    """As long as a model's findings are: about 300 tokens."""
    sign, part, quote = seen
    return {
        "type": sign.type,
        "severity": sign.severity,
        "confidence": _SURE,
        "title": sign.title,
        "description": f"{sign.title}. It stands in {part} of this exchange, so whoever can make "
        "the same request, or read the same answer, has it too. It needs no special tool.",
        "why": f"The quoted spot in {part} shows it directly. Nothing else in the exchange, such "
        "as a header or a status, tells that it is handled elsewhere or meant for tests only.",
        "remediation": "Decide on the server, from what it knows of the session, and let neither "
        "what the client sends nor what the client is shown go beyond what it needs.",
        "cwe": sign.cwe,
        "owasp": ["A04:2021", "API3:2023"],
        "evidence": [{"part": part, "quote": quote}],
        "verificationSteps": [
            "Read the handler of this endpoint and see where the value comes from.",
            "Compare what two accounts of your own see at the same address.",
        ],
        "falsePositiveHints": ["A value that the server ignores or that is public by intent."],
    }
