"""The offline analysis: every rule over one exchange, summed up in words."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from reqsift.domain.batches import Analysis
from reqsift.domain.captures import Exchange
from reqsift.domain.findings import Finding, FindingType, merged
from reqsift.domain.rules import RULES
from reqsift.domain.rules.across import TRACKERS
from reqsift.domain.rules.across.form import Tracker
from reqsift.domain.rules.judgement import Setting, is_silenced, setting_of
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.sightings import Sighting
from reqsift.domain.view import View

MODEL = "offline"
_MOST_MATCHES = 50
"""Of one rule in one exchange."""


def analyze(
    view: View,
    rules: Sequence[Rule] = RULES,
    trackers: Sequence[Tracker] = TRACKERS,
    *,
    in_time: Callable[[], bool] = lambda: True,
) -> Analysis:
    """Run `rules` over an exchange; a faulty rule is told, and the others go on.

    Args:
        view: Of the exchange.
        rules: What is looked for.
        trackers: What is kept for rules over many exchanges.
        in_time: Asked between rules; once it says no, the remaining rules do not run.
    """
    noticed: list[tuple[Rule, Match]] = []
    faults: list[str] = []
    for place, rule in enumerate(rules):
        if not in_time():
            faults.append(f"The time ran out; {len(rules) - place} rules did not look at it.")
            break
        try:
            noticed += [(rule, match) for match in islice(rule.check(view), _MOST_MATCHES)]
        except Exception as error:  # noqa: BLE001 -- a bug in one rule must not hide what others see
            faults.append(f"The rule {rule.id} failed: {type(error).__name__}: {error}")
    sightings: list[Sighting] = []
    for tracker in trackers:
        try:
            sightings += tracker.sightings(view)
        except Exception as error:  # noqa: BLE001 -- as above
            faults.append(f"The tracker {tracker.kind} failed: {type(error).__name__}: {error}")
    findings = merged(list(_judged(view, noticed)))
    return Analysis(
        model=MODEL,
        summary=_summary(findings, view.exchange, faults),
        findings=findings,
        next_checks=_next_checks(findings),
        confidence=max((f.confidence for f in findings), default=_visible(view.exchange)),
        faults=tuple(faults),
        sightings=tuple(sightings),
    )


def _judged(view: View, noticed: Sequence[tuple[Rule, Match]]) -> Iterator[Finding]:
    """What remains of matches in the light of where they stand."""
    setting: Setting = setting_of(view) if noticed else ()
    for rule, match in noticed:
        if not is_silenced(rule.type, setting):
            yield rule.finding(view, match, setting)


def _summary(findings: Sequence[Finding], exchange: Exchange, faults: Sequence[str]) -> str:
    seen = (
        "No response was captured, so only the request was looked at. "
        if exchange.response is None
        else ""
    )
    left_out = f" {' '.join(faults)}" if faults else ""
    if not findings:
        return f"{seen}The offline rules noticed nothing.{left_out}"
    worst = max(findings, key=lambda finding: (finding.severity.rank, finding.confidence))
    count = f"{len(findings)} finding" + ("s" if len(findings) > 1 else "")
    return f"{seen}{count}; the most severe is {worst.severity.value}: {worst.title}.{left_out}"


def _visible(exchange: Exchange) -> int:
    """Percentage of the exchange that the rules could read: what 'nothing found' is worth."""
    response = exchange.response
    parts = (
        not exchange.request.body.truncated,
        response is not None,
        response is not None and not response.body.truncated,
    )
    return round(100 * (1 + sum(parts)) / (1 + len(parts)))


def _next_checks(findings: Sequence[Finding]) -> tuple[str, ...]:
    types = dict.fromkeys(finding.type for finding in findings)
    return tuple(_CHECKS[kind] for kind in types if kind in _CHECKS)


_CHECKS = {
    FindingType.SQL_INJECTION: "Find the query behind the quoted database error and see whether "
    "the parameter reaches it unbound.",
    FindingType.XSS: "Look in the page's source at how the reflected value is encoded in its "
    "context.",
    FindingType.CSRF: "See whether the same request is accepted without its cookies' origin being "
    "checked: look for a token, an Origin check or SameSite in the server's code.",
    FindingType.IDOR: "With two test accounts, compare what each may read under this identifier.",
    FindingType.AUTHENTICATION: "Follow the credential through the capture: where it is issued, "
    "sent and ended.",
    FindingType.BROKEN_ACCESS_CONTROL: "Check which roles the server's code lets reach this "
    "endpoint.",
    FindingType.INFO_DISCLOSURE: "Check whether the disclosed detail is meant for everyone who can "
    "reach this URL.",
    FindingType.SSRF: "Find out which hosts the server may fetch from for this parameter.",
    FindingType.PATH_TRAVERSAL: "Find out how the server turns this parameter into a file path.",
    FindingType.OPEN_REDIRECT: "Find out which targets the server accepts for this parameter.",
    FindingType.CORS_MISCONFIGURATION: "List the origins that need this response, and compare them "
    "with those that the server admits.",
    FindingType.JWT_WEAK: "Check in the server's code which algorithms, issuers and expiry times "
    "it accepts.",
    FindingType.SESSION_COOKIE_FLAGS: "Check whether this cookie carries a session, and who needs "
    "to read it.",
    FindingType.SECURITY_MISCONFIGURATION: "Check the server's or proxy's configuration for the "
    "whole host.",
}
