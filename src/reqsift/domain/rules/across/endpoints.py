"""What the objects behind one path template have in common, and where they differ."""

import re
from collections.abc import Iterator, Sequence

from reqsift.domain.findings import Evidence, FindingType, Severity
from reqsift.domain.rules.access import OWNED
from reqsift.domain.rules.across.form import (
    MOST_MEMBERS,
    CaptureRule,
    Names,
    Sight,
    Story,
    Tracker,
    numbers,
)
from reqsift.domain.rules.across.people import credential
from reqsift.domain.rules.signals import private_data
from reqsift.domain.sightings import Seen, digest
from reqsift.domain.templates import path_template
from reqsift.domain.view import RESPONSE_BODY, STATUS, URL, View

_REFUSED, _GIVEN = "refused", "given"
_NUMBER = re.compile(r"(?<=/)\d{1,15}(?=/|\Z)")
_ID_NAME = re.compile(r"(?:^|_)id\Z|[a-z]Id\Z")
_STAFF = re.compile(r"admin|staff|support|crm|back-?office|manage|intern")
_OWNER = re.compile(
    r'"(?:e_?)?mail(?:_?address)?"\s{0,3}:\s{0,3}"([^"@]{1,64}@[^"]{1,100})"', re.IGNORECASE
)
_OWNERS = 3
"""People from which on they are not one person's several addresses."""
_SEQUENCE = 5
"""Objects from which on a sequence is one."""
_GAPS = 20
"""Numbers per object that was seen: denser than that, a guess finds an object."""


def _outcome(view: View) -> tuple[str, Evidence | None]:
    if view.status in {401, 403}:
        return _REFUSED, view.whole(STATUS)
    if view.status in {302, 303, 307}:
        location = (view.response_header("location") or "").lower()
        refused = "login" in location or "signin" in location
        return (_REFUSED, view.response_header_evidence("location")) if refused else ("", None)
    if view.status == 200 and (private := private_data(view)):
        return _GIVEN, private
    return "", None


def _sight_access(view: View) -> Iterator[Sight]:
    template = path_template(view.url.path)
    if template == view.url.path or view.is_asset:
        return
    outcome, proof = _outcome(view)
    if proof:
        yield Sight(
            key=digest(view.url.host, view.request.method, template),
            facts=("known" if credential(view) else "", outcome),
            evidence=(proof, view.whole(URL)),
        )


ACCESS = Tracker(kind="access", sight=_sight_access)


def _judge_mixed(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    anonymous = [one for one in seen if not one.facts[0]]
    refused = [one for one in anonymous if one.facts[1] == _REFUSED]
    given = [one for one in anonymous if one.facts[1] == _GIVEN]
    if refused and given:
        yield Story(
            members=given[:MOST_MEMBERS],
            kind="mixed-authentication",
            proof=78,
            detail=f"Request {numbers(refused[:1])}, for another object at the "
            "same endpoint and without a login too, was refused.",
        )


MIXED_AUTHENTICATION = CaptureRule(
    id="mixed-authentication",
    type=FindingType.BROKEN_ACCESS_CONTROL,
    severity=Severity.HIGH,
    title="Endpoint asks for a login for some objects only",
    description="Without a login the server refuses one object of this endpoint and hands out the "
    "private data of another, so the check depends on something that it should not.",
    remediation="Check the login for the whole endpoint before the object is looked up, not in "
    "branches of the code.",
    cwe=862,
    owasp=("A01:2021", "API5:2023"),
    references=("OWASP Authorization Cheat Sheet",),
    silent="It stays silent where the open objects hold no private data, as published ones do.",
    tracker=ACCESS,
    judge=_judge_mixed,
)


def _number_in(view: View) -> tuple[str, Evidence] | None:
    """The number that names the object, and where it stands."""
    for name, value in view.query:
        if _ID_NAME.search(name) and value.isdecimal() and len(value) < 16:
            found = view.quote(URL, f"{name}={value}")
            return (value, found) if found else None
    numbers = list(_NUMBER.finditer(view.url.path))
    found = view.quote(URL, numbers[-1].group()) if numbers else None
    return (numbers[-1].group(), found) if found else None


def _sight_numbers(view: View) -> Iterator[Sight]:
    if view.status != 200 or view.request.method != "GET" or not view.is_json:
        return
    private = private_data(view) if credential(view) or view.url.path[-1:].isdigit() else None
    if private and (named := _number_in(view)):
        template = path_template(view.url.path)
        names = sorted({name for name, _ in view.query})
        yield Sight(
            key=digest(view.url.host, template, *names),
            facts=(named[0],),
            evidence=(named[1], private),
        )


def _sight_owners(view: View) -> Iterator[Sight]:
    who = credential(view)
    if not who or view.status != 200 or view.request.method != "GET" or not view.is_json:
        return
    if _STAFF.search(view.url.host + view.url.path.lower()):
        return
    named = _number_in(view)
    owner = _OWNER.search(view.body) if named and "mail" in view.lower_body else None
    if named and owner:
        evidence = (named[1], view.span(RESPONSE_BODY, *owner.span()))
        key = digest(view.url.host, path_template(view.url.path), who)
        facts = (who, named[0], digest("name", owner.group(1).lower()))
        yield Sight(key=key, facts=facts, evidence=evidence)


OWNERS = Tracker(kind="owner", sight=_sight_owners)


def _judge_owners(seen: Sequence[Seen], names: Names) -> Iterator[Story]:
    known = names.get(seen[0].facts[0], frozenset())
    by_owner = {one.facts[2]: one for one in reversed(seen) if one.facts[2] not in known}
    objects = {one.facts[1] for one in seen}
    own = any(one.facts[2] in known for one in seen)
    if len(by_owner) + own >= _OWNERS and len(objects) >= _OWNERS:
        members = sorted(by_owner.values(), key=lambda one: one.entry_index)
        yield Story(
            members=members[:MOST_MEMBERS],
            kind="objects-of-several-owners",
            proof=66,
            detail=f"One login read {len(objects)} objects with the addresses of {len(by_owner)} "
            f"people: {numbers(members)}.",
        )


SEVERAL_OWNERS = CaptureRule(
    id="objects-of-several-owners",
    type=FindingType.IDOR,
    severity=Severity.HIGH,
    title="One login reads numbered objects of several people",
    description="By changing the number, one user got the private data of others, so the server "
    "seems not to ask whose object it is.",
    remediation="Look objects up through their owner: "
    "`SELECT * FROM orders WHERE id = ? AND owner_id = ?`, and answer 404 to everybody else.",
    fixes=OWNED,
    cwe=639,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP Insecure Direct Object Reference Prevention Cheat Sheet",),
    silent=f"It stays silent below {_OWNERS} people and where the address speaks of administration "
    "or support; staff who may see everybody are a false alarm.",
    tracker=OWNERS,
    judge=_judge_owners,
)


NUMBERS = Tracker(kind="number", sight=_sight_numbers)


def _judge_sequence(seen: Sequence[Seen], _: Names) -> Iterator[Story]:
    first = {int(one.facts[0]): one for one in reversed(seen)}
    numbers = sorted(first)
    if len(numbers) >= _SEQUENCE and numbers[-1] - numbers[0] < _GAPS * len(numbers):
        yield Story(
            members=sorted(first.values(), key=lambda one: one.entry_index)[:MOST_MEMBERS],
            kind="sequential-identifiers",
            proof=60,
            detail=f"{len(numbers)} objects between {numbers[0]} and {numbers[-1]} were seen.",
        )


SEQUENTIAL_IDS = CaptureRule(
    id="sequential-identifiers",
    type=FindingType.IDOR,
    severity=Severity.INFO,
    title="Private objects have numbers that follow each other",
    description="Whoever knows one address can guess those of other people's objects, so that "
    "nothing but the server's check of the owner protects them.",
    remediation="Check the owner of each object, and name objects by random ids such as UUIDs.",
    cwe=340,
    owasp=("A01:2021", "API1:2023"),
    references=("OWASP Insecure Direct Object Reference Prevention Cheat Sheet",),
    silent=f"It stays silent below {_SEQUENCE} objects, where numbers are far apart, and where "
    "answers hold no private data.",
    tracker=NUMBERS,
    judge=_judge_sequence,
)
