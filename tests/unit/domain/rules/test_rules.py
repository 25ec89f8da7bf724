"""What holds for every rule, whatever a capture brings."""

import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reqsift.domain.captures import Body, Exchange, Header, Request, Response
from reqsift.domain.rules import RULES
from reqsift.domain.rules.judgement import setting_of
from reqsift.domain.rules.offline import analyze
from reqsift.domain.rules.rule import Rule
from tests.corpus.rules.exchanges import Cases, data, exchange, findings, page
from tests.corpus.rules.headers import GOOD
from tests.factories import view as view_of

CORPUS = Path(__file__).parents[3] / "corpus/rules"
# Every family of rules has a table of cases; a new file cannot be forgotten.
FAMILIES = [
    import_module(f"tests.corpus.rules.{path.stem}")
    for path in sorted(CORPUS.glob("*.py"))
    if path.stem not in {"__init__", "exchanges"}
]
TABLES: dict[str, Cases] = {
    rule: cases for family in FAMILIES for rule, cases in family.TABLE.items()
}
NOTICED = [(rule, seen) for rule, cases in TABLES.items() for seen in cases.noticed]
SILENT = [(rule, seen) for rule, cases in TABLES.items() for seen in cases.silent]
ALL = [seen for cases in TABLES.values() for seen in (*cases.noticed, *cases.silent)]

# Pieces that rules look for, so that chance finds its way into them.
HOOKS = (
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "http://", "../", "<script>", "</script", "<!--", "-->",
    "password=", "'", '"', "sid=", "null", "*", "true", "max-age=", "SQLSTATE", "Traceback (most",
    "js:1:2", "root:x:0:0:", "10.1.2.3", "secret", "key='", "4111111111111111", "card", "ssn",
    "-09-9999", "$2b$", "{{7*7}}", "49", "O:4:", "<form method=post>", "İ", "\0", "%", ";", "&",
    "=", "\n", "//", "@", ":", "[", "{", "}", "http-equiv", "location.", "?", "#", "admin",
)  # fmt: skip
NAMES = (
    "Content-Type", "Set-Cookie", "Cookie", "Origin", "Location", "Authorization", "Cache-Control",
    "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Server", "Via", "X]\n[",
    "Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options", "Referrer-Policy",
    "WWW-Authenticate", "X-Debug-Token-Link", "X-Content-Type-Options", "Pragma", "Expires",
)  # fmt: skip
TYPES = ("text/html", "application/json", "text/plain", "application/javascript", "image/png", "",
         "application/x-www-form-urlencoded", "multipart/form-data", "x; charset=")  # fmt: skip

texts = st.lists(st.sampled_from(HOOKS) | st.text(max_size=12), max_size=12).map("".join)
headers = st.lists(st.builds(Header, st.sampled_from(NAMES) | texts, texts), max_size=6).map(tuple)
bodies = st.builds(
    Body,
    content=st.binary(max_size=60) | texts.map(lambda text: text.encode()),
    mime_type=st.sampled_from(TYPES) | texts,
    size=st.integers(0, 10**9),
    truncated=st.booleans(),
)
hosts = (
    "https://shop.example/",
    "http://shop.example/login",
    "http://[::1]/",
    "https://[",
    "//",
    "",
)
urls = st.tuples(st.sampled_from(hosts), texts).map("".join)
exchanges = st.builds(
    Exchange,
    entry_index=st.just(0),
    request=st.builds(
        Request,
        method=st.sampled_from(("GET", "POST", "PUT", "TRACE", "get", "")) | texts,
        url=urls,
        headers=headers,
        body=bodies,
    ),
    response=st.none()
    | st.builds(
        Response,
        status=st.sampled_from((200, 201, 302, 401, 404, 500, 0, -1, 10**6)),
        headers=headers,
        body=bodies,
    ),
    started_at=st.none() | st.just(datetime(2026, 3, 2, tzinfo=UTC)) | st.just(datetime(1, 1, 1)),  # noqa: DTZ001
    duration_ms=st.none() | st.floats(),
)


def check(seen: Exchange) -> None:
    view = view_of(seen)
    for rule in RULES:
        for match in rule.check(view):
            finding = rule.finding(view, match, setting_of(view))
            assert 0 <= finding.confidence <= 100
            assert finding.evidence
            for evidence in finding.evidence:
                whole = view.part_text(evidence.part)
                assert evidence.text, (rule.id, evidence)
                assert whole is not None
                assert whole[evidence.offset :].startswith(evidence.text), (rule.id, evidence)


@settings(max_examples=300, deadline=None)
@given(exchanges)
def test_no_exchange_makes_a_rule_raise_and_all_proof_is_verbatim(seen: Exchange) -> None:
    check(seen)


@pytest.mark.parametrize("seen", ALL)
def test_proof_is_verbatim_where_rules_find_something(seen: Exchange) -> None:
    check(seen)


@pytest.mark.parametrize(("rule", "seen"), NOTICED)
def test_a_case_is_noticed(rule: str, seen: Exchange) -> None:
    assert findings(rule, seen)


@pytest.mark.parametrize(("rule", "seen"), SILENT)
def test_a_near_miss_is_not(rule: str, seen: Exchange) -> None:
    assert not findings(rule, seen)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_cases_and_full_texts(rule: Rule) -> None:
    cases = TABLES[rule.id]
    assert len(cases.noticed) >= 4
    assert len(cases.silent) >= 4
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.cwe > 0
    assert rule.owasp
    assert all(re.fullmatch(r"(A\d\d:2021|API\d{1,2}:2023)", name) for name in rule.owasp)
    assert len(rule.title) <= 80
    assert rule.description.endswith(".")
    assert rule.remediation.endswith(".")
    assert 1 <= len(rule.references) <= 3
    assert rule.silent.endswith(".")


HOSTILE = (
    "<form ", "<!--", "eyJ", "10.", "at js:1:2 ", "://a:b", '="http://x', 'secret="', "<script>",
    "$2b$", "3-3-", "_aaaaaaaaaaaaaaaaaaaaaaaa", "near ", "Warning: ", "innerHTML=location.",
    "user ", "/srv/a", "a.internal ", "4111 ", "location.", "root:", "'", "{{7*7}}",
)  # fmt: skip


@pytest.mark.timeout(60)  # no measurement: only a pattern that runs away takes this long
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_message_does_not_run_away(piece: str) -> None:
    body = piece * (200_000 // len(piece))
    form = "&".join([f"admin={quote(piece)};%7C../"] * 5_000)
    for seen in (
        exchange("https://a.example/login/1", body, form=form, status=500),
        exchange("https://a.example/login/1?" + form, body, "application/json"),
    ):
        analyze(view_of(seen))


def test_ids_are_unique_and_no_case_is_for_nothing() -> None:
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids) >= 70
    assert TABLES.keys() == set(ids)


def test_a_proper_page_and_a_proper_answer_are_clean() -> None:
    quiet = dict(GOOD) | {"Cache-Control": "no-store"}
    cookie = {"Cookie": "__Host-session=5c1de7f0a94b4be2a90d8c3f61b7e2aa"}
    for seen in (
        page("<h1>Hello</h1>", got=quiet, sent=cookie),
        data({"id": 7, "email": "anna@mail.example"}, got=quiet, sent=cookie),
    ):
        assert analyze(view_of(seen)).findings == ()
