"""Rights that a client can give itself."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import FindingType, Scope, Severity
from reqsift.domain.rules.access import ADMIN
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import has_credentials, input_evidence, is_password_name
from reqsift.domain.stacks import Stack
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_PRIVILEGE = re.compile(
    r"^(?:is_?(?:admin|staff|superuser|verified|owner|premium)|admin|roles?|user_?role|user_?type|"
    r"permissions?|privileges?|access_?level|account_?type|credits?|balance|email_?verified|verified|role_?ids?|group_?ids?"
    r"|rola|rolle|rol|ruolo|funcao|papel|r[oô]le|uprawnienia|berechtigung(?:en)?|permisos?|permissoes"
    r"|droits|czy_?admin|es_?admin|est_?admin|ist_?admin|saldo|guthaben|kontostand|solde)$",
    re.IGNORECASE,
)
_STANDING = re.compile(
    r"^(?:(?:member(?:ship)?|loyalty|account|user)_?)?(?:level|tier|points|status|plan|rank|score)$",
    re.IGNORECASE,
)
"""What a new member must earn; it counts only where somebody signs up."""
_FIRST = (
    "bronze basic base standard free regular silver starter active pending new trial 1 default "
    "none inactive beginner"
)
_FIRST_LEVELS = frozenset(_FIRST.split())
_HARMLESS = (
    "false 0 user guest none null customer member personal business private company buyer "
    "individual student free standard default kunde klient klientka cliente client utilisateur "
    "usuario benutzer nutzer uzytkownik gast invitado ospite utente mitglied czlonek"
)
_PLAIN = frozenset(_HARMLESS.split()) | {""}
_MANAGES = re.compile(
    r"/(?:invit\w{0,10}|members?|memberships?|collaborators?|permissions?|roles?|acls?|teams?|shares?"
    r"|grants?|policies|groups?|api-?keys?|tokens?|service-?accounts?)(?:/|$)",
    re.IGNORECASE,
)
"""Where choosing a role for somebody is what the address is for."""


def _mass_assignment(view: View) -> Iterator[Match]:
    if view.request.method not in {"POST", "PUT", "PATCH"} or not 200 <= view.status < 300:
        return
    signs_up = _signs_up(view)
    manages = _MANAGES.search(view.url.path) and not signs_up
    if not view.is_json or ADMIN.search(view.url.path) or manages:
        return
    for given in view.inputs:
        if given.part == URL or not _decides(given.name, given.value.lower(), signs_up=signs_up):
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


def _signs_up(view: View) -> bool:
    """Whether somebody without a login makes an account with a password."""
    if view.request.method != "POST" or has_credentials(view):
        return False
    return any(is_password_name(given.name) for given in view.inputs) and any(
        "mail" in given.name.lower() or "user" in given.name.lower() for given in view.inputs
    )


def _decides(name: str, value: str, *, signs_up: bool) -> bool:
    if _PRIVILEGE.match(name):
        return value not in _PLAIN
    return signs_up and bool(_STANDING.match(name)) and value not in _PLAIN | _FIRST_LEVELS


MASS_ASSIGNMENT = Rule(
    id="mass-assignment",
    type=FindingType.MASS_ASSIGNMENT,
    severity=Severity.HIGH,
    title="Client sets a field that decides about rights",
    description="The request brought such a field, and the record that came back has it, so "
    "clients can give themselves rights.",
    remediation="Copy only the fields that clients may set: "
    '`data = {k: body[k] for k in ("name", "email") if k in body}`.',
    fixes={
        Stack.DJANGO: "`fields = ('name', 'email')` in the form or serializer, never `'__all__'`.",
        Stack.RAILS: "`params.require(:user).permit(:name, :email)`.",
        Stack.LARAVEL: "`protected $fillable = ['name', 'email'];`, and `$request->validated()`.",
        Stack.SPRING: "Bind to a record with the two fields instead of the entity.",
        Stack.EXPRESS: "`const { name, email } = req.body`, never `Object.assign(user, req.body)`.",
        Stack.ASP_NET: 'A class for the input with the two properties, or `[Bind("Name,Email")]`.',
    },
    cwe=915,
    owasp=("A01:2021", "API3:2023"),
    references=("OWASP Mass Assignment Cheat Sheet", "OWASP API Security Top 10, API3"),
    silent="Harmless values, administration, and addresses whose very purpose is to choose a role, "
    "such as invitations, stay silent; so does an answer that keeps its own value.",
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
    fixes={
        Stack.DJANGO: "`request.user.is_staff` instead of a cookie.",
        Stack.RAILS: "`session[:user_id]`, and the role from the database.",
        Stack.LARAVEL: "`Gate::allows('admin')` instead of a cookie.",
        Stack.EXPRESS: "`req.session.role`, kept on the server.",
        Stack.SPRING: "`@PreAuthorize(\"hasRole('ADMIN')\")`.",
        Stack.ASP_NET: '`User.IsInRole("Admin")`.',
        Stack.PHP: "`$_SESSION['role']`.",
    },
    cwe=565,
    owasp=("A01:2021",),
    scope=Scope.HOST,
    references=("OWASP Session Management Cheat Sheet", "OWASP Authorization Cheat Sheet"),
    silent="Signed or encrypted values and cookies of other names stay silent; a cookie that only "
    "chooses what a page shows is a false alarm.",
    check=_role_cookie,
)
