"""Secrets in addresses, where history, logs and other sites see them."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import foreign_host, input_evidence, is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_GUIDE = "OWASP REST Security Cheat Sheet"
_TOKEN = re.compile(
    r"^(?:(?:access|auth|api|id|refresh|bearer|session|user|private)[_-]?(?:token|key)|token|jwt"
    r"|apikey|secret|auth|bearer|x-api-key)$",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"^(?:php|j|asp)?sess(?:ion)?_?id$|^session$|^sid$|^asp\.net_sessionid$|^cfid$", re.IGNORECASE
)
_ONE_TIME = re.compile(
    r"verif|confirm|reset|activat|unsubscribe|invit|magic|download|share|oauth|callback|recover",
    re.IGNORECASE,
)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=([\w.!-]{12,128})", re.IGNORECASE)
_BROWSER_KEY = ("pk_", "AIza", "pub", "pk.")
_STREAMS = ("application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml")


def _is_random(value: str, length: int) -> bool:
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return len(value) >= length and mixed and " " not in value


def _token_in_url(view: View) -> Iterator[Match]:
    if not view.url.query or view.is_asset or view.response_type in _STREAMS:
        return
    one_time = _ONE_TIME.search(view.url.path) is not None
    if one_time and not _shown_to_others(view):
        return
    low = one_time or _must_be_in_url(view)
    for name, value in view.query:
        jwt = value.startswith("eyJ") and _is_login(view, name, value)
        if jwt or (_TOKEN.search(name) and _is_random(value, 12)):
            if value.startswith(_BROWSER_KEY):
                continue
            yield Match(
                evidence=(input_evidence(view, Input(URL, name, value)),),
                kind="jwt" if jwt else "token",
                field=name,
                proof=60 if low else 90 if jwt else 82,
                severity=Severity.LOW if low else None,
            )


_BY_STANDARD = frozenset({"id_token_hint", "request", "logout_token", "login_hint_token", "state"})


def _is_login(view: View, name: str, value: str) -> bool:
    """Whether a value is a token that a server would take; some flows send one by design."""
    if name.lower() in _BY_STANDARD:
        return False
    return any(token.part == URL and value.startswith(token.text) for token in view.jwts)


def _must_be_in_url(view: View) -> bool:
    """Whether there was no other place: browsers send no header of a page's with WebSockets."""
    return view.url.scheme in {"ws", "wss"} or view.status == 101 or _is_event_stream(view)


def _is_event_stream(view: View) -> bool:
    return view.response_type == "text/event-stream"


_FOREIGN = re.compile(r"\bsrc\s{0,3}=\s{0,3}[\"']?(?:https?:)?//[^\"'\s<>]{1,200}", re.IGNORECASE)


def _shown_to_others(view: View) -> bool:
    """Whether the page of a one-time link loads from other sites and nothing keeps the link in."""
    policy = (view.response_header("referrer-policy") or "").lower()
    kept = "origin" in policy or "no-referrer" in policy
    found = _FOREIGN.search(view.body) if view.is_page and not kept else None
    return bool(found and foreign_host(view, found.group().partition("=")[2].strip(" \"'")))


TOKEN_IN_URL = Rule(
    id="token-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Secret token in the address",
    description="Addresses are kept in browser history, server and proxy logs, and are sent to "
    "other sites as Referer; so is this token.",
    remediation="Send it in a header: `Authorization: Bearer ...`.",
    fixes={
        Stack.FLASK: '`JWT_TOKEN_LOCATION = ["headers"]` of Flask-JWT-Extended.',
        Stack.EXPRESS: "`ExtractJwt.fromAuthHeaderAsBearerToken()` of passport-jwt.",
        Stack.SPRING: "leave `setAllowUriQueryParameter` of the token resolver at `false`.",
        Stack.LARAVEL: "`$request->bearerToken()` instead of `$request->query('api_token')`.",
        Stack.RAILS: "`authenticate_with_http_token` instead of `params[:token]`.",
    },
    cwe=598,
    owasp=("A04:2021", "API2:2023"),
    references=("RFC 6750", "RFC 9700", _GUIDE),
    silent="It says nothing of one-time links whose page loads nothing from others, of streams, "
    "publishable keys and what OpenID Connect sends so by design.",
    check=_token_in_url,
)

_SWITCH = frozenset({"0", "1", "true", "false", "yes", "no", "on", "off", "null", "undefined"})
_ABOUT_PASSWORD = re.compile(
    r"reset|forg[eo]t|policy|strength|hint|chang|expire|less|status|show|has_|is_|grant"
    r"|__(?:\w{0,10}(?:startswith|endswith|contains|exact|regex)|[gl]te?|in|isnull)\Z",
    re.IGNORECASE,
)


def _password_in_url(view: View) -> Iterator[Match]:
    for name, value in view.query:
        if value and is_password_name(name) and not _is_about(name, value):
            given = input_evidence(view, Input(URL, name, value))
            yield Match(evidence=(given,), kind="password", field=name, proof=90)
    credentials = _userinfo(view)
    if credentials:
        yield Match(evidence=(credentials,), kind="userinfo", proof=92)


def _is_about(name: str, value: str) -> bool:
    """Whether it tells something of a password, or hides it."""
    hidden = set(value) <= set("*•xX")
    return hidden or value.lower() in _SWITCH or _ABOUT_PASSWORD.search(name) is not None


def _userinfo(view: View) -> Evidence | None:
    password = view.url.userinfo.partition(":")[2]
    return view.quote(URL, f"{view.url.userinfo}@") if password else None


PASSWORD_IN_URL = Rule(
    id="password-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.HIGH,
    title="Password in the address",
    description="Addresses are kept in browser history, server and proxy logs, and are sent to "
    "other sites as Referer; so is this password.",
    remediation='Send credentials in the body of a POST over HTTPS: `<form method="post">`.',
    fixes={
        Stack.DJANGO: "`LoginView`, which takes POST only, and `@sensitive_post_parameters`.",
        Stack.FLASK: '`@app.post("/login")` and `request.form["password"]`, not `request.args`.',
        Stack.EXPRESS: "`router.post('/login', ...)` and `req.body.password`, not `req.query`.",
        Stack.SPRING: "`@PostMapping` with `@RequestBody`, or `formLogin()`.",
        Stack.LARAVEL: "`Route::post('/login', ...)` and `$request->post('password')`.",
        Stack.PHP: "`$_POST['password']` instead of `$_GET` or `$_REQUEST`.",
        Stack.RAILS: '`post "/login"`, and `:passw` in `config.filter_parameters`.',
        Stack.ASP_NET: "`[HttpPost]` with `[FromBody]` or `[FromForm]`.",
    },
    cwe=598,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Authentication Cheat Sheet", "RFC 9110"),
    silent="It says nothing of empty or hidden values, of a mere yes or no, and of names that only "
    "tell of a password, such as `password_reset`.",
    check=_password_in_url,
)


def _session_in_url(view: View) -> Iterator[Match]:
    names = {name.lower() for name, _ in view.query}
    for name, value in view.query:
        if _SESSION.search(name) and _is_random(value, 16) and not names & _TRANSPORTS:
            given = input_evidence(view, Input(URL, name, value))
            yield Match(evidence=(given,), kind="session", field=name, proof=82)
    found = _PATH_SESSION.search(view.request.url) if ";" in view.request.url else None
    if found:
        evidence = view.span(URL, *found.span())
        yield Match(evidence=(evidence,), kind="session-in-path", proof=90)


_TRANSPORTS = frozenset({"eio", "gsessionid", "_ga", "measurement_id", "gtm"})
"""Names beside which a session is one of a transport or of a measurement, not of a login."""

SESSION_IN_URL = Rule(
    id="session-in-url",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Session identifier in the address",
    description="Whoever sees or is sent this address can continue the session.",
    remediation="Carry the session only in a cookie with `Secure; HttpOnly; SameSite=Lax`.",
    fixes={
        Stack.SPRING: "`server.servlet.session.tracking-modes=cookie`.",
        Stack.PHP: "`session.use_only_cookies = 1` and `session.use_trans_sid = 0`.",
        Stack.ASP_NET: '`<sessionState cookieless="UseCookies" />`.',
    },
    cwe=598,
    owasp=("A07:2021", "API2:2023"),
    references=("OWASP Session Management Cheat Sheet",),
    silent="It says nothing of short or plain values and of the sessions of Socket.IO and "
    "measurements; an identifier that is sent to a meter is no login.",
    check=_session_in_url,
)
