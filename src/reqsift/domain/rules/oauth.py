"""Requests to an authorization server that leave out what protects the answer."""

from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import input_evidence, is_loopback, succeeded
from reqsift.domain.stacks import Stack
from reqsift.domain.urls import parse_url
from reqsift.domain.view import URL, View

_OWASP = ("A07:2021", "API2:2023")
_BEST = "RFC 9700"
_RFC = "RFC 6749"
_LOCATION = "response.headers[location]"
_CODE_FLOW = {
    Stack.DJANGO: '`"OAUTH_PKCE_ENABLED": True` in `SOCIALACCOUNT_PROVIDERS` of allauth.',
    Stack.FLASK: '`client_kwargs={"code_challenge_method": "S256"}` of Authlib.',
    Stack.EXPRESS: "`new OAuth2Strategy({ pkce: true, state: true, ... })` of passport.",
    Stack.SPRING: "`OAuth2AuthorizationRequestCustomizers.withPkce()`.",
    Stack.LARAVEL: "`Socialite::driver('...')->enablePKCE()->redirect()`, not `stateless()`.",
    Stack.RAILS: "`pkce: true` for the strategy of OmniAuth, which also checks `state`.",
    Stack.ASP_NET: '`options.UsePkce = true` and `options.ResponseType = "code"`.',
}


def _asked(view: View) -> Mapping[str, str] | None:
    """The parameters of an authorization request that was not refused; None if it is none."""
    if "response_type=" not in view.url.query or view.request.method != "GET":
        return None
    given = {name.lower(): value.strip() for name, value in view.query}
    if not given.get("client_id") or not given.get("response_type"):
        return None
    if given.get("request") or given.get("request_uri"):
        return None  # the parameters that count are inside, signed or sent ahead
    refused = "error=" in (view.response_header("location") or "")
    return given if succeeded(view) and not refused else None


def _wanted(given: Mapping[str, str]) -> frozenset[str]:
    """What the client wants sent to its redirection address."""
    return frozenset(given["response_type"].lower().split())


def _at(view: View, name: str) -> Evidence:
    """Where a parameter stands in the address."""
    found = (pair for pair in view.query if pair.name.lower() == name)
    pair = next(found, None)
    return input_evidence(view, Input(URL, *pair)) if pair else view.whole(URL)


def _implicit_flow(view: View) -> Iterator[Match]:
    given = _asked(view)
    if given and "token" in _wanted(given):
        evidence = _at(view, "response_type")
        yield Match(evidence=(evidence,), kind="token-asked", field="response_type", proof=90)
        return
    location = view.response_header("location") or "" if 300 <= view.status < 400 else ""
    start = location.find("access_token=", max(0, location.find("#")))
    if "#" in location and start > 0:
        end = location.find("&", start)
        evidence = view.span(_LOCATION, start, end if end > 0 else len(location))
        yield Match(evidence=(evidence,), kind="token-in-redirect", proof=92)


OAUTH_IMPLICIT_FLOW = Rule(
    id="oauth-implicit-flow",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Log-in sends the access token in an address (implicit flow)",
    description="The access token comes back in the address of a redirect, where browser history, "
    "scripts and other sites can see it, and nothing ties it to the client that asked.",
    remediation="Use the code flow with PKCE: `response_type=code&code_challenge=...&"
    "code_challenge_method=S256`.",
    fixes=_CODE_FLOW,
    cwe=598,
    owasp=_OWASP,
    references=(_BEST, "OWASP OAuth 2.0 Protocol Cheat Sheet"),
    silent="It says nothing of requests that the server refused and of `id_token` alone, which "
    "opens no data.",
    check=_implicit_flow,
)


def _missing_state(view: View) -> Iterator[Match]:
    given = _asked(view)
    if given is None or "code" not in _wanted(given):
        return
    bound = any(given.get(name) for name in ("state", "code_challenge", "nonce"))
    if not bound and "state=" not in given.get("redirect_uri", ""):
        yield Match(evidence=(view.whole(URL),), kind="no-state", part=URL, field="state", proof=85)


OAUTH_MISSING_STATE = Rule(
    id="oauth-missing-state",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="Log-in at another service is not tied to the browser that began it",
    description="The request has no `state`, PKCE or `nonce`, so another site can finish the "
    "log-in with a code of its own and put the user into a foreign account.",
    remediation="Send a random `state` that is kept in the session, compare it on return, and add "
    "PKCE.",
    fixes=_CODE_FLOW,
    cwe=352,
    owasp=("A01:2021", "A07:2021"),
    references=(_RFC, _BEST),
    silent="It says nothing where PKCE or a `nonce` ties the answer, where the request is signed "
    "or sent ahead, and where the server refused.",
    check=_missing_state,
)


def _missing_pkce(view: View) -> Iterator[Match]:
    given = _asked(view)
    if given is None or "code" not in _wanted(given):
        return
    if not given.get("code_challenge"):
        proof, why = _public_client(given)
        if proof:
            yield Match(
                evidence=(_at(view, "redirect_uri"),),
                kind="no-challenge",
                part=URL,
                field="code_challenge",
                proof=proof,
                detail=why,
            )
    elif given.get("code_challenge_method", "").lower() == "plain":
        evidence = _at(view, "code_challenge_method")
        detail = "The challenge is `plain`, so that it is itself the secret."
        yield Match(evidence=(evidence,), kind="plain-challenge", proof=85, detail=detail)


def _public_client(given: Mapping[str, str]) -> tuple[int, str]:
    """How surely PKCE is needed, as for an app that cannot keep a secret, and why; 0 if not."""
    target = given.get("redirect_uri", "")
    url = parse_url(target)
    if target.startswith("urn:ietf:wg:oauth:2.0:oob"):
        return 70, "The code is to be typed over, as programs on a device ask."
    if url.scheme and url.scheme not in {"http", "https"} and len(url.scheme) > 1:
        return 80, "The answer goes to an app on the device, by a scheme that others can claim."
    if url.host.startswith(("127.0.0.1", "[::1]")):
        return 60, "The answer goes to a program on the same machine."
    if given.get("response_mode", "").lower() in {"fragment", "web_message"}:
        return 70, "The answer goes to a script in the page."
    if not given.get("state") and not given.get("nonce"):
        return 55, "Nothing else ties the code to this browser either."
    return 0, ""


OAUTH_MISSING_PKCE = Rule(
    id="oauth-missing-pkce",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="Log-in code can be used by whoever catches it (no PKCE)",
    description="Without PKCE the code is worth a token to whoever intercepts the redirect, above "
    "all where an app or a script asks, which cannot keep a secret.",
    remediation="Make a random verifier for each log-in and send `code_challenge=BASE64URL(SHA256("
    "verifier))&code_challenge_method=S256`.",
    fixes=_CODE_FLOW,
    cwe=345,
    owasp=_OWASP,
    references=("RFC 7636", "RFC 8252", _BEST),
    silent="It says nothing of redirects to a web server or to `localhost` with a `state` or a "
    "`nonce`; such a client may have a secret of its own, which cannot be seen here.",
    check=_missing_pkce,
)


def _insecure_redirect(view: View) -> Iterator[Match]:
    given = _asked(view)
    target = parse_url(given.get("redirect_uri", "")) if given else None
    if target and target.scheme == "http" and target.host and not is_loopback(target.host):
        name = target.host.partition(":")[0]
        inside = name.endswith((".local", ".test", ".internal", ".lan", ".home")) or "." not in name
        yield Match(
            evidence=(_at(view, "redirect_uri"),),
            kind="http-redirect",
            field="redirect_uri",
            proof=60 if inside else 92,
            severity=Severity.LOW if inside else None,
        )


OAUTH_INSECURE_REDIRECT_URI = Rule(
    id="oauth-insecure-redirect-uri",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Log-in returns its code over plain HTTP",
    description="The redirection address is not encrypted, so everybody on the way can read the "
    "code or token and log in with it.",
    remediation="Register and send an HTTPS address only: "
    "`redirect_uri=https://shop.example/callback`.",
    fixes={
        Stack.DJANGO: '`ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"` and `SECURE_PROXY_SSL_HEADER`.',
        Stack.FLASK: '`url_for(..., _external=True, _scheme="https")` and `ProxyFix`.',
        Stack.EXPRESS: "`proxy: true` for the strategy of passport, and `trust proxy`.",
        Stack.SPRING: "`server.forward-headers-strategy=framework`.",
        Stack.LARAVEL: "an HTTPS `APP_URL`, and `TrustProxies`.",
        Stack.RAILS: '`OmniAuth.config.full_host = "https://..."`.',
        Stack.ASP_NET: "`app.UseForwardedHeaders()` with `XForwardedProto`.",
    },
    cwe=319,
    owasp=("A02:2021", "API2:2023"),
    references=(_BEST, _RFC),
    silent="It says nothing of addresses on the same machine, where plain HTTP is allowed, and of "
    "requests that the server refused.",
    check=_insecure_redirect,
)


def _missing_nonce(view: View) -> Iterator[Match]:
    given = _asked(view)
    if given and "id_token" in _wanted(given) and not given.get("nonce"):
        evidence = _at(view, "response_type")
        yield Match(evidence=(evidence,), kind="no-nonce", field="nonce", proof=88)


OIDC_MISSING_NONCE = Rule(
    id="oidc-missing-nonce",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Log-in asks for an ID token that could be used twice (no nonce)",
    description="Without a `nonce` the client cannot tell whether the ID token was made for this "
    "log-in, so that a stolen one can be put in its place.",
    remediation="Send a random `nonce`, keep it in the session and compare it with the claim in "
    "the ID token; better, use `response_type=code` with PKCE.",
    fixes=_CODE_FLOW,
    cwe=294,
    owasp=_OWASP,
    references=("OpenID Connect Core 1.0", _BEST),
    silent="It says nothing of the plain code flow, where the standard leaves the `nonce` to the "
    "client, and of requests that the server refused.",
    check=_missing_nonce,
)
