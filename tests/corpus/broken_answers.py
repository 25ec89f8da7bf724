"""Answers of models, broken in every way that models break them; the same ones each time."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_TYPES = ("xss", "idor", "csrf", "info_disclosure", "jwt_weak", "sql_injection")
_SEVERITIES = ("info", "low", "medium", "high", "critical")
_WORDS = (
    "cookie",
    "token",
    'a "quoted" word',
    "brace } and ]",
    "back\\slash",
    "naïve",
    "line\nend",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One answer."""

    kind: str
    text: str
    titles: tuple[str, ...]
    """Of the findings that the model meant; empty where it said nothing at all."""
    mendable: bool
    """Whether everything that was meant is still there, beyond doubt."""


def broken_answers() -> list[Broken]:
    """Two hundred, each with findings unless nothing was said."""
    chance = random.Random(20260304)
    answers: list[Broken] = []
    for kind, count, mendable, make in _KINDS:
        for number in range(count):
            whole = _answer(chance)
            titles = tuple(one["title"] for one in whole["findings"])
            silent = kind in {"prose", "refusal", "empty"}
            answers.append(
                Broken(
                    kind=kind,
                    text=make(whole, chance, number),
                    titles=() if silent else titles,
                    mendable=mendable,
                )
            )
    return answers


def _answer(chance: random.Random) -> dict[str, Any]:
    return {
        "summary": f"Saw a {chance.choice(_WORDS)}.",
        "confidence": chance.randint(60, 100),
        "nextChecks": ["Read the code."] * chance.randint(0, 2),
        "findings": [_finding(chance, number) for number in range(chance.randint(1, 4))],
    }


def _finding(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "type": chance.choice(_TYPES),
        "severity": chance.choice(_SEVERITIES),
        "confidence": chance.randint(0, 100),
        "title": f"{number}: {chance.choice(_WORDS)}",
        "description": "It matters.",
        "why": f"Because of the {chance.choice(_WORDS)}.",
        "remediation": "Mend it.",
        "cwe": chance.randint(1, 1400),
        "owasp": ["A05:2021"],
        "evidence": [{"part": "response.status", "quote": "200"}],
        "verificationSteps": ["Look at it."],
        "falsePositiveHints": [],
    }


def _text(whole: object, chance: random.Random) -> str:
    return json.dumps(whole, indent=chance.choice([None, 1, 2]), ensure_ascii=chance.random() < 0.5)


def _fenced(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    fence = chance.choice(["```json\n", "```\n", "```JSON ", "\n\n```json\r\n"])
    return f"{fence}{_text(whole, chance)}\n```{chance.choice(['', chr(10)])}"


def _around(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    before = chance.choice(["Here is the analysis:\n", "Sure!\n\n```json\n", "<think>Hm.</think>"])
    return before + _text(whole, chance) + chance.choice(["", "\n```", "\nAnything else?"])


def _commas(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    text = _text(whole, chance).rstrip()
    return text[:-1] + ",}" if number % 2 else text.replace('"200"}', '"200" , }')


def _cut(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    text = ("```json\n" if number % 3 == 0 else "") + _text(whole, chance)
    return text[: chance.randrange(10, len(text) - 1)].rstrip()


def _wrong_types(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    first = whole["findings"][0]
    changes: list[tuple[dict[str, Any], str, object]] = [
        (whole, "findings", None),
        (whole, "findings", {"0": first}),
        (whole, "findings", "none"),
        (whole, "findings", 0),
        (whole, "summary", ["a"]),
        (whole, "confidence", 0.8),
        (whole, "confidence", "high"),
        (whole, "nextChecks", "none"),
        (first, "severity", 3),
        (first, "severity", "Severe"),
        (first, "type", None),
        (first, "evidence", "200"),
        (first, "evidence", [["response.status", "200"]]),
        (first, "cwe", "unknown"),
        (first, "owasp", {}),
        (first, "title", ""),
    ]
    document, name, value = changes[number % len(changes)]
    document[name] = value
    return _text(whole, chance)


def _written_numbers(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    whole["confidence"] = str(whole["confidence"])
    for finding in whole["findings"]:
        finding["confidence"] = float(finding["confidence"])
        finding["cwe"] = str(finding["cwe"])
    return _text(whole, chance)


def _missing(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    document = chance.choice([whole, whole["findings"][0]])
    del document[chance.choice(list(document))]
    return _text(whole, chance)


def _extra(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    whole["thoughts"] = {"findings": [], "a": [1, {"b": None}]}
    whole["findings"][0]["cvss"] = 9.8
    return _text(dict(chance.sample(list(whole.items()), len(whole))), chance)


def _two(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    other = _answer(chance) if number % 2 else whole | {"findings": []}
    texts = [_text(whole, chance), _text(other, chance)]
    chance.shuffle(texts)
    return chance.choice(["\n", " ", "\n\nOr rather:\n", "\n```\n```json\n"]).join(texts)


def _same_twice(whole: dict[str, Any], chance: random.Random, _: int) -> str:
    text = _text(whole, chance)
    return f"{text}\n{text}"


def _member_twice(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    name = ('"findings"', '"find\\u0069ngs"')[number % 2]
    text = _text(whole, chance).rstrip()
    return f"{text[:-1]}, {name}: []}}"


def _quotes(whole: dict[str, Any], chance: random.Random, number: int) -> str:
    text = _text(whole, chance)
    return repr(whole) if number % 2 else text.replace('"', "“")


def _prose(_whole: dict[str, Any], chance: random.Random, _: int) -> str:
    return chance.choice(
        [
            "I have looked at this exchange. The cookie lacks HttpOnly, and the token is weak.",
            "No vulnerabilities were found.",
            "Findings:\n1. XSS in the name\n2. IDOR in the path {id}\n\nSummary: {2 findings}",
            "<analysis><finding>xss</finding></analysis>",
            "null",
            "[]",
            '"nothing"',
            "{}",
            '{"findings": []}',
        ]
    )


def _refusal(_whole: dict[str, Any], chance: random.Random, _: int) -> str:
    return chance.choice(
        [
            "I can't help with that.",
            "I'm sorry, but I cannot assist with analysing this traffic.",
            "I’m unable to review captured traffic.",
            "I apologize, but this might be harmful.",
            "Sorry, I must decline.",
        ]
    )


def _empty(_whole: dict[str, Any], _chance: random.Random, number: int) -> str:
    return ("", " ", "\n\n", "\t", "```json\n```", "\u200b", "\0", "{", "}", "```")[number % 10]


_KINDS: tuple[tuple[str, int, bool, Callable[[dict[str, Any], random.Random, int], str]], ...] = (
    ("fenced", 20, True, _fenced),
    ("prose around", 15, True, _around),
    ("trailing commas", 12, True, _commas),
    ("cut", 40, False, _cut),
    ("wrong types", 32, False, _wrong_types),
    ("numbers as text", 6, True, _written_numbers),
    ("missing members", 12, False, _missing),
    ("extra keys", 10, True, _extra),
    ("two objects", 12, False, _two),
    ("the same twice", 4, True, _same_twice),
    ("a member twice", 6, False, _member_twice),
    ("other quotation marks", 4, False, _quotes),
    ("prose", 11, False, _prose),
    ("refusal", 6, False, _refusal),
    ("empty", 10, False, _empty),
)
