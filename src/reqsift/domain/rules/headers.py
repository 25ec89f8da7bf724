"""Security headers that a host's pages lack or set badly."""

from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.csp import (
    content_policies,
    framing_is_limited,
    limits_scripts,
    page_policies,
    reported_place,
)
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host
from reqsift.domain.stacks import Stack
from reqsift.domain.view import View

_OWASP = ("A05:2021", "API8:2023")
_HEADERS_SHEET = "OWASP HTTP Headers Cheat Sheet"


def by_servers(name: str, value: str) -> dict[Stack, str]:
    """How servers in front of an application send a header."""
    return {
        Stack.NGINX: f'`add_header {name} "{value}" always;`.',
        Stack.APACHE: f'`Header always set {name} "{value}"`.',
    }


def is_visited(view: View) -> bool:
    """Whether it is a page that people go to, not one made for the frames of other sites."""
    if not view.is_page:
        return False
    framed = view.request_header("sec-fetch-dest") in {"iframe", "frame", "embed", "object"}
    return not (framed and foreign_host(view, view.request_header("referer") or ""))


def missing(view: View, header: str, proof: int = 90) -> Match:
    return Match(
        evidence=(view.response_header_evidence("content-type"),),
        kind="missing",
        part="response.headers",
        field=header,
        proof=proof,
    )


def _missing_csp(view: View) -> Iterator[Match]:
    policies = page_policies(view) if is_visited(view) else None
    if policies is None or any(map(limits_scripts, policies)) or reported_place(view):
        return
    if not policies:
        yield missing(view, "content-security-policy", 85)
    else:
        evidence = next(iter(policies[0].places.values()), None)
        yield Match(
            evidence=(evidence or view.response_header_evidence("content-security-policy"),),
            kind="scripts-not-limited",
            part="response.headers[content-security-policy]",
            proof=70,
            detail="There is a policy, but with neither script-src nor default-src.",
        )


MISSING_CSP = Rule(
    id="missing-csp",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="No Content-Security-Policy limits scripts",
    description="Nothing limits where scripts may come from, so a single injection flaw on this "
    "host runs without any second line of defence.",
    remediation="Send a policy such as `Content-Security-Policy: default-src 'self'; script-src "
    "'self' 'nonce-{random}'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'`.",
    fixes={
        Stack.DJANGO: 'django-csp: `CONTENT_SECURITY_POLICY = {"DIRECTIVES": '
        '{"default-src": [SELF]}}`.',
        Stack.EXPRESS: "`app.use(helmet())` sends a sound policy.",
        Stack.SPRING: "`http.headers(h -> h.contentSecurityPolicy(c -> "
        "c.policyDirectives(\"default-src 'self'\")))`.",
        Stack.RAILS: "`config/initializers/content_security_policy.rb`: "
        "`policy.default_src :self`.",
        Stack.LARAVEL: "spatie/laravel-csp: the `AddCspHeaders` middleware.",
        Stack.ASP_NET: "set the header in a middleware, or use "
        "NetEscapades.AspNetCore.SecurityHeaders.",
        **by_servers("Content-Security-Policy", "default-src 'self'; base-uri 'self'"),
    },
    cwe=693,
    owasp=_OWASP,
    references=("W3C Content Security Policy Level 3", _HEADERS_SHEET),
    silent="It says nothing of answers that are no page, of a policy in a `<meta>` element, and "
    "where one is being tried out, which csp-report-only tells.",
    scope=Scope.HOST,
    check=_missing_csp,
)


def _report_only(view: View) -> Iterator[Match]:
    place = reported_place(view) if is_visited(view) else None
    if place and not any(map(limits_scripts, page_policies(view))):
        yield Match(evidence=(place,), kind="report-only", proof=85)


CSP_REPORT_ONLY = Rule(
    id="csp-report-only",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Content-Security-Policy only reports and stops nothing",
    description="A policy on scripts is being tried out, but none is enforced, so that an injected "
    "script runs and is merely reported.",
    remediation="Once the reports are quiet, send the same policy as `Content-Security-Policy`.",
    fixes={
        Stack.DJANGO: "move the directives from `CONTENT_SECURITY_POLICY_REPORT_ONLY` to "
        "`CONTENT_SECURITY_POLICY`.",
        Stack.EXPRESS: "`helmet({contentSecurityPolicy: {reportOnly: false}})`.",
        Stack.SPRING: "drop `.reportOnly()` from the policy.",
        Stack.RAILS: "`config.content_security_policy_report_only = false`.",
    },
    cwe=693,
    owasp=_OWASP,
    references=("W3C Content Security Policy Level 3",),
    silent="It says nothing where an enforced policy limits scripts and a stricter one is tried "
    "out beside it.",
    scope=Scope.HOST,
    check=_report_only,
)


def _missing_nosniff(view: View) -> Iterator[Match]:
    if not is_visited(view):
        return
    header = view.response_header("x-content-type-options")
    if header is None:
        yield missing(view, "x-content-type-options")
    elif "nosniff" not in header.lower():
        yield Match(
            evidence=(view.response_header_evidence("x-content-type-options"),),
            kind="invalid",
            proof=90,
            detail="Browsers know no other value than `nosniff`.",
        )


MISSING_NOSNIFF = Rule(
    id="missing-nosniff",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Browsers may guess content types",
    description="Without `nosniff` a browser may treat an uploaded or user-written file as a "
    "script or a page, whatever its declared type says.",
    remediation="Send `X-Content-Type-Options: nosniff` on every response.",
    fixes={
        Stack.DJANGO: "`SECURE_CONTENT_TYPE_NOSNIFF = True` with `SecurityMiddleware`.",
        Stack.EXPRESS: "`app.use(helmet.noSniff())`.",
        Stack.SPRING: "keep Spring Security's default headers; do not disable "
        "`contentTypeOptions`.",
        Stack.ASP_NET: "a custom header in web.config.",
        **by_servers("X-Content-Type-Options", "nosniff"),
    },
    cwe=693,
    owasp=_OWASP,
    references=("WHATWG Fetch Standard", _HEADERS_SHEET),
    silent="It says nothing of errors and of answers that are no page, since one finding for the "
    "host is enough.",
    scope=Scope.HOST,
    check=_missing_nosniff,
)


def _clickjacking(view: View) -> Iterator[Match]:
    if not is_visited(view) or framing_is_limited(content_policies(view)):
        return
    header = view.response_header("x-frame-options")
    severity = Severity.MEDIUM if _can_change(view) else None
    if header is None:
        yield Match(
            evidence=(view.response_header_evidence("content-type"),),
            kind="missing",
            part="response.headers",
            field="x-frame-options",
            proof=85,
            severity=severity,
        )
    elif not {"deny", "sameorigin"} & set(header.lower().replace(",", " ").split()):
        yield Match(
            evidence=(view.response_header_evidence("x-frame-options"),),
            kind="invalid",
            proof=85,
            severity=severity,
            detail="Browsers know only DENY and SAMEORIGIN and ignore anything else.",
        )


def _can_change(view: View) -> bool:
    """Whether a click on the page may send something that changes data."""
    return "<form" in view.lower_body and any(form.method == "post" for form in view.page.forms)


CLICKJACKING = Rule(
    id="clickjacking",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.LOW,
    title="Pages may be framed by any site",
    description="Another site can load these pages in an invisible frame and trick a visitor into "
    "clicking on them.",
    remediation="Send `Content-Security-Policy: frame-ancestors 'self'`, and for old browsers "
    "`X-Frame-Options: SAMEORIGIN`.",
    fixes={
        Stack.DJANGO: '`XFrameOptionsMiddleware`, with `X_FRAME_OPTIONS = "DENY"`.',
        Stack.EXPRESS: '`app.use(helmet.frameguard({action: "sameorigin"}))`.',
        Stack.SPRING: "keep Spring Security's default; not `frameOptions().disable()`.",
        Stack.RAILS: "`policy.frame_ancestors :self` in the content security policy.",
        Stack.LARAVEL: "the `FrameGuard` middleware.",
        Stack.ASP_NET: "antiforgery sends SAMEORIGIN; keep `SuppressXFrameOptionsHeader = false`.",
        **by_servers("X-Frame-Options", "SAMEORIGIN"),
    },
    cwe=1021,
    owasp=_OWASP,
    references=("OWASP Clickjacking Defense Cheat Sheet", "RFC 7034"),
    silent="It says nothing of pages that another site's frame asked for, which are made for it, "
    "and where any policy names who may frame them.",
    scope=Scope.HOST,
    check=_clickjacking,
)


def _unsafe_referrer(view: View) -> Iterator[Match]:
    header = view.response_header("referrer-policy") if view.is_page else None
    if header and header.lower().replace(",", " ").split()[-1:] == ["unsafe-url"]:
        yield Match(
            evidence=(view.response_header_evidence("referrer-policy"),),
            kind="unsafe-url",
            proof=90,
        )


UNSAFE_REFERRER = Rule(
    id="unsafe-referrer-policy",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Full URLs are sent to other sites",
    description="`unsafe-url` makes browsers send the whole address of these pages, query "
    "included, to every site they link to or load from.",
    remediation="Send `Referrer-Policy: strict-origin-when-cross-origin` or `no-referrer`.",
    fixes={
        Stack.DJANGO: '`SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"`.',
        Stack.EXPRESS: '`app.use(helmet.referrerPolicy({policy: "no-referrer"}))`.',
        Stack.SPRING: "`http.headers(h -> h.referrerPolicy(r -> "
        "r.policy(ReferrerPolicy.SAME_ORIGIN)))`.",
        **by_servers("Referrer-Policy", "strict-origin-when-cross-origin"),
    },
    cwe=200,
    owasp=("A05:2021",),
    references=("W3C Referrer Policy", _HEADERS_SHEET),
    silent="It says nothing where the header is missing, since browsers then keep paths to "
    "themselves, and where a later value of the list is stricter.",
    scope=Scope.HOST,
    check=_unsafe_referrer,
)
