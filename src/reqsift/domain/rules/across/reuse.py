"""Values that should be used once, or by one person."""

import re
from collections.abc import Iterator, Sequence

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.across.form import (
    MOST_MEMBERS,
    CaptureRule,
    Names,
    Sight,
    Story,
    Tracker,
)
from reqsift.domain.rules.across.people import by_person, credential
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_POLICY = "content-security-policy"
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]{1,200})'")
_CSRF = re.compile(r"csrf|xsrf|authenticity_token|requestverificationtoken|_wpnonce", re.IGNORECASE)
_HIDDEN = re.compile(
    r"name=[\"']\w{0,30}csrf\w{0,30}[\"'][^<>]{0,80}?value=[\"']([^\"'<>]{8,300})[\"']",
    re.IGNORECASE,
)
_CSRF_HEADERS = ("x-csrf-token", "x-xsrf-token", "x-csrftoken", "csrf-token")
_SHORTEST = 8


def _sight_nonces(view: View) -> Iterator[Sight]:
    policy = view.response_header(_POLICY) or ""
    if "'nonce-" not in policy or not view.is_page or view.response_header("age"):
        return
    found = _NONCE.search(policy)
    if found:
        evidence = view.span(f"response.headers[{_POLICY}]", *found.span())
        page = digest(view.url.path, view.url.query, view.response_header("date") or "")
        yield Sight(key=digest(view.url.host, found.group(1)), facts=(page,), evidence=(evidence,))


NONCES = Tracker(kind="nonce", sight=_sight_nonces)


def _judge_nonce(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    pages = {one.facts[0]: one for one in reversed(seen)}
    if len(pages) > 1:
        yield Story(
            members=sorted(pages.values(), key=lambda one: one.entry_index)[:MOST_MEMBERS],
            kind="nonce-reused",
            proof=92,
            detail=f"{len(pages)} answers carry the same nonce.",
        )


NONCE_REUSED = CaptureRule(
    id="csp-nonce-reused",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.MEDIUM,
    title="Content-Security-Policy uses one nonce for several pages",
    description="Who has seen one page knows the nonce of the next, so an injected script can "
    "carry it and runs.",
    remediation="Make a new nonce for every response from at least 128 random bits.",
    fixes={
        Stack.EXPRESS: "`res.locals.nonce = crypto.randomBytes(16).toString('base64')` in a "
        "middleware.",
        Stack.DJANGO: "`{{ request.csp_nonce }}` of django-csp.",
        Stack.RAILS: "`config.content_security_policy_nonce_generator = ->(r) { "
        "SecureRandom.base64(16) }`.",
        Stack.NGINX: "do not write nonces into `add_header`; let the application send the policy.",
    },
    cwe=330,
    owasp=("A05:2021",),
    references=("W3C Content Security Policy Level 3",),
    silent="It stays silent for one page that was loaded twice from a cache.",
    scope=Scope.HOST,
    tracker=NONCES,
    judge=_judge_nonce,
)


def _sight_csrf(view: View) -> Iterator[Sight]:
    who = credential(view)
    if not who:
        return
    if view.request.method in {"GET", "HEAD", "OPTIONS"}:
        shown = _HIDDEN.search(view.body) if view.is_page and "csrf" in view.lower_body else None
        if shown:
            value = shown.group(1)
            evidence = view.span(RESPONSE_BODY, *shown.span())
            yield Sight(key=digest(view.url.host, value), facts=(who,), evidence=(evidence,))
        return
    for name in _CSRF_HEADERS:
        value = view.request_header(name) or ""
        if len(value) >= _SHORTEST:
            evidence = view.whole(f"request.headers[{name}]")
            yield Sight(key=digest(view.url.host, value), facts=(who,), evidence=(evidence,))
            return
    for given in view.inputs:
        if len(given.value) >= _SHORTEST and _CSRF.search(given.name):
            evidence = view.quote(given.part, given.value) or view.whole(URL)
            yield Sight(key=digest(view.url.host, given.value), facts=(who,), evidence=(evidence,))
            return


CSRF_TOKENS = Tracker(kind="csrf-token", sight=_sight_csrf)


def _judge_csrf(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
    people = by_person(seen, names)
    if len(people) > 1:
        yield Story(
            members=sorted(seen, key=lambda one: one.entry_index)[:MOST_MEMBERS],
            kind="csrf-token-shared",
            proof=82,
            detail=f"{len(people)} different logins sent the same token.",
        )


CSRF_TOKEN_SHARED = CaptureRule(
    id="csrf-token-shared",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="Different users have the same token against forgery",
    description="A token that does not belong to one session proves nothing: an attacker takes it "
    "from an account of their own.",
    remediation="Bind the token to the session, best by the framework's own protection.",
    cwe=352,
    owasp=("A01:2021",),
    references=("OWASP Cross-Site Request Forgery Prevention Cheat Sheet",),
    silent="It stays silent where only one login is seen, or one person has several.",
    tracker=CSRF_TOKENS,
    judge=_judge_csrf,
)
