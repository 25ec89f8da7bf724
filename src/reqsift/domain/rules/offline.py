"""The offline analysis: every rule over one exchange, summed up in words."""

from collections.abc import Sequence

from reqsift.domain.batches import Analysis
from reqsift.domain.captures import Exchange
from reqsift.domain.findings import Finding, FindingType, merged
from reqsift.domain.rules import RULES
from reqsift.domain.rules.rule import Rule
from reqsift.domain.view import View

MODEL = "offline"


def analyze(
    exchange: Exchange, rules: Sequence[Rule] = RULES, *, view: View | None = None
) -> Analysis:
    """Run `rules` over `exchange`.

    Args:
        exchange: What is looked at.
        rules: What is looked for.
        view: Of the exchange, where there is one already.

    Raises:
        Exception: Whatever a faulty rule raises; the caller records it as the item's failure.
    """
    view = view or View(exchange)
    # As `Rule.findings`, without a call per rule: most rules notice nothing in most exchanges.
    findings = merged([rule.finding(view, match) for rule in rules for match in rule.check(view)])
    return Analysis(
        model=MODEL,
        summary=_summary(findings, exchange),
        findings=findings,
        next_checks=_next_checks(findings),
        confidence=max((finding.confidence for finding in findings), default=_visible(exchange)),
    )


def _summary(findings: Sequence[Finding], exchange: Exchange) -> str:
    if exchange.response is None:
        seen = "No response was captured, so only the request was looked at. "
    else:
        seen = ""
    if not findings:
        return f"{seen}The offline rules noticed nothing."
    worst = max(findings, key=lambda finding: (finding.severity.rank, finding.confidence))
    count = f"{len(findings)} finding" + ("s" if len(findings) > 1 else "")
    return f"{seen}{count}; the most severe is {worst.severity.value}: {worst.title}."


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
