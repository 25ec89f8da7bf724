"""How tokens are fetched from an authorization server, and what it says that it offers."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, site
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_OWASP = ("A07:2021", "API2:2023")
_BEST = "RFC 9700"
_MASKED = frozenset("*•xX.")


def _secret_exposed(view: View) -> Iterator[Match]:
    if "client_secret" in view.url.query:
        for name, value in view.query:
            if name.lower() == "client_secret" and _is_secret(value):
                evidence = input_evidence(view, Input(URL, name, value))
                yield Match(evidence=(evidence,), kind="in-address", field=name, proof=92)
                return
    if view.request.method != "POST" or "client_secret" not in view.request_text[:16_384]:
        return
    given = {given.name.lower(): given for given in view.inputs if given.part == REQUEST_BODY}
    secret = given.get("client_secret")
    if secret and _is_secret(secret.value) and "grant_type" in given and _is_browser(view):
        yield Match(
            evidence=(input_evidence(view, secret), _origin(view)),
            kind="in-browser",
            field="client_secret",
            proof=88,
        )


def _is_secret(value: str) -> bool:
    return len(value) >= 6 and not set(value) <= _MASKED


def _is_browser(view: View) -> bool:
    return any(view.request_header(name) for name in ("origin", "sec-fetch-mode"))


def _origin(view: View) -> Evidence:
    name = "origin" if view.request_header("origin") else "sec-fetch-mode"
    return view.whole(f"request.headers[{name}]")


OAUTH_CLIENT_SECRET_EXPOSED = Rule(
    id="oauth-client-secret-exposed",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Secret of the OAuth client is shown to browsers or in an address",
    description="Whoever reads it can act as this client: fetch tokens for its users' codes, or in "
    "its own name.",
    remediation="Change it now. Fetch tokens from your server and send the secret there in the "
    "body or as `Authorization: Basic`; a page or an app uses PKCE without any secret.",
    fixes={
        Stack.EXPRESS: "call the token endpoint on the server, with `process.env.CLIENT_SECRET`.",
        Stack.SPRING: "`client-authentication-method: client_secret_basic`, or `none` with PKCE.",
        Stack.ASP_NET: "keep `options.ClientSecret` in user secrets or a vault of the server.",
    },
    cwe=522,
    owasp=("A02:2021", "A07:2021", "API2:2023"),
    references=("RFC 6749", _BEST),
    silent="It says nothing of calls between servers, which have no `Origin`, of masked values and "
    "of forms that administer clients.",
    check=_secret_exposed,
)

_PASSWORD_GRANT = re.compile(
    r"grant_type[\"']?\s{0,3}[=:]\s{0,3}[\"']?(?:password\b|http(?::|%3A)(?://|%2F%2F)auth0\.com"
    r"(?:/|%2F)oauth(?:/|%2F)grant-type(?:/|%2F)password)",
    re.IGNORECASE,
)


def _password_grant(view: View) -> Iterator[Match]:
    if view.request.method != "POST" or "grant_type" not in view.request_text[:16_384]:
        return
    refused = not 200 <= view.status < 300 and "invalid_grant" not in view.lower_body
    if refused or "unsupported_grant_type" in view.lower_body:
        return
    names = {given.name.lower() for given in view.inputs}
    found = _PASSWORD_GRANT.search(view.request_text[:16_384])
    if found and names & {"username", "email", "password"}:
        yield Match(
            evidence=(view.span(REQUEST_BODY, *found.span()),),
            kind="password-grant",
            field="grant_type",
            proof=92 if view.status < 300 else 80,
        )


OAUTH_PASSWORD_GRANT = Rule(
    id="oauth-password-grant",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="App takes the user's password to fetch a token (password grant)",
    description="The app itself sees the password, a second factor has no place, and users learn "
    "to type it into any form; OAuth 2.1 has dropped this way.",
    remediation="Send the user to the log-in page of the authorization server: "
    "`response_type=code` with PKCE; between services use `client_credentials`.",
    fixes={
        Stack.DJANGO: "drop `Application.GRANT_PASSWORD` in Django OAuth Toolkit.",
        Stack.SPRING: "drop `AuthorizationGrantType.PASSWORD`.",
        Stack.LARAVEL: "no `Passport::enablePasswordGrant()`.",
        Stack.RAILS: "no `password` in `grant_flows` of Doorkeeper.",
        Stack.ASP_NET: "no `AllowPasswordFlow()` in OpenIddict.",
    },
    cwe=522,
    owasp=_OWASP,
    references=(_BEST, "OAuth 2.1"),
    silent="It says nothing where the server refused the grant; a first-party app whose server "
    "issues its own tokens by that name risks less.",
    check=_password_grant,
)

_PROVIDERS = frozenset(
    {
        "amazon.com", "apple.com", "facebook.com", "github.com", "gitlab.com", "google.com",
        "linkedin.com", "live.com", "microsoft.com", "microsoftonline.com", "paypal.com",
        "salesforce.com", "slack.com", "yahoo.com",
    }
)  # fmt: skip
"""Sites that log in for all others; who reads this capture cannot change what they offer."""
_DOCUMENTS = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


def _weak_offer(view: View) -> Iterator[Match]:
    if "/.well-known/o" not in view.url.path or view.status != 200:
        return
    if site(view.url.host) in _PROVIDERS:
        return
    offer = view.response_json
    if not any(name in view.url.path for name in _DOCUMENTS) or not isinstance(offer, dict):
        return
    for kind, member, proof, severity, detail in _weaknesses(offer):
        start = view.response_text.find(f'"{member}"')
        end = view.response_text.find("]", start, start + 240) + 1
        if start >= 0:
            yield Match(
                evidence=(view.span(RESPONSE_BODY, start, end or start + len(member) + 2),),
                kind=kind,
                field=member,
                proof=proof,
                severity=severity,
                detail=detail,
            )


_Weakness = tuple[str, str, int, Severity | None, str]


def _weaknesses(offer: dict[str, object]) -> Iterator[_Weakness]:
    member = "id_token_signing_alg_values_supported"
    if "none" in _words(offer, member):
        detail = "ID tokens may be unsigned (`none`), so that anybody can write one."
        yield "unsigned", member, 85, Severity.MEDIUM, detail
    member = "response_types_supported"
    if any("token" in words.split() for words in _words(offer, member)):
        yield "implicit", member, 75, None, "It sends access tokens in addresses (implicit flow)."
    member = "grant_types_supported"
    if "password" in _words(offer, member):
        yield "password", member, 75, None, "It lets apps collect passwords (password grant)."
    member = "code_challenge_methods_supported"
    methods = _words(offer, member)
    if methods and "s256" not in methods:
        yield "no-s256", member, 85, Severity.LOW, "It knows PKCE only as `plain`."


def _words(offer: dict[str, object], member: str) -> list[str]:
    given = offer.get(member)
    given = given[:50] if isinstance(given, list) else []
    return [word.lower() for word in given if isinstance(word, str)]


OPENID_WEAK_OFFER = Rule(
    id="openid-weak-configuration",
    type=FindingType.SECURITY_MISCONFIGURATION,
    severity=Severity.INFO,
    title="Log-in server offers ways that are no longer safe",
    description="Its public configuration tells clients of flows or algorithms that current "
    "guidance rules out.",
    remediation='Offer `response_types_supported: ["code"]`, signed ID tokens only, and '
    '`code_challenge_methods_supported: ["S256"]`.',
    fixes={
        Stack.SPRING: "`clientSettings.requireProofKey(true)`; only `AUTHORIZATION_CODE`.",
        Stack.RAILS: "`grant_flows %w[authorization_code]` and `force_pkce` in Doorkeeper.",
        Stack.ASP_NET: "`AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()`.",
    },
    cwe=327,
    owasp=("A02:2021", "A05:2021"),
    references=("RFC 8414", "OpenID Connect Discovery 1.0", _BEST),
    silent="It says nothing of `none` for request objects, of a document without PKCE methods and "
    "of the large providers; a flow that is offered may be off for each client.",
    scope=Scope.HOST,
    check=_weak_offer,
)
