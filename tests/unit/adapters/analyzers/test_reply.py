import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqsift.adapters.analyzers.reply import read_pack, read_reply
from reqsift.adapters.analyzers.schema import PACK_SCHEMA, SCHEMA
from reqsift.domain.batches import Failure
from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.retries import Cause
from tests.corpus.broken_answers import Broken, broken_answers
from tests.unit.adapters.analyzers.replies import (
    Document,
    document,
    finding,
    pack,
    reply,
    without,
)


def _reading(text: str) -> Reading:
    result = read_reply(text)
    assert isinstance(result, Reading), result
    return result


def _titles(result: Reading) -> tuple[str, ...]:
    return tuple(claim.title for claim in result.claims)


def test_an_answer_becomes_a_reading() -> None:
    result = _reading(reply(finding()))

    assert (result.summary, result.confidence) == ("Looked at it.", 70)
    assert result.next_checks == ("Look closer.",)
    assert result.claims == (
        Claim(
            type=FindingType.XSS,
            severity=Severity.HIGH,
            confidence=80,
            title="Reflected name",
            description="It matters.",
            why="The name comes back.",
            remediation="Encode it.",
            cwe=79,
            owasp=("A03:2021",),
            quotes=(Quote(part="response.body", text="<h1>Hi</h1>"),),
            verification_steps=("Read the template.",),
            false_positive_hints=("The name is fixed.",),
        ),
    )


def test_nothing_found_is_an_answer() -> None:
    assert _reading(reply()).claims == ()


@pytest.mark.parametrize("broken", broken_answers(), ids=lambda broken: broken.kind)
def test_no_broken_answer_is_silently_empty(broken: Broken) -> None:
    result = read_reply(broken.text)

    if isinstance(result, Failure):
        assert not broken.mendable
        assert result.reason
        assert result.cause in {Cause.MALFORMED, Cause.REFUSED}
    else:
        assert broken.titles
        assert _titles(result) == broken.titles
        assert read_reply(result.text) == result


def test_there_are_enough_broken_answers() -> None:
    answers = broken_answers()

    assert len(answers) == 200
    assert broken_answers() == answers


def test_a_refusal_is_called_so() -> None:
    refusals = [one.text for one in broken_answers() if one.kind == "refusal"]

    results = [read_reply(text) for text in refusals]

    assert all(isinstance(one, Failure) and one.cause is Cause.REFUSED for one in results)


@pytest.mark.parametrize(("given_", "kept"), [(-5, 0), (140, 100), (10**30, 100), ("80", 80)])
def test_a_confidence_is_a_percentage(given_: object, kept: int) -> None:
    result = _reading(reply(finding(confidence=given_), confidence=given_))

    assert (result.confidence, result.claims[0].confidence) == (kept, kept)


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{reply(finding())}\n```",
        f"```\n{reply()}```",
        f"  {reply()}\n",
        f"{reply()}\n{reply()}",
        f"<think>An {{empty}} one?</think>\n{reply()}",
        f"Here is the analysis:\n\n{reply(finding())}\n\nI hope it helps!",
        reply(finding())[:-2] + ",],}",
        reply(finding()).replace('"A03:2021"', '"A03:2021" , '),
        reply(finding(title="a, } and ],")).replace("]}]", "]},\n]"),
    ],
)
def test_what_models_put_around_and_into_json_is_removed(text: str) -> None:
    assert _reading(text).summary == "Looked at it."


_BAD_FINDINGS: list[tuple[Document, str]] = [
    *((without(finding(), name), name) for name in finding()),
    (finding(type="magic"), "magic"),
    (finding(severity="High"), "High"),
    (finding(confidence="high"), "confidence"),
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
    result = read_reply(reply(finding(), bad))

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
        f"One: {reply(finding())} Two: {reply(finding(title='Other'))}",
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
    result = read_reply(text)

    assert isinstance(result, Failure)
    assert result.cause is Cause.MALFORMED


WHOLE = reply(finding(), finding(type="idor", title='a "quoted" {brace}'))


@given(st.integers(0, len(WHOLE) - 1), st.sampled_from(["", "```json\n", "Here: "]))
def test_a_text_that_was_cut_is_never_an_analysis(end: int, start: str) -> None:
    assert isinstance(read_reply(start + WHOLE[:end]), Failure)


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", "[", "]", ",", '"', "\\", ":", "```", " ", "1", "{}", "[]", '"a"']
        )
    ).map("".join)
)
def test_anything_that_looks_like_json_is_a_failure(text: str) -> None:
    assert isinstance(read_reply(text), Failure)


@given(st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_bytes_are_a_failure(text: str) -> None:
    assert isinstance(read_reply(text), Failure)


@given(st.data())
def test_findings_are_never_lost_by_damage(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE)))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(st.text(alphabet='{}[],":\\` \nx', max_size=5))

    result = read_reply(WHOLE[:at] + put + WHOLE[at + cut :])

    assert isinstance(result, Failure) or result.claims


def test_the_summary_is_readable_and_not_endless() -> None:
    result = _reading(reply(summary="s\n\ttwo\0" + "s" * 9000, nextChecks=["a\x1b[31m\u009b", " "]))

    assert result.summary.startswith("s\n\ttwo sss")
    assert len(result.summary) == 4000
    assert result.next_checks == ("a [31m",)


def test_each_exchange_of_a_pack_has_its_own_result() -> None:
    text = pack(
        document(finding(title="of the second"), exchange=2),
        document(exchange=1),
        without(document(finding(), exchange=4), "summary"),
    )

    first, second, third, fourth = read_pack(text, 4)

    assert isinstance(first, Reading)
    assert first.claims == ()
    assert isinstance(second, Reading)
    assert _titles(second) == ("of the second",)
    assert read_reply(second.text) == second
    assert isinstance(third, Failure)
    assert "exchange 3 is missing" in third.reason
    assert isinstance(fourth, Failure)
    assert "summary" in fourth.reason
    assert (third.cause, fourth.cause) == (Cause.MALFORMED, Cause.MALFORMED)


@pytest.mark.parametrize("number", [1, 0, 3, -1, None, "two", 1.5])
def test_a_wrong_number_costs_only_the_exchange_that_lacks_one(number: object) -> None:
    text = pack(document(finding(), exchange="2"), document(exchange=1), document(exchange=number))

    first, second, third = read_pack(text, 3)

    assert isinstance(first, Failure if number == 1 else Reading)
    assert isinstance(second, Reading)
    assert isinstance(third, Reading if number == 3 else Failure)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", Cause.MALFORMED),
        (reply(finding()), Cause.MALFORMED),
        (pack(document(exchange=1))[:-1], Cause.MALFORMED),
        (pack(document(exchange=1))[:-1] + ',"analyses":[]}', Cause.MALFORMED),
        ("I cannot help with this.", Cause.REFUSED),
    ],
)
def test_a_pack_that_cannot_be_read_is_a_failure_of_each(text: str, cause: Cause) -> None:
    results = read_pack(text, 2)

    assert [isinstance(one, Failure) and one.cause for one in results] == [cause, cause]


def test_in_prose_only_what_was_found_is_believed() -> None:
    text = f"Done:\n{pack(document(finding(), exchange=1), document(exchange=2))}\nBye."

    first, second = read_pack(text, 2)

    assert isinstance(first, Reading)
    assert isinstance(second, Failure)


PACK = pack(document(finding(), exchange=1), document(finding(), exchange=2))


@given(st.integers(0, len(PACK) - 1), st.text(alphabet='{}[],":\\` \n2', max_size=5))
def test_a_damaged_pack_loses_no_finding(at: int, put: str) -> None:
    results = read_pack(PACK[:at] + put + PACK[at + len(put) :], 2)

    assert len(results) == 2
    assert all(isinstance(one, Failure) or one.claims for one in results)


@pytest.mark.parametrize(
    ("schema", "example"),
    [(SCHEMA, reply(finding())), (PACK_SCHEMA, pack(document(finding(), exchange=1)))],
)
def test_the_schema_is_what_providers_accept_and_what_is_decoded(
    schema: bytes, example: str
) -> None:
    """Strict modes want every property required, none beside them, and no bounds."""
    allowed = {"type", "properties", "required", "additionalProperties", "items", "enum"}
    parts = [(msgspec.json.decode(schema), json.loads(example))]
    while parts:
        part, value = parts.pop()
        assert set(part) <= allowed
        if part["type"] == "object":
            assert part["additionalProperties"] is False
            assert set(part["required"]) == set(part["properties"]) == set(value)
            parts += [(inner, value[name]) for name, inner in part["properties"].items()]
        elif part["type"] == "array":
            parts.append((part["items"], value[0]))
