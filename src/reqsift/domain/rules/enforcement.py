"""Rights that an answer names and that nobody checked."""

import re
from collections.abc import Iterator

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.access import ADMIN
from reqsift.domain.rules.answers import Record, is_plain, may_more, member, plain, records
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.rules.signals import found_in_body
from reqsift.domain.rules.viewers import viewer_in_answer
from reqsift.domain.stacks import Stack
from reqsift.domain.view import URL, View

_OWASP = ("A01:2021", "API5:2023")
_FIXES = {
    Stack.DJANGO: "`@permission_required('shop.delete_user', raise_exception=True)`.",
    Stack.SPRING: "`@PreAuthorize(\"hasRole('ADMIN')\")` on the method.",
    Stack.LARAVEL: "`$this->authorize('delete', $user)` with a policy.",
    Stack.RAILS: "`authorize @user` of Pundit, with `verify_authorized` in the base controller.",
    Stack.EXPRESS: "`router.use('/admin', requireRole('admin'))` before the routes.",
    Stack.ASP_NET: '`[Authorize(Policy = "People.Delete")]` on the action.',
}
_REFERENCES = ("OWASP API Security Top 10, API5", "OWASP Authorization Cheat Sheet")
_NEEDED = re.compile(
    r'"(?:required|needed|requires|missing)_?(?:permissions?|roles?|scopes?|rights?|privileges?)?"'
    r"\s{0,3}:\s{0,3}[\[\"]",
    re.IGNORECASE,
)
_NOT_CHECKED = re.compile(
    r'"(?:enforced|permission_?checked|authz_?checked|acl_?checked|role_?checked)"\s{0,3}:\s{0,3}false',
    re.IGNORECASE,
)
_TOLD = re.compile(
    r'"\w{0,20}(?:auth|permission|role|acl|access|policy)\w{0,20}"\s{0,3}:\s{0,3}"[^"]{0,120}?'
    r"(?:not|never|un)[ _-]?(?:enforced|evaluated|checked|applied)\b[^\"]{0,80}\"",
    re.IGNORECASE,
)
_CHECK_WORDS = ("enforced", "evaluated", "checked", "not applied")
_POLICY = re.compile(r"polic|permission|role|setting|config|compliance|rule|audit", re.IGNORECASE)


def _not_enforced(view: View) -> Iterator[Match]:
    if not view.is_json or not 200 <= view.status < 300 or _POLICY.search(view.url.path):
        return
    if not any(word in view.lower_body for word in _CHECK_WORDS):
        return
    told = found_in_body(view, _TOLD)
    unchecked = found_in_body(view, _NOT_CHECKED)
    needed = found_in_body(view, _NEEDED) if unchecked else None
    evidence = [one for one in (told, needed, unchecked) if one]
    _, viewer = viewer_in_answer(view)
    if (told or (needed and unchecked)) and not may_more(viewer):
        proof = 85 if is_plain(viewer) else 70
        yield Match(evidence=(*evidence, view.whole(URL)), kind="not-enforced", proof=proof)


PERMISSION_NOT_ENFORCED = Rule(
    id="permission-not-enforced",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Answer names a right that it did not check",
    description="The server did what was asked and itself says which right that needs and that it "
    "was not enforced.",
    remediation="Refuse by default, and check before anything is done: "
    '`if "people:destroy" not in user.permissions: raise Forbidden`.',
    fixes=_FIXES,
    cwe=862,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="Refusals, people whose role goes further, and lists of policies, roles and settings "
    "that merely say what is enforced stay silent.",
    check=_not_enforced,
)

_MAIL = re.compile(
    r'"\w{0,20}e?mail\w{0,12}"\s{0,3}:\s{0,3}"([^"@\s]{1,80}@[^"\s]{3,120})"', re.IGNORECASE
)
_FURTHER = re.compile(
    r"birth|dob|hash|(?:last|login|signup)_?ip|ip_?address|card|iban|salary|street|address|ssn|passport"
    r"|phone|risk|kyc|balance|tax|pin|token",
    re.IGNORECASE,
)
_INTIMATE = re.compile(
    r"birth|dob|hash|(?:last|login|signup)_?ip|ip_?address|card|iban|salary|ssn|passport|balance|pin_",
    re.IGNORECASE,
)
_SEVERAL = 3


def _people_to_plain(view: View) -> Iterator[Match]:
    if not view.is_json or view.status != 200 or view.lower_body.count("mail") < _SEVERAL:
        return
    caller, shown = _plain_caller(view)
    people = _people(view) if caller else []
    if len(people) < _SEVERAL or shown is None:
        return
    names = [name for name in people[0] if isinstance(people[0][name], str | int | dict)]
    of_staff = ADMIN.search(view.url.path) is not None
    telling = next((n for n in names if (_FURTHER if of_staff else _INTIMATE).search(n)), "")
    telling = telling or next((n for n in names if _inner(people[0][n])), "")
    evidence = member(view, telling) if telling else None
    mail = found_in_body(view, _MAIL)
    if evidence and mail:
        yield Match(
            evidence=(shown, mail, evidence, view.whole(URL)),
            kind="administration" if of_staff else "people",
            proof=85 if of_staff else 80,
        )


def _inner(value: object) -> bool:
    return isinstance(value, dict) and any(_INTIMATE.search(str(name)) for name in value)


def _plain_caller(view: View) -> tuple[bool, Evidence | None]:
    """Whether the answer or the request's token gives the caller a role of anybody, and where."""
    name, viewer = viewer_in_answer(view)
    if viewer:
        return is_plain(viewer), member(view, name)
    token = next((one for one in view.jwts if one.part.startswith("request.")), None)
    if token is None or not is_plain(token.claims) or may_more(token.claims):
        return False, None
    return True, view.span(token.part, token.start, token.start + 240)


def _people(view: View) -> list[Record]:
    """Records of people with addresses that differ, as far as one list holds them."""
    lists: dict[str, list[Record]] = {}
    seen: set[str] = set()
    for under, record in records(view):
        mail = next((v for n, v in record.items() if plain(n).endswith("mail")), None)
        if isinstance(mail, str) and "@" in mail and mail not in seen:
            seen.add(mail)
            lists.setdefault(under, []).append(record)
    return max(lists.values(), key=len, default=[])


PEOPLE_TO_PLAIN_ROLE = Rule(
    id="people-listed-to-plain-role",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Somebody without rights gets a list of people and their private data",
    description="The exchange says that the caller has the role of anybody, and yet the answer "
    "lists several people with data that concerns them alone.",
    remediation="Let only staff list people, and give others the public fields: "
    '`if user.role != "admin": raise Forbidden`.',
    fixes=_FIXES,
    cwe=862,
    owasp=_OWASP,
    references=_REFERENCES,
    silent="Callers whose role is not known or goes further, directories of names and addresses, "
    "and lists of fewer than three people stay silent.",
    check=_people_to_plain,
)
