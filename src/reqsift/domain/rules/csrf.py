"""Requests and forms that another site could send in the user's name."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.pages import Field, Form
from reqsift.domain.rules.changes import is_told_to_change, names_change, told_change
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    foreign_host,
    is_password_name,
    issued_sessions,
    session_cookies,
    succeeded,
)
from reqsift.domain.stacks import Stack
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_OWASP = ("A01:2021",)
_GUIDE = "OWASP Cross-Site Request Forgery Prevention Cheat Sheet"
_TOKEN = re.compile(
    r"csrf|xsrf|token|nonce|authenticity|verification|^state$|form_?(?:key|hash)|sesskey|crumb"
    r"|^fkey$|sectok|dtsg|faces\.viewstate|anti_?forgery",
    re.IGNORECASE,
)
_TOKEN_META = re.compile(r"csrf|xsrf|authenticity|^_?token$|request-?verif", re.IGNORECASE)
_TOKEN_HEADERS = (
    "x-csrf-token",
    "x-xsrf-token",
    "x-csrftoken",
    "x-requested-with",
    "authorization",
    "csrf-token",
    "requestverificationtoken",
    "x-csrf",
)
_SIMPLE = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_ENTRY = ("login", "signin", "sign-in", "logout", "signout", "register", "signup", "token", "oauth")
_HARMLESS = (
    *_ENTRY, "search", "consent", "locale", "language", "newsletter", "currency", "forgot",
    "recover",
)  # fmt: skip
_FIXES = {
    Stack.DJANGO: "put `{% csrf_token %}` into the form and keep `CsrfViewMiddleware`.",
    Stack.FLASK: "`CSRFProtect(app)` of Flask-WTF and `{{ form.hidden_tag() }}` in the form.",
    Stack.EXPRESS: "use `csrf-csrf` and a field `_csrf`; set `cookie: { sameSite: 'lax' }`.",
    Stack.SPRING: "keep `http.csrf()` switched on; `th:action` adds the field by itself.",
    Stack.LARAVEL: "put `@csrf` into the form and do not exempt the address.",
    Stack.RAILS: "`protect_from_forgery with: :exception`, and build the form by `form_with`.",
    Stack.ASP_NET: "`@Html.AntiForgeryToken()` and `[AutoValidateAntiforgeryToken]`.",
    Stack.PHP: "keep `bin2hex(random_bytes(32))` in `$_SESSION` and compare by `hash_equals`.",
}


def _limited_by_samesite(view: View) -> bool:
    issued = list(issued_sessions(view))
    given = (cookie.attributes.get("samesite", "").lower() for cookie in issued)
    return bool(issued) and all(value in {"lax", "strict"} for value in given)


def _is_proven(view: View) -> bool:
    """Whether the request carries something that another site could not add."""
    if any(view.request_header(name) for name in _TOKEN_HEADERS):
        return True
    if any(_TOKEN.search(given.name) for given in view.inputs):
        return True
    multipart = view.request_type == "multipart/form-data"
    return multipart and _TOKEN.search(view.request_text[:16_384]) is not None


def _sent(view: View) -> Evidence:
    part = REQUEST_BODY if view.request_text else "request.headers[cookie]"
    return view.whole(part)


def _unproven_post(view: View) -> Iterator[Match]:
    if view.request.method != "POST" or view.request_type not in _SIMPLE or not succeeded(view):
        return
    path = view.url.path.lower()
    if not session_cookies(view) or any(word in path for word in _ENTRY) or _is_proven(view):
        return
    if _limited_by_samesite(view) or view.request_json is not None:
        return
    passwords = any(is_password_name(given.name) for given in view.inputs)
    yield Match(
        evidence=(_sent(view),),
        kind="unproven-post",
        part=REQUEST_BODY,
        proof=65,
        severity=Severity.HIGH if passwords else None,
        detail="The cookie's SameSite and a check of Origin cannot be seen in this exchange.",
    )


CSRF_POST = Rule(
    id="csrf-unproven-post",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="Form submission proves nothing but the cookie",
    description="The server accepted a form that any other site could make the user's browser "
    "send: there is no token in it and no header of its own.",
    remediation='Put a token bound to the session into each form: `<input type="hidden" '
    'name="csrf_token" value="...">`, check it, and set the session cookie `SameSite=Lax`.',
    fixes=_FIXES,
    cwe=352,
    owasp=_OWASP,
    references=(_GUIDE, "RFC 6265bis"),
    silent="It says nothing of logins and of refused forms; a server that compares `Origin` or "
    "had set the cookie `SameSite` earlier is protected although it is reported.",
    check=_unproven_post,
)

_READS = re.compile(
    r"(?:^|[/_.-])(?:search|query|list|filter|find|lookup|suggest|autocomplete|validate|preview|"
    r"check|count|export|estimate|collect|beacon|events?|telemetry|analytics|track|logs?|metrics|"
    r"rum|vitals|batch|csp-?report|ping|heartbeat)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_OWN_HEADER = re.compile(
    r"x-(?!forwarded|real-ip|request-id|amzn|cloud|envoy|b3)|apollo|trpc|hx-", re.IGNORECASE
)


def _unproven_json(view: View) -> Iterator[Match]:
    simple = view.request_type in {"text/plain", ""}
    if view.request.method != "POST" or not (simple or view.request_type == "application/json"):
        return
    if not succeeded(view) or not session_cookies(view) or _limited_by_samesite(view):
        return
    if not isinstance(view.request_json, dict) or _only_reads(view) or _is_proven(view):
        return
    if any(_OWN_HEADER.match(header.name) for header in view.request.headers):
        return
    yield Match(
        evidence=(_sent(view),),
        kind="unproven-text" if simple else "unproven-json",
        proof=65 if simple else 40,
        severity=Severity.MEDIUM if simple else None,
        detail="Browsers send this type to other sites without asking first."
        if simple
        else "Browsers ask first before they send JSON to other sites; it matters if the server "
        "also accepts the same text as `text/plain`, or its CORS rules admit others.",
    )


def _only_reads(view: View) -> bool:
    """Whether the call seems to change nothing, or nothing of worth, or starts a session."""
    path = view.url.path.lower()
    if _READS.search(path) or any(word in path for word in (*_HARMLESS, "session")):
        return True
    asked = view.request_json.get("query") if isinstance(view.request_json, dict) else None
    return isinstance(asked, str) and not asked.lstrip().startswith("mutation")


CSRF_JSON = Rule(
    id="csrf-unproven-json",
    type=FindingType.CSRF,
    severity=Severity.LOW,
    title="JSON call proves nothing but the cookie",
    description="The server accepted a change on the strength of the session cookie alone: the "
    "call has no token, no header of its own and no `Authorization`.",
    remediation="Refuse every type but `application/json`, demand a header of your own such as "
    "`X-CSRF-Token`, and set the session cookie `SameSite=Lax`.",
    fixes={
        Stack.DJANGO: "send the cookie `csrftoken` as `X-CSRFToken`, without `csrf_exempt`.",
        Stack.FLASK: "`CSRFProtect(app)` and `X-CSRFToken`; no `get_json(force=True)`.",
        Stack.EXPRESS: "`express.json()` with its own type only, and `csrf-csrf`.",
        Stack.SPRING: "`CookieCsrfTokenRepository.withHttpOnlyFalse()` and `X-XSRF-TOKEN`.",
        Stack.LARAVEL: "send the cookie `XSRF-TOKEN` as `X-XSRF-TOKEN`.",
        Stack.RAILS: '`protect_from_forgery`, and `X-CSRF-Token` from `<meta name="csrf-token">`.',
        Stack.ASP_NET: '`AddAntiforgery(o => o.HeaderName = "X-CSRF-TOKEN")`.',
    },
    cwe=352,
    owasp=("A01:2021", "API8:2023"),
    references=(_GUIDE, "Fetch Standard"),
    silent="It says nothing of searches, GraphQL queries, logins and measurements; a server that "
    "compares `Origin` or had set the cookie `SameSite` earlier is protected.",
    check=_unproven_json,
)


def _form_without_token(view: View) -> Iterator[Match]:
    if not view.is_html or view.status >= 400 or "<form" not in view.lower_body:
        return
    if not session_cookies(view) or _limited_by_samesite(view) or _scripts_add_token(view):
        return
    named = any(_TOKEN_META.search(cookie.name) for cookie in view.cookies)
    for form in view.page.forms:
        if not _changes(form) or _is_harmless(view, form) or _has_token(view, form):
            continue
        random = any(map(_is_random, form.fields))
        yield Match(
            evidence=(view.span(RESPONSE_BODY, form.element.start, form.element.end),),
            kind="form-without-token",
            proof=45 if named or random else 65,
            detail="A cookie or a hidden field may serve as one." if named or random else "",
        )


def _scripts_add_token(view: View) -> bool:
    """Whether the page holds a token for its scripts, which add it to what they send."""
    page = view.page
    if any(_TOKEN_META.search(meta.get("name")) for meta in page.of("meta")):
        return True
    texts = (script.text.lower() for script in page.of("script"))
    return "hx-headers" in view.lower_body or any("csrf" in t or "xsrf" in t for t in texts)


def _changes(form: Form) -> bool:
    passwords = sum(field.kind == "password" for field in form.fields)
    return form.method == "post" or (form.method == "get" and passwords > 1)


def _is_harmless(view: View, form: Form) -> bool:
    target = (form.action or view.url.path).lower()
    return any(word in target for word in _HARMLESS) or bool(foreign_host(view, target))


def _has_token(view: View, form: Form) -> bool:
    if any(_TOKEN.search(field.name) for field in form.fields) or _TOKEN.search(
        form.action.partition("?")[2].partition("=")[0]
    ):
        return True
    identity = form.element.get("id")  # fields elsewhere on the page may belong to it
    return bool(identity) and f'form="{identity}"' in view.body


def _is_random(field: Field) -> bool:
    value = field.value
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return field.kind == "hidden" and mixed and len(value) >= 20 and value.isalnum()


CSRF_FORM = Rule(
    id="csrf-form-without-token",
    type=FindingType.CSRF,
    severity=Severity.LOW,
    title="Form has no token against forgery",
    description="A page of a logged-in user holds a form without a hidden token, so another site "
    "could send the same form in the user's name.",
    remediation='Put a token bound to the session into each form: `<input type="hidden" '
    'name="csrf_token" value="...">`, and set the session cookie `SameSite=Lax`.',
    fixes=_FIXES,
    cwe=352,
    owasp=_OWASP,
    references=(_GUIDE,),
    silent="It says nothing of forms that log in, search or go to another site, and of pages whose "
    "head or scripts hold a token; a cookie that is `SameSite` already protects the form.",
    check=_form_without_token,
)

_READING = re.compile(
    r"/(?:docs?|help|faq|blog|wiki|guides?|support|articles?|news)/", re.IGNORECASE
)


def _change_by_get(view: View) -> Iterator[Match]:
    if view.request.method != "GET" or not succeeded(view) or view.is_asset:
        return
    named = names_change(view.url.path) or is_told_to_change(view)
    passwords = {name for name, value in view.query if value and is_password_name(name)}
    told = told_change(view)
    if not (named or told or len(passwords) > 1) or not session_cookies(view) or _is_proven(view):
        return
    if _READING.search(view.url.path) or _asks_to_confirm(view):
        return
    if view.query or any(c.isdigit() for c in view.url.path):
        proof = 85 if told else 60 if view.is_page and view.status == 200 else 75
        evidence = (view.whole(URL), told) if told else (view.whole(URL),)
        yield Match(evidence=evidence, kind="change-by-get", proof=proof)


def _asks_to_confirm(view: View) -> bool:
    return "<form" in view.lower_body and any(form.method == "post" for form in view.page.forms)


CSRF_GET = Rule(
    id="csrf-change-by-get",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="Following a link changes data",
    description="The address names a change and was called by GET, so a picture or link on any "
    "other site can trigger it for a logged-in user.",
    remediation="Make changes by POST, PUT, PATCH or DELETE only, with a token against forgery.",
    fixes={
        Stack.DJANGO: "`@require_POST` on the view.",
        Stack.FLASK: '`@app.post("/orders/<int:id>/delete")` instead of `@app.route`.',
        Stack.EXPRESS: "`router.post(...)` or `router.delete(...)` instead of `router.get`.",
        Stack.SPRING: "`@PostMapping` or `@DeleteMapping` instead of `@RequestMapping`.",
        Stack.LARAVEL: "`Route::delete(...)`, and `@method('DELETE')` with `@csrf` in the form.",
        Stack.RAILS: "`button_to ..., method: :delete`, and no `match` in the routes.",
        Stack.ASP_NET: "`[HttpPost]` and `[ValidateAntiForgeryToken]` on the action.",
        Stack.PHP: "end early unless `$_SERVER['REQUEST_METHOD'] === 'POST'`.",
    },
    cwe=352,
    owasp=_OWASP,
    references=(_GUIDE, "RFC 9110"),
    silent="It says nothing where the answer is a form that asks to confirm; a page that only "
    "shows something under such an address changes nothing.",
    check=_change_by_get,
)
