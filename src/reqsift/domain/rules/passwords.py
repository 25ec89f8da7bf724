"""Passwords in forms and cookies, and weak ways to ask for them."""

import re
from collections.abc import Iterator
from itertools import islice

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.inputs import Input
from reqsift.domain.pages import Field, Form
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import in_clear, input_evidence, is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

_OWASP = ("A04:2021", "A07:2021")
_GUIDE = "OWASP Authentication Cheat Sheet"
_BY_SCRIPT = ("onsubmit", "@submit", "v-on:submit", "ng-submit", "(ngsubmit)", "hx-", "data-", "x-")
_FORM = {
    Stack.DJANGO: '`<form method="post">{% csrf_token %}` and `@require_POST`.',
    Stack.FLASK: '`<form method="post">` and `request.form["password"]`, not `request.args`.',
    Stack.EXPRESS: "`router.post('/login', ...)` and `req.body`, not `req.query`.",
    Stack.SPRING: '`<form th:action="@{/login}" method="post">`.',
    Stack.LARAVEL: '`<form method="POST">@csrf` and `Route::post(...)`.',
    Stack.PHP: "`$_POST['password']` instead of `$_GET` or `$_REQUEST`.",
    Stack.RAILS: "`form_with url: session_path`, which sends by POST.",
    Stack.ASP_NET: '`<form method="post">` and `[HttpPost]`.',
}


def _password_forms(view: View) -> Iterator[tuple[Form, Field]]:
    if not view.is_html or "password" not in view.lower_body or "<form" not in view.lower_body:
        return
    for form in view.page.forms:
        for field in form.fields:
            if field.kind == "password":
                yield form, field
                break


def _login_by_get(view: View) -> Iterator[Match]:
    """A login whose name and password stood in the address, and that was granted."""
    if view.request.method != "GET" or not 200 <= view.status < 400 or not view.url.query:
        return
    secret = next((given for given in view.query if is_password_name(given.name)), None)
    if secret is None or len(secret.value) < 4 or len(view.query) < 2 or "__" in secret.name:
        return
    session = next((c for c in view.set_cookies if len(c.value) >= 20), None)
    if session:
        yield Match(
            evidence=(input_evidence(view, Input(URL, *secret)), session.evidence),
            kind="login-by-get",
            part=URL,
            field=secret.name,
            proof=85,
        )


def _form_by_get(view: View) -> Iterator[Match]:
    yield from _login_by_get(view)
    if view.status >= 400:
        return
    for form, _ in _password_forms(view):
        given = form.element.attributes
        if form.method != "get" or any(name.startswith(_BY_SCRIPT) for name in given):
            continue
        target = form.action.lower()
        if "method" in given or (target and not target.startswith(("#", "javascript:"))):
            yield Match(
                evidence=(view.span(RESPONSE_BODY, form.element.start, form.element.end),),
                kind="form-by-get",
                proof=88 if "method" in given else 70,
                detail="" if "method" in given else "No method is given, which means GET.",
            )


PASSWORD_FORM_BY_GET = Rule(
    id="password-form-by-get",
    type=FindingType.AUTHENTICATION,
    severity=Severity.MEDIUM,
    title="Password form puts the password into the address",
    description="The form is sent by GET, so that the password ends up in the address, and with it "
    "in browser history, logs of servers and proxies, and the Referer.",
    remediation='Write `<form method="post">` and take the password from the body only.',
    fixes=_FORM,
    cwe=598,
    owasp=_OWASP,
    references=(_GUIDE, "HTML Standard"),
    silent="It says nothing of forms that a script sends (`onsubmit`, Vue, Angular, htmx), and of "
    "those with neither method nor address, which a script is likely to send; a request counts "
    "only if it started a session.",
    check=_form_by_get,
)

_PLACEHOLDER = re.compile(
    r"(.)\1*|[{<$%\[(].*|.*[}>]|(?:your[ _-]?)?(?:current[ _-]?|new[ _-]?)?"
    r"(?:password|passwort|passwd|pass)|unchanged|hidden|secret|dummy|placeholder|enter .*",
    re.IGNORECASE | re.DOTALL,
)


def _prefilled(view: View) -> Iterator[Match]:
    for form, _ in _password_forms(view):
        for field in form.fields:
            value = field.value.strip()
            if field.kind != "password" or len(value) < 4 or _PLACEHOLDER.fullmatch(value[:200]):
                continue
            if evidence := _tag_with(view, form, value):
                yield Match(evidence=(evidence,), kind="prefilled", field=field.name, proof=85)


def _tag_with(view: View, form: Form, value: str) -> Evidence | None:
    """The tag behind the start of a form that holds `value` as it stands."""
    place = view.body.find(value, form.element.end, form.element.end + 40_000)
    start = view.body.rfind("<", form.element.start, place) if place >= 0 else -1
    end = view.body.find(">", place, place + 400) + 1
    return view.span(RESPONSE_BODY, start, end) if start >= 0 and end else None


PASSWORD_PREFILLED = Rule(
    id="password-prefilled",
    type=FindingType.INFO_DISCLOSURE,
    severity=Severity.MEDIUM,
    title="Page shows a password that is already filled in",
    description="The password stands readable in the page's source, in caches and for every "
    "script; that it can be sent at all often shows that it is stored readable.",
    remediation='Leave the field empty: `<input type="password" autocomplete="current-password">`.',
    fixes={
        Stack.DJANGO: "`PasswordInput(render_value=False)`, which is the default.",
        Stack.FLASK: "`PasswordField` of WTForms with its own widget (`hide_value=True`).",
        Stack.LARAVEL: "never `old('password')`; keep it in `$dontFlash`.",
        Stack.SPRING: '`<form:password showPassword="false">`.',
        Stack.RAILS: "`password_field` without `value:`.",
        Stack.ASP_NET: "`@Html.PasswordFor`, without `value`.",
    },
    cwe=522,
    owasp=_OWASP,
    references=(_GUIDE, "OWASP Password Storage Cheat Sheet"),
    silent="It says nothing of stars, dots and placeholders; the log-in of a public demo may be "
    "filled in on purpose.",
    check=_prefilled,
)

_PASSWORD_COOKIE = re.compile(
    r"(?:(?:user|login|my|saved|remember)[_-]?)?(?:password|passwd|passwort|pwd|pass)",
    re.IGNORECASE,
)
_SWITCH = frozenset({"true", "false", "none", "null", "required", "deleted", "expired"})


def _in_cookie(view: View) -> Iterator[Match]:
    for cookie in view.set_cookies:
        value = cookie.value.strip('"')
        if len(value) >= 4 and _PASSWORD_COOKIE.fullmatch(cookie.name):
            ended = "1970" in cookie.attributes.get("expires", "")
            if not ended and value.lower() not in _SWITCH:
                yield Match(
                    evidence=(cookie.evidence,), kind="in-cookie", field=cookie.name, proof=85
                )


PASSWORD_IN_COOKIE = Rule(
    id="password-in-cookie",
    type=FindingType.AUTHENTICATION,
    severity=Severity.HIGH,
    title="Password is kept in a cookie",
    description="The browser stores it and sends it with every request; whoever copies the cookie "
    "has the password, also for other sites.",
    remediation="Keep a random token for the session in the cookie instead, such as "
    "`secrets.token_urlsafe(32)`, and only its hash on the server.",
    fixes={
        Stack.DJANGO: "`request.session.set_expiry(...)` instead of a cookie of your own.",
        Stack.FLASK: "`login_user(user, remember=True)` of Flask-Login.",
        Stack.SPRING: "`http.rememberMe()` with a `PersistentTokenRepository`.",
        Stack.LARAVEL: "`Auth::attempt($credentials, $remember)`.",
        Stack.PHP: "`session_start()`, or `bin2hex(random_bytes(32))` as a token to remember.",
    },
    cwe=312,
    owasp=_OWASP,
    references=("OWASP Session Management Cheat Sheet",),
    silent="It says nothing of cookies that are deleted, of a mere yes or no and of names that "
    "only tell of a password, such as `password_expires`.",
    scope=Scope.HOST,
    check=_in_cookie,
)

_CHALLENGE = re.compile(r"(?:^|[\n,])\s{0,3}(digest|ntlm|negotiate)\b([^\n]{0,600})", re.IGNORECASE)


def _weak_scheme(view: View) -> Iterator[Match]:
    header = view.response_header("www-authenticate") if view.status == 401 else None
    if not header:
        return
    found = list(islice(_CHALLENGE.finditer(header), 10))
    strong = "sha-256" in header.lower() or "sha-512" in header.lower()
    for challenge in found:
        scheme, rest = challenge.group(1).lower(), challenge.group(2)
        weakness = _weakness(scheme, rest, strong=strong, clear=in_clear(view))
        if weakness:
            part = "response.headers[www-authenticate]"
            yield Match(
                evidence=(view.span(part, challenge.start(1), challenge.end()),),
                kind=scheme,
                proof=88,
                severity=Severity.MEDIUM if in_clear(view) else None,
                detail=weakness,
            )
            return


def _weakness(scheme: str, rest: str, *, strong: bool, clear: bool) -> str:
    if scheme == "digest" and not strong:
        plain = "qop" not in rest.lower()
        return "It is Digest by MD5" + (" without `qop`." if plain else ".")
    ntlm = scheme == "ntlm" or "TlRMTVNTU" in rest
    return "It is NTLM, unencrypted." if ntlm and clear else ""


WEAK_AUTH_SCHEME = Rule(
    id="weak-auth-scheme",
    type=FindingType.AUTHENTICATION,
    severity=Severity.LOW,
    title="Server asks for the password in a way that is easy to attack",
    description="What the browser answers lets whoever reads it try out passwords fast, or pass "
    "the answer on to another server.",
    remediation="Use a log-in over HTTPS with a session or OpenID Connect; where Digest must stay, "
    '`Digest realm="...", qop="auth", algorithm=SHA-256, nonce="..."`.',
    fixes={
        Stack.ASP_NET: 'prefer Kerberos: `<add value="Negotiate:Kerberos" />`, over HTTPS.',
        Stack.SPRING: "`http.formLogin()` instead of `DigestAuthenticationFilter`.",
        Stack.RAILS: "`has_secure_password` instead of `authenticate_or_request_with_http_digest`.",
        Stack.APACHE: "`AuthType Basic` with bcrypt over HTTPS instead of `mod_auth_digest`.",
    },
    cwe=916,
    owasp=("A02:2021", "A07:2021"),
    references=("RFC 7616", _GUIDE),
    silent="It says nothing of Kerberos, of NTLM over HTTPS and of MD5 beside SHA-256, which is "
    "there for old clients.",
    scope=Scope.HOST,
    check=_weak_scheme,
)
