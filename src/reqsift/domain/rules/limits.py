"""Guessing that nothing ends: counts of tries without a lock, and many guesses in one request."""

import re
from collections.abc import Iterator, Sequence

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.answers import member, plain, records
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, STATUS, View

_OWASP = ("A07:2021", "API4:2023")
_REFERENCES = (
    "OWASP API Security Top 10, API4",
    "OWASP Web Security Testing Guide, WSTG-ATHN-03",
)
_FIXES = {
    Stack.DJANGO: "`django-axes` with `AXES_FAILURE_LIMIT = 5`.",
    Stack.LARAVEL: "`Route::middleware('throttle:5,1')`.",
    Stack.RAILS: "`rate_limit to: 5, within: 1.minute` in the controller.",
    Stack.SPRING: "Bucket4j or Resilience4j before the login, and a lock in `UserDetails`.",
    Stack.EXPRESS: "`rateLimit({ windowMs: 60_000, limit: 5 })` on the route.",
    Stack.ASP_NET: "`lockoutOnFailure: true`, and `AddRateLimiter`.",
    Stack.NGINX: "`limit_req zone=login burst=5;`.",
}
_MANY_TRIES = 50
_TRIES = re.compile(
    r"(?:failed|wrong|login|pin|otp|code|bad|invalid|total|num|consecutive|password){0,2}"
    r"(?:attempts?|tries|failures|logins?)(?:count|made|sofar|sincereset|number|used|failed){0,2}\Z"
)
_LIMIT = re.compile(
    r"(?:max|lock|limit|allowed)\w{0,30}(?:attempts?|tries|after|threshold)\Z|lockafter|attempts?limit"
)
_LOCK = re.compile(r"\w{0,20}(?:locked|lockout|blocked|throttled|ratelimited)\Z")
_GUESSED = re.compile(
    r"log-?in|sign-?in|auth|otp|pin(?:/|\b)|verif|unlock|passcode|2fa|mfa|voucher|redeem|coupon"
    r"|gift|check|session",
    re.IGNORECASE,
)
_SECRET = re.compile(r"^(?:pin|otp|code|tan|passcode|\w{0,20}_?(?:pin|otp|code))$", re.IGNORECASE)


def _tries_without_lock(view: View) -> Iterator[Match]:
    lower = view.lower_body
    if not view.is_json or not ("attempt" in lower or "tries" in lower or "failure" in lower):
        return
    secret = any(is_password_name(i.name) or _SECRET.match(i.name) for i in view.inputs)
    if not (secret and view.request.method == "POST") and not _GUESSED.search(view.url.path):
        return
    for _, record in records(view)[:20]:
        open_lock = next((n for n, value in record.items() if _is_open(plain(n), value)), None)
        count = next((n for n, value in record.items() if _is_absurd(plain(n), value)), None)
        counted = member(view, count, record[count]) if open_lock and count else None
        unlocked = member(view, open_lock, record[open_lock]) if counted and open_lock else None
        if counted and unlocked:
            evidence = (counted, unlocked, view.whole(STATUS))
            yield Match(evidence=evidence, kind="tries", field=count or "", proof=85)
            return


def _is_absurd(name: str, value: object) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    return number and int(str(value)[:9]) >= _MANY_TRIES and _TRIES.match(name) is not None


def _is_open(name: str, value: object) -> bool:
    """Whether a member says that there is no limit, or that nothing is locked."""
    if value is False:
        return _LOCK.match(name) is not None
    none = value is None or str(value)[:12].lower() in {"0", "-1", "unlimited", "none"}
    return none and _LIMIT.match(name) is not None


TRIES_WITHOUT_LOCK = Rule(
    id="tries-without-lock",
    type=FindingType.RATE_LIMITING,
    severity=Severity.HIGH,
    title="Dozens of failed tries did not lock anything",
    description="The server itself counts more failed tries than any person makes, and says that "
    "no limit holds, so a short code or a weak password is found by trying all of them.",
    remediation="Lock or slow down after about five tries for the account and for the sender, and "
    'let codes expire after the third: `429 Too Many Requests` with "Retry-After".',
    fixes=_FIXES,
    cwe=307,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="Fewer than fifty tries, tries that are left, counts beside a limit that holds, and "
    "attempts of deliveries or jobs stay silent.",
    check=_tries_without_lock,
)

_LIST = re.compile(
    r"(?:\w{0,20}_?)?(?:codes?|pins?|otps?|vouchers?|coupons?|passwords?|gift_?cards?|gutscheine?"
    r"|tans?|passcodes?|guesses)$",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"redeem|verif|check|validat|log-?in|auth|otp|pin|voucher|coupon|gift|unlock|einl[oö]s|activat",
    re.IGNORECASE,
)
_WRONG = frozenset(
    [
        "invalid",
        "invalidcount",
        "failed",
        "failedcount",
        "wrong",
        "incorrect",
        "rejected",
        "notfound",
        "unknown",
        "failures",
        "errors",
        "misses",
        "ungueltig",
    ]
)
_AT_ONCE = 20


def _many_guesses(view: View) -> Iterator[Match]:
    if view.request.method not in {"POST", "PUT"} or not 200 <= view.status < 300:
        return
    if not view.is_json or not _TRIED.search(view.url.path) or "[" not in view.request_text[:400]:
        return
    asked = view.request_json
    for name, value in asked.items() if isinstance(asked, dict) else ():
        if not isinstance(value, list) or len(value) < _AT_ONCE or not _LIST.match(name):
            continue
        wrong = _wrong(view, len(value)) if _alike(value) else 0
        evidence = view.quote(REQUEST_BODY, f'"{name}"') if wrong else None
        if evidence:
            yield Match(
                evidence=(evidence, view.whole(RESPONSE_BODY)),
                kind="guesses",
                part=REQUEST_BODY,
                field=name,
                proof=80,
                detail=f"The request held {len(value)} of them, and {wrong} were wrong.",
            )
            return


def _alike(guesses: Sequence[object]) -> bool:
    """Whether short values of one length differ, as they do when somebody counts up."""
    words = [str(one) for one in guesses[:60] if isinstance(one, str | int)]
    lengths = {len(word) for word in words}
    return len(words) >= _AT_ONCE and len(lengths) == 1 and max(lengths) <= 24


def _wrong(view: View, asked: int) -> int:
    """How many guesses the answer calls wrong, 0 unless most of them are."""
    wrong = 0
    for under, record in records(view):
        for name, value in record.items():
            counted = plain(name) in _WRONG or (plain(under) in _WRONG and plain(name) == "count")
            if counted and isinstance(value, int) and not isinstance(value, bool):
                wrong = max(wrong, value)
            elif counted and isinstance(value, list):
                wrong = max(wrong, len(value))
        wrong += _is_wrong(record)
    return wrong if asked // 2 < wrong <= asked else 0


def _is_wrong(record: object) -> bool:
    given = record if isinstance(record, dict) else {}
    told = str(given.get("status") or given.get("result") or "").lower()
    return given.get("valid") is False or told in {"invalid", "wrong", "not_found", "unknown"}


MANY_GUESSES = Rule(
    id="many-guesses-at-once",
    type=FindingType.RATE_LIMITING,
    severity=Severity.HIGH,
    title="One request tries dozens of codes",
    description="The server tried each code of a long list and told which ones fit, so a limit on "
    "requests does not slow down guessing.",
    remediation="Take one code for each request, such as `code: constr(max_length=16)`, and count "
    "the codes that were tried, not the requests.",
    fixes=_FIXES,
    cwe=799,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="Lists of which most were right, such as a shop's own stock of codes, short lists and "
    "looked-up codes of products or places stay silent.",
    check=_many_guesses,
)
