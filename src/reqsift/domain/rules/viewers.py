"""Answers that say who asked, and hold what is not theirs."""

import re
from collections.abc import Iterator, Mapping

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.access import OWNED
from reqsift.domain.rules.answers import Record, is_plain, may_more, member, plain, records, strings
from reqsift.domain.rules.rule import Match, Rule
from reqsift.domain.view import RESPONSE_BODY, URL, View

_SURE_VIEWERS = frozenset(
    [
        "viewer",
        "caller",
        "sessionuser",
        "currentuser",
        "loggedinuser",
        "loggedinas",
        "loggedin",
        "authenticateduser",
        "authenticatedas",
        "accessedby",
        "viewedby",
    ]
)
_ASKERS = frozenset(["requestedby", "performedby", "requester", "actor", "requestuser", "editedby"])
VIEWER_WORDS = (
    '"viewer', '"viewed', '"caller', '"sessionuser', '"session_user', '"session-user',
    '"currentuser', '"current_user', '"logged',
    '"authenticated', '"accessed', '"requested', '"requester', '"requestuser', '"performed',
    '"actor', '"edited', '"request_user',
)  # fmt: skip
_OWNERS = frozenset(
    [
        "owner",
        "customer",
        "profile",
        "employee",
        "patient",
        "user",
        "accountholder",
        "holder",
        "member",
        "student",
        "person",
        "client",
        "contact",
        "payee",
        "recipient",
        "inhaber",
        "kunde",
        "subscriber",
        "beneficiary",
        "tenant",
        "applicant",
    ]
)
_OWNER_WORDS = (
    '"owner', '"customer', '"profile', '"employee', '"patient', '"user"', '"account', '"member',
    '"student', '"person', '"client', '"contact', '"recipient', '"subscriber', '"kunde',
)  # fmt: skip
_IDS = frozenset(
    [
        "id",
        "userid",
        "employeeid",
        "customerid",
        "memberid",
        "ownerid",
        "accountid",
        "studentid",
        "patientid",
        "personid",
        "uid",
        "uuid",
        "pernr",
        "personnelnumber",
        "employeenumber",
        "customernumber",
        "clientid",
        "kundennummer",
    ]
)
_OF_PEOPLE = _IDS - {"id", "uid", "uuid", "accountid"}
_NUMBER = "number"
"""Of a person who is given as a number and a name in one text."""
_NAMES = frozenset(["email", "mail", "username", "login"])
_GROUPS = frozenset(
    ["accountid", "orgid", "organizationid", "organisationid", "companyid", "tenantid", "teamid"]
)
_INTIMATE = re.compile(
    r"birth|^born$|^dob$|iban|bank_?account|salary|^betrg$|passport|ssn|tax_?(?:id|class|number)|diagnos"
    r"|address|street|phone|private|balance|disab|card_?number|door_?code|medical|matrikel|geburt",
    re.IGNORECASE,
)
_INTIMATE_WORDS = (
    "birth", '"born', '"dob', "iban", "account", "salary", '"betrg', "passport", "ssn", "tax",
    "diagnos", "address", "street", "phone", "private", "balance", "disab", "card", "door",
    "medical", "matrikel", "geburt", "only", "owner", "share", "collaborators",
)  # fmt: skip
_UNSHARED = re.compile(
    r'"(?:shared_?with|collaborators|shares)"\s{0,3}:\s{0,3}\[\s{0,3}\]'
    r'|"(?:visibility|access|privacy)"\s{0,3}:\s{0,3}"(?:private|only ?_?me|owner(?:_only)?)"',
    re.IGNORECASE,
)
_TRADE = re.compile(
    r"/(?:sellers?|merchants?|vendors?|drivers?|couriers?|partners?|stores?|doctors?|agents?|staff"
    r"|admin\w{0,10}|manage\w{0,4}|team|backoffice|public)(?:/|$)",
    re.IGNORECASE,
)
_SUBJECTS = ("sub", "user_id", "userId", "uid")
_STAFF = re.compile(
    r"admin|staff|support|service|root|system|internal|seller|driver", re.IGNORECASE
)
_NUMBERED = re.compile(r"\s{0,3}(\d{3,12})\b")


def viewer_in_answer(view: View) -> tuple[str, Record]:
    """Who the answer says has asked: the name of the member, and what stands there."""
    return view.once(_viewer_in_answer)


def _viewer_in_answer(view: View) -> tuple[str, Record]:
    if not view.is_json or not any(word in view.lower_body for word in VIEWER_WORDS):
        return "", {}
    for kinds in (_SURE_VIEWERS, _ASKERS):
        for _, record in records(view)[:8]:
            for name, value in record.items():
                if plain(name) in kinds and isinstance(value, dict | str):
                    return name, value if isinstance(value, dict) else _numbered(value)
    return "", {}


def _numbered(text: str) -> Record:
    """A person given as a number and a name in one text."""
    found = _NUMBERED.match(text)
    return {_NUMBER: found.group(1)} if found else {}


def _not_the_owner(view: View) -> Iterator[Match]:
    if not view.is_json or view.status != 200 or view.request.method != "GET":
        return
    if not any(word in view.lower_body for word in _INTIMATE_WORDS):
        return
    name, viewer = viewer_in_answer(view)
    if not viewer:
        yield from _by_token(view)
    elif not may_more(viewer):
        found = _foreign(view, viewer, name)
        evidence = member(view, name) if found else None
        if found and evidence:
            sure = plain(name) in _SURE_VIEWERS or is_plain(viewer)
            yield Match(
                evidence=(evidence, found, view.whole(URL)),
                kind="other-person",
                proof=85 if sure else 68,
            )


def _by_token(view: View) -> Iterator[Match]:
    """The same, where the request's token alone says who asked."""
    if not any(word in view.lower_body for word in _OWNER_WORDS):
        return
    token = next((one for one in view.jwts if one.part.startswith("request.")), None)
    if token is None:
        return
    if _TRADE.search(view.url.path) or _STAFF.search(str(dict(token.claims))[:4000]):
        return
    subject = next((token.claims.get(n) for n in _SUBJECTS if token.claims.get(n)), None)
    if not isinstance(subject, str | int) or may_more(token.claims):
        return
    found = _foreign(view, {"id": subject, "email": token.claims.get("email")}, "")
    if found:
        evidence = (found, view.span(token.part, token.start, token.start + 240), view.whole(URL))
        yield Match(evidence=evidence, kind="other-subject", proof=75)


def _foreign(view: View, viewer: Record, under: str) -> Evidence | None:
    """Where the answer holds private data of somebody who is not the viewer."""
    known = records(view)[:12]
    groups = _some(viewer, _GROUPS)
    for name, record in known:
        if record is viewer:
            continue
        if groups and groups & _some(record, _GROUPS):
            return None
        person = plain(name) in _OWNERS
        if (person or under in record) and _is_other(viewer, record, exact=not person):
            private = _private(view, record)
            if private:
                return private
    return None


def _some(record: Record, names: frozenset[str]) -> set[str]:
    return {value.lower() for name, value in strings(record) if plain(name) in names}


def _is_other(viewer: Record, record: Record, *, exact: bool) -> bool:
    """Whether ids of one form differ, and nothing says that both are the same person."""
    mine, theirs = _some(viewer, _IDS), _some(record, _IDS)
    if exact:  # a record's own id is no person's, so that the members must have one name
        shared = {plain(name) for name in viewer} & {plain(name) for name in record}
        named = (_OF_PEOPLE if _NUMBER in viewer else shared & _OF_PEOPLE) | {_NUMBER}
        mine, theirs = _some(viewer, frozenset(named)), _some(record, frozenset(named))
    if mine & theirs or _some(viewer, _NAMES) & _some(record, _NAMES):
        return False
    return any(_form(one) == _form(other) for one in mine for other in theirs)


def _form(value: str) -> str:
    """What ids of one kind share: the prefix, and whether the rest is a number."""
    prefix = re.match(r"[a-z]{1,12}[_-]", value)
    return (prefix.group() if prefix else "") + ("9" if value.isdigit() else str(len(value) > 24))


def _private(view: View, record: Mapping[str, object]) -> Evidence | None:
    for name, value in record.items():
        if _INTIMATE.search(name) and value not in (None, "", [], {}):
            return member(view, name, value)
    if unshared := _UNSHARED.search(view.body[:20_000]):
        return view.span(RESPONSE_BODY, *unshared.span())
    return None


VIEWER_NOT_OWNER = Rule(
    id="viewer-is-not-owner",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="Private record is sent to somebody else than its owner",
    description="The exchange says who asked, and the record that came back is another person's, "
    "with private data in it, so records seem to be looked up by id alone.",
    remediation="Look records up together with their owner: "
    "`WHERE id = :id AND owner = :current_user`.",
    fixes=OWNED,
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP API Security Top 10, API1", "OWASP Authorization Cheat Sheet"),
    silent="Staff and other roles with further rights, members of the same account, what was "
    "shared, authors' public names and addresses, and the calls of shops and couriers stay silent.",
    check=_not_the_owner,
)
