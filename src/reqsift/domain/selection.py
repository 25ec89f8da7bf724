"""`auto`: which exchange deserves which analyzer, from signals that people can check."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from reqsift.domain.catalogue import Tier
from reqsift.domain.findings import Finding, Severity
from reqsift.domain.rules.signals import foreign_host, has_credentials, private_data
from reqsift.domain.templates import path_template
from reqsift.domain.view import RESPONSE_BODY, URL, View

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LARGE_REQUEST = 2_000
_LARGE_RESPONSE = 20_000
_UNSURE = 55
_SIGNALS_SHOWN = 3

_SECRET_RULES = frozenset({"provider-key", "private-key", "connection-string"})
_TRACE_RULES = frozenset({"stack-trace", "debug-page", "sql-error", "sql-error-after-input"})

_STATIC_PATH = re.compile(
    r"\.(?:m?js|css|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp[34]|webm|wasm)\Z",
    re.IGNORECASE,
)
_HEALTH_PATH = re.compile(
    r"/(?:health[_-]?(?:check|z)?|livez|liveness|readyz?|readiness|ping|heartbeat|favicon\.ico)/?\Z",
    re.IGNORECASE,
)
_TELEMETRY_HOST = re.compile(
    r"(?:\A|\.)(?:google-analytics\.com|googletagmanager\.com|doubleclick\.net|hotjar\.(?:com|io)"
    r"|clarity\.ms|mixpanel\.com|amplitude\.com|nr-data\.net|browser-intake-datadoghq\.(?:com|eu)"
    r"|fullstory\.com|bugsnag\.com|sentry\.io|scorecardresearch\.com|cloudflareinsights\.com)"
    r"(?::\d{1,5})?\Z",
    re.IGNORECASE,
)
_AUTH_PATH = re.compile(
    r"(?:\A|[/_.-])(?:log-?in|sign-?in|sign-?up|register|auth|oauth2?|authorize|token|sso|saml"
    r"|passw(?:or)?d|reset|forgot|mfa|2fa|otp|verify|session|impersonate)s?(?:[/_.-]|\Z)",
    re.IGNORECASE,
)
_MONEY_PATH = re.compile(
    r"(?:\A|[/_.-])(?:pay(?:ment)?|check-?out|cart|basket|order|invoice|refund|transfer|withdraw"
    r"|deposit|coupon|voucher|discount|wallet|billing|subscription)s?(?:[/_.-]|\Z)",
    re.IGNORECASE,
)
_MONEY_NAME = re.compile(
    r"\A(?:(?:unit|total)[_-]?)?(?:price|amount|total|discount|coupon(?:[_-]?code)?|balance|iban)\Z",
    re.IGNORECASE,
)
_ID_NAME = re.compile(r"(?:\A|[a-z_-])(?:id|Id|ID|uuid|guid)\Z|\A(?:user|account|owner|uid)\Z")
_ID_VALUE = re.compile(r"\d{1,18}\Z|[0-9a-fA-F]{16,64}\Z|[0-9a-fA-F-]{36}\Z")
_MUTATION = re.compile(r'"\s{0,5}(?:mutation\b|[^"]{0,20}\bmutation\s)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which tier an exchange gets, and why."""

    tier: Tier
    reason: str
    """One sentence for people, at most 160 characters."""
    signals: tuple[str, ...]
    """All that spoke for it."""


def choose(view: View, findings: Sequence[Finding]) -> Choice:
    """Choose the cheapest analyzer that does an exchange justice.

    Args:
        view: The exchange.
        findings: What the offline rules found in it.

    Returns:
        Offline where a model has nothing to add; strong where much is at stake, never for static
        assets; cheap for the rest.
    """
    secret = any(finding.rule in _SECRET_RULES for finding in findings)
    idle = _nothing_to_add(view)
    if idle and not secret:
        return _choice(Tier.OFFLINE, (idle,))
    if idle:
        return _choice(Tier.CHEAP, (idle, "the rules saw a secret in it"))
    strong = tuple(say for say, holds in _STRONG if holds(view))
    if any(finding.rule in _TRACE_RULES for finding in findings):
        strong = ("a stack trace or database error", *strong)
    if strong:
        return _choice(Tier.STRONG, strong)
    return _choice(Tier.CHEAP, ("no sign that more is needed",))


def escalation(confidence: int, claims: Sequence[tuple[Severity, bool]]) -> str | None:
    """Why a cheap model's answer is asked again of the strong one.

    Args:
        confidence: 0 to 100, what the model said of its analysis as a whole.
        claims: For each of its findings the severity as it claimed it, and whether the traffic
            proves it.

    Returns:
        The reason as a sentence for people; None if the answer is good enough.
    """
    unproven = [severity for severity, proven in claims if not proven]
    worst = max(unproven, key=lambda severity: severity.rank, default=Severity.INFO)
    if worst.rank >= Severity.HIGH.rank:
        return f"The cheap model claimed a {worst.value} finding without proof."
    if confidence < _UNSURE:
        return f"The cheap model was unsure (confidence {confidence} %)."
    return None


def _choice(tier: Tier, signals: tuple[str, ...]) -> Choice:
    shown = ", ".join(signals[:_SIGNALS_SHOWN])
    return Choice(tier=tier, reason=f"{_WORDS[tier]}: {shown}.", signals=signals)


_WORDS = {
    Tier.OFFLINE: "Rules only",
    Tier.CHEAP: "Cheap model",
    Tier.STRONG: "Strong model",
}


def _nothing_to_add(view: View) -> str:
    """Why no model is needed; empty if one is."""
    return next((say for say, holds in _IDLE if holds(view)), "")


def _is_static(view: View) -> bool:
    if view.request.method not in {"GET", "HEAD"}:
        return False
    if view.is_asset:
        return True
    # A missing image is answered with a page; what a script's address really serves is another.
    typed = view.is_json or (view.is_html and 200 <= view.status < 300)
    return not typed and _STATIC_PATH.search(view.url.path) is not None


def _is_bodiless(view: View) -> bool:
    """An answer without content to a request that changes nothing and says nothing itself."""
    if _changes(view) or view.jwts or not view.response or view.query:
        return False
    if view.request.method == "HEAD" or view.status in {204, 304}:
        return True
    return 300 <= view.status < 400 and not view.response.body.content


def _is_preflight(view: View) -> bool:
    """No browser follows a redirect of one, so a server that sends some does more than it says."""
    redirects = 300 <= view.status < 400
    return view.request.method == "OPTIONS" and not redirects and not view.query


def _is_health(view: View) -> bool:
    return not _changes(view) and _HEALTH_PATH.search(view.url.path) is not None


def _is_telemetry(view: View) -> bool:
    """What a page of somebody else reports; who tests such a service itself has no such page."""
    page = view.request_header("origin") or view.request_header("referer") or ""
    return _TELEMETRY_HOST.search(view.url.host) is not None and bool(foreign_host(view, page))


_IDLE: tuple[tuple[str, Callable[[View], bool]], ...] = (
    ("a static asset", _is_static),
    ("an answer without content", _is_bodiless),
    ("a preflight request", _is_preflight),
    ("a health check", _is_health),
    ("telemetry of a third party", _is_telemetry),
)


def _changes(view: View) -> bool:
    return view.request.method.upper() in _CHANGING


def _names_object(view: View) -> bool:
    """Whether path or parameters point at one object."""
    path = view.url.path
    if path_template(path) != path:
        return True
    return any(_ID_NAME.search(name) and _ID_VALUE.match(value) for _, name, value in view.inputs)


def _changes_object(view: View) -> bool:
    return _changes(view) and _names_object(view)


def _reads_private_object(view: View) -> bool:
    if _changes(view) or not view.is_json or not 200 <= view.status < 300:
        return False
    return _names_object(view) and (has_credentials(view) or private_data(view) is not None)


def _logs_in(view: View) -> bool:
    takes_part = _changes(view) or bool(view.query)
    return takes_part and _AUTH_PATH.search(view.url.path) is not None


def _gives_token(view: View) -> bool:
    """A token in a place where it does not belong or where it is handed out."""
    given = {URL, RESPONSE_BODY, "response.headers[set-cookie]", "response.headers[location]"}
    return any(token.part in given for token in view.jwts)


def _moves_money(view: View) -> bool:
    if not _changes(view):
        return False
    named = any(_MONEY_NAME.match(name) for _, name, _ in view.inputs)
    return named or _MONEY_PATH.search(unquote(view.url.path)) is not None


def _uploads(view: View) -> bool:
    return view.request_type == "multipart/form-data" and "filename=" in view.request_text


def _mutates_graph(view: View) -> bool:
    return "graphql" in view.url.path.lower() and _MUTATION.search(view.request_text) is not None


def _sends_markup(view: View) -> bool:
    """XML or a serialised object: parsers of these do more than they should."""
    kind = view.request_type
    return kind.endswith(("/xml", "+xml")) or "java-serialized" in kind


def _is_large(view: View) -> bool:
    sent = view.request_type.endswith(("/json", "+json")) and len(view.request_text)
    return sent > _LARGE_REQUEST or (view.is_json and len(view.body) > _LARGE_RESPONSE)


_STRONG: tuple[tuple[str, Callable[[View], bool]], ...] = (
    ("it is part of logging in", _logs_in),
    ("it changes an object named by an id", _changes_object),
    ("it moves money or goods", _moves_money),
    ("it hands out a token", _gives_token),
    ("it reads a private object named by an id", _reads_private_object),
    ("a GraphQL mutation", _mutates_graph),
    ("a file upload", _uploads),
    ("it sends XML or a serialised object", _sends_markup),
    ("a large structured body", _is_large),
)
