"""Hints, within one exchange, that access is not checked."""

import re
from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence, FindingType, Scope, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials, input_evidence, private_data
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_ADMIN = re.compile(
    r"(?:^|/)(?:admin(?:istrator|istration)?|management|internal|backoffice|superuser|staff)(?:/|\.|$)",
    re.IGNORECASE,
)


_ADMIN_HOST = re.compile(r"(?:[\w-]{1,40}-)?(?:admin|backoffice|intranet)[.-]")

_ENTRY = re.compile(
    r"log-?in|sign-?in|sso|oauth|health|status|ping$|version|\.well-known", re.IGNORECASE
)


_CHANGE = re.compile(
    r"/(?:delete|remove|destroy|promote|deactivate|ban|grant|revoke|approve)(?:[/_.-]|$)",
    re.IGNORECASE,
)


def _open_admin(view: View) -> Iterator[Match]:
    of_staff = _ADMIN.search(view.url.path) or _ADMIN_HOST.match(view.url.host)
    if view.status != 200 or not of_staff or view.is_asset or _ENTRY.search(view.url.path):
        return
    if has_credentials(view) or view.cookies or _shown_key(view):
        return
    is_data = view.is_json or view.response_type == "text/csv"
    changed = _CHANGE.search(view.url.path) and (view.is_json or view.is_page)
    if changed or (is_data and len(view.body) > 20) or (view.is_page and _has_content(view)):
        evidence = (view.whole(URL), view.whole(RESPONSE_BODY))
        yield Match(evidence=evidence, kind="open-admin", proof=75)


def _shown_key(view: View) -> bool:
    return any("key" in name.lower() or "token" in name.lower() for name, _ in view.query)


def _has_content(view: View) -> bool:
    """Whether the page shows data, and is neither a login nor the shell of an application."""
    lower = view.lower_body
    if "password" in lower:
        return "<td" in lower
    return any(mark in lower for mark in ("<table", "<form", "<li>"))


OPEN_ADMIN = Rule(
    id="open-admin-page",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Administration answers without a login",
    description="The request carried neither a cookie nor any other credential, and yet the "
    "server sent a page or data of its administration.",
    remediation="Ask for login and role on the whole path, denying by default: "
    '`@requires_role("admin")` on the router, not on single pages.',
    cwe=306,
    owasp=("A01:2021", "API5:2023"),
    check=_open_admin,
)

_OBJECT = re.compile(
    r"/(?:\d{1,18}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})(?:/|\.json|$)"
)
_ID_NAME = re.compile(r"^(?:id|.{1,30}_id|uid|.{1,30}Id|account|order|user|customer|invoice)$")
_PERSON = re.compile(
    r'"(?:e?mail|phone|street|address|ssn|iban|balance|salary|passport|birth_?da(?:te|y)|dob)"'
    r'\s{0,3}:\s{0,3}(?:"[^"]|\d|\{)',
    re.IGNORECASE,
)


def _names_object(view: View) -> bool:
    by_id = any(_ID_NAME.match(name) and value.isdigit() for name, value in view.query)
    return by_id or _OBJECT.search(view.url.path) is not None


def _open_object(view: View) -> Iterator[Match]:
    if view.status != 200 or view.request.method != "GET" or not (view.is_json or view.is_html):
        return
    if not _names_object(view) or has_credentials(view) or view.cookies or _shown_key(view):
        return
    found = _PERSON.search(view.body) if view.is_json else None
    evidence = view.span(RESPONSE_BODY, *found.span()) if found else None
    if view.is_html:
        evidence = private_data(view)
    if evidence:
        proof = 72 if view.is_json else 55
        yield Match(evidence=(evidence, view.whole(URL)), kind="open-object", proof=proof)


OPEN_OBJECT = Rule(
    id="open-object",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="Personal record is sent to anyone who names its id",
    description="The request carried no credential, only an identifier that can be counted up, "
    "and the response holds a person's data.",
    remediation="Look records up together with their owner: "
    "`WHERE id = :id AND owner = :current_user`.",
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    check=_open_object,
)

_OWNERS = (
    "user_id",
    "userId",
    "owner_id",
    "ownerId",
    "customer_id",
    "customerId",
    "uid",
    "owner",
    "customer",
    "username",
    "user",
)
_SUBJECTS = ("sub", "user_id", "userId", "uid", "username", "preferred_username", "email")
_STAFF = re.compile(r"admin|staff|support|service|root|system|internal", re.IGNORECASE)


def _foreign_object(view: View) -> Iterator[Match]:
    if not view.is_json or view.status != 200 or view.request.method != "GET":
        return
    caller = _caller(view) if _names_object(view) else {}
    parsed = view.response_json if caller else None
    if not isinstance(parsed, dict):
        return
    owner = next((key for key in _OWNERS if isinstance(parsed.get(key), str | int)), "")
    value = str(parsed.get(owner, ""))
    evidence = _member(view, owner) if value and not _is_own(value, caller) else None
    if evidence:
        yield Match(
            evidence=(evidence, view.whole(URL)), kind="foreign-object", field=owner, proof=70
        )


def _caller(view: View) -> Mapping[str, str]:
    """Who the request's token or plain cookies say the caller is; nobody for staff."""
    for token in view.jwts:
        if token.part.startswith("request."):
            if _STAFF.search(str(dict(token.claims))[:4000]):
                return {}
            claims = {name: token.claims.get(name) for name in _SUBJECTS}
            return {n: str(v) for n, v in claims.items() if isinstance(v, str | int)}
    return {name: value for name, value in view.cookies if name in {"user_id", "uid", "user"}}


def _is_own(value: str, caller: Mapping[str, str]) -> bool:
    """Whether an owner may be the caller; names of another kind cannot be compared."""
    comparable = [known for known in caller.values() if known.isdigit() == value.isdigit()]
    same_form = [known for known in comparable if (" " in known) == (" " in value)]
    return not same_form or any(known.lower() == value.lower() for known in same_form)


def _member(view: View, name: str) -> Evidence | None:
    found = re.search(rf'"{re.escape(name)}"\s{{0,3}}:[^,}}\n]{{1,100}}', view.body)
    return view.span(RESPONSE_BODY, *found.span()) if found else None


FOREIGN_OBJECT = Rule(
    id="foreign-object",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="Record of another user is sent",
    description="The caller's token and the record's owner do not agree, so the server seems to "
    "look up records by id alone.",
    remediation="Look records up together with their owner: "
    "`WHERE id = :id AND owner = :current_user`.",
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    check=_foreign_object,
)

_PRIVILEGE = re.compile(
    r"^(?:is_?(?:admin|staff|superuser|verified|owner|premium)|admin|roles?|user_?role|user_?type|"
    r"permissions?|privileges?|access_?level|account_?type|credits?|balance|email_?verified|verified)$",
    re.IGNORECASE,
)
_PLAIN = frozenset({"", "false", "0", "user", "guest", "none", "null", "customer", "member"})


def _mass_assignment(view: View) -> Iterator[Match]:
    if view.request.method not in {"POST", "PUT", "PATCH"} or not 200 <= view.status < 300:
        return
    if not view.is_json or _ADMIN.search(view.url.path):
        return
    for given in view.inputs:
        if given.part == URL or not _PRIVILEGE.match(given.name) or given.value.lower() in _PLAIN:
            continue
        echoed = re.compile(
            rf'"{re.escape(given.name)}"\s{{0,3}}:\s{{0,3}}\[?\s{{0,3}}"?{re.escape(given.value[:200])}\b',
            re.IGNORECASE,
        )
        found = echoed.search(view.body)
        if found:
            yield Match(
                evidence=(view.span(RESPONSE_BODY, *found.span()), input_evidence(view, given)),
                kind="privilege-accepted",
                part=given.part,
                field=given.name,
                proof=78,
            )


MASS_ASSIGNMENT = Rule(
    id="mass-assignment",
    type=FindingType.MASS_ASSIGNMENT,
    severity=Severity.HIGH,
    title="Client sets a field that decides about rights",
    description="The request brought such a field, and the record that came back has it, so "
    "clients can give themselves rights.",
    remediation="Copy only the fields that clients may set: "
    '`data = {k: body[k] for k in ("name", "email") if k in body}`.',
    cwe=915,
    owasp=("A01:2021", "API3:2023"),
    check=_mass_assignment,
)

_ROLE_COOKIE = re.compile(r"^(?:is_?)?(?:admin|staff|superuser)$|^(?:user_?)?role$", re.IGNORECASE)
_ROLE_VALUES = frozenset(
    {
        "true",
        "false",
        "0",
        "1",
        "yes",
        "no",
        "user",
        "admin",
        "administrator",
        "guest",
        "customer",
        "staff",
        "member",
        "root",
    }
)


def _role_cookie(view: View) -> Iterator[Match]:
    for issued in view.set_cookies:
        if _ROLE_COOKIE.match(issued.name) and issued.value.strip('"').lower() in _ROLE_VALUES:
            yield Match(
                evidence=(issued.evidence,), kind="role-cookie", field=issued.name, proof=75
            )
    for name, value in view.cookies:
        if _ROLE_COOKIE.match(name) and value.lower() in _ROLE_VALUES:
            evidence = view.quote("request.headers[cookie]", name) or view.whole(STATUS)
            yield Match(evidence=(evidence,), kind="role-cookie", field=name, proof=70)


ROLE_COOKIE = Rule(
    id="role-in-cookie",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Cookie says which role its owner has",
    description="Cookies can be changed by the user; a role kept there, readable and unsigned, can "
    "be raised by anyone if the server trusts it.",
    remediation="Keep the role with the session on the server, or in a signed token.",
    cwe=565,
    owasp=("A01:2021",),
    scope=Scope.HOST,
    check=_role_cookie,
)
