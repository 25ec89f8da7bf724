import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.analyzers.reply import SCHEMA, read_reply
from reqsift.domain.batches import Analysis, Failure
from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.limits import Usage
from reqsift.domain.retries import Cause
from tests.factories import exchange
from tests.unit.adapters.analyzers.replies import Document, finding, reply, without

SPENT = Usage(input_tokens=3, output_tokens=4, cost=0.5)


def _read(text: str) -> Analysis | Failure:
    return read_reply(text, exchange(), "haiku-4.5", SPENT, 12.5)


def _analysis(text: str) -> Analysis:
    result = _read(text)
    assert isinstance(result, Analysis), result
    return result


def test_an_answer_becomes_an_analysis() -> None:
    result = _analysis(reply(finding()))

    assert (result.model, result.summary, result.confidence) == ("haiku-4.5", "Looked at it.", 70)
    assert (result.usage, result.duration_ms) == (SPENT, 12.5)
    assert result.next_checks == ("Look closer.",)
    (found,) = result.findings
    assert (found.type, found.severity, found.confidence) == (FindingType.XSS, Severity.HIGH, 80)
    assert (found.cwe, found.owasp, found.rule) == (79, ("A03:2021",), "model")
    assert found.evidence == (Evidence(part="response.body", offset=0, text="<h1>Hi</h1>"),)
    assert found.fingerprint.startswith("v1-")


def test_nothing_found_is_an_answer() -> None:
    assert _analysis(reply()).findings == ()


@pytest.mark.parametrize(
    ("part", "quote", "expected"),
    [
        ("request.url", "items/1", Evidence(part="request.url", offset=21, text="items/1")),
        ("response.status", "200", Evidence(part="response.status", offset=0, text="200")),
        (
            "response.headers[X-Twice]",
            " b ",
            Evidence(part="response.headers[x-twice]", offset=2, text="b"),
        ),
    ],
)
def test_quotes_are_looked_up(part: str, quote: str, expected: Evidence) -> None:
    result = _analysis(reply(finding(evidence=[{"part": part, "quote": quote}])))

    assert result.findings[0].evidence == (expected,)


@pytest.mark.parametrize(
    ("part", "quote"),
    [
        ("response.body", "<h1>hi</h1>"),
        ("response.body", " "),
        ("request.body", "<h1>Hi</h1>"),
        ("nowhere", "<h1>Hi</h1>"),
        ("response.headers[none]", "a"),
        ("response.headers[]", "a"),
    ],
)
def test_a_quote_that_is_not_there_is_dropped_and_the_finding_is_a_guess(
    part: str, quote: str
) -> None:
    (found,) = _analysis(
        reply(finding(severity="critical", evidence=[{"part": part, "quote": quote}]))
    ).findings

    assert found.evidence == ()
    assert (found.confidence, found.severity) == (30, Severity.MEDIUM)


def test_a_guess_that_was_humble_stays_so() -> None:
    (found,) = _analysis(reply(finding(severity="low", confidence=10, evidence=[]))).findings

    assert (found.confidence, found.severity) == (10, Severity.LOW)


def test_without_a_response_nothing_of_it_can_be_quoted() -> None:
    text = reply(finding(evidence=[{"part": "response.status", "quote": "0"}]))

    result = read_reply(text, exchange(status=None), "m", SPENT, 1)

    assert isinstance(result, Analysis)
    assert result.findings[0].evidence == ()


def test_one_weakness_told_twice_is_one_finding() -> None:
    assert len(_analysis(reply(finding(), finding(severity="low"))).findings) == 1


@pytest.mark.parametrize(("given_", "kept"), [(-5, 0), (140, 100), (10**30, 100)])
def test_a_confidence_out_of_range_is_clamped(given_: int, kept: int) -> None:
    result = _analysis(reply(finding(confidence=given_), confidence=given_))

    assert (result.confidence, result.findings[0].confidence) == (kept, kept)


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{reply(finding())}\n```",
        f"```\n{reply()}```",
        f"  {reply()}\n",
        f"Here is the analysis:\n\n{reply(finding())}\n\nI hope it helps!",
        reply(finding())[:-2] + ",],}",
        reply(finding()).replace('"A03:2021"', '"A03:2021" , '),
        reply(finding(title="a, } and ],")).replace("]}]", "]},\n]"),
    ],
)
def test_what_models_put_around_and_into_json_is_removed(text: str) -> None:
    assert _analysis(text).summary == "Looked at it."


_BAD_FINDINGS: list[tuple[Document, str]] = [
    *((without(finding(), name), name) for name in finding()),
    (finding(type="magic"), "magic"),
    (finding(severity="High"), "High"),
    (finding(confidence="80"), "confidence"),
    (finding(confidence=80.5), "confidence"),
    (finding(confidence=None), "confidence"),
    (finding(cwe="CWE-79"), "cwe"),
    (finding(cwe=-1), "cwe"),
    (finding(cwe=10**20), "cwe"),
    (finding(title=""), "title"),
    (finding(owasp="A03:2021"), "owasp"),
    (finding(evidence=[{"part": "response.body"}]), "quote"),
    (finding(evidence=["<h1>"]), "evidence"),
]


@pytest.mark.parametrize(("bad", "word"), _BAD_FINDINGS)
def test_a_finding_that_breaks_the_schema_is_never_mended(bad: Document, word: str) -> None:
    result = _read(reply(finding(), bad))

    assert isinstance(result, Failure)
    assert result.cause is Cause.MALFORMED
    assert word in result.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '"x"',
        "I have looked at it, and there is nothing.",
        '{"unexpected": true}',
        reply(summary=""),
        reply(findings=None),
        reply(findings={}),
        reply() + reply(finding()),
        f"One: {reply(finding())} Two: {reply(finding())}",
        f"I found XSS. The page says {reply()}",
        reply()[:-1] + ',"findings":[]}',
        reply(finding())[:-1] + ',"findings":[]}',
        reply().replace("[]", "[,]"),
        f"```json\n{reply(finding())[:-1]}\n```",
        reply(finding()).replace('"', "'"),
        reply().replace("Looked", r"\ud800"),
        "[" * 100_000,
        '{"a":' * 100_000,
        reply()[:-1] + ',"deep":' + "[" * 100_000,
    ],
)
def test_what_cannot_be_understood_is_never_nothing_found(text: str) -> None:
    result = _read(text)

    assert isinstance(result, Failure)
    assert result.cause is Cause.MALFORMED


WHOLE = reply(finding(), finding(type="idor", title='a "quoted" {brace}'))


@given(st.integers(0, len(WHOLE) - 1), st.sampled_from(["", "```json\n", "Here: "]))
def test_a_text_that_was_cut_is_never_an_analysis(end: int, start: str) -> None:
    assert isinstance(_read(start + WHOLE[:end]), Failure)


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", "[", "]", ",", '"', "\\", ":", "```", " ", "1", "{}", "[]", '"a"']
        )
    ).map("".join)
)
def test_anything_that_looks_like_json_is_a_failure(text: str) -> None:
    assert isinstance(_read(text), Failure)


@given(st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_bytes_are_a_failure(text: str) -> None:
    assert isinstance(_read(text), Failure)


@given(st.data())
def test_findings_are_never_lost_by_damage(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE)))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(st.text(alphabet='{}[],":\\` \nx', max_size=5))

    result = _read(WHOLE[:at] + put + WHOLE[at + cut :])

    assert isinstance(result, Failure) or result.findings


def test_texts_are_readable_and_not_endless() -> None:
    text = reply(finding(title="a\x1b[31m\u009b" + "t" * 500), summary="s\n\ttwo\0" + "s" * 9000)

    result = _analysis(text)

    assert result.findings[0].title.startswith("a [31m tttt")
    assert len(result.findings[0].title) == 200
    assert result.summary.startswith("s\n\ttwo sss")
    assert len(result.summary) == 4000


def test_the_schema_is_what_providers_accept_and_what_is_decoded() -> None:
    """Strict modes want every property required, none beside them, and no bounds."""
    schema = msgspec.json.decode(SCHEMA)
    example = json.loads(reply(finding()))
    allowed = {"type", "properties", "required", "additionalProperties", "items", "enum"}
    parts = [(schema, example)]
    while parts:
        part, value = parts.pop()
        assert set(part) <= allowed
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert set(part["required"]) == set(part["properties"]) == set(value)
            parts += [(inner, value[name]) for name, inner in part["properties"].items()]
        elif part["type"] == "array":
            parts.append((part["items"], value[0]))
