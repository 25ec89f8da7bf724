"""Failed logins at one place, and what they tell together."""

import re
from collections.abc import Iterator, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.across.form import (
    MOST_MEMBERS,
    CaptureRule,
    Names,
    Sight,
    Story,
    Tracker,
    numbers,
)
from reqsift.domain.rules.across.people import is_entry, let_in, user_name
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, STATUS, View

_MANY = 10
"""Failed logins from which on a server should have refused."""
_BRAKES = (
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "ratelimit-limit",
    "ratelimit",
    "x-rate-limit-limit",
)
_BRAKE_WORDS = ("captcha", "too many", "locked", "temporarily", "try again in", "rate limit")
_SAYING = re.compile(
    r"\b(?:incorrect|invalid|wrong|unknown|not (?:found|exist|recogni[sz]ed|match)"
    r"|does(?:n't| not)|no (?:such |user|account)|failed|could not|cannot|unable)[^\n<>\"]{0,120}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n<>\"]{1,120}\Z")
_RECOVERY = re.compile(
    r"forgot|recover|reset|passwor(?:d|t)-?(?:request|help)|lost-?pass|recuper|r[ée]initialis|olvid"
    r"|esquec|vergessen|oubli|odzysk"
)
_VARYING = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)


def _saying(view: View, name: str) -> tuple[str, Evidence]:
    """What the answer says, without what differs from try to try, and where it says so."""
    word = _SAYING.search(view.body)
    found = None
    if word:
        before = _SENTENCE.search(view.body, max(0, word.start() - 120), word.start())
        found = view.span(RESPONSE_BODY, before.start() if before else word.start(), word.end())
    said = found.text if found else ""
    said = _VARYING.sub("", said.lower().replace(name, ""))
    return digest(str(view.status), " ".join(said.split())), found or view.whole(STATUS)


def _sight_failures(view: View) -> Iterator[Sight]:
    if not is_entry(view) or view.response is None or view.status >= 500 or let_in(view):
        return
    name = user_name(view)
    said, evidence = _saying(view, name)
    slowed = (
        view.status in {423, 429}
        or any(view.response_header(header) is not None for header in _BRAKES)
        or any(words in view.lower_body for words in _BRAKE_WORDS)
    )
    yield Sight(
        key=digest(view.url.host, view.url.path),
        facts=(digest("name", name) if name else "", said, "slowed" if slowed else ""),
        evidence=(evidence, view.whole(STATUS)),
    )


FAILURES = Tracker(kind="failed-login", sight=_sight_failures)


def _judge_enumeration(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    said: dict[str, dict[str, Seen]] = {}
    for one in seen:
        name, saying, slowed = one.facts
        if name and not slowed:
            said.setdefault(name, {}).setdefault(saying, one)
    # One who is answered in two ways sees something else than whether the name exists.
    steady = [next(iter(answers.values())) for answers in said.values() if len(answers) == 1]
    telling = {one.facts[1]: one for one in reversed(steady)}
    if len(telling) > 1:
        members = sorted(telling.values(), key=lambda one: one.entry_index)
        yield Story(
            members=members[:MOST_MEMBERS],
            kind="answers-differ",
            proof=78,
            detail=f"Requests {numbers(members)} tried different names and were refused in "
            "different words.",
        )


USER_ENUMERATION = CaptureRule(
    id="login-answers-differ",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="Failed logins are answered differently for different names",
    description="The answer tells whether an account of that name exists, so that anyone can "
    "collect valid names.",
    remediation='Answer every failed login alike: "Name or password is wrong.", with the same '
    "status and in the same time.",
    cwe=204,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Authentication Cheat Sheet",),
    silent="It stays silent where the same name gets different answers, and where an account was "
    "locked or slowed down.",
    tracker=FAILURES,
    judge=_judge_enumeration,
)


def _sight_recoveries(view: View) -> Iterator[Sight]:
    named = view.request.method == "POST" and _RECOVERY.search(view.url.path.lower())
    name = user_name(view) if named else ""
    answer = view.response_json if name and view.is_json else None
    if isinstance(answer, dict) and view.status < 500:
        own = [pair for pair in answer.items() if not isinstance(pair[1], dict | list)]
        said = sorted(f"{key}={value}" for key, value in own)
        text = _VARYING.sub("", " ".join(said).lower().replace(name, ""))
        slowed = view.status in {423, 429}
        yield Sight(
            key=digest(view.url.host, view.url.path),
            facts=(
                digest("name", name),
                digest(str(view.status), text),
                "slowed" if slowed else "",
            ),
            evidence=(view.whole(RESPONSE_BODY), view.whole(STATUS)),
        )


RECOVERIES = Tracker(kind="recovery", sight=_sight_recoveries)

RECOVERY_ENUMERATION = CaptureRule(
    id="recovery-answers-differ",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="Password recovery is answered differently for different names",
    description="The answer tells whether an account of that name exists, so that anyone can "
    "collect valid names.",
    remediation='Answer every request alike: "If there is such an account, a mail is on its way.", '
    "with the same status, the same members and in the same time.",
    cwe=204,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Forgot Password Cheat Sheet",),
    silent="It stays silent where the same name gets different answers, where requests were slowed "
    "down, and for pages, which differ for many reasons.",
    tracker=RECOVERIES,
    judge=_judge_enumeration,
)


def _judge_rate(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    if len(seen) >= _MANY and not any(one.facts[2] for one in seen):
        yield Story(
            members=seen[:MOST_MEMBERS],
            kind="never-refused",
            proof=min(90, 65 + len(seen)),
            detail=f"{len(seen)} logins failed; none was slowed down, and nothing announced a "
            "limit.",
        )


NO_LOGIN_LIMIT = CaptureRule(
    id="logins-not-limited",
    type=FindingType.RATE_LIMITING,
    severity=Severity.MEDIUM,
    title="Failed logins are not limited",
    description="Nothing slows down who tries passwords one after the other.",
    remediation="Limit failed logins by account and by address, answer 429 with `Retry-After`, and "
    "ask for a second factor.",
    fixes={
        Stack.DJANGO: "django-axes, or a throttle class of the REST framework.",
        Stack.EXPRESS: "`app.use('/login', rateLimit({ windowMs: 60000, limit: 5 }))`.",
        Stack.RAILS: '`rack-attack`: `throttle("logins/ip", limit: 5, period: 60)`.',
        Stack.LARAVEL: "`Route::post('/login', ...)->middleware('throttle:5,1')`.",
        Stack.NGINX: "`limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;`.",
        Stack.ASP_NET: "`builder.Services.AddRateLimiter(...)` on the login endpoint.",
    },
    cwe=307,
    owasp=("A07:2021", "API4:2023"),
    references=("OWASP Authentication Cheat Sheet", "RFC 6585"),
    silent=f"It stays silent below {_MANY} failed logins, and where any answer speaks of a limit, "
    "a captcha or a lock.",
    tracker=FAILURES,
    judge=_judge_rate,
)
