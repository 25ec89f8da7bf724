"""Requests and forms that another site could send in the user's name."""

import re
from collections.abc import Iterator
from itertools import islice

from reqsift.domain.findings import FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import (
    foreign_host,
    is_password_name,
    issued_sessions,
    session_cookies,
    succeeded,
)
from reqsift.domain.view import REQUEST_BODY, RESPONSE_BODY, URL, View

_OWASP = ("A01:2021",)
_TOKEN = re.compile(
    r"csrf|xsrf|token|nonce|authenticity|verification|_wpnonce|^state$", re.IGNORECASE
)
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


def _unproven_post(view: View) -> Iterator[Match]:
    if view.request.method != "POST" or view.request_type not in _SIMPLE or not succeeded(view):
        return
    path = view.url.path.lower()
    if not session_cookies(view) or any(word in path for word in _ENTRY) or _is_proven(view):
        return
    if _limited_by_samesite(view):
        return
    has_text = bool(view.request_text)
    evidence = view.whole(REQUEST_BODY) if has_text else view.whole("request.headers[cookie]")
    passwords = any(is_password_name(given.name) for given in view.inputs)
    yield Match(
        evidence=(evidence,),
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
    cwe=352,
    owasp=_OWASP,
    check=_unproven_post,
)

_FORM = re.compile(r"<form\b[^<>]{0,600}>", re.IGNORECASE)
_POST = re.compile(r"method\s{0,3}=\s{0,3}[\"']?post\b", re.IGNORECASE)
_ACTION = re.compile(r"action\s{0,3}=\s{0,3}[\"']?([^\"'\s>]{1,300})", re.IGNORECASE)
_FIELD = re.compile(
    r"name\s{0,3}=\s{0,3}[\"']?[^\"'\s<>]{0,60}?"
    r"(?:csrf|xsrf|token|nonce|authenticity|verification)",
    re.IGNORECASE,
)
_MAX_FORMS = 20
_MAX_FORM = 20_000


def _form_without_token(view: View) -> Iterator[Match]:
    if not view.is_html or view.status >= 400 or "<form" not in view.lower_body:
        return
    if not session_cookies(view) or _limited_by_samesite(view):
        return
    if _FIELD.search(view.body[:8192].partition("</head")[0]):
        return  # a token in the head is for scripts that add it
    for start, tag_end, end in _changing_forms(view.body):
        action = _ACTION.search(view.body, start, tag_end)
        target = action.group(1).lower() if action else ""
        entry = any(word in target for word in (*_ENTRY, "search"))
        if entry or foreign_host(view, target) or _FIELD.search(view.body, tag_end, end):
            continue
        yield Match(
            evidence=(view.span(RESPONSE_BODY, start, tag_end),),
            kind="form-without-token",
            proof=65,
        )


_PASSWORD_FIELD = re.compile(r"type\s{0,3}=\s{0,3}[\"']?password\b", re.IGNORECASE)


def _changing_forms(body: str) -> Iterator[tuple[int, int, int]]:
    """Start, end of the opening tag, and end of each form sent by POST or setting a password."""
    for count, found in enumerate(_FORM.finditer(body)):
        if count >= _MAX_FORMS:
            return
        limit = found.end() + _MAX_FORM
        end = body.find("</form", found.end(), limit)
        end = end if end >= 0 else min(limit, len(body))
        fields = _PASSWORD_FIELD.finditer(body, found.end(), end)
        if _POST.search(found.group()) or len(list(islice(fields, 2))) > 1:
            yield found.start(), found.end(), end


CSRF_FORM = Rule(
    id="csrf-form-without-token",
    type=FindingType.CSRF,
    severity=Severity.LOW,
    title="Form has no token against forgery",
    description="A page of a logged-in user holds a form without a hidden token, so another site "
    "could send the same form in the user's name.",
    remediation='Put a token bound to the session into each form: `<input type="hidden" '
    'name="csrf_token" value="...">`, and set the session cookie `SameSite=Lax`.',
    cwe=352,
    owasp=_OWASP,
    check=_form_without_token,
)

_VERB = re.compile(
    r"(?:^|[/_.-])(?:delete|remove|destroy|transfer|deactivate|approve|grant|revoke|purge|purchase|"
    r"promote|change[_-]?(?:password|email|role))(?:[/_.-]|$)",
    re.IGNORECASE,
)


def _change_by_get(view: View) -> Iterator[Match]:
    if view.request.method != "GET" or not succeeded(view) or view.is_asset:
        return
    action = next((v for name, v in view.query if name.lower() in {"action", "do", "cmd"}), "")
    named = _VERB.search(view.url.path) or _VERB.search(action)
    passwords = {name for name, value in view.query if value and is_password_name(name)}
    if not (named or len(passwords) > 1) or not session_cookies(view) or _is_proven(view):
        return
    has_form = "<form" in view.lower_body and _POST.search(view.body)
    identified = bool(view.query) or any(c.isdigit() for c in view.url.path)
    if identified and not has_form:
        yield Match(evidence=(view.whole(URL),), kind="change-by-get", proof=70)


CSRF_GET = Rule(
    id="csrf-change-by-get",
    type=FindingType.CSRF,
    severity=Severity.MEDIUM,
    title="Following a link changes data",
    description="The address names a change and was called by GET, so a picture or link on any "
    "other site can trigger it for a logged-in user.",
    remediation="Make changes by POST, PUT, PATCH or DELETE only, with a token against forgery.",
    cwe=352,
    owasp=_OWASP,
    check=_change_by_get,
)
