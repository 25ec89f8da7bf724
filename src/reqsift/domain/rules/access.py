"""Hints, within one exchange, that access is not checked."""

import re
from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials, private_data
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, URL, View

ADMIN = re.compile(
    r"(?:^|/)(?:admin(?:istrator|istration)?|internal|backoffice|superuser)(?:/|\.|$)",
    re.IGNORECASE,
)


_ADMIN_HOST = re.compile(r"(?:[\w-]{1,40}-)?(?:admin|backoffice|intranet)[.-]")

_ENTRY = re.compile(
    r"log-?in|sign-?in|sso|oauth|health|status|ping$|version|\.well-known|config(?:\.json)?$"
    r"|manifest|i18n|locale|translation|password|forgot",
    re.IGNORECASE,
)


_CHANGE = re.compile(
    r"/(?:delete|remove|destroy|promote|deactivate|ban|grant|revoke|approve)(?:[/_.-]|$)",
    re.IGNORECASE,
)


def _open_admin(view: View) -> Iterator[Match]:
    of_staff = ADMIN.search(view.url.path) or _ADMIN_HOST.match(view.url.host)
    if view.status != 200 or not of_staff or view.is_asset or _ENTRY.search(view.url.path):
        return
    if has_credentials(view) or view.cookies or _shown_key(view):
        return
    is_data = view.is_json or view.response_type == "text/csv"
    changed = _CHANGE.search(view.url.path) and (view.is_json or view.is_page)
    if changed or (is_data and _has_rows(view)) or (view.is_page and _has_content(view)):
        evidence = (view.whole(URL), view.whole(RESPONSE_BODY))
        yield Match(evidence=evidence, kind="open-admin", proof=75)


def _shown_key(view: View) -> bool:
    return any("key" in name.lower() or "token" in name.lower() for name, _ in view.query)


_ROWS = re.compile(r"[\[{:]\s{0,20}\{\s{0,20}\"|\"[\w-]{1,60}\"\s{0,3}:\s{0,3}(?:\"[^\"]|[1-9])")
_REFUSAL = re.compile(
    r"\"(?:error|message|detail|reason)\"\s{0,3}:\s{0,3}\"[^\"]{0,80}"
    r"(?:log ?in|auth|denied|forbidden|permission|session|token)",
    re.IGNORECASE,
)


def _has_rows(view: View) -> bool:
    """Whether data holds anything, and does not merely say no under a status of success."""
    if len(view.body) <= 20 or _REFUSAL.search(view.body[:2000]):
        return False
    return not view.is_json or _ROWS.search(view.body[:20_000]) is not None


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
    fixes={
        Stack.DJANGO: "`@staff_member_required`, or `permission_classes = [IsAdminUser]`.",
        Stack.SPRING: '`.requestMatchers("/admin/**").hasRole("ADMIN")`.',
        Stack.LARAVEL: "`Route::middleware(['auth', 'can:admin'])->prefix('admin')`.",
        Stack.RAILS: "`before_action :require_admin` in `Admin::BaseController`.",
        Stack.EXPRESS: "`app.use('/admin', requireRole('admin'))` before the routes.",
        Stack.ASP_NET: '`[Authorize(Roles = "Admin")]` on the controller.',
        Stack.NGINX: "`location /admin/ { allow 10.0.0.0/8; deny all; }`.",
        Stack.APACHE: "`Require valid-user` in `<Location /admin>`.",
    },
    cwe=306,
    owasp=("A01:2021", "API5:2023"),
    references=("OWASP Authorization Cheat Sheet", "OWASP API Security Top 10, API5"),
    silent="Any cookie or credential, login pages, the empty shell of an application, refusals "
    "under a status of success and empty lists stay silent.",
    check=_open_admin,
)

_OBJECT = re.compile(
    r"/(?:\d{1,18}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})(?:/|\.json|$)"
)
_ID_NAME = re.compile(r"^(?:id|.{1,30}_id|uid|.{1,30}Id|account|order|user|customer|invoice)$")
_PUBLIC_THING = re.compile(
    r"/(?:stores?|shops?|branch(?:es)?|locations?|venues?|restaurants?|hotels?|compan(?:y|ies)"
    r"|offices?|contacts?-?us|vendors?|merchants?|brands?|products?|events?|listings?"
    r"|propert(?:y|ies)|jobs?|articles?|posts?|news|schools?|clinics?|dealers?|stations?"
    r"|organi[sz]ations?)/",
    re.IGNORECASE,
)
_PUBLIC_MAIL = re.compile(
    r"\b(?:info|contact|hello|support|sales|office|press|jobs|service|help|team|noreply|no-reply)@",
    re.IGNORECASE,
)
_INTIMATE = re.compile(
    r'"(?:ssn|iban|balance|salary|passport|birth_?da(?:te|y)|dob)"\s{0,3}:\s{0,3}(?:"[^"]|\d|\{)',
    re.IGNORECASE,
)
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
    public = _PUBLIC_THING.search(view.url.path)
    general = public or (view.is_json and _PUBLIC_MAIL.search(view.body))
    found = (_INTIMATE if general else _PERSON).search(view.body) if view.is_json else None
    evidence = view.span(RESPONSE_BODY, *found.span()) if found else None
    if view.is_html and not public:
        evidence = private_data(view)
    if evidence:
        proof = 72 if view.is_json else 55
        yield Match(evidence=(evidence, view.whole(URL)), kind="open-object", proof=proof)


OWNED = {
    Stack.DJANGO: "`get_object_or_404(Order, pk=pk, owner=request.user)`.",
    Stack.RAILS: "`current_user.orders.find(params[:id])`.",
    Stack.LARAVEL: "`$request->user()->orders()->findOrFail($id)`, or a policy.",
    Stack.SPRING: '`@PostAuthorize("returnObject.owner == authentication.name")`.',
    Stack.EXPRESS: "`Order.findOne({ _id: id, owner: req.user.id })`.",
    Stack.ASP_NET: "`Orders.FirstOrDefault(o => o.Id == id && o.OwnerId == userId)`.",
    Stack.PHP: "`WHERE id = ? AND owner = ?` with the id from the session.",
}

OPEN_OBJECT = Rule(
    id="open-object",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="Personal record is sent to anyone who names its id",
    description="The request carried no credential, only an identifier that can be counted up, "
    "and the response holds a person's data.",
    remediation="Look records up together with their owner: "
    "`WHERE id = :id AND owner = :current_user`.",
    fixes=OWNED,
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP API Security Top 10, API1", "OWASP Authorization Cheat Sheet"),
    silent="Public things such as shops and products, general addresses such as info@, and "
    "requests with any cookie stay silent; a profile that its owner made public is a false alarm.",
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
    fixes=OWNED,
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP API Security Top 10, API1", "OWASP Authorization Cheat Sheet"),
    silent="Staff, names of another kind than the caller's, and one's own records stay silent; a "
    "record that was shared on purpose is a false alarm.",
    check=_foreign_object,
)
