from collections.abc import Sequence
from dataclasses import replace

import pytest

from reqsift.domain.captures import Header, Response
from reqsift.domain.claims import Claim, Quote, Reading
from reqsift.domain.findings import (
    Evidence,
    Finding,
    FindingType,
    Scope,
    Severity,
    fingerprint,
)
from reqsift.domain.grounding import Grounded, grounded
from reqsift.domain.redaction import Secret, SecretKind, masked, unmasked
from reqsift.domain.rules.offline import analyze
from reqsift.domain.subjects import Subject
from reqsift.domain.view import View
from tests.factories import exchange
from tests.factories import view as view_of

BODY = "response.body"
COOKIES = "response.headers[set-cookie]"


def _claim(
    *quotes: tuple[str, str],
    type: FindingType = FindingType.XSS,  # noqa: A002 -- as in the claim
    severity: Severity = Severity.HIGH,
    confidence: int = 80,
    title: str = "Reflected name",
) -> Claim:
    return Claim(
        type=type,
        severity=severity,
        confidence=confidence,
        title=title,
        description="It matters.",
        why="It comes back.",
        remediation="Mend it.",
        cwe=79,
        owasp=("A03:2021",),
        quotes=tuple(Quote(part=part, text=text) for part, text in quotes),
        verification_steps=("Read the template.", " "),
        false_positive_hints=("It is fixed.",),
    )


def _subject(*findings: Finding, body: bytes = b"<h1>Hi</h1> and <b>bye</b>") -> Subject:
    view = View(exchange(body=body))
    return Subject(view=view, masked=unmasked(view), findings=findings)


def _ground(subject: Subject, *claims: Claim) -> Grounded:
    reading = Reading(summary="s", confidence=90, next_checks=(), claims=claims, text="{}")
    return grounded(reading, subject, "haiku-4.5")


def _with_cookies(*cookies: str) -> Subject:
    """An exchange over HTTPS that sets these, and what the rules say of it."""
    captured = exchange()
    assert isinstance(captured.response, Response)
    headers = (
        Header("Content-Type", "text/html"),
        *(Header("Set-Cookie", cookie) for cookie in cookies),
    )
    captured = replace(captured, response=replace(captured.response, headers=headers))
    view = View(captured)
    return Subject(view=view, masked=unmasked(view), findings=analyze(view_of(captured)).findings)


def _by_rule(findings: Sequence[Finding], rule: str) -> Finding:
    (found,) = [finding for finding in findings if finding.rule == rule]
    return found


def test_a_proven_claim_is_a_finding_with_evidence() -> None:
    checked = _ground(_subject(), _claim((BODY, "<H1>Hi")))

    (found,) = checked.findings
    assert found.evidence == (Evidence(part=BODY, offset=0, text="<h1>Hi"),)
    assert (found.type, found.severity, found.confidence) == (FindingType.XSS, Severity.HIGH, 80)
    assert (found.rule, found.sources, found.why) == ("model", ("haiku-4.5",), "It comes back.")
    assert found.verification_steps == ("Read the template.",)
    assert found.false_positive_hints == ("It is fixed.",)
    assert found.fingerprint.startswith("v1-")
    assert (checked.dropped, checked.claims) == (0, ((Severity.HIGH, True),))


@pytest.mark.parametrize(
    ("severity", "confidence", "kept"),
    [
        (Severity.CRITICAL, 100, (Severity.MEDIUM, 30)),
        (Severity.MEDIUM, 31, (Severity.MEDIUM, 30)),
        (Severity.INFO, 10, (Severity.INFO, 10)),
    ],
)
def test_without_proof_a_claim_is_lowered_and_never_raised(
    severity: Severity, confidence: int, kept: tuple[Severity, int]
) -> None:
    claim = _claim((BODY, "not there"), severity=severity, confidence=confidence)

    checked = _ground(_subject(), claim)

    (found,) = checked.findings
    assert found.unproven
    assert (found.severity, found.confidence) == kept
    assert (checked.dropped, checked.claims) == (1, ((severity, False),))


def test_invented_quotes_are_dropped_and_the_true_ones_stay() -> None:
    checked = _ground(_subject(), _claim((BODY, "no"), (BODY, "bye"), ("request.url", "bye")))

    assert [one.text for one in checked.findings[0].evidence] == ["bye"]
    assert checked.dropped == 2


def test_evidence_is_that_of_the_captured_text() -> None:
    view = View(exchange(body=b"user anna@mail.example, role admin"))
    secret = Secret(part=BODY, start=5, end=22, kind=SecretKind.EMAIL, value="anna@mail.example")
    subject = Subject(view=view, masked=masked(view, [secret], lambda _: "<EMAIL_1>"))

    checked = _ground(
        subject, _claim((BODY, "<EMAIL_1>, role"), (BODY, "user <EMA"), (BODY, "anna"))
    )

    assert checked.findings[0].evidence == (
        Evidence(part=BODY, offset=5, text="anna@mail.example, role"),
        Evidence(part=BODY, offset=0, text="user anna@mail.example"),
    )
    assert checked.dropped == 1


def test_long_evidence_is_cut_as_that_of_rules() -> None:
    (found,) = _ground(_subject(body=b"x" * 900), _claim((BODY, "x" * 800))).findings

    assert len(found.evidence[0].text) == 240


def test_what_a_rule_found_too_is_one_finding_with_the_verdict_of_the_rule() -> None:
    rule = Finding(
        type=FindingType.XSS,
        severity=Severity.LOW,
        confidence=55,
        title="Input comes back",
        description="By the rule.",
        remediation="Encode.",
        cwe=80,
        owasp=(),
        evidence=(Evidence(part=BODY, offset=4, text="Hi</h1>"),),
        rule="reflected",
        fingerprint="v1-rule",
        sources=("offline",),
    )

    checked = _ground(
        _subject(rule),
        _claim((BODY, "<h1>Hi"), severity=Severity.CRITICAL, confidence=100),
        _claim((BODY, "<b>bye"), title="Another place"),
    )

    seconded, other = checked.findings
    assert seconded == replace(
        rule,
        evidence=(*rule.evidence, Evidence(part=BODY, offset=0, text="<h1>Hi")),
        why="It comes back.",
        verification_steps=("Read the template.",),
        false_positive_hints=("It is fixed.",),
        sources=("offline", "haiku-4.5"),
    )
    assert (other.title, other.sources) == ("Another place", ("haiku-4.5",))


def test_another_type_at_the_same_place_is_another_finding() -> None:
    subject = _with_cookies("SESSIONID=abcdefgh12345678")
    count = len(subject.findings)

    checked = _ground(subject, _claim((COOKIES, "SESSIONID="), type=FindingType.AUTHENTICATION))

    assert checked.findings[:count] == subject.findings
    assert len(checked.findings) == count + 1


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Session cookie lacks HttpOnly", "cookie-without-httponly"),
        ("The Secure attribute is missing", "cookie-without-secure"),
        ("No SameSite on SESSIONID", "cookie-without-samesite"),
    ],
)
def test_of_several_findings_at_one_place_the_one_that_is_meant_is_seconded(
    title: str, rule: str
) -> None:
    subject = _with_cookies("SESSIONID=abcdefgh12345678; Path=/")
    claim = _claim(
        (COOKIES, "SESSIONID=abcdefgh12345678"), type=FindingType.SESSION_COOKIE_FLAGS, title=title
    )

    checked = _ground(subject, claim)

    assert len(checked.findings) == len(subject.findings)
    assert _by_rule(checked.findings, rule).sources == ("offline", "haiku-4.5")
    seconded = [one for one in checked.findings if one.sources != ("offline",)]
    assert len(seconded) == 1


def test_the_flag_of_another_cookie_is_another_finding() -> None:
    subject = _with_cookies("SESSIONID=abcdefgh12345678", "other_session=x")
    claim = _claim(
        (COOKIES, "other_session=x"), type=FindingType.SESSION_COOKIE_FLAGS, title="No HttpOnly"
    )
    only_first = replace(
        subject,
        findings=tuple(one for one in subject.findings if "SESSIONID" in one.evidence[0].text),
    )

    checked = _ground(only_first, claim)

    assert checked.findings[-1].sources == ("haiku-4.5",)


@pytest.mark.parametrize(
    ("title", "quote", "told"),
    [
        ("No Content-Security-Policy", ("response.headers[content-type]", "text/html"), True),
        ("Missing HSTS header", ("response.status", "200"), True),
        ("Clickjacking is possible", ("response.status", "not there"), True),
        ("Directory listing", ("response.status", "200"), False),
    ],
)
def test_a_missing_protection_is_known_by_its_name_and_a_status_proves_no_sameness(
    title: str, quote: tuple[str, str], told: bool
) -> None:
    subject = _with_cookies()
    claim = _claim(quote, type=FindingType.SECURITY_MISCONFIGURATION, title=title)

    checked = _ground(subject, claim)

    assert (len(checked.findings) == len(subject.findings)) is told
    assert checked.claims[0][1]


def test_what_the_rules_found_stands_whatever_the_model_says() -> None:
    subject = _with_cookies("SESSIONID=abcdefgh12345678")
    claims = [
        _claim(
            (finding.evidence[0].part, finding.evidence[0].text),
            type=finding.type,
            severity=severity,
            confidence=confidence,
            title=f"{finding.title} is a false alarm",
        )
        for finding in subject.findings
        for severity, confidence in ((Severity.INFO, 0), (Severity.CRITICAL, 100))
    ]

    for said in ([], claims):
        checked = _ground(subject, *said)
        kept = checked.findings[: len(subject.findings)]
        for before, after in zip(subject.findings, kept, strict=True):
            assert after.evidence[: len(before.evidence)] == before.evidence
            told = {"why", "verification_steps", "false_positive_hints", "sources", "evidence"}
            for name in Finding.__dataclass_fields__.keys() - told:
                assert getattr(before, name) == getattr(after, name)


def test_claims_of_one_weakness_are_one_finding() -> None:
    checked = _ground(
        _subject(),
        _claim((BODY, "Hi"), (BODY, "<h1>"), severity=Severity.LOW),
        _claim((BODY, "bye"), title="Stronger"),
    )

    (found,) = checked.findings
    assert (found.title, len(found.evidence)) == ("Stronger", 2)
    assert len(checked.claims) == 2


def test_the_fingerprint_knows_no_model() -> None:
    view = _subject().view
    (found,) = _ground(_subject(), _claim((BODY, "<h1>"))).findings

    assert found.fingerprint == fingerprint(
        FindingType.XSS, Scope.ENDPOINT, "GET", view.url, BODY, "xss"
    )


def test_words_of_models_are_readable_and_not_endless() -> None:
    claim = _claim((BODY, "bye"), title="a\x1b[31m\u009b" + "t" * 500)

    (found,) = _ground(_subject(), claim).findings

    assert found.title.startswith("a [31m tttt")
    assert len(found.title) == 200


def test_a_flood_of_claims_ends_somewhere() -> None:
    quotes = [(BODY, f"no {number}") for number in range(100)]

    checked = _ground(_subject(), *[_claim(*quotes)] * 200)

    assert len(checked.claims) == 50
    assert checked.dropped == 500
