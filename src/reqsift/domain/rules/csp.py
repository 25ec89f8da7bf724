"""Content security policies: reading them, and judging what they allow scripts."""

from collections.abc import Iterator, Mapping, Sequence

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.view import View

_HEADER = "content-security-policy"
_ANYWHERE = frozenset({"*", "http:", "https:", "data:", "http://*", "https://*", "*:*"})

Policy = Mapping[str, Sequence[str]]


def content_policies(view: View) -> list[Policy]:
    """The enforced policies of the response: directive names to their sources, lower case."""
    header = view.response_header(_HEADER)
    if not header or not header.strip(" \n,;"):
        return []
    lines = header.lower().replace("\n", ",").split(",")
    return [_policy(line) for line in lines if line.strip(" ;")]


def _policy(line: str) -> Policy:
    policy: dict[str, Sequence[str]] = {}
    for directive in line.split(";"):
        name, *sources = directive.split() or [""]
        policy.setdefault(name, sources)
    return policy


def framing_is_limited(policies: Sequence[Policy]) -> bool:
    """Whether any policy says who may frame the page, and not simply everybody."""
    ancestors = [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]
    return any(not _ANYWHERE & set(sources) for sources in ancestors)


def _weak_csp(view: View) -> Iterator[Match]:
    policies = content_policies(view) if view.is_page else []
    faults = [_script_faults(policy) for policy in policies]
    if faults and all(faults):
        worst, detail = max(faults[0])
        yield Match(
            evidence=(view.response_header_evidence(_HEADER),),
            kind="scripts-not-limited",
            proof=worst,
            detail=detail,
            severity=Severity.INFO if worst <= 60 else None,
        )


def _script_faults(policy: Policy) -> list[tuple[int, str]]:
    """Confidence and sentence per way in which scripts are not limited."""
    sources = policy.get("script-src", policy.get("default-src"))
    if sources is None:
        return [(70, "It names neither script-src nor default-src.")]
    given = set(sources)
    strict = "'strict-dynamic'" in given
    trusted = any(source.startswith(("'nonce-", "'sha")) for source in given)
    faults = []
    if "'unsafe-inline'" in given and not trusted and not strict:
        faults.append((90, "'unsafe-inline' lets injected scripts run."))
    if _ANYWHERE & given and not strict:
        faults.append((85, "Scripts may come from any host or from data: URLs."))
    if "'unsafe-eval'" in given:
        faults.append((60, "'unsafe-eval' turns text into code."))
    return faults


WEAK_CSP = Rule(
    id="weak-csp",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Content-Security-Policy does not stop injected scripts",
    description="There is a policy, but it leaves open what it should close, so that it would not "
    "contain an injection flaw.",
    remediation="Replace inline allowances and wildcards by nonces: `script-src 'nonce-{random}' "
    "'strict-dynamic'; object-src 'none'; base-uri 'none'`.",
    cwe=693,
    owasp=("A05:2021", "API8:2023"),
    scope=Scope.HOST,
    check=_weak_csp,
)
